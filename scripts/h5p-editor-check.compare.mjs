// One content made twice, in Keyroom's form and in Joubel's editor: what it costs and what it gives, counted by the browser itself.
/* global document, window */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { handsOf, openPage } from './h5p-editor-check.world.mjs'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** How long nothing is touched before a change counts as not saved by itself. */
const PATIENCE_MS = 15_000
const CONTENT = { title: 'Planets', question: 'Which planet is the largest?', answers: ['Mars', 'Jupiter', 'Venus', 'Earth'], right: 1 }
/** The last answer is put first. */
const ORDERED = ['Earth', 'Mars', 'Jupiter', 'Venus']

/**
 * Real presses in every document of the page: the browser's own events, not what the script meant to do. `listen` once more where a
 * document was written anew, as Joubel's frame is: that takes all listeners away.
 */
const countPresses = async (page) => {
  const counts = { clicks: 0, keys: 0 }
  await page.exposeBinding('keyroomPressed', (_source, kind) => {
    counts[kind] += 1
  })
  const listen = () => {
    if (!document.documentElement || document.documentElement.dataset.counted) return
    document.documentElement.dataset.counted = 'yes'
    document.addEventListener('pointerdown', (event) => event.isTrusted && window.keyroomPressed('clicks'), true)
    document.addEventListener('keydown', (event) => event.isTrusted && window.keyroomPressed('keys'), true)
  }
  await page.addInitScript(`addEventListener('DOMContentLoaded', ${listen})`)
  return { counts, listen: () => Promise.all(page.frames().map((frame) => frame.evaluate(listen))) }
}

/** Which rules of WCAG 2.2 A and AA axe finds broken, document by document. */
const axeOf = async (frames) => {
  const source = await readFile(AXE, 'utf8')
  const found = new Map()
  for (const frame of frames) {
    await frame.evaluate(source)
    // A title is asked of the outermost document alone.
    const rules = frame.parentFrame() ? { 'document-title': { enabled: false } } : {}
    const violations = await frame.evaluate(async (options) => (await window.axe.run(document, options)).violations.map(({ id, nodes }) => [id, nodes.length]), { runOnly: WCAG, iframes: false, rules })
    for (const [id, places] of violations) found.set(id, (found.get(id) ?? 0) + places)
  }
  return found.size === 0 ? 'none' : [...found].map(([id, places]) => `${id} ×${places}`).join(', ')
}

/** How far the widest of these documents sticks out. */
const widthAt = async (page, frames, width) => {
  await page.setViewportSize({ width, height: 900 })
  await page.waitForTimeout(700)
  const over = Math.max(...(await Promise.all(frames().map((frame) => frame.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)))))
  await page.setViewportSize({ width: 1300, height: 1000 })
  return over > 0 ? `no: ${over} px too wide` : 'yes'
}

const textsOf = ({ params }) => params.answers.map(({ text }) => String(text ?? '').replace(/<[^>]*>|&nbsp;/g, '').trim())
const must = (holds, words) => {
  if (!holds) throw new Error(words)
}

/** How an author does each thing in Keyroom's form. */
const inOurForm = (page, world) => {
  const saved = () => page.waitForFunction(() => document.querySelector('[data-studio=status]')?.getAttribute('data-state') === 'saved')
  const ready = () => page.waitForSelector('html[data-form=ready]', { state: 'attached' })
  const type = async (place, words) => {
    await page.click(place)
    await page.keyboard.type(words)
  }
  return {
    name: 'Keyroom’s form',
    frames: () => [page.mainFrame()],
    draftId: () => page.url().split('/').at(-1),
    async make() {
      await page.goto(`${world.url}/studio/${world.run}/contents/new`)
      await page.click('label:has(input[value="Keyroom.Choice 1.0"])')
      await type('#title', CONTENT.title)
      await page.click('.new-form button.btn')
      await ready()
      await type('#f-params-question', CONTENT.question)
      for (const index of [0, 1, 2]) await type(`#f-params-answers-${index}-text`, CONTENT.answers[index])
      await page.click(`label:has(#f-params-answers-${CONTENT.right}-correct)`)
      await page.click('#f-params-answers-add')
      await type('#f-params-answers-3-text', CONTENT.answers[3])
      for (const index of [3, 2, 1]) await page.click(`#f-params-answers-${index}-up`)
      await saved()
    },
    reopen: async () => (await page.reload(), ready()),
    async reorderByKeys() {
      await page.focus('#f-params-answers-3-grip')
      await page.keyboard.press('ArrowUp')
      const keeps = await page.evaluate(() => document.activeElement?.id === 'f-params-answers-2-grip')
      await saved()
      return keeps
    },
    async removeAndUndo() {
      await page.click('#f-params-answers-3-row .row-buttons button:last-child')
      await page.locator('#f-params-answers > .rows > li').nth(2).waitFor()
      await page.locator('[data-studio=undo]').focus()
      await page.keyboard.press('ControlOrMeta+z')
      await page.waitForTimeout(500)
      return (await page.locator('#f-params-answers > .rows > li').count()) === 4
    },
    change: (words) => type('#f-params-question', words),
  }
}

