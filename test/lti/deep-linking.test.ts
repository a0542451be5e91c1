import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCourse, aRoom, sharedLock } from '../play/world.js'
import { aPlatform, claim, type TestPlatform } from '../support/platform.js'
import { frontDoor, pageOf, PUBLIC_URL, register } from './front-door.js'
import { aWayIn, SECRET, type WayIn } from './world.js'
import { makeSecrets } from '../../src/infra/index.js'

const DL = 'https://purl.imsglobal.org/spec/lti-dl/claim/'
const STAFF = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor'
const AUTHOR = 'http://purl.imsglobal.org/vocab/lis/v2/membership#ContentDeveloper'

let way: WayIn
let lms: TestPlatform
let door: ReturnType<typeof frontDoor>
let now: Date | undefined
const made: { slug: string; title: string; lang: string }[] = []

beforeAll(async () => {
  way = await aWayIn({ publicUrl: PUBLIC_URL, now: () => now ?? new Date(), newCourse: async (draft) => void made.push(draft) })
  lms = await aPlatform()
  await register(way.lti, lms)
  door = frontDoor(way.app, lms)
  await way.mongo.db.collection('current_courses').deleteMany({})
  const rooms = [aRoom('hall'), aRoom('library', { title: 'The library', subtitle: 'Interactive book', lock: sharedLock('amber tandem 27') })]
  await way.courses.saveCourse(aCourse(rooms, { id: 'house@1', slug: 'house', title: 'The house', summary: 'All of it.' }), new Map())
  await way.courses.saveCourse(aCourse([aRoom('bed')], { id: 'garden@1', slug: 'garden', title: 'The garden' }), new Map())
})
afterAll(() => lms.close())

const returnUrl = (): string => `${lms.issuer}/return?sesskey=SECRETKEY`
const settings = (more: object = {}): object => ({
  deep_link_return_url: returnUrl(), accept_types: ['link', 'ltiResourceLink'], accept_presentation_document_targets: ['iframe', 'window', 'embed'], accept_multiple: true, accept_lineitem: true, data: 'Zażółć {"a": "<b>"}', ...more,
})
/** The LMS asks, somebody of this role comes. */
const asks = (more: object = {}, { role = STAFF, ...claims }: Record<string, unknown> & { role?: string } = {}) =>
  door.launch((said) => {
    delete said[claim('resource_link')]
    Object.assign(said, { [claim('message_type')]: 'LtiDeepLinkingRequest', [claim('roles')]: [role], [claim('launch_presentation')]: { locale: 'en' }, [`${DL}deep_linking_settings`]: settings(more), ...claims })
  })
type Page = { text: string; status: number; headers: Record<string, unknown> }
const tokenIn = ({ text }: Page): string => /name="asked" value="([^"]+)"/.exec(text)?.[1] ?? ''
const jwtIn = ({ text }: Page): string => /name="JWT" value="([^"]+)"/.exec(text)?.[1] ?? ''
const choose = (asked: string, fields: Record<string, string | string[]> = {}) => request(way.app).post('/lti/deep-linking').type('form').send({ asked, do: 'choose', ...fields })
const said = (page: Page): JWTPayload => decodeJwt(jwtIn(page))
const itemsIn = (page: Page) => said(page)[`${DL}content_items`] as Record<string, unknown>[]

