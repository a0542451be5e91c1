import { createServer, type Server } from 'node:http'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { COURSE, createDemoLms, type DemoLms } from '../../src/demo/index.js'

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
  // Names as long and strange as a tool may give them, another course, a grade set by hand.
  lms.addLink(COURSE.id, { title: 'The ladder of everyone who plays «Active-Learning-and-Student-Engagement»', text: '排行榜 <b>الترتيب</b>', available: { startDateTime: '2030-01-01T00:00:00Z' }, submission: { endDateTime: '2030-02-01T00:00:00Z' }, lineItem: { scoreMaximum: 7.5, label: 'Hintertreppenwitz-Sammelsurium' } })
  lms.addContext({ title: 'Assessment that helps' })
  lms.override('1', '21', 61.25)
  const { launchChromium } = (await import('../../scripts/chromium.mjs' as string)) as { launchChromium(options?: object): Promise<Browser> }
  browser = await launchChromium()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await lms?.close()
  tool?.close()
})

const PAGES = [
  ['/', ''], ['/course', '21'], ['/course', '12'], ['/course/rooms', '21'], ['/gradebook', '12'], ['/gradebook', '21'], ['/nothing-here', '21'],
  [`/courses/${COURSE.id}/add`, '12'], [`/courses/${COURSE.id}/gradebook/1/21/review`, '12'], ['/tools', '10'],
] as const
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
  await page.getByRole('link', { name: 'Open on this page' }).first().press('Enter')
  await page.frameLocator('iframe[name=tool]').getByRole('heading', { name: 'Tool' }).waitFor()
  expect(new URL(page.frame('tool')?.url() ?? '').hostname).toBe('localhost')
  await page.getByRole('button', { name: 'Sign out' }).click()
  expect(new URL(page.url()).pathname).toBe('/')
  await page.goto(`${lms.url}/course`)
  expect(new URL(page.url()).pathname).toBe('/')
  await context.close()
}, 60_000)

describe('a page with a tool in it', () => {
  interface Told { subject: string; message_id?: string; key?: string; value?: string | null; error?: { code: string }; supported_messages?: { subject: string }[] }
  let page: Page
  const open = async (storage: boolean, at = '/course/rooms', person = '21') => {
    lms.set({ storage })
    const context = await browser.newContext()
    page = await context.newPage()
    await context.request.post(`${lms.url}/session`, { form: { person } })
    await page.goto(`${lms.url}${at}?lang=en`)
    await page.frameLocator('iframe[name=tool]').getByRole('heading', { name: 'Tool' }).waitFor()
  }
  afterEach(() => page.context().close())
  /** Says something to the page around, and hears its answer; «silence» where none comes before one to a question that is always answered. */
  const say = async (message: unknown, from = page.frame('tool')): Promise<Told | 'silence'> =>
    (await from?.evaluate((sent) => new Promise<Told | 'silence'>((resolve) => {
      const heard = ({ data, source }: MessageEvent<Told>): void => {
        if (source !== window.parent) return
        window.removeEventListener('message', heard)
        resolve(data.message_id === 'last' ? 'silence' : data)
      }
      window.addEventListener('message', heard)
      window.parent.postMessage(sent, '*')
      window.parent.postMessage({ subject: 'lti.capabilities', message_id: 'last' }, '*')
    }), message)) ?? 'silence'

  it('keeps what the tool stores, says so in the login, and tells it what it can', async () => {
    await open(true)
    expect(await say({ subject: 'lti.put_data', message_id: '1', key: 'state', value: 'abc' })).toEqual({ subject: 'lti.put_data.response', message_id: '1', key: 'state', value: 'abc' })
    await page.reload()
    await page.frameLocator('iframe[name=tool]').getByRole('heading', { name: 'Tool' }).waitFor()
    expect(await say({ subject: 'lti.get_data', message_id: '2', key: 'state' })).toMatchObject({ message_id: '2', value: 'abc' })
    expect(await say({ subject: 'lti.get_data', message_id: '3', key: 'other' })).toMatchObject({ value: null })
    expect(await say({ subject: 'lti.put_data', message_id: '4', key: '', value: 'abc' })).toMatchObject({ error: { code: 'bad_request' } })
    expect(((await say(JSON.stringify({ subject: 'lti.capabilities', message_id: '5' }))) as Told).supported_messages?.map(({ subject }) => subject)).toContain('lti.put_data')
    const answer = await (await page.context().request.get(`${lms.url}/course/rooms/launch`)).text()
    expect(answer).toContain('name="lti_storage_target" value="_parent"')
  }, 60_000)
  it('that offers no storage keeps nothing and announces nothing', async () => {
    await open(false)
    expect(await say({ subject: 'lti.put_data', message_id: '1', key: 'state', value: 'abc' })).toBe('silence')
    expect(await (await page.context().request.get(`${lms.url}/course/rooms/launch`)).text()).not.toContain('lti_storage_target')
  }, 60_000)
  it('makes the frame as high as the tool asks, and leads back when the tool is done', async () => {
    await open(false)
    await say({ subject: 'lti.frameResize', height: 777 })
    expect(await page.locator('iframe.tool').evaluate((frame) => frame.style.blockSize)).toBe('777px')
    await page.frame('tool')?.evaluate(() => window.parent.postMessage({ subject: 'lti.close' }, '*'))
    await page.waitForURL(`${lms.url}/courses/${COURSE.id}`)
  }, 60_000)
  it('listens to nobody but tools', async () => {
    await open(true)
    await page.evaluate(() => window.postMessage({ subject: 'lti.close' }, '*'))
    const strange = await page.evaluate(() => new Promise<string>((resolve) => {
      const frame = document.createElement('iframe')
      frame.srcdoc = '<p>No tool</p>'
      frame.name = 'strange'
      frame.onload = () => resolve(frame.name)
      document.body.append(frame)
    }))
    await page.frame(strange)?.evaluate(() => window.parent.postMessage({ subject: 'lti.close' }, '*'))
    // What was said before it is heard before it: still here, it was not heeded.
    await say({ subject: 'lti.frameResize', height: 500 })
    expect(new URL(page.url()).pathname).toBe('/course/rooms')
  }, 60_000)
  it('of a registration leads back to the tools', async () => {
    lms.set({ storage: false })
    const context = await browser.newContext()
    page = await context.newPage()
    await context.request.post(`${lms.url}/session`, { form: { person: '10' } })
    await page.goto(`${lms.url}/tools?lang=en`)
    await page.getByRole('button', { name: 'Open the link' }).click()
    await page.frameLocator('iframe[name=tool]').getByRole('heading', { name: 'Tool' }).waitFor()
    await page.frame('tool')?.evaluate(() => window.parent.postMessage({ subject: 'org.imsglobal.lti.close' }, '*'))
    await page.waitForURL(`${lms.url}/tools`)
  }, 60_000)
})
