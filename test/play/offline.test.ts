import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { ACTIVITY, aLearnersWorld, answerFirst, contentOf, ITEM, keptWords, listen, RIGHT, within, type LearnersWorld } from './offline-world.js'

let world: LearnersWorld
let browser: Browser
beforeAll(async () => {
  ;[world, browser] = await Promise.all([aLearnersWorld(), launchChromium()])
})
afterAll(async () => {
  await browser.close()
  await world.close()
})

declare global {
  interface Window { KeyroomOutbox: { (whose: string, secret: string): { keepState(state: { data: string; bases: string[] }): void }; markOf(text: string): string } }
}
/** All that is at rest in a browser, as whoever sits down at it can read it. */
const atRest = (page: Page): Promise<string> => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))

/** Answers while the line is down, and closes the window: the answer is kept when the line is back. */
const keepsOne = async (context: BrowserContext, cookie: string): Promise<void> => {
  const page = await context.newPage()
  const frame = await world.enter(page, cookie)
  await context.setOffline(true)
  await answerFirst(frame)
  await keptWords(frame).waitFor()
  await page.close()
  await context.setOffline(false)
}

it('an answer given offline outlives the closed window, and is sent under its own key when the learner comes back', async () => {
  await within(browser, async (context) => {
    const { cookie } = await world.signIn('ana')
    const posts = listen(context)
    const page = await context.newPage()
    const frame = await world.enter(page, cookie)
    await context.setOffline(true)
    await answerFirst(frame)
    await keptWords(frame).waitFor()
    expect(await page.locator('#content-said').textContent()).toContain('kept on this device')
    await expect.poll(() => posts.length).toBeGreaterThan(0)
    await page.close()
    expect(await world.answers('ana')).toEqual([])
    await context.setOffline(false)
    const again = await context.newPage()
    await world.enter(again, cookie)
    await again.frameLocator('#frame').getByText('That’s right.').waitFor()
    await again.locator(`nav a[href*="activity=${ACTIVITY}"]`).waitFor()
    const [first] = posts
    expect(await world.answers('ana')).toEqual([{ item: ITEM, key: first?.key }])
    expect(posts.filter(({ arrived }) => arrived)).toHaveLength(1)
    // The verdict is the server's, and nothing is left to send.
    expect(await again.evaluate(() => Object.keys(localStorage).filter((name) => name.includes(':queue:')))).toEqual([])
  })
}, 120_000)

it('two windows that come back online send each answer once, in the order it was given', async () => {
  await within(browser, async (context) => {
    const { cookie } = await world.signIn('two')
    const posts = listen(context)
    const [one, two] = [await context.newPage(), await context.newPage()]
    const frames = [await world.enter(one, cookie), await world.enter(two, cookie)] as const
    await context.setOffline(true)
    const give = (frame: (typeof frames)[number], item: string, response: unknown) =>
      frame.evaluate(({ item, response }) => void window.H5PIntegration.keyroom.answer(item, response).catch(() => undefined), { item, response })
    await give(frames[0], ITEM, [0])
    await keptWords(frames[0]).waitFor()
    await give(frames[1], ITEM, [1, 2])
    await give(frames[0], 'e89e9727-3774-48d4-9753-c2d6e7b2bd1d', false)
    await keptWords(frames[1]).waitFor()
    await context.setOffline(false)
    await expect.poll(() => world.answers('two').then((all) => all.length), { timeout: 40_000 }).toBe(3)
    await expect.poll(() => frames[1].evaluate(() => Object.keys(localStorage).filter((name) => name.includes(':queue:')).length)).toBe(0)
    expect((await world.answers('two')).map(({ item }) => item)).toEqual([ITEM, ITEM, 'e89e9727-3774-48d4-9753-c2d6e7b2bd1d'])
    const arrived = posts.filter((post) => post.arrived).map(({ key }) => key)
    expect(new Set(arrived).size).toBe(arrived.length)
    expect(arrived).toHaveLength(3)
    // Who asked in the one window hears it, though the other may have sent it.
    await expect.poll(() => frames[1].evaluate((item) => (window.H5PIntegration.keyroom.items[item] as { correct?: boolean } | undefined)?.correct, ITEM)).toBe(true)
  })
}, 120_000)

