import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answer, refused, said, standing } from './hands.js'
import { demo } from './samples.js'
import { keyOf, questionsOf } from './scoring.js'
import { createStage, type Stage } from './stage.js'

let stage: Stage
beforeAll(async () => { stage = await createStage() })
afterAll(() => stage.close())

const open = async (page: Page): Promise<string> => {
  const form = page.locator('form.kr-question:visible').filter({ has: page.getByRole('button', { name: /^(Check|Try it)$/ }) })
  return (await form.count()) > 0 ? form.first().innerText() : ''
}

/** Goes on to the next thing, by what a learner would press: the next place of a picture, else the way forward. */
const goOn = async (page: Page, step: number): Promise<void> => {
  const place = page.locator('.kr-spot .kr-row').nth(step)
  if (await place.count()) return place.click()
  await page.locator('.kr-turn').getByRole('button', { name: /^(Next|Finish)$/ }).click()
}

describe.each(demo)('The demo’s $name', ({ content, files }) => {
  it.each(['keyroom', 'other'] as const)('lets every question be reached and solved (host: %s)', async (host) => {
    const page = await stage.show({ content, host, files })
    const failed: string[] = []
    page.on('response', (response) => { if (response.status() >= 400) failed.push(response.url()) })
    const left = new Map(questionsOf(content))
    expect(left.size).toBeGreaterThan(0)
    let steps = 0
    while (left.size > 0 && steps < 20) {
      const shown = await open(page)
      const found = [...left].find(([, question]) => shown.includes(String(question.metadata?.title)))
      if (found) {
        const [item, question] = found
        await answer(page, question, keyOf(question))
        await page.locator('.kr-verdict.kr-right:visible').waitFor()
        left.delete(item)
      } else await goOn(page, steps++)
    }
    expect([...left.keys()]).toEqual([])
    const { score, max } = await standing(page)
    expect(score).toBe(max)
    for (const image of await page.locator('img').all()) expect(await image.evaluate((each: HTMLImageElement) => each.complete && each.naturalWidth)).toBeTruthy()
    expect([failed, await refused(page)]).toEqual([[], []])
    expect(host === 'keyroom' ? stage.answers.length : (await said(page, 'answered')).length).toBe(questionsOf(content).size)
  })
})
