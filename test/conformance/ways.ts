import type { Page } from 'playwright-core'
import type { Asked } from './answers.js'

/** Answers one question on the screen. */
export type AnswerOne = (asked: Asked) => Promise<void>
/** From question to question of a container, to its end. */
type Way = (page: Page, asked: Asked[], answer: AnswerOne, params: Record<string, unknown>) => Promise<void>

const press = async (page: Page, selector: string): Promise<boolean> => {
  const button = page.locator(`${selector}:visible`).first()
  if ((await button.count()) === 0) return false
  await button.click()
  return true
}
const isShown = (page: Page, id: string): Promise<boolean> => page.locator(`[data-conformance="${id}"]:visible`).last().isVisible()
const each: Way = async (_page, asked, answer) => {
  for (const one of asked) await answer(one)
}
/** Answers what is shown, then turns to the next, till there is none. */
const turning = async (page: Page, asked: Asked[], answer: AnswerOne, next: string): Promise<void> => {
  const open = new Set(asked)
  for (let turn = 0; turn < 100; turn++) {
    for (const one of open) {
      if (!(await isShown(page, one.id))) continue
      open.delete(one)
      await answer(one)
    }
    if (!(await press(page, next))) return
    await page.waitForTimeout(700)
  }
}

interface Video { seek(seconds: number): void; play(): void; pause(): void; getDuration(): number }
const seek = (page: Page, seconds: number): Promise<void> =>
  page.evaluate((time) => {
    const { video } = (window as unknown as { conformance: { root(): { video: Video } } }).conformance.root()
    video.seek(time)
    video.pause()
  }, seconds)

interface Timed { duration: { from: number; to: number }; action: { subContentId: string } }

const video: Way = async (page, asked, answer, params) => {
  await press(page, '.h5p-splash')
  await page.waitForTimeout(1000)
  const { interactiveVideo } = params as { interactiveVideo: { assets: { interactions: Timed[] }; summary: { displayAt: number } } }
  const length = await page.evaluate(() => (window as unknown as { conformance: { root(): { video: Video } } }).conformance.root().video.getDuration())
  // What has no time of its own is the summary, near the end.
  const timeOf = (id: string): number => interactiveVideo.assets.interactions.find(({ action }) => action.subContentId === id)?.duration.from ?? length - interactiveVideo.summary.displayAt
  for (const one of [...asked].sort((a, b) => timeOf(a.id) - timeOf(b.id))) {
    await seek(page, timeOf(one.id) + 0.2)
    await page.waitForTimeout(700)
    await page.evaluate(() => (window as unknown as { conformance: { root(): { video: Video } } }).conformance.root().video.play())
    await page.locator(`.h5p-interaction-button:visible, [data-conformance="${one.id}"]:visible`).first().waitFor()
    if (!(await isShown(page, one.id))) await press(page, '.h5p-interaction-button')
    await answer(one)
    await page.waitForTimeout(500)
    await press(page, '.h5p-dialog-close')
  }
  await page.evaluate(() => (window as unknown as { conformance: { root(): { toggleEndscreen(show: boolean): void } } }).conformance.root().toggleEndscreen(true))
  await press(page, '.h5p-interactive-video-endscreen-submit-button')
}

const WAYS: Record<string, Way> = {
  'H5P.QuestionSet': async (page, asked, answer) => {
    await press(page, '.qs-startbutton')
    await turning(page, asked, answer, '.h5p-question-next')
    await press(page, '.h5p-question-finish')
  },
  'H5P.CoursePresentation': (page, asked, answer) => turning(page, asked, answer, '.h5p-footer-next-slide:not([aria-disabled=true])'),
  'H5P.InteractiveBook': async (page, asked, answer) => {
    await press(page, '.h5p-interactive-book-cover-readbutton button')
    await turning(page, asked, answer, '.h5p-interactive-book-status-arrow.next:not([disabled])')
    await press(page, '.h5p-interactive-book-summary-submit')
  },
  'H5P.InteractiveVideo': video,
  'H5P.Essay': async (page) => {
    await page.locator('textarea').first().fill('A cat is a cat, and a dog is none.')
    await press(page, '.h5p-question-check-answer')
  },
  'H5P.Accordion': async (page) => void (await press(page, '.h5p-panel-button')),
  'H5P.ImageHotspots': async (page) => {
    await press(page, '.h5p-image-hotspot')
    await page.locator('.h5p-image-hotspot-popup-content:visible, .h5p-image-hotspot-popup:visible').first().waitFor()
  },
  'H5P.Dialogcards': async (page) => {
    await press(page, '.h5p-dialogcards-turn')
    await page.waitForTimeout(500)
    await press(page, '.h5p-dialogcards-next')
  },
  'H5P.BranchingScenario': async (page) => {
    await press(page, '.h5p-start-button')
    for (let step = 0; step < 8; step++) {
      await page.waitForTimeout(1200)
      if (!(await press(page, '.h5p-branching-question-alternative')) && !(await press(page, '.h5p-proceed-button'))) return
    }
  },
}

/** The way through a type; one that isn't known here is only looked at, and its questions answered as they stand. */
export const wayOf = (machineName: string): Way => WAYS[machineName] ?? each
