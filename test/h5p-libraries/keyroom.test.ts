import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answer, heading, option, press, said, standing, verdict } from './hands.js'
import { blanks, choice, questionSet, sequence, several, trueFalse } from './samples.js'
import type { Library } from './scoring.js'
import { createStage, type Scene, type Stage } from './stage.js'

/** The bridge of these pages, and what answers behind it, stand for Keyroom's own: the frame and its server are tested in test/h5p. */
let stage: Stage
beforeAll(async () => { stage = await createStage() })
afterAll(() => stage.close())
const show = (content: Library, scene: Partial<Scene> = {}): Promise<Page> => stage.show({ content, host: 'keyroom', ...scene })
const settled = (page: Page, words: RegExp) => page.locator('.kr-verdict:visible').filter({ hasText: words }).waitFor()

describe('A question in Keyroom', () => {
  it.each([
    ['a choice', choice, [0], [1], /Plums are blue/, /Bananas are/],
    ['a choice of several', several, [1, 2], [1, 3, 5], /Three is odd/, /They halve/],
    ['a statement', trueFalse, false, true, /Not yet/, /lighter than water/],
    ['a text with gaps', blanks, ['azure', 'red', ''], ['azure', 'Green', 'snow white'], /1 of 3 so far/, /Colours/],
  ] as const)('%s is judged by the server, as often as it takes', async (_name, content, wrong, right, told, earned) => {
    const page = await show(content)
    await answer(page, content, wrong)
    await settled(page, told)
    expect(await page.getByText('Tries: 1').isVisible()).toBe(true)
    await answer(page, content, right)
    await settled(page, earned)
    expect(await page.getByText('Tries: 2').isVisible()).toBe(true)
    expect(stage.answers).toEqual([{ item: '_', response: wrong }, { item: '_', response: right }])
    const { score, max } = await standing(page)
    expect(score).toBe(max)
  })

  it('has no key in the page, and says none to other systems', async () => {
    const page = await show(several)
    expect(await page.content()).not.toContain('is odd')
    await answer(page, several, [1, 3, 5])
    await settled(page, /right/)
    const [statement] = await said(page, 'answered')
    expect(statement?.object.definition.correctResponsesPattern).toBeUndefined()
    expect(statement?.result).toMatchObject({ score: { raw: 3, max: 3 }, success: true, response: '1[,]3[,]5' })
    expect(JSON.stringify(await page.evaluate(() => window.H5P.instances[0].getXAPIData()))).not.toContain('correctResponsesPattern')
  })

  it('can’t be changed while the server thinks, and the keyboard stays where it was', async () => {
    const page = await show(blanks)
    let release = (): void => undefined
    const waiting = new Promise<void>((resolve) => { release = resolve })
    await page.route('**/answers', async (route) => {
      await waiting
      await route.continue()
    })
    await page.locator('.kr-gap').first().fill('blue')
    await page.locator('.kr-gap').first().press('Enter')
    expect(await page.locator('[type=submit]').isDisabled()).toBe(true)
    expect(await page.locator('.kr-gap').first().isDisabled()).toBe(true)
    release()
    await settled(page, /1 of 3/)
    expect(await page.locator('.kr-gap').first().evaluate((gap) => gap === document.activeElement)).toBe(true)
    expect(stage.answers).toHaveLength(1)
  })

  it('says kindly that an answer didn’t get through, keeps it, and lets it be sent again', async () => {
    const page = await show(choice)
    stage.fail(1)
    await answer(page, choice, [1])
    await settled(page, /didn’t get through/)
    expect(await verdict(page)).toContain('The house is being dusted.')
    expect(await option(page, 'Banana').isChecked()).toBe(true)
    expect(await said(page, 'answered')).toEqual([])
    await press(page, 'Check')
    await settled(page, /right/)
  })

  it('a network that is gone is told as kindly', async () => {
    const page = await show(trueFalse)
    await page.route('**/answers', (route) => route.abort())
    await answer(page, trueFalse, true)
    await settled(page, /It is still here/)
  })

  it('comes back as the server remembers it, whatever the saved state says', async () => {
    const page = await show(choice, { items: { _: { tries: 3, correct: false, response: [0], feedback: 'Plums are blue.' } }, state: { response: [2], checked: [1] } })
    expect(await verdict(page)).toMatch(/Not yet[^]*Plums are blue/)
    expect(await option(page, 'Kiwi').isChecked()).toBe(true)
    const solved = await show(several, { items: { _: { tries: 2, correct: true, response: [1, 3, 5], feedback: '<p>They halve.</p>' } } })
    expect(await verdict(solved)).toMatch(/right[^]*They halve/)
    expect(await standing(solved)).toMatchObject({ score: 3, max: 3, given: true })
    expect(await option(solved, 'Two').isDisabled()).toBe(true)
    const changed = await show(several, { items: { _: { tries: 2, correct: true, score: 3, max: 3 } } })
    expect(await standing(changed)).toMatchObject({ score: 3, max: 3 })
    expect(await changed.locator('.kr-option :checked').count()).toBe(0)
    const untouched = await show(choice, { items: { _: { tries: 0, correct: false } } })
    expect(await untouched.locator('.kr-verdict').count()).toBe(0)
  })

  it('the server’s words are shown as a text is, never run', async () => {
    const page = await show(choice, { items: { _: { tries: 1, correct: false, response: [0], feedback: '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script><a href="java&#10;script:window.hacked=1">Go</a><b>Bold</b>' } } })
    expect(await page.locator('.kr-feedback').innerHTML()).toBe('<img src="x"><a rel="noopener noreferrer">Go</a><b>Bold</b>')
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
  })

  it('shows no solution it doesn’t have', async () => {
    const page = await show(choice)
    await page.evaluate(() => window.H5P.instances[0].showSolutions())
    expect(await page.locator('.kr-answer, .kr-right').count()).toBe(0)
  })
})

describe('Contents that hold questions, in Keyroom', () => {
  it('answers go by the id of each question, and what is solved counts', async () => {
    const page = await show(questionSet, { items: { s2: { tries: 1, correct: true, response: true, feedback: '<p>It is lighter than water.</p>' } } })
    expect(await page.getByText('1 of 3 solved').isVisible()).toBe(true)
    await answer(page, choice, [1])
    await settled(page, /right/)
    expect(await page.getByText('2 of 3 solved').isVisible()).toBe(true)
    await press(page, 'Next')
    expect(await verdict(page)).toContain('lighter than water')
    await press(page, 'Next')
    await answer(page, blanks, ['blue', 'green', 'snow white'])
    await settled(page, /right/)
    expect(stage.answers.map(({ item }) => item)).toEqual(['s1', 's3'])
    expect((await said(page, 'completed')).map(({ result }) => [result?.score?.raw, result?.score?.max])).toEqual([[5, 5]])
    expect(JSON.stringify(await page.evaluate(() => window.said))).not.toContain('correctResponsesPattern')
  })

  it('a sequence goes on once the server has said yes', async () => {
    const page = await show(sequence)
    await press(page, 'Next')
    await press(page, 'Next')
    await answer(page, trueFalse, false)
    await settled(page, /Not yet/)
    expect(await page.getByRole('button', { name: 'Go on' }).isVisible()).toBe(false)
    await answer(page, trueFalse, true)
    await settled(page, /right/)
    await press(page, 'Go on')
    expect(await heading(page)).toContain('Third')
  })
})
