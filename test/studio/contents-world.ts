import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import type { Role } from '../../src/infra/index.js'
import { axeFaults as faultsOf } from '../support/axe.js'
import { aWorld as aKeyroom, type World as Keyroom } from '../support/keyroom.js'

export interface Hand {
  /** Cookie and form token, as a browser has them. */
  headers: Record<string, string>
  csrf: string
  get(path: string, headers?: Record<string, string>): Promise<Response>
  post(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Response>
  send(method: string, path: string, body: object, headers?: Record<string, string>): Promise<Response>
}
export interface World extends Keyroom {
  run: string
  slug: string
  authoring: Keyroom['keyroom']['rooms']['h5p']['authoring']
  as(role: Role, options?: { run?: string; lang?: string }): Hand
  /** A page of an author's browser, which keeps the session's cookie as life has it. */
  open(path: string, options?: { lang?: string; width?: number; height?: number; dark?: boolean; script?: boolean }): Promise<Page>
  /** The same person once more. */
  another(page: Page, path: string): Promise<Page>
}

/** Keyroom whole, with the demo course in one run, and a browser to write contents in. */
export const aWorld = async (options: Parameters<typeof aKeyroom>[0] = {}): Promise<World> => {
  const world = await aKeyroom(options)
  const { kit, courses, h5p } = world.keyroom.rooms
  const run = (await courses.ensureRun({ platform: 'p', deployment: '1', context: 'c', resourceLink: 'l', slug: world.course.slug }))._id
  let browser: Browser | undefined
  const contexts: BrowserContext[] = []
  afterAll(async () => {
    await Promise.all(contexts.map((context) => context.close()))
    await browser?.close()
    await world.close()
  })
  const issue = (role: Role, { run: of = run, lang = 'en' } = {}) => kit.sessions.issue({ run: of, user: `u-${role}`, role, lang })
  return {
    ...world, run, slug: world.course.slug, authoring: h5p.authoring,
    as(role, options) {
      const { session, token } = issue(role, options)
      const headers = { cookie: `kr-${session.run}=${token}`, accept: 'text/html' }
      const csrf = kit.sessions.csrfFor(session)
      const ask = (path: string, init: RequestInit): Promise<Response> => fetch(`${world.url}${path}`, { redirect: 'manual', ...init })
      return {
        headers, csrf,
        get: (path, more = {}) => ask(path, { headers: { ...headers, ...more } }),
        post: (path, fields = {}, more = {}) => ask(path, { method: 'POST', headers: { ...headers, ...more }, body: new URLSearchParams({ _csrf: csrf, ...fields }) }),
        send: (method, path, body, more = {}) => ask(path, { method, headers: { ...headers, accept: 'application/json', 'content-type': 'application/json', 'x-csrf-token': csrf, ...more }, body: JSON.stringify(body) }),
      }
    },
    async open(path, { lang = 'en', width = 1400, height = 900, dark = false, script = true } = {}) {
      browser ??= await launchChromium()
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', javaScriptEnabled: script, acceptDownloads: true })
      contexts.push(context)
      await context.addCookies([{ name: `kr-${run}`, value: issue('author', { lang }).token, url: world.url }])
      const page = await context.newPage()
      await page.goto(`${world.url}${path}`)
      return page
    },
    async another(page, path) {
      const next = await page.context().newPage()
      await next.goto(`${world.url}${path}`)
      return next
    },
  }
}

/** The form's script is done with what it does first. */
export const ready = (page: Page): Promise<unknown> => page.waitForSelector('html[data-form=ready]', { state: 'attached' })
/** What was written has arrived. */
export const saved = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => document.querySelector('[data-studio=status]')?.getAttribute('data-state') === 'saved')
}

/** The preview's frame is a content's, and examined there. */
export const axeFaults = (page: Page): Promise<string[]> => faultsOf(page, { iframes: false })
