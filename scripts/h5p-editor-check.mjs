// npm run h5p:editor-check -- --core DIR|FILE --editor DIR|FILE [--libraries FOLDER] [--keep FOLDER]
// Drives Joubel's editor, which no registry holds and this repository doesn't either, in Chromium: begin, write, upload, save, preview,
// then makes one content in Keyroom's form and in that editor, and prints what differs as a table.
// --libraries: packages of official types; with H5P.MultiChoice among them that is written, too. --keep: where screenshots go.
// Prints one line a check, and how many passed. A check that can't be made counts as failed.
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { ensureBuild } from './build.mjs'
import { launchChromium } from './chromium.mjs'
import { ensureInstall, fail } from './ensure-install.mjs'
import { compare } from './h5p-editor-check.compare.mjs'
import { handsOf, openPage, openWorld, shooter } from './h5p-editor-check.world.mjs'

const { values } = parseArgs({ options: { core: { type: 'string' }, editor: { type: 'string' }, libraries: { type: 'string' }, keep: { type: 'string' } } })
if (!values.core || !values.editor) fail('Name both: npm run h5p:editor-check -- --core DIR --editor DIR (h5p-php-library and h5p-editor-php-library, unpacked or as archives).')
ensureInstall()
ensureBuild({ say: console.error })

/** A picture of one point by one. */
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

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

const world = await openWorld(values)
const browser = await launchChromium({ blocked: true })
const { page, complaints, outside } = await openPage(browser, world)
const { document: documentOf, editor: editorOf, save, saved, write } = handsOf(page)
const shot = shooter(values.keep, page)
/** In the frame of an LMS of another site, where the browser keeps no cookie: Keyroom's window, in place of which pages are put. */
const launchedAuthor = async () => {
  const lmsPage = await (await browser.newContext({ viewport: { width: 1300, height: 1000 } })).newPage()
  lmsPage.setDefaultTimeout(15_000)
  await lmsPage.context().request.post(`${world.lms.url}/session`, { form: { person: '11' } })
  await lmsPage.goto(`${world.lms.url}/course/rooms`)
  for (let tries = 0; tries < 200; tries++) {
    const frame = lmsPage.frames().find((each) => each.url().startsWith(world.url) && each.url().includes('/insights/'))
    if (frame) return { lmsPage, frame }
    await lmsPage.waitForTimeout(100)
  }
  throw new Error('the launch never arrived')
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
    await shot('2-form', { width: 1600 })
    await shot('2-form-narrow', { width: 320 })
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
  await check('who goes away from what isn’t saved is asked first, and from what is, isn’t', async () => {
    const asked = []
    const answer = (dialog) => {
      asked.push(dialog.type())
      return dialog.dismiss()
    }
    page.on('dialog', answer)
    const title = editorOf().locator('.field-name-extraTitle input')
    await title.fill('Not yet saved')
    await page.locator('#preview').click()
    for (let tries = 0; tries < 50 && asked.length === 0; tries++) await page.waitForTimeout(100)
    must(asked.join() === 'beforeunload' && page.url().includes('/editor/'), `${asked.join()} ${page.url()}`)
    await title.fill('Which of these?')
    await save()
    const here = page.url()
    await page.locator('#preview').click()
    await page.waitForURL(/\/preview$/)
    must(asked.length === 1, asked.join())
    page.off('dialog', answer)
    await page.goto(here)
    await editorOf().locator('.field-name-question .ckeditor').first().waitFor()
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
    await saved()
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
  await check('an upload says how far it is', async () => {
    await page.goto(`${world.url}/studio/${world.run}/editor/new`)
    await editorOf().locator('#keyroom-hotspots').click()
    const line = await page.context().newCDPSession(page)
    await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400_000 })
    const chooser = page.waitForEvent('filechooser')
    await editorOf().locator('.field-name-image .add').first().click()
    const percents = editorOf().locator('.field-name-image .h5peditor-uploading').filter({ hasText: /\d+ %/ }).first().waitFor()
    await (await chooser).setFiles({ name: 'large.png', mimeType: 'image/png', buffer: Buffer.concat([PICTURE, randomBytes(1_500_000)]) })
    await percents
    await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 })
  })
  if (values.libraries) {
    await check('an official type, H5P.MultiChoice, is written, kept, and played', async () => {
      await page.goto(`${world.url}/studio/${world.run}/editor/new`)
      await editorOf().locator('#h5p-multichoice').click()
      await editorOf().locator('.field-name-extraTitle input').first().fill('Planets')
      await write('.field-name-question .ckeditor >> nth=0', 'Which planet is the largest?')
      await write('.field-name-text .ckeditor >> nth=0', 'Jupiter')
      await editorOf().locator('.field-name-correct input[type=checkbox]').first().check()
      await shot('6-multichoice', { width: 1600 })
      await shot('6-multichoice-narrow', { width: 320 })
      await documentOf().locator('#save').click()
      await page.waitForURL(/\/editor\/draft-/)
      await saved()
      const { library, params } = await draft()
      must(library.startsWith('H5P.MultiChoice ') && /Jupiter/.test(params.answers[0].text) && params.answers[0].correct === true, JSON.stringify({ library, params }))
      await page.locator('#preview').click()
      await page.frameLocator('iframe').first().getByText('Which planet is the largest?').first().waitFor()
    })
  }
  await check('what was written is duplicated and deleted from the list of contents', async () => {
    const titles = async () => (await world.h5p.authoring.list(world.slug)).filter(({ title }) => title.includes('A picture')).length
    must((await titles()) === 1, 'the picture’s content is not listed once')
    const list = `${world.url}/studio/${world.run}/contents`
    const open = async () => {
      await page.goto(list)
      const card = page.locator('.content-card', { hasText: 'A picture' }).first()
      await card.locator('summary').click()
      return card
    }
    await (await open()).getByRole('button', { name: /^Duplicate/ }).click()
    await page.waitForURL(/\/contents\/draft-/)
    must((await titles()) === 2, 'there is no copy')
    await (await open()).locator('a.danger').click()
    await page.locator('.danger-btn').click()
    await page.waitForURL(/said=removed/)
    must((await titles()) === 1, 'it was not deleted')
  })
  await check('in an LMS’s frame without cookies: begun, opened in the editor, written and saved', async () => {
    const { lmsPage, frame } = await launchedAuthor()
    await frame.locator('a[href$="/contents"]').first().click()
    await frame.locator('a[href$="/contents/new"]').first().click()
    await frame.locator('label:has(input[value="Keyroom.Choice 1.0"])').click()
    await frame.locator('.new-form button.btn').click()
    await frame.locator('a[href*="/editor/draft-"]').first().click()
    const hands = handsOf(lmsPage, frame)
    await hands.editor().locator('.field-name-question .ckeditor').first().waitFor()
    await hands.editor().locator('.field-name-extraTitle input').first().fill('Written without cookies')
    await hands.write('.field-name-question .ckeditor >> nth=0', 'Which one?')
    await hands.write('.field-name-text .ckeditor >> nth=0', 'This')
    await hands.write('.field-name-text .ckeditor >> nth=1', 'That')
    await hands.write('.field-name-text .ckeditor >> nth=2', 'Another')
    await hands.save()
    must((await world.h5p.authoring.list(world.slug)).some(({ title }) => title === 'Written without cookies'), 'it was not kept')
    await shooter(values.keep, lmsPage)('7-in-an-lms')
    await lmsPage.context().close()
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
  let table
  await check('one content is made both ways', async () => {
    table = await compare(browser, world)
  })
  if (table) console.log(`\n${table}\n`)
} finally {
  await browser.close()
  await world.close()
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
