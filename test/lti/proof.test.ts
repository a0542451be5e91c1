import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aPlatform, goodClaims, type TestPlatform } from '../support/platform.js'
import { anOpenDoor, pageOf, PUBLIC_URL, type frontDoor } from './front-door.js'
import type { WayIn } from './world.js'

/** A browser that keeps no cookie in a frame: what stands in for it, and what doesn't. */
let way: WayIn
let lms: TestPlatform
let door: ReturnType<typeof frontDoor>
beforeAll(async () => {
  ;({ way, lms, door } = await anOpenDoor())
})
afterAll(() => lms.close())
beforeEach(() => void (way.arrivals.length = 0))

const OLD_SAFARI = 'Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1'
const inFrame = (agent = OLD_SAFARI) => ({ 'User-Agent': agent, 'Sec-Fetch-Dest': 'iframe' })
const OUR_PAGE = { 'Sec-Fetch-Site': 'same-origin' }

interface Asked { on: string; proving: string; proof: string; seal: string }
const dataIn = (html: string): Asked => JSON.parse(/id="keep">([^<]+)</.exec(html)?.[1] ?? '{}') as Asked
const asked = async (fields: Record<string, string> = {}): Promise<Asked> => dataIn((await door.knock(fields, lms, inFrame())).text)
/** From the page in the frame on to the LMS: state and nonce of a login without a cookie. */
const sealed = async () => {
  const { proving, proof, seal } = await asked()
  const answer = await request(way.app).get(proving).set(inFrame())
  const at = new URL(String(answer.headers.location))
  return { proof, seal, state: at.searchParams.get('state') ?? '', nonce: at.searchParams.get('nonce') ?? '' }
}
type Sealed = Awaited<ReturnType<typeof sealed>>
const launch = async ({ state, nonce }: Pick<Sealed, 'state' | 'nonce'>, more: Record<string, string>, headers: Record<string, string> = OUR_PAGE) =>
  door.post(await lms.sign(goodClaims(lms.issuer, nonce, PUBLIC_URL)), { state, cookie: 'a=b' }, more, headers)

describe('a login in the frame of a browser that may keep no cookie', () => {
  it('tries a cookie, and gives ways on with one, with a proof, and in a window', async () => {
    const answer = await door.knock({}, lms, inFrame())
    expect(answer.status).toBe(200)
    expect(String(answer.headers['set-cookie'])).toMatch(/kr-kept=1; Max-Age=\d+; Path=\/lti; .*Secure; Partitioned; SameSite=None/)
    const { on, proving, seal } = dataIn(answer.text)
    expect(new URL(on, PUBLIC_URL).searchParams.get('login_hint')).toBe('u1')
    expect(proving).toBe(`${on}&kept=${seal}`)
    expect(answer.text).toContain('target="_blank" rel="noopener"')
    expect((await request(way.app).get(on).set(inFrame()).set('Cookie', 'kr-kept=1')).status).toBe(302)
  })
  it('is refused as any other before that', async () => {
    for (const fields of [{ iss: 'https://stranger.example' }, { target_link_uri: 'javascript:alert(1)' }]) expect([400, 403]).toContain((await door.knock(fields, lms, inFrame())).status)
  })
  it('repeats nothing that could run', async () => {
    const { text } = await door.knock({ login_hint: '</script><script>alert(1)</script>"><img src=x>' }, lms, inFrame())
    expect(text).not.toMatch(/<script>alert|<img src=x/)
  })
  it('gives each a proof of its own, of which the addresses tell nothing', async () => {
    const [a, b] = [await asked(), await asked()]
    expect(a.proof).not.toBe(b.proof)
    expect(a.on + a.proving).not.toContain(a.proof)
  })
  it.each([
    ['Chromium', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'],
    ['Firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
    ['Safari 18.4', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15'],
    ['Safari 26', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15'],
  ])('%s, which keeps partitioned cookies, goes straight to the LMS', async (_name, agent) => {
    expect((await door.knock({}, lms, inFrame(agent))).status).toBe(302)
  })
  it.each([
    ['Safari 18.3', 'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15'],
    ['Chrome on an iPad', 'Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/127.0 Mobile/15E148 Safari/604.1'],
    ['an app’s own view on an iPhone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MoodleMobile'],
  ])('%s is asked', async (_name, agent) => {
    expect((await door.knock({}, lms, inFrame(agent))).status).toBe(200)
  })
  it('in a window of its own goes straight to the LMS', async () => {
    expect((await door.knock({}, lms, { 'User-Agent': OLD_SAFARI, 'Sec-Fetch-Dest': 'document' })).status).toBe(302)
  })
})

describe('a launch without a cookie', () => {
  it('is asked for the proof of its tab, comes in with it, and once', async () => {
    const begun = await sealed()
    const wanted = await launch(begun, {}, { 'Sec-Fetch-Site': 'cross-site' })
    expect([wanted.status, wanted.headers['set-cookie'], way.arrivals]).toEqual([200, undefined, []])
    expect(wanted.text).toContain(`data-seal="${begun.seal}"`)
    const answer = await launch(begun, { proof: begun.proof })
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('id="entry"')
    expect(way.arrivals).toHaveLength(1)
    expect(pageOf(await launch(begun, { proof: begun.proof })).code).toBe('lti/replayed')
  })
  it.each([
    ['without one', async () => ''],
    ['with a made-up one', async () => 'x'.repeat(43)],
    ['with the seal in its place', async (begun: Sealed) => begun.seal],
    ['with that of another login', async () => (await sealed()).proof],
  ])('%s is refused', async (_what, proofOf) => {
    const begun = await sealed()
    const page = pageOf(await launch(begun, { proof: await proofOf(begun) }))
    expect([page.status, page.code, page.setCookie, way.arrivals.length]).toEqual([401, 'lti/no-state-cookie', undefined, 0])
  })
  it.each([{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }, { 'Sec-Fetch-Site': 'none' }, {}])('with a proof that no page of ours sent (%j) doesn’t come in', async (headers) => {
    const begun = await sealed()
    const answer = await launch(begun, { proof: begun.proof }, headers as Record<string, string>)
    expect(answer.text).not.toContain('id="entry"')
    expect([answer.headers['set-cookie'], way.arrivals.length]).toEqual([undefined, 0])
  })
  it('whose login had a cookie is not helped by a proof', async () => {
    const begun = await door.login()
    const { proof } = await sealed()
    expect(pageOf(await launch(begun, { proof })).code).toBe('lti/no-state-cookie')
  })
  it('with a proof, but of a login for another state, is refused', async () => {
    const [mine, yours] = [await sealed(), await sealed()]
    expect(pageOf(await launch({ state: yours.state, nonce: mine.nonce }, { proof: mine.proof })).code).toBe('lti/no-state-cookie')
  })
  it('with a proof is checked in all else as any launch', async () => {
    const begun = await sealed()
    const other = await aPlatform()
    const page = pageOf(await door.post(await other.sign(goodClaims(lms.issuer, begun.nonce, PUBLIC_URL)), { state: begun.state, cookie: 'a=b' }, { proof: begun.proof }, OUR_PAGE))
    expect([page.code, page.setCookie]).toEqual(['lti/bad-signature', undefined])
    await other.close()
  })
})
