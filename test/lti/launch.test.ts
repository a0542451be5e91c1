import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aPlatform, claim, goodClaims, type TestPlatform } from '../support/platform.js'
import { frontDoor, pageOf, PUBLIC_URL, register } from './front-door.js'
import { aWayIn, type WayIn } from './world.js'

let way: WayIn
let lms: TestPlatform
let other: TestPlatform
let door: ReturnType<typeof frontDoor>

beforeAll(async () => {
  way = await aWayIn({ publicUrl: PUBLIC_URL })
  ;[lms, other] = await Promise.all([aPlatform(), aPlatform()])
  await register(way.lti, lms, ['1', '2'])
  await register(way.lti, lms, ['3'], 'client-2')
  await register(way.lti, other)
  door = frontDoor(way.app, lms)
})
afterAll(() => Promise.all([lms.close(), other.close()]))
beforeEach(() => void (way.arrivals.length = 0))

const arrived = () => {
  const found = way.arrivals.at(-1)
  if (!found) throw new Error('nobody arrived')
  return found
}

const sessionIn = (answer: { headers: Record<string, unknown> }): Record<string, unknown> =>
  JSON.parse(Buffer.from(decodeURIComponent(/kr-[^=]+=([^;.]+)/.exec(String(answer.headers['set-cookie']))?.[1] ?? ''), 'base64url').toString()) as Record<string, unknown>

