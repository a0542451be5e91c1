import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { ACTIVITY, aLearnersWorld, answerFirst, contentOf, ROOM, within, type LearnersWorld } from './offline-world.js'
import { aPlayWorld, type PlayWorld, type Visitor } from './world.js'

/** A phone: no cookie, no session, nothing but an address. */
const phone = async (address: string, method: 'GET' | 'POST' = 'GET', headers: Record<string, string> = {}) => {
  const res = await fetch(address, { method, redirect: 'manual', headers: { accept: 'text/html', ...headers } })
  return { status: res.status, text: await res.text(), location: res.headers.get('location') ?? undefined }
}

describe('a code for a phone', () => {
  let world: PlayWorld
  let ana: Visitor
  beforeAll(async () => {
    world = await aPlayWorld()
    ana = await world.visitor('ana')
  })
  afterAll(() => world.close())
  const ask = async (who: Visitor, room = 'hall', activity = 'hall-a') => who.post(`rooms/${room}/phone`, { activity }, { accept: 'application/json' })
  const codeOf = async (who = ana): Promise<string> => {
    const { address } = JSON.parse((await ask(who)).text) as { address: string }
    return address
  }

  it('opens one activity once: looking takes nothing, the button takes it, a second time says so', async () => {
    const address = await codeOf()
    expect(address).toMatch(new RegExp(`^${world.url}/play/qr/[\\w-]{24}$`))
    for (let looks = 0; looks < 3; looks++) expect(await phone(address)).toMatchObject({ status: 200, text: expect.stringContaining('Open the activity') as string })
    const { status, location = '' } = await phone(address, 'POST')
    expect(status).toBe(303)
    const page = await phone(new URL(location, world.url).href)
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('Title of hall-a') as string })
    expect(page.text).not.toContain(`/play/${world.run._id}/rooms/`)
    for (const method of ['GET', 'POST'] as const) expect(await phone(address, method)).toMatchObject({ status: 410, text: expect.stringContaining('used already') as string })
  })
  it('taken by two phones at once is taken by one', async () => {
    const address = await codeOf()
    const taken = await Promise.all(Array.from({ length: 8 }, () => phone(address, 'POST')))
    expect(taken.map(({ status }) => status).sort()).toEqual([303, ...Array<number>(7).fill(410)])
  })
  it('opens nothing else of the house, and gives the phone no session', async () => {
    const { location = '' } = await phone(await codeOf(), 'POST')
    const ticket = /h5p\/([^/]+)\/phone\?lang=en$/.exec(location)?.[1] ?? ''
    for (const to of ['', 'rooms/hall', 'finish']) expect((await phone(`${world.url}/play/${world.run._id}/${to}`)).status).toBe(401)
    expect((await phone(`${world.url}/play/another/h5p/${ticket}/phone`)).status).toBe(401)
    expect((await phone(`${world.url}/play/${world.run._id}/h5p/${ticket}x/phone`)).status).toBe(401)
  })
  it('is over after five minutes', async () => {
    const address = await codeOf()
    world.clock.now = new Date(world.clock.now.getTime() + 5 * 60_000 + 1000)
    for (const method of ['GET', 'POST'] as const) expect(await phone(address, method)).toMatchObject({ status: 410, text: expect.stringContaining('This code is over') as string })
  })
  it('forged, or of a shape no code has, opens nothing', async () => {
    for (const token of ['A'.repeat(24), 'short', `${'A'.repeat(23)}%2F`, encodeURIComponent('{"$ne":null}')]) {
      expect(await phone(`${world.url}/play/qr/${token}`, 'POST')).toMatchObject({ status: 404, text: expect.stringContaining('opens nothing') as string })
    }
  })
  it('stays whole where another participant is signed in, and opens nothing there', async () => {
    const ben = await world.visitor('ben')
    const address = await codeOf()
    const cookie = { cookie: `${ben.cookie.name}=${ben.cookie.value}` }
    for (const method of ['GET', 'POST'] as const) expect(await phone(address, method, cookie)).toMatchObject({ status: 403, text: expect.stringContaining('somebody else’s') as string })
    expect((await phone(address, 'POST')).status).toBe(303)
  })
  it('is made for open rooms, their own activities and forms of this session alone', async () => {
    expect((await ask(ana, 'library', 'library-one')).status).toBe(403)
    expect((await ask(ana, 'hall', 'library-one')).status).toBe(404)
    expect((await ask(ana, 'hall', '')).status).toBe(400)
    expect((await ana.post('rooms/hall/phone', { activity: 'hall-a', _csrf: 'x' })).status).toBe(403)
  })
  it('leaves no trace of itself in the database', async () => {
    const address = await codeOf()
    expect(JSON.stringify(await world.kit.mongo.db.collection('qr_passes').find().toArray())).not.toContain(address.slice(-24))
    expect(await world.kit.mongo.db.collection('qr_passes').indexes()).toContainEqual(expect.objectContaining({ key: { gone: 1 }, expireAfterSeconds: 0 }))
  })
  it('needs no script: the form leads to a page with the code, its address and the way back', async () => {
    const { status, text } = await ana.post('rooms/hall/phone', { activity: 'hall-a' })
    expect(status).toBe(200)
    expect(text).toContain('data:image/svg+xml;base64,')
    expect(text).toContain(`${world.url}/play/qr/`)
    expect(text).toContain(`href="/play/${world.run._id}/rooms/hall?activity=hall-a"`)
  })
  it('is not made without end', async () => {
    const cat = await world.visitor('cat')
    const told = []
    for (let tries = 0; tries < 21; tries++) told.push((await ask(cat)).status)
    expect(told.slice(0, 20).every((status) => status === 200)).toBe(true)
    expect(told[20]).toBe(429)
  })
  it('ends with the session that made it', async () => {
    const { run, play, kit } = world
    const ticket = play.ticket({ run: run._id, user: 'ana', sid: 's', room: 'hall', activity: 'hall-a', via: 'phone' }, kit.now().getTime() / 1000 + 600)
    const page = `${world.url}/play/${run._id}/h5p/${ticket}/phone`
    expect((await phone(page)).status).toBe(200)
    world.clock.now = new Date(world.clock.now.getTime() + 601_000)
    expect((await phone(page)).status).toBe(401)
  })
})

