import { createServer, type Server } from 'node:http'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoLms, type DemoLms } from '../../src/demo/index.js'

/** The LMS's own pages, in a browser: everybody can use them, at any width, in each language, in light and dark. */
let lms: DemoLms
let tool: Server
let browser: Browser
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

beforeAll(async () => {
  tool = createServer((_req, res) => void res.setHeader('content-type', 'text/html').end('<!doctype html><html lang="en"><title>Tool</title><main><h1>Tool</h1></main></html>'))
  await new Promise<void>((ready) => tool.listen(0, '127.0.0.1', ready))
  const address = tool.address()
  lms = await createDemoLms({ keyroomUrl: `http://localhost:${typeof address === 'object' && address ? address.port : 0}` })
  const { launchChromium } = (await import('../../scripts/chromium.mjs' as string)) as { launchChromium(options?: object): Promise<Browser> }
  browser = await launchChromium()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await lms?.close()
  tool?.close()
})

const PAGES = [['/', ''], ['/course', '21'], ['/course/rooms', '21'], ['/gradebook', '12'], ['/gradebook', '21'], ['/nothing-here', '21']] as const
describe.each([[320, 'light', 'en'], [320, 'dark', 'ar'], [1600, 'light', 'zh-CN'], [1600, 'dark', 'en']] as const)('at %i px, %s, in %s', (width, colorScheme, lang) => {
  it('every page fits and is accessible', async () => {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true })
    const page = await context.newPage()
    for (const [path, person] of PAGES) {
      if (person) await context.request.post(`${lms.url}/session`, { form: { person } })
      await page.goto(`${lms.url}${path}?lang=${lang}`)
      await page.evaluate(axe)
      const found = await page.evaluate(async () => {
        const { violations } = await (window as unknown as { axe: { run(on: Document, options: object): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }> } }).axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })
        return { faults: violations.map(({ id, nodes }) => `${id} ${JSON.stringify(nodes.map(({ target }) => target))}`), tooWide: document.documentElement.scrollWidth - window.innerWidth, dir: document.documentElement.dir }
      })
      expect({ path, ...found }).toEqual({ path, faults: [], tooWide: 0, dir: lang === 'ar' ? 'rtl' : 'ltr' })
    }
    await context.close()
  }, 120_000)
})

it('signs in by keyboard alone, and opens the tool in a frame on another site', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${lms.url}/?lang=en`)
  await page.getByRole('button', { name: 'Ada Okafor' }).press('Enter')
  await page.getByRole('link', { name: 'Open on this page' }).press('Enter')
  await page.frameLocator('iframe[name=tool]').getByRole('heading', { name: 'Tool' }).waitFor()
  expect(new URL(page.frame('tool')?.url() ?? '').hostname).toBe('localhost')
  await page.getByRole('button', { name: 'Sign out' }).click()
  expect(new URL(page.url()).pathname).toBe('/')
  await page.goto(`${lms.url}/course`)
  expect(new URL(page.url()).pathname).toBe('/')
  await context.close()
}, 60_000)
