import request from 'supertest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aCourse, aRoom, sharedLock } from '../play/world.js'
import { aPlatform, claim, type TestPlatform } from '../support/platform.js'
import { frontDoor, pageOf, PUBLIC_URL, register } from './front-door.js'
import { aWayIn, type WayIn } from './world.js'

const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint'
const SCOPE = ['https://purl.imsglobal.org/spec/lti-ags/scope/score']

let way: WayIn
let lms: TestPlatform
let door: ReturnType<typeof frontDoor>
let now = new Date()

const takeIn = (slug: string, title: string) =>
  way.courses.saveCourse(aCourse([aRoom('hall'), aRoom('library', { lock: sharedLock('amber tandem 27') })], { id: `${slug}@1`, slug, title }), new Map())

beforeAll(async () => {
  way = await aWayIn({ publicUrl: PUBLIC_URL, now: () => now })
  lms = await aPlatform()
  await register(way.lti, lms)
  door = frontDoor(way.app, lms)
  await way.mongo.db.collection('current_courses').deleteMany({})
  await takeIn('house', 'The house')
  await takeIn('garden', 'The garden')
})
afterAll(() => lms.close())
beforeEach(() => void (way.arrivals.length = 0))
afterEach(() => void (now = new Date()))

let contexts = 0
const aContext = (): string => `context-${++contexts}`
interface Coming { context: string; link: string; sub?: string; role?: string; custom?: Record<string, string>; lineitem?: string; title?: string; contextTitle?: string; locale?: string }
const comes = ({ context, link, sub = 'u1', role = 'Learner', custom, lineitem, title, contextTitle = 'Teaching', locale = 'en' }: Coming) =>
  door.launch((claims) => void Object.assign(claims, {
    sub, [claim('roles')]: [role], [claim('context')]: { id: context, title: contextTitle }, [claim('resource_link')]: { id: link, ...(title ? { title } : {}) },
    [claim('launch_presentation')]: { locale, return_url: `${lms.issuer}/back` },
    ...(custom ? { [claim('custom')]: custom } : {}),
    ...(lineitem === undefined ? {} : { [AGS]: { scope: SCOPE, lineitems: `${lms.issuer}/items`, lineitem } }),
  }))
const teaches = (coming: Coming) => comes({ sub: 'teacher', role: 'Instructor', ...coming })
type Answer = Awaited<ReturnType<typeof comes>>
const nextIn = ({ text }: Answer): string => /id="enter" href="([^"]+)"/.exec(text)?.[1] ?? ''
const runIn = (answer: Answer): string => /\/(?:play|insights)\/([^/]+)\//.exec(nextIn(answer))?.[1] ?? ''
const tokenIn = ({ text }: Answer): string => /name="setup" value="([^"]+)"/.exec(text)?.[1] ?? ''
const chooses = (setup: string, fields: Record<string, string>) => request(way.app).post('/lti/links').type('form').send({ setup, ...fields })

describe('a link that names its course', () => {
  it.each([
    ['the map', 'map', '', ''],
    ['the ladder', 'ladder', 'ladder', 'ladder'],
    ['a room', 'room:library', 'rooms/library?link=1', '?room=library'],
  ])('is set up at once, by whoever comes first, and opens %s', async (_what, open, page, staffPage) => {
    const context = aContext()
    const custom = { course: 'garden', open }
    const first = await comes({ context, link: 'a', custom })
    expect(nextIn(first)).toBe(`/play/${runIn(first)}/${page}`)
    expect((await way.courses.run(runIn(first))).course).toBe('garden@1')
    expect(nextIn(await teaches({ context, link: 'a', custom }))).toBe(`/insights/${runIn(first)}/${staffPage}`)
  })
  it('leads to the same place when a later launch says nothing of it', async () => {
    const context = aContext()
    const first = await comes({ context, link: 'a', custom: { course: 'garden', open: 'ladder' } })
    expect(nextIn(await comes({ context, link: 'a', sub: 'u2' }))).toBe(`/play/${runIn(first)}/ladder`)
  })
  it('leads to another course once it names another, and to what it opens now', async () => {
    const context = aContext()
    const first = await comes({ context, link: 'a', custom: { course: 'garden' } })
    const second = await comes({ context, link: 'a', custom: { course: 'house', open: 'ladder' } })
    expect([runIn(second) === runIn(first), nextIn(second).endsWith('/ladder')]).toEqual([false, true])
    expect(nextIn(await comes({ context, link: 'a', custom: { course: 'house', open: 'map' } }))).toBe(`/play/${runIn(second)}/`)
  })
  it('of a course that isn’t here is refused, and nothing is set up', async () => {
    const context = aContext()
    expect(pageOf(await comes({ context, link: 'a', custom: { course: 'nowhere' } })).code).toBe('courses/unknown-course')
    expect(nextIn(await comes({ context, link: 'a', custom: { course: 'house' } }))).toContain('/play/')
  })
})

