import { createHmac } from 'node:crypto'
import express from 'express'
import type { Express } from 'express'
import { generateKeyPair, SignJWT } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Courses } from '../../src/courses/index.js'
import { makeI18n, makeLimits, makeSecrets, makeSessions, type Kit, type Views } from '../../src/infra/index.js'
import { createLti, platformCommand, type Lti } from '../../src/lti/index.js'
import { quiet } from '../support/ledger.js'
import { freshMongo } from '../support/mongo.js'
import { aPlatform, claim, goodClaims, type TestPlatform } from '../support/platform.js'

const publicUrl = 'http://localhost:3000'
let lms: TestPlatform
let other: TestPlatform
let app: Express
let lti: Lti
const arrivals: string[] = []
const members: unknown[] = []

const views = {
  asset: (name: string) => `/assets/${name}`,
  fragment: () => '',
  page: (_req, res, template, data, { status = 200 }) => void res.status(status).type('html').send(JSON.stringify({ template, ...data })),
} as Views
const courses = {
  ensureRun: async () => ({ _id: 'run1', ags: undefined }),
  upsertMember: async (member: unknown) => void members.push(member),
} as unknown as Courses

const register = (platform: TestPlatform, ...deployments: string[]) =>
  platformCommand(
    ['add', '--issuer', platform.issuer, '--client-id', 'client-1', ...deployments.flatMap((each) => ['--deployment', each]), '--auth-url', `${platform.issuer}/auth?a=1`,
      '--token-url', `${platform.issuer}/token`, '--jwks-url', `${platform.issuer}/keys`, '--json'],
    { registry: lti.registry, publicUrl, print: () => undefined, complain: () => undefined },
  )

beforeAll(async () => {
  const secrets = makeSecrets('a secret for tests that is long enough')
  const kit: Kit = {
    config: { publicUrl, dataDir: '', demo: false }, log: quiet, mongo: await freshMongo(), secrets, sessions: makeSessions(secrets),
    i18n: makeI18n('locales', quiet), views, limits: makeLimits(), now: () => new Date(),
  }
  lti = await createLti(kit, { courses, outbox: { rows: async () => [] } as never, onLaunch: async ({ role }) => void arrivals.push(role) })
  ;[lms, other] = await Promise.all([aPlatform(), aPlatform()])
  expect(await register(lms, '1', '2')).toBe(0)
  expect(await register(other, '1')).toBe(0)
  app = express().use('/lti', lti.routes)
})
afterAll(() => Promise.all([lms.close(), other.close()]))

interface Login { state: string; nonce: string; cookie: string; location: URL; setCookie: string }
const login = async (fields: Record<string, string> = {}, platform = lms): Promise<Login> => {
  const answer = await request(app).post('/lti/login').type('form').send({ iss: platform.issuer, login_hint: 'u1', target_link_uri: `${publicUrl}/lti/launch`, client_id: 'client-1', lti_deployment_id: '1', ...fields })
  expect(answer.status).toBe(302)
  const location = new URL(String(answer.headers.location))
  const setCookie = String(answer.headers['set-cookie'])
  return { state: location.searchParams.get('state') ?? '', nonce: location.searchParams.get('nonce') ?? '', cookie: setCookie.split(';')[0] ?? '', location, setCookie }
}
const post = (id_token: string, { state, cookie }: Pick<Login, 'state' | 'cookie'>) => request(app).post('/lti/launch').set('Cookie', cookie).type('form').send({ id_token, state })
const codeOf = (answer: { text: string }): string => (JSON.parse(answer.text) as { code: string }).code

