import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answer, heading, option, press, said, standing, verdict } from './hands.js'
import { blanks, book, choice, hotspots, questionSet, sequence, several, text, trueFalse } from './samples.js'
import type { Library } from './scoring.js'
import { createStage, type Scene, type Stage } from './stage.js'

let stage: Stage
beforeAll(async () => { stage = await createStage() })
afterAll(() => stage.close())
const show = (content: Library, scene: Partial<Scene> = {}): Promise<Page> => stage.show({ content, host: 'other', ...scene })
const settled = (page: Page, words: RegExp) => page.locator('.kr-verdict:visible').filter({ hasText: words }).waitFor()

describe('A choice in any H5P host', () => {
  it('says what is wrong with the answer chosen, lets the learner try again, and then why it is right', async () => {
    const page = await show(choice)
    expect(await standing(page)).toMatchObject({ score: 0, max: 1, given: false })
    await answer(page, choice, [0])
    await settled(page, /Not yet/)
    expect(await verdict(page)).toContain('Plums are blue.')
    expect(await page.locator('.kr-option.kr-tried').innerText()).toContain('Not this one')
    await answer(page, choice, [1])
    await settled(page, /That’s right/)
    expect(await verdict(page)).toContain('Bananas are.')
    expect(await standing(page)).toMatchObject({ score: 1, max: 1, given: true })
    expect(await page.getByRole('button', { name: 'Check' }).isVisible()).toBe(false)
  })

  it('reports each try as answered, with the interaction and its key', async () => {
    const page = await show(choice)
    await answer(page, choice, [2])
    await settled(page, /Not yet/)
    await answer(page, choice, [1])
    await settled(page, /right/)
    const statements = await said(page, 'answered')
    expect(statements.map(({ result }) => [result?.response, result?.score?.raw, result?.score?.max, result?.success])).toEqual([['2', 0, 1, false], ['1', 1, 1, true]])
    expect(statements[1]?.object.definition).toMatchObject({ interactionType: 'choice', correctResponsesPattern: ['1'], choices: [{ id: '0' }, { id: '1' }, { id: '2' }] })
  })

  it('with several right answers takes off a wrong pick, never goes below nothing, and is correct for the exact set alone', async () => {
    const page = await show(several)
    for (const [response, points] of [[[1, 0], 0], [[1, 3, 0], 1], [[0, 2], 0], [[1, 3], 2], [[1, 3, 5], 3]] as const) {
      await answer(page, several, response)
      await expect.poll(() => standing(page)).toMatchObject({ score: points, max: 3 })
    }
    await settled(page, /right/)
    const statements = await said(page, 'answered')
    expect(statements.map(({ result }) => result?.success)).toEqual([false, false, false, false, true])
    expect(statements.at(-1)?.result?.response).toBe('1[,]3[,]5')
  })

  it('is shuffled for each learner, the same each time, and still answers by the author’s order', async () => {
    const orderFor = async (user: string) => {
      const page = await show(several, { user })
      return page.locator('.kr-option input').evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value))
    }
    const ana = await orderFor('ana')
    const others = [await orderFor('ben'), await orderFor('cem'), await orderFor('dua')]
    expect(await orderFor('ana')).toEqual(ana)
    expect([...ana].sort()).toEqual(['0', '1', '2', '3', '4', '5'])
    expect(others.some((order) => order.join() !== ana.join())).toBe(true)
  })

  it('asks for an answer before it checks one', async () => {
    const page = await show(choice)
    await press(page, 'Check')
    expect(await verdict(page)).toBe('Choose an answer first.')
    expect(await said(page, 'answered')).toEqual([])
  })

  it('comes back as it was left: a draft as a draft, an answer as checked', async () => {
    const page = await show(choice)
    expect((await standing(page)).state).toBeUndefined()
    await option(page, 'Kiwi').check()
    const draft = (await standing(page)).state
    const resumed = await show(choice, { state: draft })
    expect(await option(resumed, 'Kiwi').isChecked()).toBe(true)
    expect(await resumed.locator('.kr-verdict').count()).toBe(0)
    await answer(resumed, choice, [0])
    await settled(resumed, /Not yet/)
    const tried = await show(choice, { state: (await standing(resumed)).state })
    expect(await verdict(tried)).toContain('Plums are blue.')
    await answer(tried, choice, [1])
    await settled(tried, /right/)
    const solved = await show(choice, { state: (await standing(tried)).state })
    expect(await standing(solved)).toMatchObject({ score: 1, given: true })
    expect(await solved.getByText('Tries: 2').isVisible()).toBe(true)
  })

  it('a state of another shape is left aside', async () => {
    for (const state of [{ response: 'x', checked: 7 }, { response: [99] }, { checked: [null] }, 'nonsense', []]) {
      const page = await show(choice, { state })
      expect(await standing(page)).toMatchObject({ score: 0, given: false })
    }
  })

  it('obeys its host: shows the solution, starts over, tells its xAPI data', async () => {
    const page = await show(choice)
    await answer(page, choice, [0])
    await settled(page, /Not yet/)
    await page.evaluate(() => window.H5P.instances[0].showSolutions())
    expect(await page.locator('.kr-answer').innerText()).toContain('This is the answer')
    expect(await verdict(page)).toBe('Bananas are.')
    expect(await page.getByRole('button', { name: 'Check' }).count()).toBe(0)
    await page.evaluate(() => window.H5P.instances[0].resetTask())
    expect(await standing(page)).toEqual({ score: 0, max: 1, given: false, state: undefined })
    await answer(page, choice, [1])
    await settled(page, /right/)
    expect(await page.evaluate(() => window.H5P.instances[0].getXAPIData().statement.result?.score)).toEqual({ min: 0, max: 1, raw: 1, scaled: 1 })
  })
})

