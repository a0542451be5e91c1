import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core'
import request from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { registrationOf } from './front-door.js'
import { aStorageLms, type Keeping, type StorageLms } from './storage-lms.js'
import { aWayIn, listening, type WayIn } from './world.js'

/** Keyroom on `localhost`, the LMS on 127.0.0.1, third-party cookies blocked; and on demand no cookie of a frame is kept at all. */
let way: WayIn
let lms: StorageLms
let site: Awaited<ReturnType<typeof listening>>
let tool: string
let browser: Browser
let context: BrowserContext
let keepsCookies = false

beforeAll(async () => {
  site = await listening()
  tool = `http://localhost:${site.port}`
  way = await aWayIn({
    publicUrl: tool,
    before: (_req, res, next) => {
      const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => typeof res
      res.writeHead = ((...args: unknown[]) => (keepsCookies || res.removeHeader('Set-Cookie'), writeHead(...args))) as typeof res.writeHead
      next()
    },
  })
  site.use(way.app)
  lms = await aStorageLms(tool)
  await way.lti.registry.add({ ...registrationOf(lms.platform), authUrl: lms.authUrl })
  const { launchChromium } = (await import('../../scripts/chromium.mjs' as string)) as { launchChromium(options: { blocked: boolean }): Promise<Browser> }
  browser = await launchChromium({ blocked: true })
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await lms?.close()
  await site?.close()
})
afterEach(async () => {
  keepsCookies = false
  await context?.close()
})

const SLOW = { timeout: 20_000 }
interface Heard { subject: string; key: string; value?: string; origin: string; message_id: string }
/** By its place: what is held of a frame is lost when it changes over from one site to another. */
const toolIn = (page: Page): FrameLocator => page.frameLocator('iframe[name=tool]')
const open = async (keeping: Keeping, prepare: (page: Page) => Promise<unknown> = async () => undefined): Promise<{ page: Page; frame: FrameLocator; heard: () => Promise<Heard[]> }> => {
  context = await browser.newContext()
  const page = await context.newPage()
  await prepare(page)
  await page.goto(`${lms.url}/course/${keeping}`)
  const keeper = keeping === 'frame' ? page.frame('lms-storage') : page.mainFrame()
  return { page, frame: toolIn(page), heard: async () => (await keeper?.evaluate(() => (window as never as { heard?: Heard[] }).heard ?? [])) ?? [] }
}
const says = (frame: FrameLocator, words: string) => frame.getByRole('heading', { name: words }).waitFor(SLOW)
const entered = (frame: FrameLocator) => says(frame, 'Entered as participant')
/** A tab without storage of its own, as in a frame whose origin is hidden. */
const withoutTabStorage = (page: Page) => page.addInitScript(() => {
  if (window.top !== window) Object.defineProperty(window, 'sessionStorage', { get: () => { throw new DOMException('denied', 'SecurityError') } })
})

describe('a launch whose browser keeps no cookie, from an LMS that offers its storage', () => {
  it.each(['page', 'frame'] as const)('comes in: the LMS’s %s keeps the proof', async (keeping) => {
    const { frame, heard } = await open(keeping, withoutTabStorage)
    await entered(frame)
    const said = await heard()
    expect(said.map(({ subject }) => subject)).toEqual(['lti.put_data', 'lti.get_data'])
    expect(new Set(said.map(({ key }) => key)).size).toBe(1)
    expect(new Set(said.map(({ message_id }) => message_id)).size).toBe(2)
    expect(said.every(({ origin }) => origin === tool)).toBe(true)
    expect(await context.cookies(tool)).toEqual([])
  }, 60_000)

  it('whose storage gives no answer in time falls to the tab’s own', async () => {
    const { frame, page } = await open('silent')
    await entered(frame)
    expect(await page.frame('tool')?.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain('kr-proof')
  }, 60_000)
  it('whose storage is full falls to the tab’s own', async () => {
    await entered((await open('failing')).frame)
  }, 60_000)
  it.each(['location', 'no-such-frame'])('whose storage is said to be in a frame that is none (%s) falls to the tab’s own', async (target) => {
    context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${lms.url}/course/page?storage=${target}`)
    await entered(toolIn(page))
  }, 60_000)
  it('whose storage gives no answer, in a tab without storage, offers a window of its own', async () => {
    const { frame } = await open('silent', withoutTabStorage)
    await frame.getByRole('link', { name: 'Open in a new window' }).waitFor(SLOW)
  }, 60_000)

  it('whose storage gives back something else is refused, and the doctor says where the proof was', async () => {
    const before = way.arrivals.length
    const { frame } = await open('other-value', withoutTabStorage)
    await says(frame, 'kept no cookie')
    expect(way.arrivals).toHaveLength(before)
    const trace = await way.lti.doctor.traces.of((await frame.locator('[data-trace]').getAttribute('data-trace')) ?? '')
    expect(trace?.failed).toBe('storage')
    expect(Object.fromEntries(trace?.steps.storage.facts.map(({ name, received }) => [name, received]) ?? [])).toMatchObject({ 'kept-by': 'platform', 'storage-target': '_parent', 'state-cookie': false, 'in-frame': 'iframe' })
  }, 60_000)

  it('speaks to that LMS alone: another one’s page around the frame hears nothing of the proof', async () => {
    const another = await aStorageLms(tool)
    await way.lti.registry.add({ ...registrationOf(another.platform), authUrl: another.authUrl })
    context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${another.url}/course/page?iss=${encodeURIComponent(lms.platform.issuer)}`)
    await entered(toolIn(page))
    expect(await page.evaluate(() => (window as never as { heard: unknown[] }).heard)).toEqual([])
    await another.close()
  }, 60_000)
})

describe('a launch whose browser keeps cookies, from an LMS that offers its storage', () => {
  it('comes in either way; the next one goes straight to the LMS', async () => {
    keepsCookies = true
    const { page, frame } = await open('page')
    await entered(frame)
    const asked: string[] = []
    page.on('request', (each) => void asked.push(new URL(each.url()).pathname))
    await page.reload()
    await expect.poll(() => asked.filter((each) => each === '/lti/launch').length, SLOW).toBe(1)
    await entered(frame)
    expect(asked).not.toContain('/assets/lti/keep.js')
  }, 60_000)
})

describe('the page of a login', () => {
  const login = (target: string, headers: Record<string, string>) => request(way.app).post('/lti/login').set(headers).type('form').send({ iss: lms.platform.issuer, client_id: 'client-1', login_hint: 'u1', target_link_uri: `${tool}/lti/launch`, lti_storage_target: target })
  const CHROME = { 'Sec-Fetch-Dest': 'iframe', 'User-Agent': 'Mozilla/5.0 AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36' }
  it('names the LMS’s storage by its frame, and by the origin of its authorisation address alone', async () => {
    const { text } = await login('their-frame', CHROME)
    const { storage } = JSON.parse(/id="keep">([^<]+)</.exec(text)?.[1] ?? '{}') as { storage?: object }
    expect(storage).toEqual({ target: 'their-frame', origin: lms.url })
  })
  it('repeats nothing that could run', async () => {
    expect((await login('</script><script>alert(1)</script>', CHROME)).text).not.toContain('<script>alert')
  })
  it('is left out in a window of its own, and a name too long is as none', async () => {
    expect((await login('_parent', { ...CHROME, 'Sec-Fetch-Dest': 'document' })).status).toBe(302)
    expect((await login('x'.repeat(201), CHROME)).status).toBe(302)
  })
})
