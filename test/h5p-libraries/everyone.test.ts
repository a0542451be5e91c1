import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answer, refused } from './hands.js'
import { blanks, book, choice, hotspots, questionSet, samples, sequence, several, tips, type Sample } from './samples.js'
import { createStage, type Scene, type Seat, type Stage } from './stage.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')
interface Axe { run(options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> }

let stage: Stage
beforeAll(async () => { stage = await createStage() })
afterAll(() => stage.close())
const show = ({ content, files }: Pick<Sample, 'content'> & Partial<Sample>, scene: Partial<Scene> = {}, seat: Seat = {}): Promise<Page> =>
  stage.show({ content, host: 'other', ...(files && { files }), ...scene }, seat)
const problems = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => (window as unknown as { axe: Axe }).axe.run({ rules: { 'target-size': { enabled: true } } }))
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`))
}
/** Opens all that can be opened, so that nothing hides from the examination. */
const unfold = async (page: Page): Promise<void> => {
  for (const press of await page.locator('summary:visible, .kr-tip-press:visible').all()) await press.click()
  const mark = page.locator('.kr-spot-mark').first()
  if (await mark.count()) await mark.click()
}
const wide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

describe.each(samples)('$name', (sample) => {
  it.each([{ dark: false }, { dark: true }])('has nothing axe objects to, dark: $dark', async ({ dark }) => {
    const page = await show(sample, {}, { dark })
    await unfold(page)
    expect(await problems(page)).toEqual([])
  })

  it('fits 320 pixels, in Arabic too, and breaks no rule of a strict host', async () => {
    for (const lang of ['en', 'ar']) {
      const page = await show(sample, { lang }, { width: 320 })
      await unfold(page)
      expect(await wide(page), lang).toBe(0)
      const small = await page.locator('.kr').locator('button:visible, summary:visible, .kr-option label:visible, input[type=text]:visible')
        .evaluateAll((all) => all.filter((each) => !each.matches('.kr-spot-mark') && (each.getBoundingClientRect().height < 44 || each.getBoundingClientRect().width < 44)).map((each) => each.outerHTML.slice(0, 120)))
      expect(small).toEqual([])
      expect(await refused(page)).toEqual([])
    }
  })

  it('speaks the learner’s language and keeps that of the content', async () => {
    for (const lang of ['zh-CN', 'ar']) {
      const page = await show(sample, { lang })
      const root = page.locator('.kr-root')
      expect(await root.evaluate((element) => [element.getAttribute('lang'), getComputedStyle(element).direction])).toEqual([lang, lang === 'ar' ? 'rtl' : 'ltr'])
      expect(await page.locator('.kr [dir=auto]:visible').first().getAttribute('lang')).toBe('en')
      expect(await page.locator('.kr').getByText(/^(Check|Next|Play|Back|I’ve read this)$/).count()).toBe(0)
    }
  })
})

describe('Answered questions', () => {
  it.each([
    ['wrong', choice, [0], false], ['wrong', choice, [0], true], ['right', choice, [1], false], ['right', choice, [1], true],
    ['partly right', blanks, ['blue', '', 'x'], false], ['partly right', blanks, ['blue', '', 'x'], true], ['right', several, [1, 3, 5], true],
  ] as const)('%s ones have nothing axe objects to (%#)', async (_how, content, response, dark) => {
    const page = await show({ content }, {}, { dark })
    await answer(page, content, response)
    await page.locator('.kr-verdict').waitFor()
    expect(await problems(page)).toEqual([])
    expect(await refused(page)).toEqual([])
  })

  it('say how they stand in words and with an icon, to eyes and to screen readers', async () => {
    const page = await show({ content: choice })
    await answer(page, choice, [0])
    const status = page.getByRole('status').filter({ hasText: 'Not yet' })
    await status.waitFor()
    expect(await status.locator('svg[aria-hidden=true]').count()).toBe(1)
    expect(await page.getByRole('radio', { name: 'Plum Not this one' }).count()).toBe(1)
  })
})

describe('The last page', () => {
  it.each([['a question set', questionSet, 3], ['a sequence', sequence, 4], ['a book', book, 2]] as const)('of %s has nothing axe objects to', async (_name, content, steps) => {
    for (const dark of [false, true]) {
      const page = await show({ content }, {}, { dark })
      for (let step = 0; step < steps; step += 1) {
        await page.locator('.kr-turn').getByRole('button', { name: /^(Next|Finish)$/ }).click()
        expect(await problems(page)).toEqual([])
      }
    }
  }, 90_000)
})

describe('With the keyboard alone', () => {
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '')
  const keys = async (page: Page, ...pressed: string[]) => {
    for (const key of pressed) await page.keyboard.press(key)
  }

  it('a choice is answered, and the verdict takes the focus once there is nothing left to press', async () => {
    const page = await show({ content: choice })
    await keys(page, 'Tab', 'ArrowDown', 'Tab', 'Enter')
    await page.getByText('That’s right.').waitFor()
    expect(await focused(page)).toMatch(/That’s right/)
  })

  it('a wrong answer leaves the focus on its button, to try again', async () => {
    const page = await show({ content: choice })
    await keys(page, 'Tab', 'Space', 'Tab', 'Space')
    await page.getByText('Not yet').waitFor()
    expect(await focused(page)).toBe('Check')
  })

  it('gaps are filled and checked with Enter', async () => {
    const page = await show({ content: blanks })
    await keys(page, 'Tab')
    await page.keyboard.type('blue')
    await keys(page, 'Tab', 'Tab')
    await page.keyboard.type('green')
    await keys(page, 'Tab')
    await page.keyboard.type('snow white')
    await keys(page, 'Enter')
    await page.getByText('That’s right.').waitFor()
  })

  it('pages, questions and scenes take the focus to where they begin', async () => {
    for (const [content, begins] of [[book, 'Page 2 of 2'], [questionSet, 'Question 2 of 3'], [sequence, 'Scene 2 of 3']] as const) {
      const page = await show({ content })
      await page.getByRole('button', { name: 'Next' }).focus()
      await keys(page, 'Enter')
      expect(await focused(page)).toContain(begins)
    }
  })

  it('a place in the picture opens, and the list opens and closes the same', async () => {
    const page = await show({ content: hotspots, files: samples[0]?.files ?? '' })
    await keys(page, 'Tab')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('1. The screen')
    await keys(page, 'Enter')
    expect(await focused(page)).toContain('Look here.')
    const row = page.locator('.kr-row').first()
    expect(await row.getAttribute('aria-expanded')).toBe('true')
    await row.focus()
    await keys(page, 'Space')
    expect(await row.getAttribute('aria-expanded')).toBe('false')
  })

  it('tips open', async () => {
    const page = await show({ content: tips })
    await keys(page, 'Tab', 'Enter')
    expect(await page.getByText('Take it.').isVisible()).toBe(true)
  })
})

describe('For those who see differently', () => {
  it('nothing moves for who wants no motion', async () => {
    const moving = (page: Page) => page.evaluate(() => document.getAnimations().length)
    const page = await show({ content: sequence }, {}, { still: true })
    await page.getByRole('button', { name: 'Next' }).click()
    expect(await moving(page)).toBe(0)
    const lively = await show({ content: sequence }, {}, { still: false })
    await lively.getByRole('button', { name: 'Next' }).click()
    expect(await lively.locator('.kr-scene:visible').evaluate((scene) => getComputedStyle(scene).animationName)).toBe('kr-in')
  })

  it('in forced colours what is chosen, and where one is, still shows', async () => {
    const page = await show({ content: questionSet }, {}, { forced: true })
    await page.getByLabel('Banana').check()
    expect(await page.locator('.kr-option:has(:checked) label').evaluate((label) => getComputedStyle(label).outlineStyle)).toBe('solid')
    expect(await page.locator('.kr-step[aria-current]').evaluate((step) => getComputedStyle(step).outlineStyle)).toBe('solid')
  })

  it('marks on a small picture don’t lie on one another, nor outside it', async () => {
    for (const width of [320, 1200]) {
      const page = await show({ content: hotspots, files: samples[0]?.files ?? '' }, {}, { width })
      const [picture, one, other] = await Promise.all(['.kr-picture', '.kr-spot-mark >> nth=0', '.kr-spot-mark >> nth=1'].map((selector) => page.locator(selector).boundingBox()))
      if (!picture || !one || !other) throw new Error('a mark is missing')
      expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThanOrEqual(one.width - 1)
      for (const mark of [one, other]) expect(mark.y).toBeGreaterThanOrEqual(picture.y - 1)
    }
  })

  it('an author’s formatting comes through a strict host, and no script does', async () => {
    const page = await show({ content: { ...choice, params: { ...choice.params, question: '<p style="text-align:center; position:fixed" onclick="window.hacked=1">Which?</p><script>window.hacked=1</script>' } } })
    const prompt = page.locator('.kr-prompt p')
    expect(await prompt.evaluate((element) => [getComputedStyle(element).textAlign, getComputedStyle(element).position, element.getAttribute('onclick')])).toEqual(['center', 'static', null])
    expect(await refused(page)).toEqual([])
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
  })
})