/** What axe finds wrong on a page, but for the content in its frame, which has tests of its own. */
const faultsOn = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: { run(context: object, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run(
      { exclude: [['iframe']] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    )
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
  })
}

describe('the computer', () => {
  let world: LearnersWorld
  beforeAll(async () => {
    world = await aLearnersWorld()
  })
  afterAll(() => world.close())

  it('follows what the phone does, and its progress is there without a reload', async () => {
    const browser = await launchChromium()
    const { cookie } = await world.signIn('ana')
    await within(browser, async (desk) => {
      const page = await desk.newPage()
      const faults: string[] = []
      page.on('pageerror', (error) => faults.push(String(error)))
      page.on('console', (message) => void (/Content Security Policy/.test(message.text()) && faults.push(message.text())))
      await world.enter(page, cookie)
      await page.getByRole('button', { name: 'On your phone' }).click()
      await page.locator('#phone-picture').waitFor()
      await page.locator('#phone-left', { hasText: '5 minutes' }).waitFor()
      expect(await page.locator('#phone-picture').evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBeGreaterThan(20)
      expect(await faultsOn(page)).toEqual([])
      const address = (await page.locator('#phone-address').textContent()) ?? ''
      await within(browser, async (pocket) => {
        const small = await pocket.newPage()
        await small.setViewportSize({ width: 320, height: 640 })
        await small.goto(address)
        expect(await faultsOn(small)).toEqual([])
        await small.getByRole('button', { name: 'Open the activity' }).click()
        const content = await contentOf(small)
        await page.locator('#phone-said', { hasText: 'Open on your phone' }).waitFor()
        expect(await small.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
        expect(await faultsOn(small)).toEqual([])
        await answerFirst(content)
        await content.getByText('That’s right.').waitFor()
        // The activity on the desk begins anew with what the phone has answered.
        await page.frameLocator('#frame').getByText('That’s right.').waitFor()
        // The rest, as a hand would give it.
        const answers: [string, unknown][] = [['e89e9727-3774-48d4-9753-c2d6e7b2bd1d', false], ['0e7c8de1-ea73-4716-a210-112da5a08556', ['work', 'think']], ['179cd64b-c3ff-4b54-bab3-b2a7f9debad1', [0]]]
        for (const [item, response] of answers) await content.evaluate(({ item, response }) => window.H5PIntegration.keyroom.answer(item, response).then(() => undefined), { item, response })
        await small.locator('[data-part=stand] .chip.done').waitFor()
      })
      await page.locator('#phone-said', { hasText: 'Done on your phone' }).waitFor()
      await page.locator(`nav a[href*="activity=${ACTIVITY}"][data-done=true]`).waitFor()
      expect(page.url()).toContain(`/rooms/${ROOM}`)
      expect(faults).toEqual([])
    })
    await browser.close()
  }, 120_000)
})
