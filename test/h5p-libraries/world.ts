import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { aWorld, tempDir, type World } from '../h5p/world.js'
import { axeFaults } from '../support/axe.js'
import { ROOT } from '../support/root.js'

export interface Sample { type: string; title: string; params: Record<string, unknown> }
const SAMPLES = path.join(ROOT, 'h5p-content/samples')

/** One content of each runnable type, as `npm run h5p:pack` packs it. */
export const samples: Sample[] = readdirSync(SAMPLES).filter((name) => name.endsWith('.json')).map((name) => {
  const { title, params } = JSON.parse(readFileSync(path.join(SAMPLES, name), 'utf8')) as Omit<Sample, 'type'>
  return { type: name.replace(/^Keyroom\.|\.json$/g, ''), title, params }
})
export const sampleOf = (type: string): Sample => {
  const found = samples.find((sample) => sample.type === type)
  if (!found) throw new Error(`no sample of ${type}`)
  return found
}

/** Every library named in a content's parameters, and the one around. */
const librariesIn = (type: string, params: unknown): string[] => [...new Set([`Keyroom.${type}`, ...[...JSON.stringify(params).matchAll(/"library":"(Keyroom\.\w+) 1\.0"/g)].map(([, name = '']) => name)])]

export const launch = async (): Promise<Browser> => ((await import('../../scripts/chromium.mjs' as string)) as { launchChromium(): Promise<Browser> }).launchChromium()

export interface Stage { page: Page; faults: string[]; asked: string[]; /** What came of this content: not what every page of its type has. */ bytes(): Promise<string>; close(): Promise<void> }
export interface Theatre {
  world: World
  /** Stores a content and gives its id. */
  add(type: string, params: object, files?: string): Promise<string>
  /** Opens a content as a learner. */
  show(content: string, who?: { user?: string; lang?: string; width?: number; dark?: boolean; query?: string; clock?: boolean }): Promise<Stage>
  /** Leaves the page, and waits till what it kept is with the server. */
  leave(stage: Stage): Promise<void>
  /** All xAPI statements of a page so far. */
  said(page: Page): Promise<Statement[]>
}
export interface Statement { verb: { id: string }; object: { definition?: { interactionType?: string; correctResponsesPattern?: string[] } }; result?: { response?: string; completion?: boolean; success?: boolean; score?: { raw: number; max: number } } }

/** Our own types as learners meet them: in a real frame, a real browser, scored by the server. */
export const aTheatre = async (browser: Browser): Promise<Theatre> => {
  const world = await aWorld()
  let serial = 0
  const theatre: Theatre = {
    world,
    async add(type, params, files) {
      const id = `content-${++serial}`
      const names = librariesIn(type, params)
      const h5p = {
        title: type, language: 'en', mainLibrary: `Keyroom.${type}`, embedTypes: ['div'], license: 'U', defaultLanguage: 'en',
        preloadedDependencies: names.map((machineName) => ({ machineName, majorVersion: 1, minorVersion: 0 })),
      }
      await world.h5p.addContent(id, { h5p, content: params, files: files ?? (JSON.stringify(params).includes('images/classroom.png') ? path.join(SAMPLES, 'files') : await tempDir()) })
      return id
    },
    async show(content, { user = 'ana', lang = 'en', width = 900, dark = false, query = '', clock } = {}) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: dark ? 'dark' : 'light', permissions: ['clipboard-read', 'clipboard-write'] })
      const page = await context.newPage()
      page.setDefaultTimeout(10_000)
      const faults: string[] = []
      const asked: string[] = []
      const bodies: Promise<string>[] = []
      page.on('pageerror', (error) => faults.push(String(error)))
      page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())))
      page.on('request', (request) => void asked.push(request.url()))
      page.on('response', (response) => response.request().method() === 'GET' && !/\/h5p\/(libraries|core)\/|\/assets\//.test(response.url()) && void bodies.push(response.body().then((body) => body.toString('utf8'), () => '')))
      if (clock) await page.clock.install()
      await page.addInitScript(() => {
        const heard: unknown[] = []
        Object.assign(window, { statements: heard })
        document.addEventListener('DOMContentLoaded', () => (window as unknown as { H5P: { externalDispatcher: { on(name: string, heard: (event: { data: { statement: unknown } }) => void): void } } }).H5P.externalDispatcher.on('xAPI', (event) => void heard.push(JSON.parse(JSON.stringify(event.data.statement)))))
      })
      await page.goto(`${world.url}${world.open(content, { user })}/frame?lang=${lang}${query}`)
      await page.locator('.kr-root').waitFor()
      return { page, faults, asked, bytes: async () => (await Promise.all(bodies)).join('\n'), close: () => context.close() }
    },
    async leave({ page, close }) {
      const address = page.url()
      const before = await page.evaluate(() => JSON.stringify((window as unknown as { H5P: { instances: { getCurrentState(): unknown }[] } }).H5P.instances[0]?.getCurrentState()))
      await page.goto('about:blank')
      await close()
      const whole = async () => (await fetch(address)).text()
      for (let tries = 0; tries < 50 && !(await whole()).includes(JSON.stringify(before).slice(1, -1)); tries += 1) await new Promise((later) => setTimeout(later, 100))
    },
    said: (page) => page.evaluate(() => (window as unknown as { statements: Statement[] }).statements),
  }
  return theatre
}

/** What axe finds broken, by the rules of WCAG alone: a content is no whole page. */
export const axe = (page: Page): Promise<string[]> => axeFaults(page, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })
