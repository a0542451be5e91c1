// What h5p:editor-check drives: a Keyroom with the editor in it, the demo LMS beside it, and hands for both of its documents.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { ROOT } from './ensure-install.mjs'

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })
})

/** Keyroom with this core and editor, packages of types, one author, and an LMS of another site that frames it. */
export const openWorld = async ({ core, editor, libraries }) => {
  const [{ startKeyroom }, { installPart }, { createDemoLms }] = await Promise.all([import('../dist/app.js'), import('../dist/h5p/index.js'), import('../dist/demo/index.js')])
  const [port, dataDir] = [await freePort(), await mkdtemp(path.join(os.tmpdir(), 'keyroom-editor-check-'))]
  const url = `http://localhost:${port}`
  await installPart(path.join(dataDir, 'h5p'), { part: 'core', source: core })
  await installPart(path.join(dataDir, 'h5p'), { part: 'editor', source: editor })
  const keyroom = await startKeyroom({ port, publicUrl: url, dataDir, secret: 'a secret of this check, long enough to sign with', demo: true, trustProxy: 0, logLevel: 'error' }, console.error)
  const { studio, courses, kit, h5p, lti } = keyroom.rooms
  const lms = await createDemoLms({ keyroomUrl: url, test: true })
  const { deployment, ...platform } = lms.registration()
  await lti.registry.add({ ...platform, deployments: [deployment], name: 'Demo LMS' })
  for (const file of libraries ? (await readdir(libraries)).filter((name) => name.endsWith('.h5p')) : []) await h5p.installLibraries(path.join(libraries, file))
  const course = await studio.importCourse(path.join(ROOT, 'h5p-content', 'demo-course'))
  const run = (await courses.ensureRun({ platform: 'p', deployment: '1', context: 'c', resourceLink: 'l', slug: course.slug }))._id
  await courses.upsertMember({ run, user: 'author', platform: 'p', sub: 'author', name: 'Ana Author', role: 'author', lastLaunch: new Date() })
  const { token } = kit.sessions.issue({ run, user: 'author', role: 'author', lang: 'en' })
  const close = async () => {
    await lms.close()
    await keyroom.close()
    await rm(dataDir, { recursive: true, force: true })
  }
  return { url, run, slug: course.slug, token, h5p, lms, close }
}

/** A page of the author's browser, and what it complained of, and asked of other machines. */
export const openPage = async (browser, world) => {
  const context = await browser.newContext({ viewport: { width: 1300, height: 1000 } })
  await context.addCookies([{ name: `kr-${world.run}`, value: world.token, url: world.url }])
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const [complaints, outside] = [[], []]
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(`${message.text()} ${message.location().url}`))
  page.on('request', (request) => !/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(world.url) && outside.push(request.url()))
  return { page, complaints, outside }
}

/** The editor in a page, or in a frame that holds the page. */
export const handsOf = (page, around = page) => {
  const document = () => around.frameLocator('#editor')
  const editor = () => document().frameLocator('.h5p-editor-iframe')
  const saved = () => document().locator('#said').filter({ hasText: /^Saved/ }).waitFor()
  return {
    document, editor, saved,
    async save() {
      await document().locator('#said').evaluate((said) => said.replaceChildren())
      await document().locator('#save').click()
      await document().locator('#said').filter({ hasText: /^(?!Saving)./ }).waitFor()
      const said = await document().locator('#said').innerText()
      if (!said.startsWith('Saved')) throw new Error(said)
    },
    /** CKEditor takes a field's place when it is clicked. */
    async write(field, words) {
      await editor().locator(field).click()
      await editor().locator('.ck-content[contenteditable=true]').first().fill(words)
      await editor().locator('.field-name-extraTitle input').first().focus()
    },
  }
}

/** Screenshots, where a folder was named for them. */
export const shooter = (folder, page) => async (name, { width } = {}) => {
  if (!folder) return
  await mkdir(folder, { recursive: true })
  const before = page.viewportSize()
  if (width) await page.setViewportSize({ width, height: 900 })
  await page.waitForTimeout(300)
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true })
  if (width) await page.setViewportSize(before)
}