describe('A statement and a text with gaps', () => {
  it('a statement is worth a point', async () => {
    const page = await show(trueFalse)
    await answer(page, trueFalse, false)
    await settled(page, /Not yet/)
    await answer(page, trueFalse, true)
    await settled(page, /lighter than water/)
    expect((await said(page, 'answered')).map(({ result }) => [result?.response, result?.success])).toEqual([['false', false], ['true', true]])
    expect((await said(page, 'answered'))[0]?.object.definition).toMatchObject({ interactionType: 'true-false', correctResponsesPattern: ['true'] })
  })

  it('gaps are worth a point each; alternatives, width of letters, spaces and case are forgiven', async () => {
    const page = await show(blanks)
    await answer(page, blanks, ['Azure', 'red', 'white'])
    await settled(page, /1 of 3 so far/)
    expect(await page.locator('.kr-gap').evaluateAll((gaps) => gaps.map((gap) => gap.getAttribute('aria-invalid')))).toEqual([null, 'true', 'true'])
    await answer(page, blanks, [' BLUE ', 'green', 'Snow   white'])
    await settled(page, /right/)
    expect(await standing(page)).toMatchObject({ score: 3, max: 3 })
    const [first] = await said(page, 'answered')
    expect(first?.object.definition).toMatchObject({ interactionType: 'fill-in', correctResponsesPattern: ['{case_matters=false}blue[,]green[,]snow white', '{case_matters=false}azure[,]green[,]snow white'] })
  })

  it('an answer may hold the signs that part answers, and quotes of any shape', async () => {
    const content = { ...blanks, params: { text: String.raw`It is *and\/or\: both:a tip* or *don't*.` } }
    const page = await show(content)
    await answer(page, content, ['AND/OR: both', 'don’t'])
    await settled(page, /right/)
    expect((await said(page, 'answered'))[0]?.object.definition.correctResponsesPattern).toEqual(["{case_matters=false}and/or: both[,]don't"])
  })

  it('case counts where the author says so', async () => {
    const page = await show({ ...blanks, params: { ...blanks.params, caseSensitive: true } })
    await answer(page, blanks, ['Blue', 'green', 'snow white'])
    await settled(page, /2 of 3/)
  })

  it('a tip opens on request', async () => {
    const page = await show(blanks)
    expect(await page.getByText('a colour').isVisible()).toBe(false)
    await press(page, 'Tip for gap 1')
    expect(await page.getByText('a colour').isVisible()).toBe(true)
    expect(await page.getByRole('button', { name: 'Tip for gap' }).count()).toBe(1)
  })
})

