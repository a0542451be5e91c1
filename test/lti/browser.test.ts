import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDemoLms, type DemoLms } from '../../src/demo/index.js'
import { aWayIn, listening, type WayIn } from './world.js'

/** Keyroom on `localhost`, the LMS on 127.0.0.1: two sites, so that in a frame cookies are third-party. */
let way: WayIn
let lms: DemoLms
let site: Awaited<ReturnType<typeof listening>>
let tool: string
const browsers: Partial<Record<'blocked' | 'open', Browser>> = {}
let contexts: BrowserContext[] = []
/** What the browser keeps of the cookies we set: all, none in frames, none at all. */
let keeps: 'all' | 'windows' | 'none' = 'all'

beforeAll(async () => {
  site = await listening()
  tool = `http://localhost:${site.port}`
  way = await aWayIn({
    publicUrl: tool,
    before: (req, res, next) => {
      const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => typeof res
      const dropped = keeps === 'none' || (keeps === 'windows' && req.get('sec-fetch-dest') !== 'document')
      res.writeHead = ((...args: unknown[]) => (dropped && res.removeHeader('Set-Cookie'), writeHead(...args))) as typeof res.writeHead
      next()
    },
  })
  site.use(way.app)
  lms = await createDemoLms({ keyroomUrl: tool, test: true })
  const { deployment, ...platform } = lms.registration()
  await way.lti.registry.add({ ...platform, deployments: [deployment], name: 'Demo LMS' })
  const { launchChromium } = (await import('../../scripts/chromium.mjs' as string)) as { launchChromium(options: { blocked: boolean }): Promise<Browser> }
  ;[browsers.blocked, browsers.open] = await Promise.all([launchChromium({ blocked: true }), launchChromium({ blocked: false })])
}, 180_000)
afterAll(async () => {
  await Promise.all(Object.values(browsers).map((browser) => browser.close()))
  await lms?.close()
  await site?.close()
})
afterEach(async () => {
  keeps = 'all'
  await Promise.all(contexts.map((context) => context.close()))
  contexts = []
})

const SLOW = { timeout: 30_000 }
/** Safari before 18.4 keeps no cookie of a frame on another site. */
const OLD_SAFARI = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15'

const signIn = async (context: BrowserContext, person: string, safari = false): Promise<void> => {
  const answer = await fetch(`${lms.url}/session`, { method: 'POST', body: new URLSearchParams({ person }), redirect: 'manual' })
  const [name = '', value = ''] = answer.headers.get('set-cookie')?.split(';')[0]?.split('=') ?? []
  // In Safari, a session that says nothing of SameSite goes with every request.
  await context.addCookies([{ name, value, domain: '127.0.0.1', path: '/', ...(safari ? { sameSite: 'None', secure: true } : { sameSite: 'Lax' }) }])
}

const signedIn = async (kind: 'blocked' | 'open', { person = '21', safari = false } = {}): Promise<Page> => {
  const browser = browsers[kind]
  if (!browser) throw new Error('no browser')
  const context = await browser.newContext({ acceptDownloads: true, ...(safari ? { userAgent: OLD_SAFARI } : {}) })
  contexts.push(context)
  await signIn(context, person, safari)
  return context.newPage()
}
const frameOf = async (page: Page): Promise<Frame> => {
  await page.goto(`${lms.url}/course/rooms`)
  const frame = page.frame('tool')
  if (!frame) throw new Error('the LMS shows no frame')
  return frame
}
const says = (frame: Frame | Page, words: string, timeout = SLOW.timeout) => frame.getByRole('heading', { name: words }).waitFor({ timeout })
const entered = (frame: Frame | Page, role = 'participant') => says(frame, `Entered as ${role}`)
const frameSaying = async (page: Page, words: string): Promise<Frame> => {
  const frame = await frameOf(page)
  await says(frame, words)
  return frame
}
const enteredFrame = (page: Page): Promise<Frame> => frameSaying(page, 'Entered as participant')
const cookiesOf = async (page: Page): Promise<string[]> => (await page.context().cookies(tool)).map(({ name }) => name)

