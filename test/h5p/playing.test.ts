import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { request } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { packageOf } from './admin-world.js'
import { ACTIVITY, aLearnersWorld, contentOf, ROOM, within, type LearnersWorld } from '../play/offline-world.js'

let world: LearnersWorld
let browser: Browser
let cookie: string
beforeAll(async () => {
  ;[world, browser] = await Promise.all([aLearnersWorld(), launchChromium()])
  ;({ cookie } = await world.signIn('ana'))
})
afterAll(async () => {
  await browser.close()
  await world.close()
})

const at = (to: string): string => `${world.url}/play/${world.run}/${to}`
const page = async (to: string, headers: Record<string, string> = {}): Promise<string> => (await fetch(at(to), { headers: { cookie, accept: 'text/html', ...headers } })).text()

interface Got { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }
/** As it comes over the wire: nothing is unpacked. */
const get = (address: string, headers: Record<string, string> = {}): Promise<Got> =>
  new Promise((resolve, reject) => {
    request(new URL(address, world.url), { headers }, (res) => {
      const parts: Buffer[] = []
      res.on('data', (part: Buffer) => void parts.push(part)).once('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(parts) }))
    }).once('error', reject).end()
  })
const frameOf = (html: string): string => /id="frame" src="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
const filesIn = (html: string): string[] => [...html.matchAll(/(?:src|href)="(\/h5p\/[^"]+)"/g)].map(([, file = '']) => file)

describe('files', () => {
  it('come in bundles with the same bytes as each by itself, once in the order they have', async () => {
    const frame = frameOf(await page(`rooms/${ROOM}?activity=${ACTIVITY}`))
    const [together, apart] = [await (await fetch(new URL(frame, world.url))).text(), await (await fetch(new URL(`${frame}&apart=1`, world.url))).text()]
    expect(filesIn(together).length).toBeLessThan(filesIn(apart).length / 2)
    const scripts = async (html: string) => (await Promise.all(filesIn(html).filter((file) => /\.js/.test(file)).map(async (file) => (await get(file)).body.toString()))).join('\n')
    const [all, each] = [await scripts(together), await scripts(apart)]
    const bare = (text: string) => text.replace(/[\s;]+/g, '')
    expect(bare(all)).toBe(bare(each))
  })
  it('are sent packed as the browser takes them, and say on what that depends', async () => {
    const frame = await (await fetch(new URL(frameOf(await page(`rooms/${ROOM}`)), world.url))).text()
    const file = filesIn(frame).find((name) => name.includes('/bundles/') && name.endsWith('.js')) ?? ''
    const plain = await get(file)
    expect(plain.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable', vary: expect.stringContaining('Accept-Encoding') as string })
    expect(plain.headers['content-encoding']).toBeUndefined()
    for (const [coding, unpack] of [['br', brotliDecompressSync], ['gzip', gunzipSync]] as const) {
      // The first is packed in haste; what comes after it, as small as it gets.
      await get(file, { 'accept-encoding': coding })
      await expect.poll(async () => (await get(file, { 'accept-encoding': coding })).headers['content-length'], { timeout: 10_000 }).toBeDefined()
      for (let again = 0; again < 3; again++) {
        const packed = await get(file, { 'accept-encoding': coding })
        expect(packed.headers).toMatchObject({ 'content-encoding': coding, 'cache-control': plain.headers['cache-control'], 'x-content-type-options': 'nosniff', vary: expect.stringContaining('Accept-Encoding') as string })
        expect(packed.body.length).toBeLessThan(plain.body.length / 2.5)
        expect(Number(packed.headers['content-length'])).toBe(packed.body.length)
        expect(unpack(packed.body).equals(plain.body)).toBe(true)
        const etag = String(packed.headers.etag)
        expect(etag).toMatch(/^W\//)
        expect((await get(file, { 'accept-encoding': coding, 'if-none-match': etag })).status).toBe(304)
      }
    }
    // Who asks for nothing packed still gets it plain, and a part is a part of the file as it is.
    expect((await get(file)).body.equals(plain.body)).toBe(true)
    expect((await get(file, { 'accept-encoding': 'br;q=0, identity' })).headers['content-encoding']).toBeUndefined()
  })
  it('of styles reach their typefaces and pictures from a bundle too', async () => {
    const frame = await (await fetch(new URL(frameOf(await page(`rooms/${ROOM}`)), world.url))).text()
    for (const sheet of filesIn(frame).filter((file) => /\.css/.test(file))) {
      const text = (await get(sheet)).body.toString()
      for (const [, inside = ''] of text.matchAll(/url\(["']?(?!data:|#)([^"')]+)/g)) {
        const { pathname, search } = new URL(inside, new URL(sheet, world.url))
        const { status, headers } = await get(`${pathname}${search}`)
        if (status === 200) expect([inside, headers['cache-control']]).toEqual([inside, 'public, max-age=31536000, immutable'])
        // A typeface in a form that nobody asks for any more may not be there; nothing else is missing.
        if (!/\.(eot|ttf|woff)$/.test(inside.replace(/[?#].*$/, ''))) expect(status, `${inside} in ${sheet}`).toBe(200)
      }
    }
  })
  it('a drawing can do nothing by itself, packed and given again too', async () => {
    const { h5p, kit } = world.keyroom.rooms
    await h5p.installLibraries(await packageOf([{ machineName: 'Test.Drawn', majorVersion: 1, minorVersion: 0, files: { 'large.svg': `<svg xmlns="http://www.w3.org/2000/svg">${'<path d="M0 0h9"/>'.repeat(200)}</svg>` } }]))
    const library = await kit.mongo.db.collection<{ _id: string; hash: string }>('h5p_libraries').findOne({ _id: 'Test.Drawn 1.0' })
    const drawing = () => get(`/h5p/libraries/Test.Drawn-1.0/large.svg?v=${library?.hash ?? ''}`, { 'accept-encoding': 'br' })
    await expect.poll(async () => (await drawing()).headers['content-length'], { timeout: 10_000 }).toBeDefined()
    for (let again = 0; again < 3; again++) expect((await drawing()).headers).toMatchObject({ 'content-encoding': 'br', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" })
  })
  it('a bundle nobody made isn’t there', async () => {
    for (const name of ['A'.repeat(24) + '.js', '../core/js/jquery.js', 'x.js', `${'A'.repeat(24)}.json`]) expect((await get(`/h5p/bundles/${name}`)).status).not.toBe(500)
    expect((await get(`/h5p/bundles/${'A'.repeat(24)}.js`)).status).toBe(404)
  })
})

describe('nothing of H5P', () => {
  const askedOn = async (to: string): Promise<string[]> =>
    within(browser, async (context) => {
      const here = await context.newPage()
      const asked: string[] = []
      here.on('request', (each) => void asked.push(new URL(each.url()).pathname))
      await here.setExtraHTTPHeaders({ cookie })
      await here.goto(at(to), { waitUntil: 'networkidle' })
      return asked.filter((each) => /\/h5p\//.test(each))
    })
  it('is loaded by the house or by a locked room', async () => {
    for (const to of ['', 'rooms/library']) expect(await askedOn(to), to).toEqual([])
  })
  it('but one activity’s is loaded by a room', async () => {
    const asked = await askedOn(`rooms/${ROOM}`)
    expect(asked.filter((each) => each.endsWith('/frame'))).toHaveLength(1)
  })
})

describe('an activity that doesn’t load', () => {
  const open = async (spoil: (here: Page) => Promise<unknown>, see: (here: Page) => Promise<unknown>): Promise<void> =>
    within(browser, async (context) => {
      const here = await context.newPage()
      await here.setExtraHTTPHeaders({ cookie })
      await spoil(here)
      await here.goto(at(`rooms/${ROOM}?activity=${ACTIVITY}`))
      await see(here)
    })
  /** The room is there, the sentence too, and once the way is free again the button brings the activity. */
  const recovers = async (here: Page): Promise<void> => {
    await here.locator('#content-late').waitFor()
    expect(await here.locator('#content-late').innerText()).toContain('did not load')
    expect(await here.locator('.room-main > .prose').first().innerText()).toContain('A projector hums')
    expect(await here.locator('.links a').count()).toBeGreaterThan(0)
    expect(await here.locator('#content-late a[target=_blank]').getAttribute('href')).toContain('/frame')
    await here.unrouteAll({ behavior: 'ignoreErrors' })
    await here.locator('#content-again').click()
    await contentOf(here)
    await expect.poll(() => here.locator('#content-late').isVisible()).toBe(false)
  }
  it('because its core is blocked says so in the room and in the frame, and comes by the button', async () => {
    await open(
      (here) => here.route('**/h5p/core/js/**', (route) => route.abort()),
      async (here) => {
        await recovers(here)
      },
    )
  })
  it('because one file of a bundle spoils it comes in single files, from the room’s button and from the frame’s own', async () => {
    await open(
      (here) => here.route('**/h5p/bundles/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: 'this is no script' })),
      async (here) => {
        await here.locator('#content-again').click()
        await contentOf(here)
        await expect.poll(() => here.locator('#content-late').isVisible()).toBe(false)
        await here.goto(new URL(((await here.locator('#frame').getAttribute('src')) ?? '').replace(/&apart=1/, ''), world.url).href)
        await here.locator('#frame-again').click()
        await here.locator('.kr-root button:visible').first().waitFor()
      },
    )
  })
  it('because the server fails says so, and comes by the button', async () => {
    await open((here) => here.route('**/frame?*', (route) => route.fulfill({ status: 500, contentType: 'text/html', body: '<p>Something broke</p>' })), recovers)
  })
  it('because not even our own script came shows the way by itself', async () => {
    await open(
      (here) => here.route('**/h5p/bridge.js*', (route) => route.abort()),
      async (here) => {
        await here.locator('#content-late').waitFor()
        const failed = here.frameLocator('#frame').locator('#frame-failed')
        expect(await failed.evaluate((element) => getComputedStyle(element).animationName)).toBe('frame-late')
        await recovers(here)
      },
    )
  })
})

describe('less data', () => {
  it('is a choice that stays: no scene, and the frame is told', async () => {
    await within(browser, async (context) => {
      const here = await context.newPage()
      const [name = '', ...value] = cookie.split('=')
      await context.addCookies([{ name, value: value.join('='), url: world.url }])
      await here.goto(at(`rooms/${ROOM}?activity=${ACTIVITY}`))
      const toggle = here.getByRole('switch', { name: 'Less data' })
      expect(await toggle.getAttribute('aria-checked')).toBe('false')
      expect(await here.locator('.room-side .thumb').count()).toBe(1)
      await toggle.click()
      await here.locator('[role=switch][aria-checked=true]').waitFor()
      expect(await here.locator('.room-side .thumb').count()).toBe(0)
      const frame = await contentOf(here)
      expect(await frame.evaluate(() => (window.H5PIntegration.keyroom as unknown as { lowBandwidth: boolean }).lowBandwidth)).toBe(true)
      // A type that knows nothing of it fetches no film of its own accord.
      expect(await frame.evaluate(() => {
        const film = Object.assign(document.createElement('video'), { preload: 'auto', autoplay: true })
        return [film.getAttribute('preload'), film.preload, film.autoplay]
      })).toEqual(['none', 'none', false])
      await here.goto(at('rooms/screening-room'))
      expect(await here.locator('[role=switch]').getAttribute('aria-checked')).toBe('true')
      await here.getByRole('switch').click()
      await here.locator('[role=switch][aria-checked=false]').waitFor()
    })
  })
  it('is on by itself where the browser asks for it, and off where the learner said so', async () => {
    expect(await page(`rooms/${ROOM}`, { 'save-data': 'on' })).toContain('aria-checked="true"')
    expect(frameOf(await page(`rooms/${ROOM}`, { 'save-data': 'on' }))).toContain('low=1')
    expect(await page(`rooms/${ROOM}`, { 'save-data': 'on', cookie: `${cookie}; kr-low=0` })).toContain('aria-checked="false"')
    expect(await page(`rooms/${ROOM}`)).toContain('aria-checked="false"')
  })
  it('is offered on a slow line', async () => {
    await within(browser, async (context) => {
      await context.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { effectiveType: '2g', saveData: false } }))
      const here = await context.newPage()
      await world.enter(here, cookie)
      await here.locator('#low-offer', { hasText: 'Your connection seems slow' }).waitFor()
    })
  })
  it('is remembered by the page itself where no cookie sticks', async () => {
    await within(browser, async (context) => {
      const here = await context.newPage()
      // Only the session's cookie goes with each request, as a window's token does.
      await world.enter(here, cookie)
      await here.evaluate(() => localStorage.setItem('keyroom-low', '1'))
      await here.reload()
      await here.locator('[role=switch][aria-checked=true]').waitFor()
      await expect.poll(() => here.locator('#frame').getAttribute('src')).toContain('low=1')
    })
  })
})