describe('Contents that hold others', () => {
  it('a question set adds up its questions, ends with a result, and reports it once', async () => {
    const page = await show(questionSet)
    expect(await standing(page)).toEqual({ score: 0, max: 5, given: false, state: undefined })
    await answer(page, choice, [1])
    await settled(page, /right/)
    await press(page, 'Next')
    expect(await heading(page)).toBe('Question 2 of 3')
    await press(page, 'Next')
    await answer(page, blanks, ['blue', 'green', '?'])
    await settled(page, /2 of 3/)
    await press(page, 'Finish')
    expect(await page.locator('.kr-rows li').allInnerTexts()).toEqual([expect.stringMatching(/Fruit\s+Solved/), expect.stringMatching(/Ice\s+Still open/), expect.stringMatching(/Colours\s+Still open/)])
    const [completed, ...more] = await said(page, 'completed')
    expect(completed?.result).toMatchObject({ completion: true, success: false, score: { raw: 3, max: 5 } })
    expect(more).toEqual([])
    expect(completed?.context?.contextActivities.parent).toBeUndefined()
    expect((await said(page, 'answered')).every((statement) => statement.context?.contextActivities.parent)).toBe(true)
  })

  it('a question set comes back at the question where it was left, and reports the better score when all is solved', async () => {
    const page = await show(questionSet)
    await answer(page, choice, [1])
    await settled(page, /right/)
    await press(page, 'Next')
    const again = await show(questionSet, { state: (await standing(page)).state })
    expect(await heading(again)).toBe('Question 2 of 3')
    expect(await standing(again)).toMatchObject({ score: 1, max: 5, given: true })
    await answer(again, trueFalse, true)
    await settled(again, /right/)
    await press(again, 'Next')
    await answer(again, blanks, ['blue', 'green', 'snow white'])
    await settled(again, /right/)
    expect((await said(again, 'completed')).map(({ result }) => [result?.score?.raw, result?.success])).toEqual([[5, true]])
    await press(again, 'Finish')
    expect(await said(again, 'completed')).toHaveLength(1)
    expect(await again.evaluate(() => window.H5P.instances[0].getXAPIData().children?.length)).toBe(3)
    await again.evaluate(() => window.H5P.instances[0].resetTask())
    expect(await standing(again)).toEqual({ score: 0, max: 5, given: false, state: undefined })
  })

  it('a book is read page by page, knows which are read, and completes, with a summary, when the reader says so', async () => {
    const page = await show(book)
    expect(await page.getByText('1 of 2 pages read · 0 of 2 solved').isVisible()).toBe(true)
    await press(page, 'Next')
    expect(await heading(page)).toContain('Two')
    await press(page, 'Finish')
    expect((await said(page, 'completed'))[0]?.result?.score).toMatchObject({ raw: 0, max: 4 })
    const again = await show(book, { state: (await standing(page)).state })
    expect(await heading(again)).toContain('Summary')
    await again.getByText('Contents', { exact: true }).first().click()
    await again.locator('.kr-contents .kr-row').first().click()
    await answer(again, choice, [1])
    await settled(again, /right/)
    expect(await again.getByText('2 of 2 pages read · 1 of 2 solved').isVisible()).toBe(true)
  })

  it('places in a picture open from the picture and from the list, and are remembered', async () => {
    const page = await show(hotspots)
    await page.locator('.kr-spot-mark').nth(1).click()
    expect(await page.getByText('Nobody sits here.').isVisible()).toBe(true)
    await page.locator('.kr-row').first().click()
    expect(await page.getByText('Nobody sits here.').isVisible()).toBe(false)
    await answer(page, trueFalse, true)
    await settled(page, /right/)
    expect(await said(page, 'completed')).toMatchObject([{ result: { score: { raw: 1, max: 1 }, success: true } }])
    const again = await show(hotspots, { state: (await standing(page)).state })
    expect(await again.getByText('2 of 2 seen · 1 of 1 solved').isVisible()).toBe(true)
  })

  it('a text alone is done when its reader says so', async () => {
    const page = await show(text)
    await press(page, 'I’ve read this')
    expect(await said(page, 'completed')).toMatchObject([{ result: { completion: true } }])
    const again = await show(text, { state: await page.evaluate(() => window.H5P.instances[0].getCurrentState()) })
    expect(await again.getByText('Read. Thank you!').isVisible()).toBe(true)
    expect(await again.getByRole('button').count()).toBe(0)
  })
})