describe('a launch in a frame of the LMS', () => {
  it.each(['blocked', 'open'] as const)('comes in with third-party cookies %s, and the session outlives a reload of the frame', async (kind) => {
    const page = await signedIn(kind)
    const frame = await enteredFrame(page)
    expect((await cookiesOf(page)).some((name) => name.startsWith('kr-') && name !== 'kr-kept')).toBe(true)
    await frame.evaluate(() => location.reload())
    await entered(frame)
    expect(await frame.locator('h1').getAttribute('data-ran', SLOW)).toBe('1')
    await frame.getByRole('link', { name: 'Room 1' }).click()
    await frame.getByRole('heading', { name: 'Room 1' }).waitFor(SLOW)
  }, 120_000)

  it('goes to the LMS and back without a page of ours in between, so that its Lax session goes along', async () => {
    const page = await signedIn('blocked')
    const asked: string[] = []
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname))
    await enteredFrame(page)
    expect(asked.lastIndexOf('/lti/login')).toBeGreaterThan(0)
    expect(asked).not.toContain('/assets/lti/keep.js')
  }, 120_000)

  it('as another person in the same browser shows the other, and refuses what the first had open', async () => {
    const page = await signedIn('blocked')
    const frame = await enteredFrame(page)
    const csrf = await frame.locator('[name=_csrf]').inputValue()
    await signIn(page.context(), '22')
    await enteredFrame(page)
    expect(await page.frame('tool')?.locator('[name=_csrf]').inputValue()).not.toBe(csrf)
  }, 120_000)

  it('whose browser keeps no cookie at all comes in all the same, with a token of the window alone', async () => {
    keeps = 'none'
    const page = await signedIn('blocked', { safari: true })
    const frame = await enteredFrame(page)
    expect(await cookiesOf(page)).toEqual([])
    expect(frame.url()).toMatch(/\/play\/[\w]+\/$/)
    await expect.poll(() => frame.locator('h1').getAttribute('data-ran'), SLOW).toBe('1')
    expect(await frame.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]))).not.toMatch(/proof|token/i)

    await frame.getByRole('link', { name: 'Room 1' }).click()
    await frame.getByRole('heading', { name: 'Room 1' }).waitFor(SLOW)
    expect(await frame.evaluate(() => [document.documentElement.dir, document.title, document.activeElement?.tagName])).toEqual(['rtl', 'Room', 'MAIN'])
    await expect.poll(() => frame.locator('h1').getAttribute('data-ran'), SLOW).toBe('1')

    await frame.evaluate(() => history.back())
    await entered(frame)
    await frame.locator('[name=key]').fill('open sesame & more')
    await frame.getByRole('button', { name: 'Open' }).click()
    await frame.getByRole('heading', { name: 'Room open sesame & more' }).waitFor(SLOW)
    expect(frame.url()).toContain('/rooms/2?x=open')

    await frame.evaluate(() => history.back())
    await entered(frame)
    const [download] = await Promise.all([page.waitForEvent('download', SLOW), frame.getByRole('link', { name: 'Sheet' }).click()])
    expect(download.suggestedFilename()).toBe('sheet.csv')
  }, 120_000)

  it('in a window without cookies says so when a page doesn’t come, and keeps the one that is there', async () => {
    keeps = 'none'
    const page = await signedIn('blocked', { safari: true })
    const frame = await enteredFrame(page)
    await page.route('**/rooms/1**', (route) => route.abort())
    await frame.getByRole('link', { name: 'Room 1' }).click()
    await frame.getByRole('alert').waitFor(SLOW)
    expect(await frame.getByRole('alert').textContent()).toContain('did not come')
    await entered(frame)
  }, 120_000)

  it('in a window without cookies goes on when its token has run out: the next one is got first, and stands in no address', async () => {
    keeps = 'none'
    const page = await signedIn('blocked', { safari: true })
    await page.clock.install()
    const frame = await enteredFrame(page)
    const asked: string[] = []
    page.on('request', (request) => void asked.push(request.url()))
    await page.clock.fastForward('00:14:00')
    await frame.getByRole('link', { name: 'Room 1' }).click()
    await frame.getByRole('heading', { name: 'Room 1' }).waitFor(SLOW)
    expect(asked.filter((url) => url === `${tool}/lti/renew`)).toHaveLength(1)
    expect(asked.every((url) => url.length < 200)).toBe(true)
  }, 120_000)

  it('in an old Safari that is let keep cookies uses them, and is not asked again', async () => {
    const page = await signedIn('open', { safari: true })
    await enteredFrame(page)
    const asked: string[] = []
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname))
    const frame = await enteredFrame(page)
    expect(asked).not.toContain('/assets/lti/keep.js')
    await frame.evaluate(() => location.reload())
    await entered(frame)
  }, 120_000)

  it('whose browser keeps no cookie and can’t be asked says what to do, and lets nobody in', async () => {
    keeps = 'none'
    const page = await signedIn('blocked')
    const before = way.arrivals.length
    const frame = await frameSaying(page, 'kept no cookie')
    expect(await frame.locator('main').textContent()).toContain('new window')
    expect(way.arrivals).toHaveLength(before)
  }, 120_000)

  it('that keeps neither cookie nor storage offers a window of its own, where it comes in', async () => {
    keeps = 'windows'
    const page = await signedIn('blocked', { safari: true })
    await page.addInitScript(() => {
      if (window.top !== window) Object.defineProperty(window, 'sessionStorage', { get: () => { throw new DOMException('denied', 'SecurityError') } })
    })
    const frame = await frameSaying(page, 'The door opens')
    const button = frame.getByRole('link', { name: 'Open in a new window' })
    await button.waitFor(SLOW)
    const [opened] = await Promise.all([page.waitForEvent('popup', SLOW), button.click()])
    await entered(opened)
    expect(opened.url()).toMatch(new RegExp(`^${tool}/play/`))
    await opened.reload()
    await entered(opened)
  }, 120_000)
})

