// npm run h5p:editor-check -- --core DIR|FILE --editor DIR|FILE [--libraries FOLDER] [--keep FOLDER]
// Drives Joubel's editor, which no registry holds and this repository doesn't either, in Chromium: begin, write, upload, save, preview.
// Prints one line a check, and how many passed. A check that can't be made counts as failed.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuild } from './build.mjs'
import { launchChromium } from './chromium.mjs'
import { ensureInstall, fail, ROOT } from './ensure-install.mjs'

const { values } = parseArgs({ options: { core: { type: 'string' }, editor: { type: 'string' }, libraries: { type: 'string' }, keep: { type: 'string' } } })
if (!values.core || !values.editor) fail('Name both: npm run h5p:editor-check -- --core DIR --editor DIR (h5p-php-library and h5p-editor-php-library, unpacked or as archives).')
ensureInstall()
ensureBuild({ say: console.error })
const [{ startKeyroom }, { installPart }] = await Promise.all([import('../dist/app.js'), import('../dist/h5p/index.js')])

/** A picture of one point by one. */
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })
})

const openWorld = async () => {
  const [port, dataDir] = [await freePort(), await mkdtemp(path.join(os.tmpdir(), 'keyroom-editor-check-'))]
  for (const part of ['core', 'editor']) await installPart(path.join(dataDir, 'h5p'), { part, source: values[part] })
  const keyroom = await startKeyroom({ port, publicUrl: `http://localhost:${port}`, dataDir, secret: 'a secret of this check, long enough to sign with', demo: true, trustProxy: 0, logLevel: 'error' }, console.error)
  const { studio, courses, kit, h5p } = keyroom.rooms
  for (const file of values.libraries ? (await readdir(values.libraries)).filter((name) => name.endsWith('.h5p')) : []) await h5p.installLibraries(path.join(values.libraries, file))
  const course = await studio.importCourse(path.join(ROOT, 'h5p-content', 'demo-course'))
  const run = (await courses.ensureRun({ platform: 'p', deployment: '1', context: 'c', resourceLink: 'l', slug: course.slug }))._id
  await courses.upsertMember({ run, user: 'author', platform: 'p', sub: 'author', name: 'Ana Author', role: 'author', lastLaunch: new Date() })
  const { token } = kit.sessions.issue({ run, user: 'author', role: 'author', lang: 'en' })
  return { url: `http://localhost:${port}`, run, slug: course.slug, token, h5p, close: async () => (await keyroom.close(), rm(dataDir, { recursive: true, force: true })) }
}

let [passed, failed] = [0, 0]
const check = async (sentence, work) => {
  try {
    await work()
    passed += 1
    console.log(`✓ ${sentence}`)
  } catch (error) {
    failed += 1
    console.log(`✗ ${sentence}\n    ${String(error?.message ?? error).split('\n').slice(0, 6).join('\n    ')}`)
  }
}
const must = (holds, words) => {
  if (!holds) throw new Error(words)
}

const world = await openWorld()
const browser = await launchChromium({ blocked: true })
const context = await browser.newContext({ viewport: { width: 1300, height: 1000 } })
await context.addCookies([{ name: `kr-${world.run}`, value: world.token, url: world.url }])
const page = await context.newPage()
page.setDefaultTimeout(10_000)
const complaints = []
const outside = []
page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
page.on('console', (message) => message.type() === 'error' && complaints.push(`${message.text()} ${message.location().url}`))
page.on('request', (request) => !/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(world.url) && outside.push(request.url()))

/** Our document, and the editor's own frame in it. */
const documentOf = () => page.frameLocator('#editor')
const editorOf = () => documentOf().frameLocator('.h5p-editor-iframe')
const shot = async (name) => values.keep && (await mkdir(values.keep, { recursive: true }), await page.screenshot({ path: path.join(values.keep, `${name}.png`), fullPage: true }))
const save = async () => {
  await documentOf().locator('#said').evaluate((said) => said.replaceChildren())
  await documentOf().locator('#save').click()
  await documentOf().locator('#said').filter({ hasText: /^(?!Saving)./ }).waitFor()
  const said = await documentOf().locator('#said').innerText()
  must(said.startsWith('Saved'), said)
}
/** CKEditor takes a field's place when it is clicked. */
const write = async (field, words) => {
  await editorOf().locator(field).click()
  const typed = editorOf().locator('.ck-content[contenteditable=true]').first()
  await typed.fill(words)
  await editorOf().locator('.field-name-extraTitle input').focus()
}
const draftId = () => page.url().split('/').at(-1)
const draft = () => world.h5p.authoring.get(world.slug, draftId())