it('when the session has ended nothing is gone: kept, said with the way back, and sent under the next session', async () => {
  await within(browser, async (context) => {
    const { cookie } = await world.signIn('eve', { back: 'https://lms.example/course' })
    const page = await context.newPage()
    const frame = await world.enter(page, cookie)
    await page.route(/\/h5p\/[^/]+\/(answers|state\/)/, (route) => route.continue({ url: route.request().url().replace(/\/h5p\/[^/]+\//, `/h5p/${world.expiredTicket('eve')}/`) }))
    await answerFirst(frame)
    await page.locator('#content-ended').waitFor()
    expect(await page.locator('#content-ended a').getAttribute('href')).toBe('https://lms.example/course')
    await frame.locator('#frame-status', { hasText: 'Your session has ended' }).waitFor()
    // Pressed again, it is the same answer, not another try.
    await frame.getByRole('button', { name: 'Check' }).click()
    await page.close()
    expect(await world.answers('eve')).toEqual([])

    const next = await context.newPage()
    const { cookie: fresh } = await world.signIn('eve')
    expect(fresh).not.toBe(cookie)
    await world.enter(next, fresh)
    await next.frameLocator('#frame').getByText('That’s right.').waitFor()
    expect(await world.answers('eve')).toHaveLength(1)
  })
}, 120_000)

it('what was kept and isn’t taken any more is said, and not called sent', async () => {
  await within(browser, async (context) => {
    const { cookie } = await world.signIn('ada')
    await keepsOne(context, cookie)
    const again = await context.newPage()
    await again.route('**/answers', (route) => route.fulfill({ status: 404, contentType: 'application/problem+json', body: JSON.stringify({ type: '/problems/infra/not-found', title: 'Not found' }) }))
    const frame = await world.enter(again, cookie)
    await frame.locator('#frame-status', { hasText: 'Your answer was not taken' }).waitFor()
    expect(await atRest(again)).not.toContain(':queue:')
  })
}, 120_000)

it('what one learner left in a browser is neither seen nor sent by another, and waits for its own', async () => {
  await within(browser, async (context) => {
    const posts = listen(context)
    const [cat, dan] = [await world.signIn('cat'), await world.signIn('dan')]
    await keepsOne(context, cat.cookie)
    const other = await context.newPage()
    const theirs = await world.enter(other, dan.cookie)
    expect(await theirs.getByRole('checkbox', { checked: true }).count()).toBe(0)
    await theirs.getByText(RIGHT[0] ?? '').click()
    await other.close()
    expect(posts.filter(({ arrived }) => arrived)).toEqual([])
    expect([await world.answers('cat'), await world.answers('dan')]).toEqual([[], []])
    const back = await context.newPage()
    await world.enter(back, cat.cookie)
    await back.frameLocator('#frame').getByText('That’s right.').waitFor()
    expect(await world.answers('cat')).toHaveLength(1)
    expect(await world.answers('dan')).toEqual([])
  })
}, 120_000)

it('what was begun and not checked is there again, also where the line was gone when the window closed', async () => {
  await within(browser, async (context) => {
    const { cookie } = await world.signIn('fay')
    const page = await context.newPage()
    const frame = await world.enter(page, cookie)
    await context.setOffline(true)
    await frame.getByText(RIGHT[1] ?? '').click()
    await page.close({ runBeforeUnload: true })
    await expect.poll(() => context.pages().length).toBe(0)
    await context.setOffline(false)
    const again = await context.newPage()
    const there = await world.enter(again, cookie)
    expect(await there.getByRole('checkbox', { name: RIGHT[1] }).isChecked()).toBe(true)
    await expect.poll(() => world.keyroom.rooms.kit.mongo.db.collection('h5p_states').countDocuments({ user: 'fay' })).toBe(1)
  })
}, 120_000)

it('a state kept here never replaces a newer one from another device', async () => {
  const { cookie } = await world.signIn('gus')
  const ticked = (response: number[]) => JSON.stringify({ inside: { [ITEM]: { response } } })
  await within(browser, async (context) => {
    const page = await context.newPage()
    const whose = await (await world.enter(page, cookie)).evaluate(() => window.H5PIntegration.keyroom)
    await page.goto(`${world.url}/healthz`)
    await page.addScriptTag({ url: '/assets/h5p/outbox.js' })
    /** As a window leaves it that closed without a line; the server's state it began from was `base`. */
    const leave = (data: string, base: string | false) =>
      page.evaluate(async ({ data, base, outbox, seal }) => {
        window.KeyroomOutbox(outbox, seal).keepState({ data, bases: [window.KeyroomOutbox.markOf(base || '')] })
        await new Promise((resolve) => setTimeout(resolve, 300))
      }, { data, base, outbox: whose.outbox, seal: whose.seal })
    await within(browser, async (phone) => {
      const there = await world.enter(await phone.newPage(), cookie)
      await there.getByText(RIGHT[0] ?? '').click()
      const saved = async () => (await world.keyroom.rooms.kit.mongo.db.collection<{ data: string }>('h5p_states').findOne({ user: 'gus' }))?.data
      await expect.poll(saved).toBe(ticked([1]))
    })
    const look = async () => {
      const here = await world.enter(await context.newPage(), cookie)
      return Promise.all(RIGHT.map((label) => here.getByRole('checkbox', { name: label }).isChecked()))
    }
    await leave(ticked([2]), false)
    expect(await look()).toEqual([true, false])
    await leave(ticked([2]), ticked([1]))
    expect(await look()).toEqual([false, true])
  })
}, 120_000)

it('where the browser refuses storage, memory keeps it as long as the window', async () => {
  await within(browser, async (context) => {
    const { cookie } = await world.signIn('hal')
    await context.addInitScript(() => Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('no', 'SecurityError') } }))
    const page = await context.newPage()
    const frame = await world.enter(page, cookie)
    await context.setOffline(true)
    await answerFirst(frame)
    await keptWords(frame).waitFor()
    await context.setOffline(false)
    await frame.getByText('That’s right.').waitFor()
    expect(await world.answers('hal')).toHaveLength(1)
  })
}, 120_000)

it('after thirty days what was kept is forgotten', async () => {
  await within(browser, async (context) => {
    const { cookie } = await world.signIn('ida')
    await keepsOne(context, cookie)
    const aside = await context.newPage()
    await aside.goto(`${world.url}/healthz`)
    const age = (days: number) => aside.evaluate((ms) => {
      for (const name of Object.keys(localStorage).filter((each) => each.includes(':queue:'))) localStorage[name] = JSON.stringify({ ...(JSON.parse(localStorage[name] as string) as object), at: Date.now() - ms })
    }, days * 86_400_000)
    await age(31)
    const again = await context.newPage()
    await world.enter(again, cookie)
    await contentOf(again)
    expect(await aside.evaluate(() => Object.keys(localStorage).filter((name) => name.includes(':queue:')))).toEqual([])
    expect(await world.answers('ida')).toEqual([])
  })
}, 120_000)

it('a room says that an answer of another activity is still kept, and leads there', async () => {
  await within(browser, async (context) => {
    const { cookie } = await world.signIn('jon')
    await keepsOne(context, cookie)
    const elsewhere = await context.newPage()
    await world.enter(elsewhere, cookie, 'what-and-why')
    await elsewhere.locator('#content-kept a').click()
    await elsewhere.frameLocator('#frame').getByText('That’s right.').waitFor()
    expect(await world.answers('jon')).toHaveLength(1)
  })
}, 120_000)

it('what waits in a browser is sealed: it says nothing to whoever sits down next, nor to another session, which forgets what it can’t open', async () => {
  await within(browser, async (context) => {
    const { cookie } = await world.signIn('kim')
    await keepsOne(context, cookie)
    const aside = await context.newPage()
    await aside.goto(`${world.url}/healthz`)
    const kept = await atRest(aside)
    expect(kept).toContain(':queue:')
    for (const open of ['response', ITEM, '[1,2]', 'inside']) expect(kept).not.toContain(open)
    // One bit of each changed: nobody’s any more.
    await aside.evaluate(() => {
      for (const [name, text] of Object.entries(localStorage)) {
        const rest = JSON.parse(text as string) as { sealed: string }
        localStorage[name] = JSON.stringify({ ...rest, sealed: (rest.sealed.startsWith('A') ? 'B' : 'A') + rest.sealed.slice(1) })
      }
    })
    const again = await context.newPage()
    await world.enter(again, cookie)
    await expect.poll(() => atRest(aside)).not.toContain(':queue:')
    expect(await world.answers('kim')).toEqual([])
  })
}, 120_000)

it('what an older version left open is taken away', async () => {
  await within(browser, async (context) => {
    const { cookie } = await world.signIn('lea')
    const aside = await context.newPage()
    await aside.goto(`${world.url}/healthz`)
    await aside.evaluate(() => localStorage.setItem('keyroom-kept:somebody:queue:1', JSON.stringify({ said: 'for all to read', at: Date.now() })))
    await world.enter(await context.newPage(), cookie)
    expect(await atRest(aside)).not.toContain('for all to read')
  })
}, 120_000)

it('a browser that can’t seal keeps it as long as the window, and says so', async () => {
  await within(browser, async (context) => {
    const { cookie } = await world.signIn('max')
    await context.addInitScript(() => Object.defineProperty(window.crypto, 'subtle', { value: undefined }))
    const page = await context.newPage()
    const frame = await world.enter(page, cookie)
    await context.setOffline(true)
    await answerFirst(frame)
    await frame.locator('#frame-status', { hasText: 'kept in this window alone' }).waitFor()
    expect(await page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith('keyroom-kept:')))).toEqual([])
    await context.setOffline(false)
    await frame.getByText('That’s right.').waitFor()
    expect(await world.answers('max')).toHaveLength(1)
  })
}, 120_000)

