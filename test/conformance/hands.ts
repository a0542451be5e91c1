import type { Locator, Page } from 'playwright-core'
import { objects, type Params } from './answers.js'

/** Gives a response by mouse and keyboard, to a question that is on the screen. */
type Hand = (question: { place: Locator; page: Page; params: Params }, response: unknown) => Promise<void>

const indexes = (response: unknown): string[] => (response === '' ? [] : String(response).split('[,]'))
const plain = (html: unknown): string => String(html).replace(/<[^>]*>/g, '').trim()
const named = (place: Locator, text: string): Locator => place.filter({ hasText: new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`) }).first()

const drag = async (page: Page, from: Locator, to: Locator): Promise<void> => {
  await from.scrollIntoViewIfNeeded()
  const [a, b] = [await from.boundingBox(), await to.boundingBox()]
  if (!a || !b) throw new Error('What is to be dragged is not on the screen')
  await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2)
  await page.mouse.down()
  await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 12 })
  await page.mouse.up()
}

const HANDS: Record<string, Hand> = {
  async 'H5P.MultiChoice'({ place, params }, response) {
    // The answers may be shuffled: they are found by their words.
    for (const index of indexes(response)) await named(place.locator('.h5p-answer'), plain(objects(params.answers)[Number(index)]?.text)).click()
  },
  async 'H5P.TrueFalse'({ place }, response) {
    await place.locator('.h5p-true-false-answer').nth(response === 'true' ? 0 : 1).click()
  },
  async 'H5P.Blanks'({ place }, response) {
    for (const [index, typed] of indexes(response).entries()) await place.locator('input.h5p-text-input').nth(index).fill(typed)
  },
  async 'H5P.DragText'({ place, page }, response) {
    for (const [index, word] of indexes(response).entries())
      await drag(page, named(place.locator('.h5p-drag-draggables-container .ui-draggable'), word), place.locator('.h5p-drag-dropzone-container .ui-droppable').nth(index))
  },
  async 'H5P.DragQuestion'({ place, page, params }, response) {
    for (const pair of indexes(response)) {
      const [zone = '', element = ''] = pair.split('[.]')
      const { type } = (params.question as { task: { elements: { type: { params: { text: string } } }[] } }).task.elements[Number(element)] ?? {}
      await drag(page, place.locator('.h5p-draggable', { hasText: plain(type?.params.text) }).first(), place.locator('.h5p-dropzone > .h5p-inner').nth(Number(zone)))
    }
  },
  async 'H5P.MarkTheWords'({ place }, response) {
    for (const index of indexes(response)) await place.locator('[role=option]').nth(Number(index)).click()
  },
  async 'H5P.SingleChoiceSet'({ place, params }, response) {
    for (const [index, pick] of (response as string[]).entries()) {
      const answers = objects(params.choices)[index]?.answers as string[]
      await named(place.locator('.h5p-sc-slide').nth(index).locator('.h5p-sc-alternative'), plain(answers[Number(pick)])).click()
      const next = place.locator('.h5p-ssc-next-button')
      if (await next.isVisible()) await next.click()
    }
    await place.locator('.h5p-sc-set-results.h5p-sc-current-slide').waitFor()
  },
  async 'H5P.Summary'({ place, params }, response) {
    const groups = objects(params.summaries).filter(({ summary }) => Array.isArray(summary))
    for (const [group, picks] of (response as string[]).entries()) {
      for (const pick of indexes(picks)) {
        const statements = groups[group]?.summary as string[]
        await named(place.locator('.summary-claim-unclicked:visible'), plain(statements[Number(pick)])).click()
      }
    }
  },
}

const CHECK = '.h5p-question-check-answer:visible'

/** Answers a question on the screen, and has it checked where it has a button for that. */
export const answer = async (page: Page, { id, machineName, params }: { id: string; machineName: string; params: Params }, response: unknown): Promise<void> => {
  const place = page.locator(`[data-conformance="${id}"]`).last()
  await place.waitFor()
  await HANDS[machineName]?.({ place, page, params }, response)
  const check = place.locator(CHECK)
  if ((await check.count()) > 0) await check.first().click()
}