/** The same in Joubel's editor. */
const inJoubels = (page, world, listen) => {
  const { document, editor, save, saved } = handsOf(page)
  const rows = () => editor().locator('ul.h5p-ul > li')
  const typeRich = async (place, words) => {
    await place.click()
    const field = editor().locator('.ck-content[contenteditable=true]').first()
    await field.waitFor()
    await field.pressSequentially(words)
  }
  const frames = () => page.frames().filter((frame) => frame.url().startsWith(world.url) || frame.name() === 'h5p-editor-iframe' || frame.parentFrame()?.url().includes('/h5p-editor/'))
  return {
    name: 'Joubel’s editor',
    frames,
    draftId: () => page.url().split('/').at(-1),
    async make() {
      await page.goto(`${world.url}/studio/${world.run}/editor/new`)
      await editor().locator('#keyroom-choice').waitFor()
      await listen()
      await editor().locator('#keyroom-choice').click()
      await editor().locator('.field-name-extraTitle input').click()
      await page.keyboard.type(CONTENT.title)
      await typeRich(editor().locator('.field-name-question .ckeditor').first(), CONTENT.question)
      for (const index of [0, 1, 2]) await typeRich(editor().locator('.field-name-text .ckeditor').nth(index), CONTENT.answers[index])
      await editor().locator('.field-name-correct input[type=checkbox]').nth(CONTENT.right).click()
      await editor().locator('.h5peditor-button-textual').filter({ hasText: /add answer/i }).last().click()
      await typeRich(editor().locator('.field-name-text .ckeditor').nth(3), CONTENT.answers[3])
      for (const index of [3, 2, 1]) await rows().nth(index).locator('.order-up').first().click()
      await document().locator('#save').click()
      await page.waitForURL(/\/editor\/draft-/)
      await saved()
    },
    async reopen() {
      await page.reload()
      await editor().locator('.field-name-question .ckeditor').filter({ hasText: CONTENT.question }).first().waitFor()
    },
    async reorderByKeys() {
      const row = rows().nth(3)
      await row.locator('.order-up').first().focus()
      await page.keyboard.press('Enter')
      const keeps = await rows().nth(2).evaluate((moved) => moved.contains(moved.ownerDocument.activeElement))
      await save()
      return keeps
    },
    async removeAndUndo() {
      await rows().nth(3).locator('.remove').first().click()
      await editor().locator('.h5p-confirmation-dialog-buttons button').last().click()
      await page.waitForTimeout(500)
      must((await rows().count()) === 3, 'the answer was not removed')
      await page.keyboard.press('ControlOrMeta+z')
      await page.waitForTimeout(500)
      return (await rows().count()) === 4 || (await editor().getByRole('button', { name: /undo/i }).count()) > 0
    },
    change: (words) => typeRich(editor().locator('.field-name-question .ckeditor').first(), words),
  }
}

/** Makes the content one way, and tells each thing of it in words. */
const tryOne = async (browser, world, way) => {
  const { page } = await openPage(browser, world)
  try {
    const { counts, listen } = await countPresses(page)
    const hands = way(page, world, listen)
    await hands.make()
    const { clicks, keys } = counts
    const id = hands.draftId()
    const draft = () => world.h5p.authoring.get(world.slug, id)
    must(textsOf(await draft()).join() === ORDERED.join(), `${hands.name} kept ${JSON.stringify((await draft()).params)}`)
    must((await draft()).params.answers[CONTENT.right + 1].correct === true, `${hands.name} lost which one is right: ${JSON.stringify((await draft()).params.answers)}`)
    await hands.reopen()
    const axe = await axeOf(hands.frames())
    must(keys > CONTENT.question.length, `${hands.name}: presses were not counted`)
    const narrow = await widthAt(page, hands.frames, 320)
    const keeps = await hands.reorderByKeys()
    const moved = textsOf(await draft()).join() !== ORDERED.join()
    await hands.reopen()
    const undone = await hands.removeAndUndo()
    await hands.reopen()
    const { revision } = await draft()
    await hands.change(' now')
    const until = Date.now() + PATIENCE_MS
    while (Date.now() < until && (await draft()).revision === revision) await page.waitForTimeout(250)
    const kept = (await draft()).revision > revision
    return {
      name: hands.name,
      'clicks': String(clicks), 'keys pressed': String(keys), 'axe, WCAG 2.2 A and AA': axe, 'fits 320 px': narrow,
      'order by keyboard alone': moved ? (keeps ? 'yes, the focus stays on what moved' : 'yes, the focus is lost') : 'no', 'a removed answer comes back with Ctrl+Z': undone ? 'yes' : 'no', 'saves by itself': kept ? 'yes' : `no (waited ${PATIENCE_MS / 1000} s)`,
    }
  } finally {
    await page.context().close()
  }
}

/** Both ways, as a table in Markdown. */
export const compare = async (browser, world) => {
  const [ours, theirs] = [await tryOne(browser, world, inOurForm), await tryOne(browser, world, inJoubels)]
  const { name, ...facts } = ours
  return [`| Keyroom.Choice: ${CONTENT.answers.length} answers, the last put first | ${name} | ${theirs.name} |`, '|---|---|---|', ...Object.keys(facts).map((fact) => `| ${fact} | ${facts[fact]} | ${theirs[fact]} |`)].join('\n')
}