describe('a launch in a new window', () => {
  it.each(['blocked', 'open'] as const)('comes in with third-party cookies %s', async (kind) => {
    const page = await signedIn(kind, { person: '12' })
    await page.goto(`${lms.url}/course/rooms/window`)
    await entered(page, 'instructor')
    await page.reload()
    await entered(page, 'instructor')
  }, 120_000)

  it('whose browser keeps no cookie says what to do, and lets nobody in', async () => {
    keeps = 'none'
    const page = await signedIn('blocked')
    const before = way.arrivals.length
    await page.goto(`${lms.url}/course/rooms/window`)
    await says(page, 'kept no cookie')
    expect(await page.locator('main').textContent()).toContain('lti/no-state-cookie')
    expect(way.arrivals).toHaveLength(before)
  }, 120_000)
})

it('a launch without the proof of its tab, as a page of another site would post it, lets nobody in', async () => {
  keeps = 'none'
  const mine = await signedIn('open', { safari: true })
  const caught: string[] = []
  await mine.route('**/lti/launch', async (route) => {
    caught.push(route.request().postData() ?? '')
    await route.abort()
  })
  await mine.goto(`${lms.url}/course/rooms`)
  await expect.poll(() => caught.length, SLOW).toBe(1)
  const victim = await signedIn('open', { person: '22', safari: true })
  await victim.goto(`${lms.url}/course`)
  const before = way.arrivals.length
  await victim.evaluate(([action, body]) => {
    const form = document.createElement('form')
    Object.assign(form, { method: 'post', action })
    for (const [name, value] of new URLSearchParams(body)) form.append(Object.assign(document.createElement('input'), { name, value }))
    document.body.append(form)
    form.submit()
  }, [`${tool}/lti/launch`, caught[0] ?? ''] as const)
  await says(victim, 'kept no cookie')
  expect(way.arrivals).toHaveLength(before)
}, 120_000)