describe('a launch', () => {
  it('comes in: a session of the run, and the way on', async () => {
    const begun = await door.login({ target_link_uri: `${PUBLIC_URL}/lti/launch?item=3` })
    expect(begun.setCookie).toMatch(/HttpOnly; Secure; SameSite=None; Partitioned/)
    expect(begun.location.searchParams.get('redirect_uri')).toBe(`${PUBLIC_URL}/lti/launch`)
    const answer = await door.post(await lms.sign(goodClaims(lms.issuer, begun.nonce, PUBLIC_URL)), begun)
    expect(answer.status).toBe(200)
    const { run, role } = arrived()
    expect(role).toBe('participant')
    expect(answer.text).toContain(`href="/play/${run}/"`)
    expect(String(answer.headers['set-cookie'])).toMatch(new RegExp(`kr-${run}=[^;]+; Max-Age=14400; Path=/; Expires=[^;]+; HttpOnly; Secure; Partitioned; SameSite=None`))
    expect(answer.headers['cache-control']).toContain('no-store')
  })
  it('by a GET login comes in too', async () => {
    const query = new URLSearchParams({ iss: lms.issuer, login_hint: 'u1', target_link_uri: `${PUBLIC_URL}/lti/launch`, client_id: 'client-1' })
    const answer = await request(way.app).get(`/lti/login?${query}`)
    expect(answer.status).toBe(302)
    expect(new URL(String(answer.headers.location)).searchParams.get('client_id')).toBe('client-1')
  })
  it('leads back to the course, without the query in which Moodle has its session key', async () => {
    const answer = await door.launch()
    const token = String(answer.headers['set-cookie']).match(/kr-[^=]+=([^;.]+)/)?.[1] ?? ''
    expect(JSON.parse(Buffer.from(decodeURIComponent(token), 'base64url').toString())).toMatchObject({ back: `${lms.issuer}/back` })
  })
  it.each([
    ['Moodle’s, which asks for the session key: to the course itself', '/moodle/mod/lti/return.php?course=7&launch_container=3&instanceid=12&sesskey=SECRETKEY', '/moodle/course/view.php?id=7'],
    ['one with ids alone: as it is', '/webapps/back?course_id=_12_1&content_id=_7_1', '/webapps/back?course_id=_12_1&content_id=_7_1'],
    ['one with what may open something: without that', '/back?id=5&auth=1&x=0123456789abcdef0123456789abcdef', '/back?id=5'],
  ])('keeps its way back, %s', async (_what, given, kept) => {
    const answer = await door.launch((claims) => void (claims[claim('launch_presentation')] = { return_url: `${lms.issuer}${given}` }))
    expect(sessionIn(answer)).toMatchObject({ back: `${lms.issuer}${kept}` })
  })
  it.each([['Asia/Tokyo', 'Asia/Tokyo'], ['europe/budapest', 'Europe/Budapest'], ['99', undefined], ['$Person.address.timezone', undefined], ['Mars/Olympus_Mons', undefined], ['', undefined]])('says the person’s time zone, where there is such a one: %s', async (timezone, zone) => {
    expect(sessionIn(await door.launch((claims) => void (claims[claim('custom')] = { timezone }))).zone).toBe(zone)
  })
  it('beside another of the same person comes in too', async () => {
    const [a, b] = await Promise.all([door.login(), door.login()])
    const cookie = `${a.cookie}; ${b.cookie}`
    const answers = await Promise.all([a, b].map(async (each) => door.post(await lms.sign(goodClaims(lms.issuer, each.nonce, PUBLIC_URL)), { ...each, cookie })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })
  it('without name, mail, address to return to or grades comes in: what is null is left out', async () => {
    const answer = await door.launch((claims) => {
      delete claims.name
      Object.assign(claims, { email: null, [claim('launch_presentation')]: null, [claim('custom')]: null, 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': null })
    })
    expect(answer.status).toBe(200)
    expect(arrived().hasGrades).toBe(false)
  })
  it('with an empty address of its column, as Moodle sends it where there is none, comes in', async () => {
    const ags = { lineitem: '', lineitems: `${lms.issuer}/items`, scope: [] }
    expect((await door.launch((claims) => void (claims['https://purl.imsglobal.org/spec/lti-ags/claim/endpoint'] = ags))).status).toBe(200)
    expect((await way.courses.run(arrived().run)).ags).toEqual({ lineitems: `${lms.issuer}/items`, scope: [] })
  })
  it('costs no request to the platform once its keys are known', async () => {
    const before = lms.keySetReads
    await door.launch()
    await door.launch()
    expect([before, lms.keySetReads]).toEqual([1, 1])
  })
})

describe('platforms and deployments', () => {
  it('several issuers: each with its own people', async () => {
    await door.launch()
    const mine = arrived()
    const begun = await door.login({}, other)
    expect((await door.post(await other.sign(goodClaims(other.issuer, begun.nonce, PUBLIC_URL)), begun)).status).toBe(200)
    expect([arrived().run === mine.run, arrived().user === mine.user]).toEqual([false, false])
  })
  it('two deployments of one client: two runs, and the same person in both', async () => {
    await door.launch()
    const one = arrived()
    await door.launch((claims) => void (claims[claim('deployment_id')] = '2'), { lti_deployment_id: '2' })
    expect([arrived().run === one.run, arrived().user === one.user]).toEqual([false, true])
  })
  it('two clients of one issuer: each login and launch goes to its own', async () => {
    await door.launch()
    const first = arrived()
    const asSecond = (claims: Record<string, unknown>): void => void Object.assign(claims, { aud: 'client-2', [claim('deployment_id')]: '3' })
    expect((await door.launch(asSecond, { client_id: 'client-2', lti_deployment_id: '3' })).status).toBe(200)
    expect([arrived().run === first.run, arrived().user === first.user]).toEqual([false, false])
  })
  it('a launch for two clients that are both ours goes to the one that azp names', async () => {
    const both = (claims: Record<string, unknown>): void => void Object.assign(claims, { aud: ['client-1', 'client-2'], azp: 'client-2', [claim('deployment_id')]: '3' })
    expect((await door.launch(both, { client_id: 'client-2', lti_deployment_id: '3' })).status).toBe(200)
  })
  it('a launch for one client doesn’t answer the login of the other', async () => {
    const page = pageOf(await door.launch((claims) => void Object.assign(claims, { aud: 'client-2', [claim('deployment_id')]: '3' })))
    expect([page.status, page.code]).toEqual([401, 'lti/wrong-nonce'])
  })
  it('a deployment of one client is none of the other’s', async () => {
    const page = pageOf(await door.launch((claims) => void (claims[claim('deployment_id')] = '3'), { lti_deployment_id: undefined }))
    expect([page.status, page.code]).toEqual([403, 'lti/unknown-deployment'])
  })
  it('a login that doesn’t say for which of two clients it is, is asked to', async () => {
    const page = pageOf(await door.knock({ client_id: undefined }))
    expect([page.status, page.code]).toEqual([400, 'lti/bad-login'])
    expect(page.mend).toContain('client_id')
  })
  it('a login without client and deployment comes in where there is only one registration', async () => {
    const begun = await door.login({ client_id: undefined, lti_deployment_id: undefined }, other)
    expect((await door.post(await other.sign(goodClaims(other.issuer, begun.nonce, PUBLIC_URL)), begun)).status).toBe(200)
  })
  it('a platform that is removed is refused from then on, and no longer frames us', async () => {
    const gone = await aPlatform()
    await register(way.lti, gone)
    const begun = await door.login({}, gone)
    expect(way.lti.framers()).toContain(gone.issuer)
    await way.lti.registry.remove(gone.issuer)
    expect(pageOf(await door.post(await gone.sign(goodClaims(gone.issuer, begun.nonce, PUBLIC_URL)), begun)).code).toBe('lti/unknown-platform')
    expect(way.lti.framers()).not.toContain(gone.issuer)
    await gone.close()
  })
  it('only registered platforms may frame our pages', async () => {
    const policy = String((await door.launch()).headers['content-security-policy'])
    expect(policy).toMatch(new RegExp(`frame-ancestors 'self' [^;]*${lms.issuer}`))
    expect(policy).not.toContain('frame-ancestors *')
  })
})