describe('A sequence', () => {
  const playing = async (): Promise<Page> => {
    const page = await show(sequence)
    await page.clock.install()
    return page
  }
  const film = async (page: Page, ms: number) => {
    await page.clock.runFor(ms)
  }

  it('waits to be played, goes from scene to scene, and stops for a question until it is told to go on', async () => {
    const page = await playing()
    await film(page, 10_000)
    expect(await heading(page)).toContain('First')
    await press(page, 'Play')
    await film(page, 4500)
    expect(await heading(page)).toContain('Second')
    await film(page, 4500)
    expect(await page.getByText('Ice floats.').isVisible()).toBe(true)
    await film(page, 20_000)
    expect(await heading(page)).toContain('Second')
    await answer(page, trueFalse, true)
    await settled(page, /right/)
    await press(page, 'Go on')
    expect(await heading(page)).toContain('Third')
    await film(page, 4500)
    expect(await heading(page)).toBe('The end')
    expect(await said(page, 'completed')).toMatchObject([{ result: { score: { raw: 1, max: 1 }, success: true } }])
  })

  it('holds still while paused', async () => {
    const page = await playing()
    await press(page, 'Play')
    await film(page, 2000)
    await press(page, 'Pause')
    await film(page, 20_000)
    expect(await heading(page)).toContain('First')
    await press(page, 'Play')
    await film(page, 2500)
    expect(await heading(page)).toContain('Second')
  })

  it('can be stepped by hand to its end and back, leaves a question for later, and has a transcript', async () => {
    let page = await show(sequence)
    for (const scene of ['First', 'Second', 'Second', 'Third']) {
      expect(await heading(page)).toContain(scene)
      await press(page, 'Next')
    }
    expect(await heading(page)).toBe('The end')
    await page.locator('.kr-rows button').first().click()
    expect(await page.getByText('Ice floats.').isVisible()).toBe(true)
    const back = await show(sequence, { state: (await standing(page)).state })
    await answer(back, trueFalse, true)
    await settled(back, /right/)
    expect((await said(back, 'completed')).map(({ result }) => result?.score?.raw)).toEqual([1])
    page = await show(sequence, { state: (await standing(back)).state })
    await press(page, 'Back')
    expect(await page.getByText('Ice floats.').isVisible()).toBe(false)
    await press(page, 'Back')
    expect(await heading(page)).toContain('First')
    await page.getByText('Transcript').click()
    expect(await page.locator('.kr-transcript').innerText()).toMatch(/It begins\.[^]*It asks\.[^]*It ends\./)
  })

  it('comes back at its scene, at rest', async () => {
    const page = await show(sequence)
    await press(page, 'Next')
    const again = await show(sequence, { state: (await standing(page)).state })
    expect(await heading(again)).toContain('Second')
    expect(await again.getByRole('button', { name: 'Play' }).isVisible()).toBe(true)
  })
})
