import type { Response } from 'express'
import type { Browser, BrowserContext } from 'playwright-core'
import { launchChromium } from '../../scripts/chromium.mjs'
import type { Sessions } from '../../src/infra/index.js'
import type { Ctx } from '../model.js'
import { enrol, startKeyroom } from './keyroom.js'

/** The first room of the demo course: open to who has launched. */
const ROOM = 'screening-room'

/** Lighthouse's «slow 4G»: 150 ms a round trip, 1.6 Mbit/s down, 750 kbit/s up; the processor as it is. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 }

/** The session's cookie as the launch would set it, whatever its name is. */
export const cookieFor = (sessions: Sessions, run: string): string => {
  const { session, token } = sessions.issue({ run, user: 'ana', role: 'participant' })
  let cookie = ''
  sessions.setCookie({ cookie: (name: string, value: string) => (cookie = `${name}=${value}`) } as unknown as Response, token, session)
  return cookie
}

export interface Room { page: string; cookie: string }
/** Keyroom with a learner who may open the first room, and a browser beside it. */
export const aRoom = async (ctx: Ctx): Promise<{ browser: Browser; room: Room }> => {
  const { url, made } = await startKeyroom(ctx, async (rooms) => {
    const run = await enrol(rooms, ['ana'])
    return { path: `/play/${run}/rooms/${ROOM}`, cookie: cookieFor(rooms.kit.sessions, run) }
  })
  const browser = await launchChromium()
  ctx.after(() => browser.close())
  return { browser, room: { page: `${url}${made.path}`, cookie: made.cookie } }
}

/** What a browser that knows nothing keeps: nothing of it outlives the round. */
export const withContext = async <T>(browser: Browser, use: (context: BrowserContext) => Promise<T>): Promise<T> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    return await use(context)
  } finally {
    await context.close()
  }
}

export interface Visit {
  /** From the click to an activity that can be played. */
  seconds: number
  /** What came over the wire, headers too. */
  transferred: number
  /** The same unpacked, from the cache or not. */
  unpacked: number
}

interface Waiting { ready?: number }

/** Opens the room and waits until its activity can be played and all is quiet. */
export const visit = async (context: BrowserContext, room: Room, { slow = false } = {}): Promise<Visit> => {
  const page = await context.newPage()
  await page.setExtraHTTPHeaders({ cookie: room.cookie })
  await page.addInitScript(() => {
    const here = window as Waiting
    window.addEventListener('message', ({ data }: MessageEvent<{ keyroom?: string }>) => {
      if (data.keyroom === 'ready') here.ready ??= performance.now()
    })
  })
  const cdp = await context.newCDPSession(page)
  await cdp.send('Network.enable')
  if (slow) await cdp.send('Network.emulateNetworkConditions', SLOW_4G)
  const [addresses, sizes] = [new Map<string, string>(), new Map<string, number>()]
  let transferred = 0
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) => void addresses.set(requestId, request.url))
  cdp.on('Network.loadingFinished', ({ encodedDataLength }) => void (transferred += encodedDataLength))
  const bodies = new Map<string, number>()
  cdp.on('Network.dataReceived', ({ requestId, dataLength }) => {
    bodies.set(requestId, (bodies.get(requestId) ?? 0) + dataLength)
    const address = addresses.get(requestId) ?? requestId
    sizes.set(address, Math.max(sizes.get(address) ?? 0, bodies.get(requestId) ?? 0))
  })
  await page.goto(room.page, { waitUntil: 'networkidle' })
  const ready = await page.waitForFunction(() => (window as Waiting).ready)
  await page.frameLocator('#frame').locator('.kr-root button:visible').first().waitFor()
  const milliseconds = (await ready.jsonValue()) ?? Number.NaN
  await page.close()
  return { seconds: milliseconds / 1000, transferred, unpacked: [...sizes.values()].reduce((sum, size) => sum + size, 0) }
}
