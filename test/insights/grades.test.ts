import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import type { Column } from '../../src/courses/index.js'
import type { Role } from '../../src/infra/index.js'
import type { OutboxRow } from '../../src/ledger/index.js'
import { gradeId } from '../../src/play/index.js'
import { axeFaults } from '../support/axe.js'
import { aWorld, type World } from '../support/keyroom.js'

const SOON = { timeout: 20_000, interval: 30 }
const CLAIM = { context: 'https://purl.imsglobal.org/spec/lti/claim/context', link: 'https://purl.imsglobal.org/spec/lti/claim/resource_link', ags: 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint' }
type Ags = { lineitem?: string; lineitems: string; scope: string[] }
const NAMES: Record<string, string> = { 21: 'Ada', 22: 'Ben', 23: 'Cleo', 24: 'Dina' }

let world: World
let run: string
let other: string
let place: { platform: string; deployment: string; context: string; resourceLink: string; slug: string; ags: Ags }
let browser: Browser

const earn = async (sub: string, score: number, column: Column = 'course', more: { pending?: true } = {}): Promise<void> => {
  const payload = { column, score, max: 100, activityProgress: 'InProgress', comment: { rooms: 1, pages: 1, of: 4 }, ...more }
  await world.keyroom.rooms.ledger.record({
    run, learner: `u${sub}`, key: randomUUID(), at: new Date(),
    decide: () => ({ events: [{ type: 'noted', data: {} }], outbox: [{ kind: 'grade', id: gradeId(run, `u${sub}`, column), lane: place.platform, payload }] }),
  })
}
const rowOf = async (sub: string): Promise<OutboxRow | undefined> => (await world.keyroom.rooms.ledger.outbox.rows({ id: gradeId(run, `u${sub}`, 'course') }))[0]
const becomes = (state: OutboxRow['state'], sub: string) => expect.poll(async () => (await rowOf(sub))?.state, SOON).toBe(state)
const settle = (sub: string, change: Partial<OutboxRow>) => world.keyroom.rooms.kit.mongo.db.collection('outbox').updateOne({ run, learner: `u${sub}`, kind: 'grade' }, { $set: change })
const column = (): string => world.lms.lineItems().find(({ url }) => url === place.ags.lineitem)?.id ?? ''

const as = (role: Role, options: { run?: string; user?: string; lang?: string } = {}) => {
  const { token } = world.keyroom.rooms.kit.sessions.issue({ run: options.run ?? run, user: options.user ?? 'teacher', role, lang: options.lang ?? 'en' })
  const headers = { authorization: `Bearer ${token}`, accept: 'text/html' }
  const ask = async (path: string, init: RequestInit = {}) => {
    const res = await fetch(`${world.url}${path}`, { ...init, headers, redirect: 'manual' })
    return { status: res.status, text: await res.text(), location: res.headers.get('location') ?? '' }
  }
  return { token, get: (path: string) => ask(path), post: (path: string, fields: Record<string, string> = {}) => ask(path, { method: 'POST', body: new URLSearchParams(fields) }) }
}
const base = (): string => `/insights/${run}/grades`
const rowIn = (text: string, sub: string): string => new RegExp(`<tr role="row" data-user="u${sub}"[\\s\\S]*?</tr>`).exec(text)?.[0] ?? ''

beforeAll(async () => {
  world = await aWorld()
  const { courses, lti, play } = world.keyroom.rooms
  const claims = world.lms.claims('21', 'n') as Record<string, { id: string }>
  const { issuer, clientId, deployment } = world.lms.registration()
  const platform = (await lti.registry.list()).find((each) => each.issuer === issuer && each.clientId === clientId)?._id ?? ''
  place = { platform, deployment, context: claims[CLAIM.context]?.id ?? '', resourceLink: claims[CLAIM.link]?.id ?? '', slug: world.course.slug, ags: claims[CLAIM.ags] as unknown as Ags }
  run = (await courses.ensureRun(place))._id
  other = (await courses.ensureRun({ ...place, context: 'elsewhere' }))._id
  for (const sub of Object.keys(NAMES)) {
    await courses.upsertMember({ run, user: `u${sub}`, platform, sub, name: NAMES[sub], role: 'participant', lastLaunch: new Date() })
    await play.launched({ run, user: `u${sub}` }, place.resourceLink, randomUUID())
  }
  await courses.upsertMember({ run: other, user: 'stranger', platform, sub: '31', role: 'participant', lastLaunch: new Date() })
  browser = await launchChromium()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

describe('the grade console', () => {
  it('says what arrived, what waits and until when, and what failed, in the LMS’s words and ours', async () => {
    for (const sub of Object.keys(NAMES)) {
      await earn(sub, 80)
      await becomes('delivered', sub)
    }
    await settle('22', { state: 'failed', problem: { code: 'lti/score-refused', status: 403, at: new Date() } })
    await settle('23', { state: 'waiting', attempts: 2, nextAt: new Date(Date.now() + 3_600_000), problem: { code: 'lti/platform-busy', status: 503, at: new Date() } })
    const { text } = await as('instructor').get(`${base()}/`)
    expect(rowIn(text, '21')).toMatch(/80%[\s\S]*In the gradebook/)
    expect(rowIn(text, '22')).toMatch(/data-grade="failed"[\s\S]*The LMS refused this score[\s\S]*answer: 403[\s\S]*still in the course/)
    expect(rowIn(text, '23')).toMatch(/Next try[\s\S]*in 59 minutes|Next try[\s\S]*in 1 hour/)
    expect(rowIn((await as('instructor').get(`${base()}/part?state=failed`)).text, '21')).toBe('')
    expect(rowIn((await as('instructor').get(`${base()}/?q=cleo&state=waiting`)).text, '23')).not.toBe('')
  })
  it('tries one again, and all that fit', async () => {
    const { location } = await as('instructor').post(`${base()}/u22/retry?state=failed`, { column: 'course' })
    expect(location).toBe(`${base()}/?state=failed&said=sent&count=1`)
    await becomes('delivered', '22')
    await settle('22', { state: 'failed', problem: { code: 'lti/score-refused', status: 403, at: new Date() } })
    expect((await as('instructor').post(`${base()}/retry`)).location).toBe(`${base()}/?said=sent&count=2`)
    for (const sub of ['22', '23']) await becomes('delivered', sub)
  })
  it('says when the whole LMS takes nothing, and the learner hears it kindly', async () => {
    world.lms.off({ seconds: 3600 })
    await earn('24', 90)
    await expect.poll(async () => (await rowOf('24'))?.rest?.problem.code, SOON).toBe('lti/platform-busy')
    expect((await as('author').get(`${base()}/`)).text).toMatch(/Demo LMS\u2069? takes no grades just now\./)
    expect((await as('participant', { user: 'u24' }).get(`/play/${run}/`)).text).toMatch(/Demo LMS\u2069? can’t take your grade just now\. It is kept here \(90%\)/)
    world.lms.on()
    await as('author').post(`${base()}/u24/retry`, { column: 'course' })
    await becomes('delivered', '24')
    expect((await as('participant', { user: 'u24' }).get(`/play/${run}/`)).text).toMatch(/Your grade reached \u2068?Demo LMS\u2069? on <time[\s\S]*\(90%\)/)
  })
  it('resets a learner’s grade after asking, and says what happens', async () => {
    expect((await as('instructor').get(`${base()}/u24/reset`)).text).toMatch(/Reset the grade of \u2068?Dina[\s\S]*stays, and their next result sends the grade again/)
    await as('instructor').post(`${base()}/u24/reset`)
    await expect.poll(() => world.lms.result(column(), '24'), SOON).toBeUndefined()
    await becomes('delivered', '24')
    expect(rowIn((await as('instructor').get(`${base()}/`)).text, '24')).toContain('data-grade="cleared"')
    expect((await world.keyroom.rooms.ledger.events(run, 'u24')).at(-1)).toMatchObject({ type: 'grade-reset', actor: 'teacher' })
  })
  it('a grade that was taken back is said kindly to the learner, and given again after a question', async () => {
    expect((await as('participant', { user: 'u24' }).get(`/play/${run}/`)).text).toContain('Your grade was taken back. Your next page sends it anew; your instructor can, too.')
    expect(rowIn((await as('instructor').get(`${base()}/`)).text, '24')).toMatch(/href="[^"]*grades\/u24\/send\?column=course">Send Keyroom’s/)
    expect((await as('instructor').get(`${base()}/u24/send?column=course`)).text).toMatch(/Send the grade of \u2068?Dina\u2069? again\?[\s\S]*this grade was taken back/)
    expect((await as('instructor').post(`${base()}/u24/send?column=course`)).location).toBe(`${base()}/?said=sent&count=1`)
    // What they have done by their own story: they came in, and that is all.
    await expect.poll(() => world.lms.result(column(), '24'), SOON).toBe(0)
  })
  it('sends all again, or one column, after saying how many and at what cost', async () => {
    const times = () => world.lms.grades().map(({ userId, lineItem, timestamp }) => `${userId} ${lineItem} ${timestamp}`)
    const { length } = times()
    expect((await as('author').get(`${base()}/`)).text).toMatch(/id="send-all" href="[^"]*grades\/send">Send all again</)
    expect((await as('author').get(`${base()}/send`)).text).toMatch(new RegExp(`${length} grades are sent anew\\. What teachers have set`))
    const before = times()
    expect((await as('author').post(`${base()}/send`)).location).toBe(`${base()}/?said=sent&count=${length}`)
    await expect.poll(() => times().filter((each) => before.includes(each)), SOON).toEqual([])
    expect(times()).toHaveLength(length)

    expect((await as('author').get(`${base()}/?column=course`)).text).toMatch(/id="send-all" href="[^"]*grades\/send\?column=course">Send this column again</)
    expect((await as('author').get(`${base()}/send?column=course`)).text).toMatch(/<span class="chip">The course<[\s\S]*action="[^"]*grades\/send\?column=course"/)
    expect((await as('author').post(`${base()}/send?column=course`)).location).toBe(`${base()}/?column=course&said=sent&count=${length}`)
    expect((await as('author').post(`${base()}/send?column=credential`)).location).toBe(`${base()}/?column=credential&said=sent&count=0`)
    for (const sub of Object.keys(NAMES)) await becomes('delivered', sub)
  })
  it('says what waits for a review, and what a teacher has set, to staff and to the learner', async () => {
    await earn('22', 30, 'course', { pending: true })
    await becomes('delivered', '22')
    const mine = async (): Promise<string> => (await as('participant', { user: 'u22' }).get(`/play/${run}/`)).text
    expect(await mine()).toContain('An answer of yours still waits for its review; the grade may grow.')
    expect(rowIn((await as('instructor').get(`${base()}/`)).text, '22')).toContain('an answer waits for its review')
    world.lms.override(column(), '22', 70)
    await earn('22', 40)
    await expect.poll(async () => (await rowOf('22'))?.problem?.code, SOON).toBe('lti/overridden')
    expect(await mine()).toMatch(/Your teacher has set your grade in \u2068?Demo LMS\u2069? by hand; that one counts there\. Keyroom’s is 40%\./)
    expect((await as('instructor').get(`/insights/${run}/`)).text).toMatch(/href="[^"]*grades\/\?learner=u22">Set by a teacher/)
  })
  it.each(['u24x', 'stranger', 'teacher'])('does nothing for %s, who is no participant of this run', async (user) => {
    for (const deed of ['retry', 'send', 'reset']) expect((await as('author').post(`${base()}/${user}/${deed}`, { column: 'course' })).status).toBe(404)
  })
  it('refuses a mentor and a participant', async () => {
    for (const role of ['mentor', 'participant'] as const) expect((await as(role).post(`${base()}/columns`, { rooms: 'on' })).status).toBe(403)
  })
})

const open = async (path: string, { lang = 'en', width = 1280, dark = false } = {}): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: dark ? 'dark' : 'light', extraHTTPHeaders: { authorization: `Bearer ${as('author', { lang }).token}` } })
  const page = await context.newPage()
  await page.goto(`${world.url}${path}`)
  return page
}