it('a state whose arrival nobody heard of is known again as our own, and what was done after it is there on return', async () => {
  await within(browser, async (context) => {
    const { cookie } = await world.signIn('ned')
    const page = await context.newPage()
    const frame = await world.enter(page, cookie)
    const saved = async () => (await world.keyroom.rooms.kit.mongo.db.collection<{ data: string }>('h5p_states').findOne({ user: 'ned' }))?.data
    // It arrives; the answer is cut off.
    await page.route(/\/state\//, async (route) => {
      await route.fetch()
      await route.abort('connectionreset')
    })
    await frame.getByText(RIGHT[0] ?? '').click()
    await expect.poll(saved).toContain('[1]')
    await page.unroute(/\/state\//)
    await page.route(/\/state\//, (route) => route.abort('connectionreset'))
    await frame.getByText(RIGHT[1] ?? '').click()
    await expect.poll(() => atRest(page)).toContain(':state')
    await page.close()
    const there = await world.enter(await context.newPage(), cookie)
    for (const label of RIGHT) expect(await there.getByRole('checkbox', { name: label }).isChecked()).toBe(true)
    await expect.poll(saved).toContain('[1,2]')
  })
}, 120_000)

it('a state whose arrival nobody heard of is sent again by itself, until it is known', async () => {
  await within(browser, async (context) => {
    const { cookie } = await world.signIn('oda')
    const page = await context.newPage()
    const frame = await world.enter(page, cookie)
    let asked = 0
    await page.route(/\/state\//, async (route) => {
      asked += 1
      if (asked > 1) return route.continue()
      await route.fetch()
      await route.abort('connectionreset')
    })
    await frame.getByText(RIGHT[0] ?? '').click()
    await expect.poll(() => asked, { timeout: 20_000 }).toBeGreaterThan(1)
    await expect.poll(() => atRest(page)).not.toContain(':state')
  })
}, 120_000)