try {
  await check('the editor opens and offers the types that are installed', async () => {
    await page.goto(`${world.url}/studio/${world.run}/editor/new`)
    await editorOf().locator('#keyroom-choice').waitFor()
    await shot('1-hub')
  })
  await check('a content is begun: its form is there, with formatted text', async () => {
    await editorOf().locator('#keyroom-choice').click()
    await editorOf().locator('.field-name-question').first().waitFor()
    await editorOf().locator('.field-name-extraTitle input').fill('Which of these?')
    await write('.field-name-question .ckeditor >> nth=0', 'Which one is right?')
    await write('.field-name-text .ckeditor >> nth=0', 'This one')
    await write('.field-name-text .ckeditor >> nth=1', 'That one')
    await editorOf().locator('.field-name-correct input[type=checkbox]').first().check()
    await shot('2-form')
  })
  await check('what isn’t complete is said, and nothing is saved', async () => {
    await editorOf().locator('.field-name-extraTitle input').fill('')
    await documentOf().locator('#save').click()
    await documentOf().locator('#said[data-bad]').waitFor()
    must((await world.h5p.authoring.list(world.slug)).length === 0, 'a draft without a title was kept')
    await editorOf().locator('.field-name-extraTitle input').fill('Which of these?')
  })
  await check('it is saved as a draft of the course, and the address names it', async () => {
    await save()
    await page.waitForURL(/\/editor\/draft-/)
    const { library, title, params } = await draft()
    must(library.startsWith('Keyroom.Choice ') && title === 'Which of these?', `${library} ${title}`)
    must(/Which one is right\?/.test(params.question) && params.answers[0].correct === true, JSON.stringify(params))
  })
  await check('opened again, it is as it was; a change is saved', async () => {
    await page.reload()
    await editorOf().locator('.field-name-question .ckeditor').filter({ hasText: 'Which one is right?' }).first().waitFor()
    await write('.field-name-question .ckeditor >> nth=0', 'Which one is wrong?')
    await save()
    const { params, revision } = await draft()
    must(/Which one is wrong\?/.test(params.question) && revision === 2, JSON.stringify({ params, revision }))
  })
  await check('licence and authors are written, and kept', async () => {
    await editorOf().locator('.h5p-metadata-toggler').first().click()
    await editorOf().locator('.h5p-metadata-popup-overlay select').first().selectOption('CC BY')
    await shot('3-metadata')
    await editorOf().locator('.h5p-metadata-button.h5p-save').first().click()
    await save()
    must((await draft()).metadata.license === 'CC BY', JSON.stringify((await draft()).metadata))
  })
  await check('somebody else’s save is not written over', async () => {
    const { id, revision, params } = await draft()
    await world.h5p.authoring.save(world.slug, id, { revision, params }, 'ben')
    await documentOf().locator('#save').click()
    await documentOf().locator('#said').filter({ hasText: 'Somebody else saved' }).waitFor()
  })
  await check('a picture is uploaded with a content, shown, and saved with it', async () => {
    await page.goto(`${world.url}/studio/${world.run}/editor/new`)
    await editorOf().locator('#keyroom-hotspots').click()
    await editorOf().locator('.field-name-extraTitle input').fill('A picture')
    const chooser = page.waitForEvent('filechooser')
    await editorOf().locator('.field-name-image .add').first().click()
    await (await chooser).setFiles({ name: 'point.png', mimeType: 'image/png', buffer: PICTURE })
    await editorOf().locator('.field-name-image img.thumbnail, .field-name-image .thumbnail img').first().waitFor()
    must(await editorOf().locator('.field-name-image img').first().evaluate((image) => image.complete && image.naturalWidth === 1), 'the picture is not shown')
    await editorOf().locator('.field-name-alt input').first().fill('A point')
    await shot('4-picture')
    await documentOf().locator('#save').click()
    await page.waitForURL(/\/editor\/draft-/)
    await documentOf().locator('#said').filter({ hasText: /^Saved/ }).waitFor()
    const { params } = await draft()
    must(/^images\/.+\.png$/.test(params.image?.path), JSON.stringify(params))
    const { files } = await world.h5p.authoring.folder(world.slug, draftId())
    must(files.has(`content/${params.image.path}`), [...files.keys()].join(', '))
  })
  await check('what only calls itself a picture is refused with a sentence', async () => {
    await page.goto(`${world.url}/studio/${world.run}/editor/new`)
    await editorOf().locator('#keyroom-hotspots').click()
    const chooser = page.waitForEvent('filechooser')
    await editorOf().locator('.field-name-image .add').first().click()
    await (await chooser).setFiles({ name: 'page.png', mimeType: 'image/png', buffer: Buffer.from('<html><script>alert(1)</script></html>') })
    await editorOf().locator('.field-name-image .h5p-errors').filter({ hasText: /\S/ }).first().waitFor()
    await shot('5-refused')
  })
  await check('the preview plays the draft', async () => {
    const [{ id }] = (await world.h5p.authoring.list(world.slug)).filter(({ title }) => title === 'Which of these?')
    await page.goto(`${world.url}/studio/${world.run}/editor/${id}`)
    await page.locator('#preview').click()
    await page.frameLocator('iframe').first().locator('.kr-question').first().waitFor()
  })
  await check('it works in a frame of another site, where the browser keeps no cookie', async () => {
    const src = await page.goto(`${world.url}/studio/${world.run}/editor/new`).then(() => page.locator('#editor').getAttribute('src'))
    const stranger = await (await browser.newContext()).newPage()
    await stranger.goto(world.url.replace('localhost', '127.0.0.1') + '/healthz')
    const answer = await stranger.request.get(new URL(src, world.url).href)
    must(answer.status() === 200 && !answer.headers()['set-cookie']?.includes('kr-author'), String(answer.status()))
    await stranger.goto(new URL(src, world.url).href)
    await stranger.frameLocator('.h5p-editor-iframe').locator('#keyroom-choice').waitFor()
  })
  await check('a ticket that was changed opens nothing', async () => {
    const src = await page.locator('#editor').getAttribute('src')
    const changed = src.replace(/h5p-editor\/(.)/, (_all, first) => `h5p-editor/${first === 'a' ? 'b' : 'a'}`)
    must((await page.request.get(new URL(changed, world.url).href)).status() === 401, 'it was let in')
  })
  await check('nothing was asked of another machine', async () => must(outside.length === 0, outside.join('\n')))
  await check('no script failed, and the policy refused nothing', async () => {
    // The browser itself notes each refusal that was provoked above.
    const others = complaints.filter((words) => !/status of (409|415)/.test(words))
    must(others.length === 0, others.join('\n'))
  })
} finally {
  await browser.close()
  await world.close()
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
