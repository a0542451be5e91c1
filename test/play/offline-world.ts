import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import type { Session } from '../../src/infra/index.js'
import { aWorld, type World } from '../support/keyroom.js'

export const ROOM = 'screening-room'
export const ACTIVITY = 'check-the-basics'
export const ITEM = '28ab69f7-2e73-4d5f-a70b-7b7b05580bd1'
export const RIGHT = ['Pairs decide which', 'Each student writes']

/** Keyroom whole, and learners who have launched already. */
export interface LearnersWorld extends World {
  run: string
  /** A session as a launch makes it; the first launches. */
  signIn(user: string, more?: { lang?: string; back?: string }): Promise<{ session: Session; cookie: string }>
  /** A ticket of this learner's whose session is over. */
  expiredTicket(user: string): string
  answers(user: string): Promise<{ item: string; key: string }[]>
  enter(page: Page, cookie: string, activity?: string): Promise<Frame>
}

export const aLearnersWorld = async (): Promise<LearnersWorld> => {
  const world = await aWorld()
  const { kit, courses, play } = world.keyroom.rooms
  const { _id: run } = await courses.ensureRun({ platform: 'p', deployment: '1', context: 'c', resourceLink: 'l', slug: world.course.slug })
  return {
    ...world, run,
    async signIn(user, more = {}) {
      const { session, token } = kit.sessions.issue({ run, user, role: 'participant', ...more })
      await play.launched({ run, user }, 'l', 'first')
      let cookie = ''
      kit.sessions.setCookie({ cookie: (name: string, value: string) => (cookie = `${name}=${value}`) } as never, token, session)
      return { session, cookie }
    },
    expiredTicket: (user) => play.ticket({ run, user, sid: 's', room: ROOM, activity: ACTIVITY }, Date.now() / 1000 - 60),
    async answers(user) {
      const events = await kit.mongo.db.collection<{ key: string; type: string; data: { item: string } }>('events').find({ run, learner: user, type: 'answered' }).sort({ v: 1 }).toArray()
      return events.map(({ key, data }) => ({ item: data.item, key: key.split(':').at(-1) ?? '' }))
    },
    async enter(page, cookie, activity = ACTIVITY) {
      await page.setExtraHTTPHeaders({ cookie })
      await page.goto(`${world.url}/play/${run}/rooms/${ROOM}?activity=${activity}`)
      return contentOf(page)
    },
  }
}

/** The activity's frame, once something in it can be pressed. */
export const contentOf = async (page: Page): Promise<Frame> => {
  await page.frameLocator('#frame').locator('.kr-root button:visible').first().waitFor()
  const frame = page.frames().find((each) => each.url().includes('/frame?'))
  if (!frame) throw new Error('no frame')
  return frame
}
/** Chooses what is right in the first question, and checks it. */
export const answerFirst = async (frame: Frame): Promise<void> => {
  for (const label of RIGHT) await frame.getByText(label).click()
  await frame.getByRole('button', { name: 'Check' }).click()
}
export const keptWords = (frame: Frame) => frame.locator('#frame-status', { hasText: 'kept on this device' })

/** All answers that a context's pages sent, and how each ended. */
export const listen = (context: BrowserContext): { key: string; item: string; arrived: boolean }[] => {
  const posts: { key: string; item: string; arrived: boolean }[] = []
  const note = (arrived: boolean) => (request: { url(): string; postData(): string | null }) => {
    if (request.url().endsWith('/answers')) posts.push({ ...(JSON.parse(request.postData() ?? '{}') as { key: string; item: string }), arrived })
  }
  context.on('requestfailed', note(false))
  context.on('requestfinished', note(true))
  return posts
}
export const within = async <T>(browser: Browser, use: (context: BrowserContext) => Promise<T>): Promise<T> => {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 } })
  context.setDefaultTimeout(20_000)
  try {
    return await use(context)
  } finally {
    await context.close()
  }
}