describe('one course', () => {
  it('in two contexts is two runs, apart', async () => {
    const [a, b] = [await comes({ context: aContext(), link: 'a', custom: { course: 'house' } }), await comes({ context: aContext(), link: 'a', custom: { course: 'house' } })]
    expect(runIn(a)).not.toBe(runIn(b))
    expect((await way.courses.members(runIn(b))).map(({ run }) => run)).toEqual([runIn(b)])
  })
  it('by two links of one context is one run; each column is its own, and launches by turns don’t turn them', async () => {
    const context = aContext()
    const column = (name: string): string => `${lms.issuer}/items/${name}/lineitem?type_id=3`
    const through = (link: string, open: string, name: string) => comes({ context, link, custom: { course: 'house', open }, lineitem: column(name) })
    const run = runIn(await through('home', 'map', '1'))
    for (let turn = 0; turn < 2; turn++) {
      expect(runIn(await through('room', 'room:library', '2'))).toBe(run)
      expect(runIn(await through('again', 'map', '3'))).toBe(run)
      expect(runIn(await through('ladder', 'ladder', '4'))).toBe(run)
    }
    const { resourceLink, columns, ags } = await way.courses.run(run)
    expect({ resourceLink, columns, lineitem: ags?.lineitem }).toEqual({ resourceLink: 'home', columns: { course: column('1'), 'room:library': column('2') }, lineitem: column('1') })
    // What the home link says now counts; that it has no column any more, too.
    await through('home', 'map', '9')
    expect((await way.courses.run(run)).columns?.course).toBe(column('9'))
    await comes({ context, link: 'home', custom: { course: 'house' }, lineitem: '' })
    expect((await way.courses.run(run)).columns).toEqual({ 'room:library': column('2') })
    await through('again', 'map', '3')
    expect((await way.courses.run(run)).columns?.course).toBe(column('3'))
  })
  it('gives a column free when its link leads elsewhere', async () => {
    const context = aContext()
    const through = (course: string, open: string) => comes({ context, link: 'a', custom: { course, open }, lineitem: `${lms.issuer}/items/5` })
    const run = runIn(await through('house', 'map'))
    await through('house', 'room:library')
    expect(await way.courses.run(run)).toMatchObject({ columns: { 'room:library': `${lms.issuer}/items/5` }, ags: { lineitems: `${lms.issuer}/items` } })
    expect((await way.courses.run(run)).columns?.course ?? (await way.courses.run(run)).ags?.lineitem).toBeUndefined()
    const other = runIn(await through('garden', 'map'))
    expect([(await way.courses.run(run)).columns, (await way.courses.run(other)).columns]).toEqual([{}, { course: `${lms.issuer}/items/5` }])
  })
  it('keeps the column when a launch says nothing of grades', async () => {
    const context = aContext()
    const run = runIn(await comes({ context, link: 'a', custom: { course: 'house' }, lineitem: `${lms.issuer}/items/1` }))
    await comes({ context, link: 'a', custom: { course: 'house' } })
    expect((await way.courses.run(run)).columns).toEqual({ course: `${lms.issuer}/items/1` })
  })
})

