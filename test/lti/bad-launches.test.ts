import { createHmac, createPublicKey } from 'node:crypto'
import { CompactSign, exportJWK, generateKeyPair, SignJWT } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aPlatform, claim, goodClaims, type TestPlatform } from '../support/platform.js'
import { frontDoor, pageOf, PUBLIC_URL, register, type Begun } from './front-door.js'
import { aWayIn, type WayIn } from './world.js'

let way: WayIn
let lms: TestPlatform
let other: TestPlatform
let door: ReturnType<typeof frontDoor>

beforeAll(async () => {
  way = await aWayIn({ publicUrl: PUBLIC_URL, keyCooldownMs: 0, keyTimeoutMs: 300 })
  ;[lms, other] = await Promise.all([aPlatform(), aPlatform()])
  await register(way.lti, lms, ['1', '2'])
  await register(way.lti, other)
  door = frontDoor(way.app, lms)
})
afterAll(() => Promise.all([lms.close(), other.close()]))
beforeEach(() => {
  way.lines.length = way.arrivals.length = 0
})

/** A page in words with the code; a line in the log; nobody in; no cookie. */
const expectRefused = (answer: { status: number; text: string; headers: Record<string, unknown> }, status: number, code: string): void => {
  const page = pageOf(answer)
  expect([page.status, page.code, page.setCookie]).toEqual([status, code, undefined])
  expect(page.title).toMatch(/\p{L}{3}/u)
  expect(page.mend).toMatch(/\p{L}{3}/u)
  expect(page.title + page.mend).not.toMatch(/problems\.|\{|undefined/)
  expect(answer.headers['content-type']).toContain('text/html')
  expect(way.lines.filter(({ msg }) => msg === 'launch refused')).toMatchObject([{ code, status }])
  expect(way.arrivals).toEqual([])
}

type Tweak = (claims: Record<string, unknown>) => void
const without = (name: string): Tweak => (claims) => void delete claims[name]
const having = (name: string, value: unknown): Tweak => (claims) => void (claims[name] = value)
const now = (): number => Math.floor(Date.now() / 1000)
const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint'
const BAD: [string, Tweak, number, string][] = [
  ['of an unknown issuer', having('iss', 'https://stranger.example'), 403, 'lti/unknown-platform'],
  ['without an issuer', without('iss'), 403, 'lti/unknown-platform'],
  ['with an object as issuer', having('iss', { $ne: '' }), 403, 'lti/unknown-platform'],
  ['for another tool', having('aud', 'client-2'), 401, 'lti/wrong-audience'],
  ['without an audience', without('aud'), 401, 'lti/wrong-audience'],
  ['with an object as audience', having('aud', { $ne: '' }), 401, 'lti/wrong-audience'],
  ['for two tools, without azp', having('aud', ['client-1', 'client-2']), 401, 'lti/wrong-audience'],
  ['with another azp', having('azp', 'client-2'), 401, 'lti/wrong-audience'],
  ['with an azp that is not of its audience', (claims) => Object.assign(claims, { aud: ['client-2', 'client-3'], azp: 'client-1' }), 401, 'lti/wrong-audience'],
  ['that has expired', having('exp', now() - 5), 401, 'lti/expired'],
  ['without exp', without('exp'), 401, 'lti/no-times'],
  ['with a word as exp', having('exp', 'never'), 401, 'lti/no-times'],
  ['without iat', without('iat'), 401, 'lti/no-times'],
  ['issued in the future', having('iat', now() + 600), 401, 'lti/issued-in-future'],
  ['not yet valid', having('nbf', now() + 600), 401, 'lti/issued-in-future'],
  ['valid in a few seconds, which ltijs does not wait for', having('nbf', now() + 30), 401, 'lti/issued-in-future'],
  ['issued long ago', having('iat', now() - 3600), 401, 'lti/expired'],
  ['without a nonce', without('nonce'), 401, 'lti/wrong-nonce'],
  ['with a nonce of its own', having('nonce', 'made-up'), 401, 'lti/wrong-nonce'],
  ['with an object as nonce', having('nonce', { $ne: '' }), 401, 'lti/wrong-nonce'],
  ['without a deployment', without(claim('deployment_id')), 400, 'lti/bad-claim'],
  ['with an object as deployment', having(claim('deployment_id'), { $ne: '' }), 400, 'lti/bad-claim'],
  ['of a deployment not registered', having(claim('deployment_id'), '9'), 403, 'lti/unknown-deployment'],
  ['of another deployment than the login', having(claim('deployment_id'), '2'), 403, 'lti/other-deployment'],
  ['without a message type', without(claim('message_type')), 400, 'lti/wrong-message-type'],
  ['with a message type of another kind', having(claim('message_type'), 'LtiStartProctoring'), 400, 'lti/wrong-message-type'],
  ['with an object as message type', having(claim('message_type'), { $ne: '' }), 400, 'lti/wrong-message-type'],
  ['without a version', without(claim('version')), 400, 'lti/wrong-version'],
  ['of another version', having(claim('version'), '1.1.0'), 400, 'lti/wrong-version'],
  ['without roles', without(claim('roles')), 400, 'lti/bad-claim'],
  ['with a word as roles', having(claim('roles'), 'Learner'), 400, 'lti/bad-claim'],
  ['with objects as roles', having(claim('roles'), [{ $ne: '' }]), 400, 'lti/bad-claim'],
  ['without a resource link', without(claim('resource_link')), 400, 'lti/bad-claim'],
  ['with a resource link without id', having(claim('resource_link'), { title: 'x' }), 400, 'lti/bad-claim'],
  ['without a context and a link', (claims) => (delete claims[claim('context')], delete claims[claim('resource_link')], undefined), 400, 'lti/bad-claim'],
  ['with an object as context id', having(claim('context'), { id: { $gt: '' } }), 400, 'lti/bad-claim'],
  ['without a sub, as of somebody who did not sign in', without('sub'), 403, 'lti/guest'],
  ['with null as sub', having('sub', null), 403, 'lti/guest'],
  ['with an empty sub', having('sub', ''), 400, 'lti/bad-claim'],
  ['with an object as sub', having('sub', { $gt: '' }), 400, 'lti/bad-claim'],
  ['with a number as sub', having('sub', 7), 400, 'lti/bad-claim'],
  ['with an object as name', having('name', { $gt: '' }), 400, 'lti/bad-claim'],
  ['without a target', without(claim('target_link_uri')), 400, 'lti/bad-claim'],
  ['to a stranger’s address', having(claim('target_link_uri'), 'https://stranger.example/lti/launch'), 400, 'lti/foreign-target'],
  ['to a script', having(claim('target_link_uri'), 'javascript:alert(1)'), 400, 'lti/foreign-target'],
  ['with a column that is no address', having(AGS, { lineitem: 'javascript:alert(1)', scope: [] }), 400, 'lti/bad-claim'],
  ['with a file as column', having(AGS, { lineitem: 'file:///etc/passwd', scope: [] }), 400, 'lti/bad-claim'],
  ['of a guest of the LMS', having(claim('roles'), ['http://purl.imsglobal.org/vocab/lis/v2/institution/person#Guest']), 403, 'lti/guest'],
  ['of a person whose only role is none', having(claim('roles'), ['http://purl.imsglobal.org/vocab/lis/v2/system/person#None', 'http://purl.imsglobal.org/vocab/lis/v2/institution/person#None']), 403, 'lti/guest'],
  ['to a course that is not here', having(claim('custom'), { course: 'another' }), 404, 'courses/unknown-course'],
]
describe('a launch is refused with a page, a line in the log and no session:', () => {
  it.each(BAD)('%s', async (_name, tweak, status, code) => {
    expectRefused(await door.launch(tweak), status, code)
  })

  const jws = (header: object, claims: object, signature = ''): string => [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + `.${signature}`
  const begin = async (): Promise<{ begun: Begun; claims: Record<string, unknown> }> => {
    const begun = await door.login()
    return { begun, claims: goodClaims(lms.issuer, begun.nonce, PUBLIC_URL) }
  }
  it('with a signature that is not right', async () => {
    const { begun, claims } = await begin()
    const [header = '', , signature = ''] = (await lms.sign(claims)).split('.')
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody-else' })).toString('base64url')
    expectRefused(await door.post(`${header}.${forged}.${signature}`, begun), 401, 'lti/bad-signature')
  })
  it('signed by another platform’s key', async () => {
    const { begun, claims } = await begin()
    expectRefused(await door.post(await other.sign(claims), begun), 401, 'lti/bad-signature')
  })
  it('signed by nobody (alg none)', async () => {
    const { begun, claims } = await begin()
    expectRefused(await door.post(jws({ alg: 'none', kid: 'k1' }, claims), begun), 401, 'lti/wrong-algorithm')
  })
  it.each(['pem', 'jwk'])('signed by HS256 with the platform’s public key as the secret (%s)', async (form) => {
    const { begun, claims } = await begin()
    const jwk = JSON.parse(lms.publicPemLike) as Record<string, string>
    const secret = form === 'jwk' ? lms.publicPemLike : createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    const unsigned = jws({ alg: 'HS256', kid: 'k1' }, claims).slice(0, -1)
    expectRefused(await door.post(`${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`, begun), 401, 'lti/wrong-algorithm')
  })
  it('signed by another RSA algorithm than RS256', async () => {
    const { begun, claims } = await begin()
    const { privateKey } = await generateKeyPair('RS512')
    expectRefused(await door.post(await new SignJWT(claims).setProtectedHeader({ alg: 'RS512', kid: 'k1' }).sign(privateKey), begun), 401, 'lti/wrong-algorithm')
  })
  it('with a kid nobody has', async () => {
    const { begun, claims } = await begin()
    expectRefused(await door.post(await lms.sign(claims, { kid: 'k9' }), begun), 401, 'lti/unknown-key')
  })
  it('without a kid', async () => {
    const { begun, claims } = await begin()
    expectRefused(await door.post(await lms.sign(claims, { kid: undefined }), begun), 401, 'lti/no-key-id')
  })
  it.each(['jku', 'x5u', 'jwk'])('with a key of its own in the header (%s)', async (name) => {
    const { begun, claims } = await begin()
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
    const own = { ...(await exportJWK(publicKey)), kid: 'k1' }
    const reads = other.keySetReads
    const header = { alg: 'RS256', kid: 'k1', [name]: name === 'jwk' ? own : `${other.issuer}/keys` }
    expectRefused(await door.post(await new SignJWT(claims).setProtectedHeader(header).sign(privateKey), begun), 401, 'lti/bad-signature')
    expect(other.keySetReads).toBe(reads)
  })
  it('with a critical header, even well signed', async () => {
    const { begun, claims } = await begin()
    const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims))).setProtectedHeader({ alg: 'RS256', kid: 'k1', crit: ['b64'], b64: true }).sign(lms.privateKey)
    expectRefused(await door.post(token, begun), 401, 'lti/critical-header')
  })
  it.each(['', 'x', 'a.b', 'a.b.c', '..', `${'a'.repeat(2000)}.b.c`])('that is no token («%.12s»)', async (token) => {
    const { begun } = await begin()
    expectRefused(await door.post(token, begun), token === '' ? 400 : 401, token === '' ? 'lti/bad-answer' : 'lti/bad-token')
  })
  it('without a state, or with one that isn’t ours', async () => {
    const { begun, claims } = await begin()
    const token = await lms.sign(claims)
    expectRefused(await door.post(token, { ...begun, state: '' }), 400, 'lti/bad-answer')
    way.lines.length = 0
    expectRefused(await door.post(token, { ...begun, state: '../../../etc' }), 400, 'lti/bad-answer')
  })
  it.each([['none', 'a=b'], ['another’s', 'state']])('without the cookie of its login (%s)', async (_what, cookie) => {
    const { begun, claims } = await begin()
    expectRefused(await door.post(await lms.sign(claims), { state: begun.state, cookie: cookie === 'state' ? (await door.login()).cookie : cookie }), 401, 'lti/no-state-cookie')
  })
  it('with a cookie that we did not sign', async () => {
    const { begun, claims } = await begin()
    expectRefused(await door.post(await lms.sign(claims), { state: begun.state, cookie: `state${begun.state}=s%3A${encodeURIComponent(lms.issuer)}.AAAA` }), 401, 'lti/no-state-cookie')
  })
  it('with the nonce of another login', async () => {
    const [mine, yours] = [await door.login(), await door.login()]
    expectRefused(await door.post(await lms.sign(goodClaims(lms.issuer, mine.nonce, PUBLIC_URL)), yours), 401, 'lti/wrong-nonce')
  })
  it('with the nonce of a login at another platform', async () => {
    const theirs = await door.login({}, other)
    expectRefused(await door.post(await lms.sign(goodClaims(lms.issuer, theirs.nonce, PUBLIC_URL)), theirs), 401, 'lti/wrong-nonce')
  })
  it('replayed', async () => {
    const { begun, claims } = await begin()
    const token = await lms.sign(claims)
    expect((await door.post(token, begun)).status).toBe(200)
    way.lines.length = way.arrivals.length = 0
    expectRefused(await door.post(token, begun), 401, 'lti/replayed')
  })
  it('with the nonce of a launch that came in, in a token signed anew', async () => {
    const { begun, claims } = await begin()
    expect((await door.post(await lms.sign(claims), begun)).status).toBe(200)
    way.lines.length = way.arrivals.length = 0
    expectRefused(await door.post(await lms.sign({ ...claims, jti: 'other', sub: 'u2' }), begun), 401, 'lti/replayed')
  })
  it('replayed twenty times at once: nineteen of the twenty', async () => {
    const { begun, claims } = await begin()
    const token = await lms.sign(claims)
    const answers = await Promise.all(Array.from({ length: 20 }, () => door.post(token, begun)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const refused = answers.filter(({ status }) => status !== 200).map(pageOf)
    expect(new Set(refused.map(({ code, setCookie }) => `${code} ${String(setCookie)}`))).toEqual(new Set(['lti/replayed undefined']))
    expect(way.arrivals).toHaveLength(1)
  })
  it('by an LMS that says why: the reason is logged and not shown', async () => {
    const begun = await door.login()
    const answer = await request(way.app).post('/lti/launch').set('Cookie', begun.cookie).type('form').send({ error: 'login_required<b>', error_description: 'x', state: begun.state })
    expectRefused(answer, 400, 'lti/platform-error')
    expect(answer.text).not.toContain('login_required')
    expect(JSON.stringify(way.lines)).toContain('login_required')
  })
  it('opened by hand', async () => {
    expectRefused(await request(way.app).get('/lti/launch?ltik=x&id_token=y'), 400, 'lti/bad-answer')
  })
})

describe('a login request is refused with a page, a line in the log and no cookie:', () => {
  const LOGINS: [string, Record<string, string | undefined>, number, string][] = [
    ['to a stranger’s address', { target_link_uri: 'https://stranger.example/lti/launch' }, 400, 'lti/foreign-target'],
    ['to another path of ours', { target_link_uri: `${PUBLIC_URL}/play/` }, 400, 'lti/foreign-target'],
    ['to our name before a stranger’s', { target_link_uri: 'http://localhost:3000@stranger.example/lti/launch' }, 400, 'lti/foreign-target'],
    ['to a script', { target_link_uri: 'javascript:alert(1)//localhost:3000/lti/launch' }, 400, 'lti/foreign-target'],
    ['of an unknown platform', { iss: 'https://stranger.example' }, 403, 'lti/unknown-platform'],
    ['of an unknown client', { client_id: 'client-9' }, 403, 'lti/unknown-platform'],
    ['without a hint', { login_hint: undefined }, 400, 'lti/bad-login'],
    ['without an issuer', { iss: undefined }, 400, 'lti/bad-login'],
    ['without a target', { target_link_uri: undefined }, 400, 'lti/bad-login'],
    ['with a hint of endless length', { login_hint: 'x'.repeat(3000) }, 400, 'lti/bad-login'],
  ]
  it.each(LOGINS)('%s', async (_name, fields, status, code) => {
    expectRefused(await door.knock(fields), status, code)
  })
  it('with two issuers', async () => {
    expectRefused(await request(way.app).get(`/lti/login?iss=${encodeURIComponent(lms.issuer)}&iss=x&login_hint=1&target_link_uri=x`), 400, 'lti/bad-login')
  })
})

it('a script in what a refusal’s page repeats stays text', async () => {
  const answer = await door.launch((claims) => void (claims[claim('deployment_id')] = '<script>alert(1)</script>'), { lti_deployment_id: undefined })
  expect(answer.text).toContain('&lt;script&gt;')
  expect(answer.text).not.toContain('<script>alert')
})

it('a refusal is told in the reader’s language, the right way round', async () => {
  const arabic = await request(way.app).post('/lti/launch').set('Accept-Language', 'ar').type('form').send({})
  expect(arabic.text).toContain('dir="rtl"')
  const chinese = await request(way.app).post('/lti/launch').set('Accept-Language', 'zh-CN').type('form').send({})
  expect(new Set([arabic, chinese, await request(way.app).post('/lti/launch').type('form').send({})].map((answer) => pageOf(answer).title)).size).toBe(3)
})

it('no line of the log holds a token, a name, an address of mail or a session key of the LMS', async () => {
  const spoil = (claims: Record<string, unknown>): void => {
    Object.assign(claims, { name: 'Ana Secretname', email: 'ana@secret.example', [claim('version')]: '2' })
  }
  await door.launch(spoil)
  expect(JSON.stringify(way.lines)).not.toMatch(/Secretname|secret\.example|SECRETKEY|eyJ/)
})