describe('the page', () => {
  it('shows each course with what may be linked of it, to staff of a context, with no cookie', async () => {
    const page = await asks()
    expect(page.status).toBe(200)
    for (const key of ['house/map', 'house/room:hall', 'house/room:library', 'house/ladder', 'garden/map', 'garden/room:bed']) expect(page.text).toContain(`type="checkbox" name="pick" value="${key}"`)
    expect(page.text).toContain('The library')
    expect(String(page.headers['set-cookie'] ?? '')).not.toContain('kr-')
    expect(page.text).not.toContain('value="new"')
  })
  it('offers one choice alone where the LMS takes one, and none of what it doesn’t keep', async () => {
    const { text } = await asks({ accept_multiple: undefined, accept_lineitem: false, accept_presentation_document_targets: ['window'], auto_create: true, title: 'Week 3' })
    expect(text).toContain('type="radio" name="pick" value="house/map"')
    expect(text).not.toMatch(/type="checkbox"/)
    expect(text).not.toContain('name="opens.house/map"')
    expect(text).toContain('Create the link in the course')
    expect(text).toContain('name="title.house/map" value="Week 3"')
  })
  it('is also for an administrator of the LMS, to whom its course editor is open', async () => {
    const page = await asks({}, { role: 'http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator' })
    expect([page.status, tokenIn(page) !== '', page.text.includes('value="new"')]).toEqual([200, true, false])
    expect((await asks({}, { role: 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser' })).status).toBe(403)
  })
  it('offers a new course to an author', async () => {
    expect((await asks({}, { role: AUTHOR })).text).toContain('name="pick" value="new"')
  })
})

describe('the answer', () => {
  it('is signed with a key that the LMS finds at /lti/keys, says who it is from and to, and gives data back as it came', async () => {
    const page = await choose(tokenIn(await asks()), { pick: 'house/map', 'title.house/map': 'Our house', 'graded.house/map': 'on' })
    expect(page.status).toBe(200)
    const keys = (await request(way.app).get('/lti/keys')).body as JSONWebKeySet
    const { payload, protectedHeader } = await jwtVerify(jwtIn(page), createLocalJWKSet(keys), { issuer: 'client-1', audience: lms.issuer, algorithms: ['RS256'], maxTokenAge: '1 minute' })
    expect(protectedHeader.kid).toBe(keys.keys[0]?.kid)
    expect(payload).toMatchObject({ [claim('deployment_id')]: '1', [claim('message_type')]: 'LtiDeepLinkingResponse', [claim('version')]: '1.3.0', [`${DL}data`]: 'Zażółć {"a": "<b>"}', [`${DL}msg`]: 'One link of Keyroom was chosen.' })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300)
    expect(String(payload.nonce).length).toBeGreaterThan(20)
  })
  it('goes to the LMS alone, which alone this page’s forms may reach', async () => {
    const page = await choose(tokenIn(await asks()), { pick: 'house/ladder', 'title.house/ladder': 'Ladder', deep_link_return_url: 'https://evil.example/' })
    expect(page.text).toContain(`action="${returnUrl()}"`)
    expect(page.text).not.toContain('evil.example')
    expect(String(page.headers['content-security-policy'])).toContain(`form-action 'self' ${lms.issuer};`)
    expect(String((await asks()).headers['content-security-policy'])).not.toContain(`form-action 'self' ${lms.issuer}`)
  })
  it('has an item for each choice: its address, words, icon, custom parameters, column, times and size', async () => {
    const token = tokenIn(await asks({}, { [claim('custom')]: { timezone: 'Europe/Budapest' } }))
    const page = await choose(token, {
      pick: ['house/map', 'house/room:library', 'house/ladder'],
      'title.house/map': 'Our house', 'graded.house/map': 'on', 'opens.house/map': 'iframe', 'height.house/map': '900',
      'title.house/room:library': 'Read', 'graded.house/room:library': 'on', 'opens.house/room:library': 'window',
      'from.house/room:library': '2026-03-28T09:00', 'due.house/room:library': '2026-03-29T09:00', 'until.house/room:library': '2026-04-01T09:00',
      'title.house/ladder': 'Who leads', 'graded.house/ladder': 'on', 'opens.house/ladder': 'frame-of-mine',
    })
    const icon = (kind: string) => ({ url: `${PUBLIC_URL}/assets/lti/icons/${kind}.png`, width: 128, height: 128 })
    const custom = { context_history: '$Context.id.history', link_history: '$ResourceLink.id.history', timezone: '$Person.address.timezone' }
    const common = { type: 'ltiResourceLink', url: `${PUBLIC_URL}/lti/launch` }
    expect(itemsIn(page)).toEqual([
      { ...common, title: 'Our house', text: 'All of it.', icon: icon('map'), thumbnail: icon('map'), custom: { course: 'house', open: 'map', ...custom }, lineItem: { label: 'Our house', scoreMaximum: 100, resourceId: 'house/course', tag: 'keyroom' }, iframe: { height: 900 } },
      {
        ...common, title: 'Read', text: 'Interactive book', icon: icon('room'), thumbnail: icon('room'), custom: { course: 'house', open: 'room:library', ...custom },
        lineItem: { label: 'Read', scoreMaximum: 100, resourceId: 'house/room:library', tag: 'keyroom' },
        // Summer time begins on the 29th.
        available: { startDateTime: '2026-03-28T09:00:00+01:00', endDateTime: '2026-04-01T09:00:00+02:00' },
        submission: { startDateTime: '2026-03-28T09:00:00+01:00', endDateTime: '2026-03-29T09:00:00+02:00' },
        window: { targetName: '_blank' },
      },
      { ...common, title: 'Who leads', icon: icon('ladder'), thumbnail: icon('ladder'), custom: { course: 'house', open: 'ladder', ...custom }, iframe: {} },
    ])
    for (const kind of ['map', 'room', 'ladder']) expect((await request(way.app).get(`/assets/lti/icons/${kind}.png`)).headers['content-type']).toBe('image/png')
  })
  it('has no column where the LMS keeps none, nor a place to open where it takes neither', async () => {
    const page = await choose(tokenIn(await asks({ accept_lineitem: 'false', accept_presentation_document_targets: ['embed'] })), { pick: 'house/map', 'title.house/map': 'House', 'graded.house/map': 'on' })
    const [item] = itemsIn(page)
    for (const name of ['lineItem', 'iframe', 'window', 'available', 'submission']) expect(item).not.toHaveProperty(name)
  })
  it('keeps the words that the LMS had for its one link', async () => {
    const fields = { pick: 'house/map', 'title.house/map': 'House' }
    const textOf = async (more: object) => itemsIn(await choose(tokenIn(await asks({ text: 'Bring a pen.', ...more })), fields))[0]?.text
    expect([await textOf({ accept_multiple: false }), await textOf({ accept_multiple: true })]).toEqual(['Bring a pen.', 'All of it.'])
  })
  it('has none when one cancels', async () => {
    const page = await choose(tokenIn(await asks()), { do: 'cancel', pick: 'house/map' })
    expect(itemsIn(page)).toEqual([])
    expect(said(page)).not.toHaveProperty(`${DL}errormsg`)
  })
  it('makes the new course that an author starts, and links it', async () => {
    const token = tokenIn(await asks({}, { role: AUTHOR }))
    const fields = { pick: 'new', 'title.new': ' Fresh start: part 1 ', 'lang.new': 'ar', 'graded.new': 'on' }
    const page = await choose(token, fields)
    const [item] = itemsIn(page)
    expect(item).toMatchObject({ title: 'Fresh start: part 1', custom: { open: 'map' } })
    expect(made).toEqual([{ slug: (item?.custom as { course: string }).course, title: 'Fresh start: part 1', lang: 'ar' }])
    expect(made[0]?.slug).toMatch(/^fresh-start-part-1-[0-9a-f]{8}$/)
    // The same click again: the same course.
    expect((itemsIn(await choose(token, fields))[0]?.custom as { course: string }).course).toBe(made[0]?.slug)
  })
})

describe('what doesn’t fit', () => {
  it('comes back filled in, with a sentence at the field', async () => {
    const page = await choose(tokenIn(await asks()), {
      pick: ['house/map', 'garden/map'], 'title.house/map': '  ', 'from.house/map': '2026-05-02T10:00', 'title.garden/map': 'Beds', 'from.garden/map': '2026-05-02T10:00', 'until.garden/map': '2026-05-01T10:00', 'width.garden/map': '7', zone: 'Asia/Shanghai',
    })
    expect(page.status).toBe(400)
    expect(page.text).toContain('Give it a name of 1 to 200 characters.')
    expect(page.text).toContain('Give a number from 200 to 5000, or nothing.')
    expect(page.text).toContain('value="2026-05-02T10:00"')
    expect(page.text).toContain('name="title.garden/map" value="Beds"')
    expect(page.text).toContain('Asia/Shanghai')
    expect(page.text).toMatch(/value="garden\/map" checked/)
    // The whole course is graded unless somebody says no, and here they did.
    expect(page.text).not.toMatch(/name="graded.house\/map" checked/)
    const again = await choose(tokenIn(page), { pick: 'garden/map', 'title.garden/map': 'Beds', 'from.garden/map': '2026-05-02T10:00', 'until.garden/map': '2026-05-01T10:00' })
    expect(again.text).toContain('It must come after the time before it.')
  })
  it.each([
    ['nothing', {}, {}, 'Choose something, please.'],
    ['two where one is taken', { accept_multiple: false }, { pick: ['house/map', 'garden/map'] }, 'The LMS takes one link at a time: choose one.'],
    ['a room that isn’t there', {}, { pick: 'house/room:cellar' }, 'Something you chose is no longer there. Choose anew, please.'],
    ['a new course by somebody who teaches', {}, { pick: 'new', 'title.new': 'Mine' }, 'Something you chose is no longer there. Choose anew, please.'],
    ['a date that no calendar has', {}, { pick: 'house/map', 'title.house/map': 'House', 'from.house/map': '2026-13-41T10:00' }, 'Give a day and a time, or nothing.'],
  ])('%s is told', async (_what, asked, fields, words) => {
    const page = await choose(tokenIn(await asks(asked)), fields as Record<string, string>)
    expect(page.status).toBe(400)
    expect(page.text).toContain(words)
    expect(jwtIn(page)).toBe('')
  })
})

describe('who or what can’t be served', () => {
  it('a participant reads who chooses, and goes back with that sentence', async () => {
    const page = await asks({}, { role: 'http://purl.imsglobal.org/vocab/lis/v2/membership#Learner' })
    expect(page.status).toBe(403)
    expect(page.text).toContain('Links are chosen by staff')
    expect(tokenIn(page)).toBe('')
    expect(said(page)).toMatchObject({ [`${DL}content_items`]: [], [`${DL}errormsg`]: expect.stringContaining('Links are chosen by staff'), [`${DL}errorlog`]: expect.stringContaining('deep-linking/staff') })
  })
  it('an LMS that takes no links is told so in its own log and the person’s words', async () => {
    const page = await asks({ accept_types: ['file', 'html'] })
    expect(page.status).toBe(400)
    expect(said(page)).toMatchObject({ [`${DL}errormsg`]: expect.stringContaining('takes no links'), [`${DL}errorlog`]: expect.stringContaining('deep-linking/types'), [`${DL}data`]: 'Zażółć {"a": "<b>"}' })
  })
  it.each([['javascript:alert(1)'], ['/return'], [undefined]])('a way back to %s is none', async (url) => {
    const page = pageOf(await asks({ deep_link_return_url: url }))
    expect(page).toMatchObject({ status: 400, code: 'lti/bad-claim' })
    expect(page.mend + page.title).toContain('deep_linking_settings.deep_link_return_url')
  })
})

describe('the token in the form', () => {
  it('opens nothing when it is forged, of another purpose, or of another key', async () => {
    const good = tokenIn(await asks())
    const [body = '', mac = ''] = good.split('.')
    const asked = JSON.parse(Buffer.from(body, 'base64url').toString()) as { settings: { returnUrl: string } }
    const forged = Buffer.from(JSON.stringify({ ...asked, settings: { ...asked.settings, returnUrl: 'https://evil.example/' } })).toString('base64url')
    const others = [`${forged}.${mac}`, makeSecrets(SECRET).sign('session', asked, 60), makeSecrets('another secret, long enough for a test').sign('deep-linking', asked, 60), body, '']
    for (const token of others) expect(pageOf(await choose(token, { pick: 'house/map', 'title.house/map': 'House' }))).toMatchObject({ status: 410, code: 'lti/choice-expired' })
    expect(pageOf(await request(way.app).post('/lti/deep-linking'))).toMatchObject({ status: 410 })
  })
  it('is good for an hour', async () => {
    const token = tokenIn(await asks())
    now = new Date(Date.now() + 3_590_000)
    expect((await choose(token, { pick: 'house/map', 'title.house/map': 'House' })).status).toBe(200)
    now = new Date(Date.now() + 3_601_000)
    expect(pageOf(await choose(token, { pick: 'house/map', 'title.house/map': 'House' }))).toMatchObject({ code: 'lti/choice-expired' })
    now = undefined
  })
  it('gives one answer: a second click the same, which the LMS takes once, and nothing else ever', async () => {
    const token = tokenIn(await asks())
    const house = { pick: 'house/map', 'title.house/map': 'House' }
    const answers = await Promise.all([choose(token, house), choose(token, house), choose(token, house)])
    expect(new Set(answers.map((page) => said(page).nonce)).size).toBe(1)
    expect(pageOf(await choose(token, { pick: 'garden/map', 'title.garden/map': 'Garden' }))).toMatchObject({ status: 409, code: 'lti/choice-made' })
    expect(said(await choose(tokenIn(await asks()), house)).nonce).not.toBe(said(answers[0] as Page).nonce)
  })
  it('ends with the platform: one that was disabled meanwhile gets nothing', async () => {
    const token = tokenIn(await asks())
    const [platform] = await way.lti.registry.of(lms.issuer)
    await way.lti.registry.change(platform?._id ?? '', { state: 'disabled' })
    expect(pageOf(await choose(token, { pick: 'house/map', 'title.house/map': 'House' }))).toMatchObject({ status: 403, code: 'lti/platform-disabled' })
    await way.lti.registry.change(platform?._id ?? '', { state: 'active' })
  })
})