describe('a link that names no course, where there are several', () => {
  it('tells a participant kindly, in their language, and leads back to the LMS with the words', async () => {
    const page = pageOf(await comes({ context: aContext(), link: 'a', locale: 'zh-CN' }))
    expect([page.status, page.code, page.title, page.setCookie]).toEqual([409, 'lti/not-set-up', '这个链接尚未设置', undefined])
    expect(decodeURIComponent(page.text)).toContain('lti_errormsg=这个链接尚未设置')
    expect(way.arrivals).toEqual([])
  })
  it('tells it in the person’s own language where the LMS says that alone', async () => {
    const page = pageOf(await door.launch((claims) => void Object.assign(claims, { locale: 'ar', [claim('context')]: { id: aContext() }, [claim('resource_link')]: { id: 'a' } })))
    expect([page.code, page.text]).toEqual(['lti/not-set-up', expect.stringContaining('<html lang="ar"')])
  })
  it('asks an instructor once: then everybody comes in, also who stood before it', async () => {
    const context = aContext()
    expect(pageOf(await comes({ context, link: 'a' })).code).toBe('lti/not-set-up')
    const asked = await teaches({ context, link: 'a', title: 'Our <rooms>' })
    expect([asked.status, String(pageOf(asked).setCookie).includes('kr-'), way.arrivals]).toEqual([200, false, []])
    expect(asked.text).toMatch(/The garden[^]*The house/)
    expect(asked.text).toContain('Our &lt;rooms&gt;')
    const entered = await chooses(tokenIn(asked), { course: 'garden', 'open-garden': 'room:library', 'open-house': 'map' })
    expect(nextIn(entered)).toBe(`/insights/${runIn(entered)}/?room=library`)
    expect(String(entered.headers['set-cookie'])).toContain(`kr-${runIn(entered)}=`)
    expect(way.arrivals).toMatchObject([{ run: runIn(entered), role: 'instructor', resourceLink: 'a' }])
    expect(nextIn(await comes({ context, link: 'a' }))).toBe(`/play/${runIn(entered)}/rooms/library?link=1`)
    expect(nextIn(await teaches({ context, link: 'a' }))).toContain(runIn(entered))
  })
  it('that says what it opens asks for the course alone', async () => {
    const asked = await teaches({ context: aContext(), link: 'a', custom: { open: 'ladder' } })
    expect(asked.text).not.toContain('<option value="map"')
    expect(nextIn(await chooses(tokenIn(asked), { course: 'house', 'open-house': 'ladder' }))).toMatch(/ladder$/)
  })
  it('chosen twice leads where the first choice said', async () => {
    const context = aContext()
    const [mine, yours] = [tokenIn(await teaches({ context, link: 'a' })), tokenIn(await teaches({ context, link: 'a', sub: 'other' }))]
    const first = nextIn(await chooses(mine, { course: 'garden', 'open-garden': 'ladder' }))
    expect(nextIn(await chooses(yours, { course: 'house', 'open-house': 'map' }))).toBe(first)
    expect(nextIn(await teaches({ context, link: 'a' }))).toBe(first)
  })
  it.each([
    ['no course', {}, 400, 'Choose a course'],
    ['a course that isn’t there', { course: 'nowhere', 'open-nowhere': 'map' }, 400, 'Choose a course'],
    ['a room the course doesn’t have', { course: 'house', 'open-house': 'room:cellar' }, 400, 'Choose what the link opens'],
    ['nothing to open', { course: 'house' }, 400, 'Choose what the link opens'],
  ])('comes back when %s is chosen', async (_what, fields, status, words) => {
    const asked = await teaches({ context: aContext(), link: 'a' })
    const again = await chooses(tokenIn(asked), fields)
    expect([again.status, again.text.includes(words), way.arrivals]).toEqual([status, true, []])
    expect(nextIn(await chooses(tokenIn(again), { course: 'house', 'open-house': 'map' }))).toContain('/insights/')
  })
  it('is set up by nobody else: a token that is forged, too old or none is refused', async () => {
    const token = tokenIn(await teaches({ context: aContext(), link: 'a' }))
    const [body = '', mac = ''] = token.split('.')
    const forged = Buffer.from(Buffer.from(body, 'base64url').toString().replace('"instructor"', '"author"')).toString('base64url')
    const fields = { course: 'house', 'open-house': 'map' }
    for (const setup of [`${forged}.${mac}`, 'x', '']) expect(pageOf(await chooses(setup, fields))).toMatchObject({ status: 410, code: 'lti/setup-expired', setCookie: undefined })
    now = new Date(now.getTime() + 31 * 60_000)
    expect(pageOf(await chooses(token, fields)).code).toBe('lti/setup-expired')
    expect(way.arrivals).toEqual([])
  })
  it.each(['Learner', 'Mentor'])('is never asked of a %s', async (role) => {
    const answer = await comes({ context: aContext(), link: 'a', role, sub: `a-${role}` })
    expect([pageOf(answer).code, tokenIn(answer)]).toEqual(['lti/not-set-up', ''])
  })
})

