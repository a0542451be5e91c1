import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
interface Axe { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }

/** Until what fades in is there: half-way its colours are not those it will have. */
const stillness = (page: Page): Promise<unknown> =>
  page.evaluate(() => Promise.allSettled(document.getAnimations().filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime)).map(({ finished }) => finished)).then(() => undefined))

/** What axe finds broken on a page, rule by rule, with where. */
export const axeFaults = async (page: Page, options: object = {}): Promise<string[]> => {
  await stillness(page)
  await page.evaluate(await readFile(AXE, 'utf8'))
  return page.evaluate(async (more) => {
    const { violations } = await (window as unknown as { axe: Axe }).axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], ...more })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ').slice(0, 400)}`)
  }, options)
}