describe('a launch', () => {
  it('comes in once: a session, the way on, and no secret of the platform kept', async () => {
    const begun = await login({ target_link_uri: `${publicUrl}/lti/launch?item=3` })
    expect(begun.setCookie).toMatch(/Secure; SameSite=None; Partitioned/)
    expect(begun.location.searchParams.get('a')).toBe('1')
    expect(begun.location.searchParams.get('redirect_uri')).toBe(`${publicUrl}/lti/launch`)
    const token = await lms.sign(goodClaims(lms.issuer, begun.nonce, publicUrl))
    const answer = await post(token, begun)
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text)).toMatchObject({ template: 'lti/enter', next: '/play/run1/' })
    expect(String(answer.headers['set-cookie'])).toMatch(/kr-run1=.*Partitioned/)
    expect(answer.headers['cross-origin-embedder-policy']).toBeUndefined()
    expect(answer.text + JSON.stringify(members) + JSON.stringify(answer.headers)).not.toContain('SECRETKEY')
    expect(arrivals).toEqual(['participant'])

    const again = await post(token, begun)
    expect([again.status, codeOf(again), again.headers['set-cookie']]).toEqual([401, 'lti/replayed', undefined])
  })

  it('sent twenty times at once comes in once', async () => {
    const begun = await login()
    const token = await lms.sign(goodClaims(lms.issuer, begun.nonce, publicUrl))
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(token, begun)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(new Set(answers.filter(({ status }) => status !== 200).map(codeOf))).toEqual(new Set(['lti/replayed']))
  })

  it('beside another of the same person comes in too', async () => {
    const [a, b] = await Promise.all([login(), login()])
    const cookie = `${a.cookie}; ${b.cookie}`
    const answers = await Promise.all([a, b].map(async (each) => post(await lms.sign(goodClaims(lms.issuer, each.nonce, publicUrl)), { ...each, cookie })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })

  it('costs no request to the platform once its keys are known', async () => {
    expect(lms.keySetReads).toBe(1)
  })
})

