import type { Page } from 'playwright-core'
import type { Library } from './scoring.js'

/** What a learner does on the stage, and what the page has said to others. */
export interface Statement {
  verb: { id: string }
  object: { definition: { interactionType?: string; correctResponsesPattern?: string[]; choices?: unknown[] } }
  result?: { score?: { raw: number; max: number; scaled?: number }; success?: boolean; completion?: boolean; response?: string }
  context?: { contextActivities: { parent?: unknown[] } }
}
interface Runnable {
  getScore(): number; getMaxScore(): number; getAnswerGiven(): boolean; getCurrentState(): unknown
  resetTask(): void; showSolutions(): void; getXAPIData(): { statement: Statement; children?: unknown[] }
}
declare global { interface Window { said: Statement[]; refused: string[]; H5P: { instances: [Runnable] } } }

export const said = (page: Page, verb: string): Promise<Statement[]> =>
  page.evaluate((wanted) => window.said.filter((statement) => statement.verb.id.endsWith(`/${wanted}`)), verb)
export const standing = (page: Page): Promise<{ score: number; max: number; given: boolean; state: unknown }> =>
  page.evaluate(() => {
    const [content] = window.H5P.instances
    return { score: content.getScore(), max: content.getMaxScore(), given: content.getAnswerGiven(), state: content.getCurrentState() }
  })
export const refused = (page: Page): Promise<string[]> => page.evaluate(() => window.refused)

export const option = (page: Page, name: string) => page.getByLabel(name, { exact: false }).and(page.locator('input'))
export const press = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('button', { name, exact: typeof name === 'string' }).click()
export const verdict = (page: Page): Promise<string> => page.locator('.kr-status:visible .kr-verdict').innerText()
export const heading = (page: Page): Promise<string> => page.locator('.kr h2:visible').first().innerText()

/** Answers the question that is open, whichever type it is of, through its controls. */
export const answer = async (page: Page, { library }: Library, response: unknown): Promise<void> => {
  const form = page.locator('form.kr-question:visible')
  if (library.startsWith('Keyroom.Lock')) await form.getByRole('textbox').fill(String(response))
  else if (library.startsWith('Keyroom.Blanks')) {
    for (const [index, word] of (response as string[]).entries()) await form.locator('.kr-gap').nth(index).fill(word)
  } else {
    const chosen = library.startsWith('Keyroom.TrueFalse') ? [response === true ? 0 : 1] : (response as number[])
    for (const input of await form.locator('input').all()) {
      const wanted = chosen.includes(Number(await input.getAttribute('value')))
      if (wanted) await input.check()
      else if ((await input.getAttribute('type')) === 'checkbox') await input.uncheck()
    }
  }
  await form.locator('button[type=submit]').click()
}
