import request from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { doctorLaunch } from '../../src/lti/index.js'
import { aPlatform, claim, goodClaims, type TestPlatform } from '../support/platform.js'
import { frontDoor, pageOf, PUBLIC_URL, register, type Begun } from './front-door.js'
import { aWayIn, type WayIn } from './world.js'

/** What an administrator sees of a launch that failed. */
let way: WayIn
let lms: TestPlatform
let other: TestPlatform
let door: ReturnType<typeof frontDoor>

beforeAll(async () => {
  way = await aWayIn({ publicUrl: PUBLIC_URL, keyCooldownMs: 0, keyTimeoutMs: 300 })
  ;[lms, other] = await Promise.all([aPlatform(), aPlatform()])
  await register(way.lti, lms)
  door = frontDoor(way.app, lms)
})
afterAll(() => Promise.all([lms.close(), other.close()]))

const codeOn = (answer: { text: string }): string => /data-trace="([^"]+)"/.exec(answer.text)?.[1] ?? ''
const traceOf = async (answer: { text: string }) => {
  const trace = await way.lti.doctor.traces.of(codeOn(answer))
  if (!trace) throw new Error('nothing was written down')
  return trace
}
const failing = async (answer: { text: string }) => {
  const { failed, refusal, steps } = await traceOf(answer)
  return { failed, refusal, marked: Object.entries(steps).filter(([, { state }]) => state === 'failed').map(([name]) => name), passed: Object.entries(steps).filter(([, { state }]) => state === 'ok').map(([name]) => name) }
}
const good = (nonce: string) => goodClaims(lms.issuer, nonce, PUBLIC_URL)
const factsOf = async (answer: { text: string }, step: 'login' | 'state' | 'nonce' | 'key' | 'claims' | 'storage') => Object.fromEntries((await traceOf(answer)).steps[step].facts.map(({ name, ...fact }) => [name, fact]))