describe('a course copied in the LMS', () => {
  const WAS_COPIED = (contexts: string, links = '$ResourceLink.id.history') => ({ context_history: contexts, link_history: links })
  /** A context with a map and a room, whose run sends a grade per room. */
  const anOriginal = async () => {
    const context = aContext()
    const map = await comes({ context, link: `${context}-map`, title: 'The rooms', contextTitle: 'Spring', custom: { course: 'house' } })
    await comes({ context, link: `${context}-library`, title: 'To the library', contextTitle: 'Spring', custom: { course: 'house', open: 'room:library' } })
    const run = runIn(map)
    await way.courses.setGrading(run, { course: true, rooms: true, credential: false })
    return { context, run }
  }

  it('asks an instructor what to do, and tells a participant who is first', async () => {
    const { context } = await anOriginal()
    const copy = aContext()
    const custom = WAS_COPIED(context)
    expect(pageOf(await comes({ context: copy, link: 'm', title: 'The rooms', custom })).code).toBe('lti/not-set-up')
    const asked = await teaches({ context: copy, link: 'm', title: 'The rooms', custom })
    expect(asked.text).toContain('Spring')
    expect(asked.text).toMatch(/value="carry-on"[^]*value="fresh"/)
    expect(asked.text).not.toContain('The garden')
    const undecided = await chooses(tokenIn(asked), { 'open-house': 'map' })
    expect([undecided.status, undecided.text.includes('Choose how the copy goes on')]).toEqual([400, true])
  })
  it('carries on: the same course, grading and passwords in a run of its own; its other links follow, each where its original led', async () => {
    const { context, run } = await anOriginal()
    const copy = aContext()
    const custom = WAS_COPIED(`${context},older`)
    const carried = runIn(await chooses(tokenIn(await teaches({ context: copy, link: 'm', title: 'The rooms', custom })), { way: 'carry-on', 'open-house': 'map' }))
    const made = await way.courses.run(carried)
    expect(made).toMatchObject({ course: 'house@1', copiedFrom: run, grading: { rooms: true }, context: copy })
    expect([carried === run, made.keysFrom]).toEqual([false, undefined])
    expect(nextIn(await comes({ context: copy, link: 'r', title: 'To the library', custom }))).toBe(`/play/${carried}/rooms/library?link=1`)
  })
  it('starts fresh: secrets of its own, and a copy of that one that carries on has the same', async () => {
    const { context } = await anOriginal()
    const [copy, third] = [aContext(), aContext()]
    const fresh = runIn(await chooses(tokenIn(await teaches({ context: copy, link: 'm', custom: WAS_COPIED(context) })), { way: 'fresh', 'open-house': 'map' }))
    expect((await way.courses.run(fresh)).keysFrom).toBe(fresh)
    const carried = runIn(await chooses(tokenIn(await teaches({ context: third, link: 'm', custom: WAS_COPIED(`${copy},${context}`) })), { way: 'carry-on', 'open-house': 'map' }))
    expect([carried === fresh, (await way.courses.run(carried)).keysFrom]).toEqual([false, fresh])
  })
  it('with its course named by the link asks all the same; by the link’s own history it knows what the original opened', async () => {
    const { context } = await anOriginal()
    const asked = await teaches({ context: aContext(), link: 'm', custom: { course: 'house', ...WAS_COPIED('$Context.id.history', `${context}-library`) } })
    expect(asked.text).toMatch(/<option value="room:library" selected>/)
    expect(asked.text).not.toContain('value="other"')
  })
  it('may lead elsewhere all the same', async () => {
    const { context } = await anOriginal()
    const asked = await teaches({ context: aContext(), link: 'm', custom: WAS_COPIED(context) })
    const all = await chooses(tokenIn(asked), { way: 'other', 'open-house': 'map' })
    expect(all.text).toMatch(/The garden[^]*The house/)
    const entered = await chooses(tokenIn(all), { course: 'garden', 'open-garden': 'map' })
    expect((await way.courses.run(runIn(entered))).course).toBe('garden@1')
  })
  it('of a link within its own context goes on in the same run, or begins a second one beside it', async () => {
    const { context, run } = await anOriginal()
    const custom = WAS_COPIED('', `${context}-map`)
    expect(runIn(await chooses(tokenIn(await teaches({ context, link: 'twin', custom })), { way: 'carry-on', 'open-house': 'map' }))).toBe(run)
    const second = runIn(await chooses(tokenIn(await teaches({ context, link: 'second', custom })), { way: 'fresh', 'open-house': 'map' }))
    expect(second).not.toBe(run)
    expect(await way.courses.run(second)).toMatchObject({ copy: 2, keysFrom: second, context })
    expect(runIn(await comes({ context, link: 'second', sub: 'u3' }))).toBe(second)
  })
  it('of a history nobody here knows, or that the platform left unsaid, is a link like any other', async () => {
    const strange = { course: 'garden', context_history: 'x,y,,', link_history: '$ResourceLink.id.history' }
    expect(nextIn(await comes({ context: aContext(), link: 'a', custom: strange }))).toContain('/play/')
  })
})

it('a launch without any context is a place of its own', async () => {
  const alone = (link: string) => door.launch((claims) => {
    delete claims[claim('context')]
    Object.assign(claims, { [claim('resource_link')]: { id: link }, [claim('custom')]: { course: 'house' } })
  })
  expect(runIn(await alone('one'))).not.toBe(runIn(await alone('two')))
})