describe('in a browser', () => {
  it('a grade that a teacher changed is seen by comparing, stays, and is sent after a question; the open list hears of it', async () => {
    await earn('21', 50)
    await becomes('delivered', '21')
    world.lms.override(column(), '21', 95)
    const page = await open(`${base()}/`)
    await page.click('#compare')
    const row = page.locator('tr[data-user=u21][data-why=overridden]')
    expect(await row.innerText()).toMatch(/50%[\s\S]*95%/)
    const list = await open(`${base()}/?column=course`)
    await earn('21', 60)
    await list.waitForSelector('tr[data-user=u21][data-grade=overridden]', { timeout: 15_000 })
    expect(world.lms.result(column(), '21')).toBe(95)
    await row.getByRole('link', { name: 'Send anyway' }).click()
    await page.click('#go')
    expect(await page.innerText('#said')).toBe('1 grade is on its way again.')
    await list.waitForSelector('tr[data-user=u21][data-grade=delivered]', { timeout: 15_000 })
    await expect.poll(() => world.lms.grades().some(({ userId, given }) => userId === '21' && given === 60), SOON).toBe(true)
    await Promise.all([page, list].map((each) => each.context().close()))
  }, 60_000)
})

describe('the columns', () => {
  it('are chosen, made in the LMS, and a learner sees each room’s grade', async () => {
    const staff = as('instructor')
    expect((await staff.get(`${base()}/columns`)).text).toMatch(/name="course" checked[\s\S]*name="rooms" aria/)
    await staff.post(`${base()}/columns`, { course: 'on', rooms: 'on' })
    expect((await staff.get(`${base()}/columns?said=columns`)).text).toMatch(/name="course" checked[\s\S]*name="rooms" checked/)
    const [room] = world.course.rooms
    if (!room) throw new Error('no room')
    await earn('21', 40, `room:${room.id}`)
    await expect.poll(() => world.lms.lineItems().some(({ label }) => label === room.title), SOON).toBe(true)
    await expect.poll(async () => (await as('participant', { user: 'u21' }).get(`/play/${run}/`)).text, SOON).toMatch(/Grade in \u2068?Demo LMS\u2069?: 40%/)
    expect((await staff.get(`${base()}/?column=room:${room.id}`)).text.match(/<tr role="row" data-user/g)).toHaveLength(1)
  })
  it('that the LMS doesn’t let us make are told with the setting that mends it', async () => {
    await world.keyroom.rooms.courses.ensureRun({ ...place, context: 'elsewhere', ags: { ...place.ags, scope: place.ags.scope.filter((each) => !/lineitem$|result/.test(each)) } })
    const { text } = await as('author', { run: other }).get(`/insights/${other}/grades/columns`)
    expect(text).toMatch(/data-problem="no-columns"[\s\S]*use this service for grade sync and column management/)
    expect(text).toContain('data-problem="no-compare"')
  })
})

describe('the pages', () => {
  it.each([['en', {}], ['zh-CN', { dark: true }], ['ar', { width: 320 }]] as const)('no page has a fault that axe finds, nor is wider than the window, in %s', async (lang, look) => {
    await settle('22', { state: 'failed', problem: { code: 'lti/token-refused', status: 400, text: 'invalid_client', at: new Date() } })
    await settle('23', { state: 'delivered', problem: { code: 'lti/overridden', at: new Date() } })
    for (const path of ['/', '/compare', '/columns', '/u21/reset']) {
      const page = await open(`${base()}${path}`, { lang, ...look })
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${lang}${path.replaceAll('/', '-')}.png`, fullPage: true })
      expect([path, ...(await axeFaults(page))]).toEqual([path])
      expect([path, await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)]).toEqual([path, 0])
      await page.context().close()
    }
  }, 60_000)
})