describe('a launch that fails', () => {
  it('shows the person a sentence and a short code', async () => {
    const answer = await door.launch((claims) => void (claims.exp = 1))
    expect(codeOn(answer)).toMatch(/^[2-9A-HJKMNP-Z]{3}-[2-9A-HJKMNP-Z]{3}$/)
    expect(pageOf(answer).title).toBe('This launch is too old')
  })

  type Case = [what: string, step: string, passed: string[], post: () => Promise<{ text: string }>]
  const withClaims = (tweak: (claims: Record<string, unknown>) => void) => () => door.launch(tweak)
  const having = (name: string, value: unknown) => withClaims((claims) => void (claims[name] = value))
  const posting = (of: (begun: Begun) => Promise<{ token: string; state?: string; cookie?: string }>) => async () => {
    const begun = await door.login()
    const { token, state = begun.state, cookie = begun.cookie } = await of(begun)
    return door.post(token, { state, cookie })
  }
  const ALL = ['login', 'state', 'nonce', 'key', 'storage']
  const CASES: Record<string, Case[]> = {
    'lti/bad-answer': [['without a state', 'state', [], posting(async ({ nonce }) => ({ token: await lms.sign(good(nonce)), state: 'x' }))]],
    'lti/platform-error': [['that is the LMS’s error', 'login', [], () => request(way.app).post('/lti/launch').type('form').send({ error: 'login_required', state: 'x' })]],
    'lti/bad-token': [['whose token is none', 'key', [], posting(async () => ({ token: 'a.b.c' }))]],
    'lti/wrong-algorithm': [['signed by another algorithm', 'key', ['state', 'nonce'], posting(async ({ nonce }) => ({ token: `${Buffer.from('{"alg":"none","kid":"k1"}').toString('base64url')}.${Buffer.from(JSON.stringify(good(nonce))).toString('base64url')}.` }))]],
    'lti/no-key-id': [['without a key id', 'key', ['state', 'nonce'], posting(async ({ nonce }) => ({ token: await lms.sign(good(nonce), { kid: undefined }) }))]],
    'lti/no-state-cookie': [['without a cookie', 'storage', ['state', 'nonce'], posting(async ({ nonce }) => ({ token: await lms.sign(good(nonce)), cookie: 'a=b' }))]],
    'lti/unknown-platform': [['of a stranger', 'login', ['state', 'nonce', 'storage'], having('iss', 'https://stranger.example')]],
    'lti/wrong-audience': [['for another tool', 'login', ['state', 'nonce', 'storage'], having('aud', 'client-9')]],
    'lti/unknown-key': [['by a key that isn’t in the set', 'key', ['login', 'state', 'nonce', 'storage'], posting(async ({ nonce }) => ({ token: await lms.sign(good(nonce), { kid: 'k9' }) }))]],
    'lti/bad-signature': [['signed by somebody else', 'key', ['login', 'state', 'nonce', 'storage'], posting(async ({ nonce }) => ({ token: await other.sign(good(nonce)) }))]],
    'lti/no-times': [['without exp', 'claims', ALL, withClaims((claims) => void delete claims.exp)]],
    'lti/expired': [['that is old', 'claims', ALL, having('exp', 1)]],
    'lti/issued-in-future': [['from a clock ahead', 'claims', ALL, having('iat', Math.floor(Date.now() / 1000) + 600)]],
    'lti/wrong-nonce': [
      ['with a nonce of nobody', 'nonce', ['login', 'key', 'storage'], having('nonce', 'made-up')],
      ['of another login', 'state', ['login', 'nonce', 'key', 'storage'], async () => {
        const [mine, yours] = [await door.login(), await door.login()]
        return door.post(await lms.sign(good(yours.nonce)), mine)
      }],
    ],
    'lti/wrong-message-type': [['of another kind', 'claims', ALL, having(claim('message_type'), 'LtiStartProctoring')]],
    'lti/wrong-version': [['of another version', 'claims', ALL, having(claim('version'), '1.1')]],
    'lti/bad-claim': [['with a claim of another type', 'claims', ALL, having(claim('resource_link'), 'x')]],
    'lti/unknown-deployment': [['of another deployment', 'claims', ALL, withClaims((claims) => void (claims[claim('deployment_id')] = '7'))]],
    'lti/foreign-target': [['that leads elsewhere', 'claims', ALL, having(claim('target_link_uri'), 'https://elsewhere.example/')]],
    'lti/replayed': [['sent twice', 'nonce', ['login', 'state', 'key', 'claims', 'storage'], async () => {
      const begun = await door.login()
      const token = await lms.sign(good(begun.nonce))
      await door.post(token, begun)
      return door.post(token, begun)
    }]],
    'lti/guest': [['of a guest', 'claims', ALL, having(claim('roles'), ['http://purl.imsglobal.org/vocab/lis/v2/institution/person#Guest'])]],
  }
  it.each(Object.entries(CASES).flatMap(([code, cases]) => cases.map(([what, step, passed, post]) => ({ code, what, step, passed, post }))))('$what ($code) is marked at its step: $step', async ({ code, step, passed, post }) => {
    expect(await failing(await post())).toEqual({ refusal: code, failed: step, marked: [step], passed: expect.arrayContaining(passed) as string[] })
  })
  it('is marked at the sign-in where that failed, and nothing after it was reached', async () => {
    for (const [fields, refusal] of [[{ iss: 'https://stranger.example' }, 'lti/unknown-platform'], [{ login_hint: undefined }, 'lti/bad-login'], [{ target_link_uri: 'https://elsewhere.example/' }, 'lti/foreign-target']] as const) {
      expect(await failing(await door.knock(fields))).toEqual({ refusal, failed: 'login', marked: ['login'], passed: [] })
    }
  })
})

