import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aWorld, type World } from '../support/keyroom.js'
import { registrationOf } from './front-door.js'
import { aStorageLms, type StorageLms } from './storage-lms.js'

/** Keyroom whole on `localhost`, an LMS on 127.0.0.1, third-party cookies blocked: tabs, people and courses in one browser. */
let world: World
let lms: StorageLms
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  world = await aWorld()
  lms = await aStorageLms(world.url)
  await world.keyroom.rooms.lti.registry.add({ ...registrationOf(lms.platform), authUrl: lms.authUrl })
  const { launchChromium } = (await import('../../scripts/chromium.mjs' as string)) as { launchChromium(options: { blocked: boolean }): Promise<Browser> }
  browser = await launchChromium({ blocked: true })
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await lms?.close()
  await world?.close()
})
afterEach(() => context?.close())

const SLOW = { timeout: 20_000 }
const aBrowser = async (): Promise<void> => {
  context = await browser.newContext()
  context.setDefaultTimeout(SLOW.timeout)
}
/** A tab of the LMS's course, the tool in its frame. */
const launch = async (page: Page, user: string, course = 'course-1'): Promise<FrameLocator> => {
  await page.goto(`${lms.url}/course/none?user=${user}&context=${course}`)
  const frame = page.frameLocator('[name=tool]')
  await frame.locator('main h1').waitFor()
  await expect.poll(() => frameOf(page).url(), SLOW).toMatch(/\/play\/[\w]+\//)
  await frame.locator('#in-frame').waitFor({ state: 'attached' })
  return frame
}
const frameOf = (page: Page) => {
  const frame = page.frame('tool')
  if (!frame) throw new Error('no frame')
  return frame
}
const whoIn = (frame: FrameLocator): Promise<string> => frame.locator('#in-frame').textContent().then((text) => (JSON.parse(text ?? '{}') as { whose: string }).whose)
const runOf = (page: Page): string => /\/play\/(\w+)\//.exec(frameOf(page).url())?.[1] ?? ''
const aliases = async (page: Page) => world.keyroom.rooms.ledger.standing(runOf(page), await whoIn(page.frameLocator('[name=tool]')))
const profileForm = (frame: FrameLocator) => frame.locator('form:has(input[name=alias])')
/** The ladder's page, where a name can be typed. */
const openLadder = async (page: Page): Promise<FrameLocator> => {
  const frame = page.frameLocator('[name=tool]')
  await frameOf(page).goto(`${world.url}/play/${runOf(page)}/ladder`)
  await profileForm(frame).waitFor({ state: 'attached' })
  return frame
}
const typeAlias = async (frame: FrameLocator, alias: string): Promise<void> => {
  await frame.locator('details:has(input[name=alias])').evaluateAll((all) => all.forEach((each) => ((each as HTMLDetailsElement).open = true)))
  await profileForm(frame).locator('input[name=alias]').fill(alias)
}
const sendAlias = (frame: FrameLocator) => profileForm(frame).evaluate((form) => (form as HTMLFormElement).requestSubmit())

describe('two tabs of one browser', () => {
  it('with two courses of one person: each goes on in its own', async () => {
    await aBrowser()
    const [one, two] = [await context.newPage(), await context.newPage()]
    await launch(one, 'ana', 'course-1')
    await launch(two, 'ana', 'course-2')
    expect(runOf(one)).not.toBe(runOf(two))
    for (const [page, alias] of [[one, 'First'], [two, 'Second']] as const) {
      const frame = await openLadder(page)
      await typeAlias(frame, alias)
      await sendAlias(frame)
      await expect.poll(async () => (await aliases(page)).game.alias, SLOW).toBe(alias)
    }
    expect((await aliases(one)).game.alias).toBe('First')
  }, 60_000)

  it('with two people: what the first one sends under the second one’s session is refused, and what they typed is kept for them alone', async () => {
    await aBrowser()
    const [first, second] = [await context.newPage(), await context.newPage()]
    await launch(first, 'ben')
    const ladder = await openLadder(first)
    const ben = await whoIn(ladder)
    await typeAlias(ladder, 'Ben types this')
    // Signed out of the LMS, and another one in, in another tab.
    const theirs = await launch(second, 'cleo')
    const cleo = await whoIn(theirs)
    expect(cleo).not.toBe(ben)
    await sendAlias(ladder)
    await ladder.getByText('This form was made for another visit').waitFor()
    await ladder.getByText('What you typed is kept in this tab').waitFor()
    const ledger = world.keyroom.rooms.ledger
    expect([(await ledger.standing(runOf(second), ben)).game.alias, (await ledger.standing(runOf(second), cleo)).game.alias]).toEqual([undefined, undefined])
    // The old tab asks before it shows the other's page.
    await frameOf(first).goto(`${world.url}/play/${runOf(second)}/ladder`)
    await ladder.getByText('Somebody else came in').waitFor()
    expect(await profileForm(ladder).isVisible()).toBe(false)
    expect(await profileForm(ladder).locator('input[name=alias]').inputValue()).not.toBe('Ben types this')
    // Ben again, in his tab: where he was, with what he had typed.
    await launch(first, 'ben')
    await expect.poll(() => frameOf(first).url(), SLOW).toContain('/ladder')
    expect(await whoIn(ladder)).toBe(ben)
    expect(await profileForm(ladder).locator('input[name=alias]').inputValue()).toBe('Ben types this')
    await sendAlias(ladder)
    await expect.poll(async () => (await ledger.standing(runOf(first), ben)).game.alias, SLOW).toBe('Ben types this')
    // It has arrived: it isn't put in again.
    await openLadder(first)
    expect(await frameOf(first).evaluate(() => Object.keys(sessionStorage).filter((name) => name.startsWith('kr-typed')))).toEqual([])
  }, 90_000)

  it('with two people: the second one’s tab is never the first one’s', async () => {
    await aBrowser()
    const [first, second] = [await context.newPage(), await context.newPage()]
    const mine = await whoIn(await launch(first, 'dora'))
    const theirs = await whoIn(await launch(second, 'emil'))
    await frameOf(second).goto(frameOf(second).url())
    expect(await whoIn(second.frameLocator('[name=tool]'))).toBe(theirs)
    expect(mine).not.toBe(theirs)
  }, 60_000)
})

describe('a session that ends', () => {
  it('says to come again by the LMS, keeps what was typed, and goes on where it was', async () => {
    await aBrowser()
    const page = await context.newPage()
    await launch(page, 'fay')
    const frame = await openLadder(page)
    await typeAlias(frame, 'Fay types this')
    await context.clearCookies()
    await sendAlias(frame)
    await frame.getByText('Please come in again').waitFor()
    await frame.getByText('What you typed is kept in this tab').waitFor()
    expect(await frame.getByRole('link', { name: 'Back to your course' }).getAttribute('href')).toBe(`${lms.url}/back`)
    await launch(page, 'fay')
    await expect.poll(() => frameOf(page).url(), SLOW).toContain('/ladder')
    expect(await profileForm(frame).locator('input[name=alias]').inputValue()).toBe('Fay types this')
  }, 60_000)
})

describe('out of the frame', () => {
  const leave = async (page: Page, frame: FrameLocator): Promise<Page> => {
    const [opened] = await Promise.all([page.waitForEvent('popup', SLOW), frame.getByRole('button', { name: 'Open in a new window' }).click()])
    await opened.waitForURL(/\/play\/\w+\/ladder$/, SLOW)
    return opened
  }
  it('a window of its own shows the same page; the ticket is good once and stands in no address', async () => {
    await aBrowser()
    const page = await context.newPage()
    await launch(page, 'gil')
    const frame = await openLadder(page)
    const tickets: string[] = []
    const addresses: string[] = []
    context.on('request', (each) => {
      addresses.push(each.url())
      if (each.method() === 'POST' && each.url().endsWith('/lti/window')) tickets.push(new URLSearchParams(each.postData() ?? '').get('ticket') ?? '')
    })
    const opened = await leave(page, frame)
    expect(await opened.locator('#in-frame').textContent()).toContain(await whoIn(frame))
    await opened.reload()
    await opened.locator('main h1').waitFor()
    expect(await opened.locator('#way-out').isVisible()).toBe(false)
    expect(tickets).toHaveLength(1)
    expect(addresses.some((each) => each.includes(tickets[0]?.slice(0, 30) ?? ''))).toBe(false)
    const again = (headers: Record<string, string>) => fetch(`${world.url}/lti/window`, { method: 'POST', headers, body: new URLSearchParams({ ticket: tickets[0] ?? '' }) })
    expect((await again({ 'Sec-Fetch-Site': 'same-origin' })).status).toBe(401)
    expect((await again({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(401)
  }, 60_000)
  it('a ticket leads to pages of its run alone, and needs a session', async () => {
    await aBrowser()
    const page = await context.newPage()
    const frame = await launch(page, 'hal')
    const ask = (run: string, at: string) => frameOf(page).evaluate(async ([path, place]) => {
      const { csrf } = JSON.parse(document.getElementById('in-frame')?.textContent ?? '{}') as { csrf: string }
      const answer = await fetch(path, { method: 'POST', headers: { 'X-CSRF-Token': csrf, Accept: 'application/json' }, body: new URLSearchParams({ at: place }) })
      return { status: answer.status, body: (await answer.json()) as { ticket?: string } }
    }, [`/lti/window/${run}`, at] as const)
    const run = runOf(page)
    for (const at of ['https://evil.example/', '//evil.example', `/play/${run}/../../lti/login`, '/play/another/', '/admin/', `/play/${run}//evil`]) {
      const { status, body } = await ask(run, at)
      expect([status, body]).toEqual([200, { ticket: expect.any(String) as string }])
      const { at: place } = JSON.parse(Buffer.from(body.ticket?.split('.')[0] ?? '', 'base64url').toString()) as { at: string }
      expect(place === `/play/${run}/` || new URL(place, world.url).pathname.startsWith(`/play/${run}/`)).toBe(true)
    }
    expect((await ask('another', '/')).status).toBe(401)
    expect(await frame.locator('main h1').count()).toBe(1)
  }, 60_000)
})

it('a frame is made as high as its page, and shrinks with it', async () => {
  await aBrowser()
  const page = await context.newPage()
  await launch(page, 'ida')
  const heights = () => page.evaluate(() => (window as never as { heights?: number[] }).heights ?? [])
  await expect.poll(async () => (await heights()).length, SLOW).toBeGreaterThan(0)
  const fits = () => frameOf(page).evaluate(() => document.documentElement.scrollHeight - window.innerHeight)
  await expect.poll(fits, SLOW).toBeLessThanOrEqual(1)
  const high = (await heights()).at(-1) ?? 0
  await frameOf(page).evaluate(() => void (document.querySelector('main') as HTMLElement).replaceChildren(document.createElement('p')))
  await expect.poll(async () => (await heights()).at(-1) ?? high, SLOW).toBeLessThan(high - 50)
  const count = (await heights()).length
  await page.waitForTimeout(1500)
  expect((await heights()).length).toBe(count)
}, 60_000)