type Tweak = (claims: Record<string, unknown>) => void
const without = (name: string): Tweak => (claims) => void delete claims[name]
const having = (name: string, value: unknown): Tweak => (claims) => void (claims[name] = value)
const now = (): number => Math.floor(Date.now() / 1000)
const BAD: [string, Tweak, number, string][] = [
  ['without exp', without('exp'), 401, 'lti/no-times'],
  ['without iat', without('iat'), 401, 'lti/no-times'],
  ['that has expired', having('exp', now() - 5), 401, 'lti/expired'],
  ['issued in the future', having('iat', now() + 600), 401, 'lti/issued-in-future'],
  ['issued long ago', having('iat', now() - 3600), 401, 'lti/expired'],
  ['without a nonce', without('nonce'), 401, 'lti/wrong-nonce'],
  ['with a nonce of its own', having('nonce', 'made-up'), 401, 'lti/wrong-nonce'],
  ['for another tool', having('aud', 'client-2'), 401, 'lti/wrong-audience'],
  ['for two tools, without azp', having('aud', ['client-1', 'client-2']), 401, 'lti/wrong-audience'],
  ['with another azp', having('azp', 'client-2'), 401, 'lti/wrong-audience'],
  ['of an unknown issuer', having('iss', 'https://stranger.example'), 403, 'lti/unknown-platform'],
  ['with an object as issuer', having('iss', { $ne: '' }), 403, 'lti/unknown-platform'],
  ['without a deployment', without(claim('deployment_id')), 400, 'lti/bad-claim'],
  ['of a deployment not registered', having(claim('deployment_id'), '9'), 403, 'lti/unknown-deployment'],
  ['of another deployment than the login', having(claim('deployment_id'), '2'), 403, 'lti/other-deployment'],
  ['without a message type', without(claim('message_type')), 400, 'lti/wrong-message-type'],
  ['without a version', without(claim('version')), 400, 'lti/wrong-version'],
  ['without roles', without(claim('roles')), 400, 'lti/bad-claim'],
  ['without a resource link', without(claim('resource_link')), 400, 'lti/bad-claim'],
  ['without a sub', without('sub'), 400, 'lti/bad-claim'],
  ['with an object as sub', having('sub', { $gt: '' }), 400, 'lti/bad-claim'],
  ['with an object as context id', having(claim('context'), { id: { $gt: '' } }), 400, 'lti/bad-claim'],
  ['to a stranger’s address', having(claim('target_link_uri'), 'https://stranger.example/lti/launch'), 400, 'lti/foreign-target'],
  ['with a role in the institution alone', having(claim('roles'), ['http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator']), 403, 'lti/no-role'],
]
describe('a launch is refused, with no cookie,', () => {
  const refuse = async (token: string, begun: Pick<Login, 'state' | 'cookie'>, status: number, code: string): Promise<void> => {
    const answer = await post(token, begun)
    expect([answer.status, codeOf(answer), answer.headers['set-cookie']]).toEqual([status, code, undefined])
    expect(JSON.parse(answer.text)).toMatchObject({ template: 'lti/refused' })
    expect((JSON.parse(answer.text) as { mend: string }).mend).not.toContain('problems.')
  }
  it.each(BAD)('%s', async (_name, tweak, status, code) => {
    const begun = await login()
    const claims = goodClaims(lms.issuer, begun.nonce, publicUrl)
    tweak(claims)
    await refuse(await lms.sign(claims), begun, status, code)
  })
  const HEADERS: [string, Record<string, unknown>, string][] = [
    ['with a kid nobody has', { kid: 'k9' }, 'lti/unknown-key'],
    ['without a kid', { kid: undefined }, 'lti/no-key-id'],
  ]
  it.each(HEADERS)('%s', async (_name, header, code) => {
    const begun = await login()
    await refuse(await lms.sign(goodClaims(lms.issuer, begun.nonce, publicUrl), header), begun, 401, code)
  })
  const jws = (header: object, claims: object, signature = ''): string => [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + `.${signature}`
  it('with alg none, with HS256 and the public key, with crit, with keys of its own in the header', async () => {
    const begun = await login()
    const claims = goodClaims(lms.issuer, begun.nonce, publicUrl)
    await refuse(jws({ alg: 'none', kid: 'k1' }, claims), begun, 401, 'lti/wrong-algorithm')
    const unsigned = jws({ alg: 'HS256', kid: 'k1' }, claims).slice(0, -1)
    await refuse(`${unsigned}.${createHmac('sha256', lms.publicPemLike).update(unsigned).digest('base64url')}`, begun, 401, 'lti/wrong-algorithm')
    await refuse(jws({ alg: 'RS256', kid: 'k1', crit: ['x'], x: 1 }, claims, 'AAAA'), begun, 401, 'lti/critical-header')
    const { privateKey } = await generateKeyPair('RS256')
    const foreign = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1', jku: `${other.issuer}/keys`, x5u: `${other.issuer}/x` }).sign(privateKey)
    await refuse(foreign, begun, 401, 'lti/bad-signature')
    await refuse(await other.sign(claims), begun, 401, 'lti/bad-signature')
  })
  it('without the cookie of its login, or with the nonce of another', async () => {
    const [mine, yours] = await Promise.all([login(), login()])
    const token = await lms.sign(goodClaims(lms.issuer, mine.nonce, publicUrl))
    await refuse(token, { state: mine.state, cookie: 'a=b' }, 401, 'lti/no-state-cookie')
    await refuse(token, { state: mine.state, cookie: `state${mine.state}=forged` }, 401, 'lti/no-state-cookie')
    await refuse(token, yours, 401, 'lti/wrong-nonce')
    const theirs = await login({}, other)
    await refuse(await lms.sign(goodClaims(lms.issuer, theirs.nonce, publicUrl)), theirs, 401, 'lti/wrong-nonce')
  })
})

describe('a login request is refused', () => {
  const LOGINS: [string, Record<string, string>, number, string][] = [
    ['to a stranger’s address', { target_link_uri: 'https://stranger.example/' }, 400, 'lti/foreign-target'],
    ['to a script', { target_link_uri: 'javascript:alert(1)' }, 400, 'lti/foreign-target'],
    ['of an unknown platform', { iss: 'https://stranger.example' }, 403, 'lti/unknown-platform'],
    ['of an unknown deployment', { lti_deployment_id: '9' }, 403, 'lti/unknown-deployment'],
    ['without a hint', { login_hint: '' }, 400, 'lti/bad-login'],
  ]
  it.each(LOGINS)('%s', async (_name, fields, status, code) => {
    const answer = await request(app).post('/lti/login').type('form').send({ iss: lms.issuer, login_hint: 'u1', target_link_uri: `${publicUrl}/lti/launch`, client_id: 'client-1', ...fields })
    expect([answer.status, codeOf(answer), answer.headers['set-cookie']]).toEqual([status, code, undefined])
  })
})

it('the keys of this installation can be read and cached', async () => {
  const { body, headers } = await request(app).get('/lti/keys')
  expect(body).toMatchObject({ keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig' }] })
  expect(JSON.stringify(body)).not.toContain('"d"')
  expect(headers['cache-control']).toContain('max-age')
})