describe('what is written down', () => {
  it('is what came and what was to come', async () => {
    const late = await door.launch((claims) => void Object.assign(claims, { iat: Number(claims.iat) - 300, exp: Number(claims.iat) - 240 }))
    const claims = await factsOf(late, 'claims')
    expect(claims['issued-skew']?.received).toBeCloseTo(-300, -1)
    expect(claims['expires-in']?.received).toBeCloseTo(-240, -1)
    expect(claims['claim-names']?.received).toEqual(expect.arrayContaining(['sub: string', '…/roles: array', '…/context: object']))
    const unsigned = await door.login()
    expect((await factsOf(await door.post(await lms.sign(good(unsigned.nonce), { kid: 'k9' }), unsigned), 'key')).kid).toEqual({ received: 'k9', expected: ['k1'] })
    expect((await factsOf(await door.launch((each) => void (each.aud = 'client-9')), 'login')).client).toEqual({ received: 'client-9', expected: ['client-1'] })
  })
  it('holds no secret, no name and nobody’s id', async () => {
    const begun = await door.login({ login_hint: 'HINT-OF-ANA', lti_message_hint: 'HINT-2' })
    const token = await lms.sign({ ...good(begun.nonce), sub: 'SUB-OF-ANA', name: 'Ana Nagy', email: 'ana@nagy.example', exp: 1, [claim('custom')]: { secret: 'CUSTOM' } })
    const answers = [await door.post(token, begun), await door.knock({ iss: 'https://stranger.example', login_hint: 'HINT-OF-ANA', target_link_uri: `${PUBLIC_URL}/lti/launch?who=SUB-OF-ANA` })]
    const all = JSON.stringify(await Promise.all(answers.map(traceOf)))
    for (const secret of ['HINT', 'SUB-OF-ANA', 'Ana', 'nagy.example', 'CUSTOM', 'SECRETKEY', token.slice(0, 40), token.slice(-40), begun.nonce, begun.state, begun.cookie.split('=')[1] ?? '', '127.0.0.1:']) {
      expect(all.replaceAll(lms.issuer, '')).not.toContain(secret)
    }
  })
  it('the same from the same place is one, and counted', async () => {
    const strangers = [1, 2, 3].map(() => door.knock({ iss: 'https://again.example' }))
    const codes = new Set((await Promise.all(strangers)).map(codeOn))
    await door.knock({ iss: 'https://again.example' })
    expect(codes.size).toBe(1)
    expect((await way.lti.doctor.traces.of([...codes][0] ?? ''))?.times).toBeGreaterThanOrEqual(4)
  })
  it('is bounded: who fails in a hundred ways gets pages, and no code after a while', async () => {
    const answers = []
    for (let n = 0; n < 100; n++) answers.push(await door.knock({ client_id: 'client-9' }, lms, { 'User-Agent': `Firefox/${n}` }))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]))
    expect(answers.map(codeOn).filter(Boolean).length).toBeLessThanOrEqual(60)
  })
  it('is forgotten after thirty days', async () => {
    const ttl = (await way.mongo.db.collection('lti_traces').indexes()).find(({ key }) => 'last' in key && Object.keys(key).length === 1)
    expect(ttl?.expireAfterSeconds).toBe(30 * 86_400)
  })
})

describe('on the command line', () => {
  const said: string[] = []
  afterEach(() => void (said.length = 0))
  const deps = () => ({ traces: way.lti.doctor.traces, i18n: way.kit.i18n, print: (line: string) => void said.push(line), complain: (line: string) => void said.push(line) })
  it('a code is read however it is typed, and its steps are told with the mend', async () => {
    const found = await way.lti.doctor.traces.list({ limit: 1 })
    const code = found[0]?.code ?? ''
    expect(await doctorLaunch(` ${code.toLowerCase().replace('-', ' ')}`, deps())).toBe(0)
    expect(said.join('\n')).toContain(code)
    expect(said.join('\n')).toMatch(/✗ Sign-in request/)
    expect(said.join('\n')).not.toMatch(/doctor\.|\{|undefined/)
  })
  it('a code that isn’t one is said to be none', async () => {
    expect(await doctorLaunch('nothing', deps())).toBe(1)
  })
})
