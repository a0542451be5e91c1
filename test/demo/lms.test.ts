import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDemoLms, PEOPLE, type DemoLms } from '../../src/demo/index.js'

const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim/'
const AGS = 'https://purl.imsglobal.org/spec/lti-ags/'
const SCORE = `${AGS}scope/score`
const NRPS = 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly'
const [ada, li] = PEOPLE.filter(({ kind }) => kind === 'participant')
const teacher = PEOPLE.find(({ kind }) => kind === 'instructor')
if (!ada || !li || !teacher) throw new Error('people are missing')

let keys: Awaited<ReturnType<typeof generateKeyPair>>
let tool: Server
let toolUrl: string
let lms: DemoLms
let clock: Date

beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'tool', alg: 'RS256', use: 'sig' }
  tool = createServer((_req, res) => res.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] })))
  await new Promise<void>((resolve) => tool.listen(0, '127.0.0.1', resolve))
  const address = tool.address()
  toolUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  return () => tool.close()
})
beforeEach(async () => {
  clock = new Date()
  lms = await createDemoLms({ keyroomUrl: toolUrl, test: true, now: () => clock })
})
afterEach(() => lms.close())

const signIn = async (id: string): Promise<string> => {
  const res = await fetch(`${lms.url}/session`, { method: 'POST', body: new URLSearchParams({ person: id }), redirect: 'manual' })
  return res.headers.get('set-cookie')?.split(';')[0] ?? ''
}
/** The fields of a form that sends itself. */
const fieldsOf = (html: string): Record<string, string> =>
  Object.fromEntries([...html.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))

const begin = async (cookie: string): Promise<Record<string, string>> =>
  fieldsOf(await (await fetch(`${lms.url}/course/rooms/launch`, { headers: { cookie } })).text())

const authorise = async (cookie: string, change: Record<string, string> = {}): Promise<{ status: number; fields: Record<string, string>; html: string }> => {
  const hints = await begin(cookie)
  const query = new URLSearchParams({
    scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none', client_id: 'keyroom-demo', redirect_uri: `${toolUrl}/lti/launch`,
    state: 's-1', nonce: 'n-1', login_hint: hints.login_hint ?? '', lti_message_hint: hints.lti_message_hint ?? '', ...change,
  })
  const res = await fetch(`${lms.url}/lti/auth?${query}`, { headers: { cookie } })
  const html = await res.text()
  return { status: res.status, fields: fieldsOf(html), html }
}
const assertion = (jti: string = crypto.randomUUID(), audience = lms.registration().tokenUrl) =>
  new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'tool' }).setIssuer('keyroom-demo').setSubject('keyroom-demo').setAudience(audience).setJti(jti).setIssuedAt().setExpirationTime('1m').sign(keys.privateKey)
const askToken = async (scope: string, client_assertion: string) =>
  fetch(lms.registration().tokenUrl, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion, scope }) })
const tokenFor = async (scope: string): Promise<string> => ((await (await askToken(scope, await assertion())).json()) as { access_token: string }).access_token

const lineItem = () => (lms.claims(ada.id, 'n')[`${AGS}claim/endpoint`] as { lineitem: string }).lineitem
const send = (token: string, score: Record<string, unknown>) =>
  fetch(lineItem().replace('?', '/scores?'), {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/vnd.ims.lis.v1.score+json' },
    body: JSON.stringify({ userId: ada.id, activityProgress: 'Completed', gradingProgress: 'FullyGraded', scoreGiven: 75, scoreMaximum: 100, timestamp: clock.toISOString(), ...score }),
  })

describe('a launch', () => {
  it('begins with what a third-party initiated login needs', async () => {
    expect(await begin(await signIn(ada.id))).toMatchObject({ iss: lms.url, login_hint: ada.id, client_id: 'keyroom-demo', lti_deployment_id: '1', target_link_uri: `${toolUrl}/lti/launch` })
  })
  it('ends with an id token that its own key set verifies', async () => {
    const { fields } = await authorise(await signIn(ada.id))
    expect(fields.state).toBe('s-1')
    const { payload } = await jwtVerify(fields.id_token ?? '', createRemoteJWKSet(new URL(lms.registration().jwksUrl)), { issuer: lms.url, audience: 'keyroom-demo', currentDate: clock })
    expect(payload).toMatchObject({ sub: ada.id, nonce: 'n-1', name: 'Ada Okafor', [`${CLAIM}version`]: '1.3.0', [`${CLAIM}deployment_id`]: '1' })
    expect(payload[`${CLAIM}roles`]).toEqual(['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'])
  })
  it('gives its hint away once', async () => {
    const cookie = await signIn(ada.id)
    const { lti_message_hint = '' } = await begin(cookie)
    expect((await authorise(cookie, { lti_message_hint })).fields).toHaveProperty('id_token')
    expect((await authorise(cookie, { lti_message_hint })).fields).toMatchObject({ error: 'invalid_request', state: 's-1' })
  })
  it.each([
    ['a foreign client', { client_id: 'someone' }], ['an address that is not registered', { redirect_uri: 'https://evil.example/lti/launch' }],
  ])('shows %s its own page and posts nothing anywhere', async (_what, change) => {
    const { status, html } = await authorise(await signIn(ada.id), change)
    expect(status).toBe(400)
    expect(html).not.toContain('id_token')
  })
  it.each([
    ['another person’s login hint', { login_hint: li.id }, 'login_required'], ['a prompt', { prompt: 'login' }, 'invalid_request'], ['no nonce', { nonce: '' }, 'invalid_request'],
    ['an answer in the address', { response_mode: 'query' }, 'invalid_request'], ['a code', { response_type: 'code' }, 'unsupported_response_type'],
  ])('refuses %s', async (_what, change, error) => {
    const { fields } = await authorise(await signIn(ada.id), change)
    expect(fields.error).toBe(error)
    expect(fields).not.toHaveProperty('id_token')
  })
  it('takes other roles from a test', async () => {
    const order = { roles: { [ada.id]: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor'] } }
    await fetch(`${lms.url}/_test`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order) })
    expect(lms.claims(ada.id, 'n')[`${CLAIM}roles`]).toEqual(order.roles[ada.id])
  })
})

describe('the token endpoint', () => {
  it('grants what is offered of what is asked', async () => {
    expect(await (await askToken(`${SCORE} https://example.org/other`, await assertion())).json()).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: SCORE })
  })
  it('refuses an assertion used twice, for another audience, or for no known scope', async () => {
    const once = await assertion('j-1')
    expect((await askToken(SCORE, once)).status).toBe(200)
    expect((await askToken(SCORE, once)).status).toBe(400)
    expect((await askToken(SCORE, await assertion('j-2', 'https://elsewhere.example'))).status).toBe(400)
    expect(await (await askToken('openid', await assertion('j-3'))).json()).toMatchObject({ error: 'invalid_scope' })
  })
})

describe('grades', () => {
  it('arrive in the gradebook, rescaled, with comment and time', async () => {
    expect((await send(await tokenFor(SCORE), { scoreGiven: 3, scoreMaximum: 4, comment: '3 <of> 4 rooms' })).status).toBe(200)
    expect(lms.grades()).toMatchObject([{ userId: ada.id, given: 3, maximum: 4, points: 75 }])
    const page = await (await fetch(`${lms.url}/gradebook`, { headers: { cookie: await signIn(teacher.id) } })).text()
    expect(page).toContain('3 &lt;of&gt; 4 rooms')
    expect(page).toContain(`datetime="${clock.toISOString()}"`)
    const results = await fetch(lineItem().replace('?', '/results?'), { headers: { authorization: `Bearer ${await tokenFor(`${AGS}scope/result.readonly`)}` } })
    expect(await results.json()).toMatchObject([{ userId: ada.id, resultScore: 75, resultMaximum: 100 }])
  })
  it('an equal or earlier time, to the second, is a conflict', async () => {
    const token = await tokenFor(SCORE)
    const base = Date.parse('2030-01-01T10:00:00Z')
    const at = (ms: number) => send(token, { timestamp: new Date(base + ms).toISOString() }).then(({ status }) => status)
    expect([await at(0), await at(999), await at(-1), await at(1000)]).toEqual([200, 409, 409, 200])
  })
  it('of a teacher, a stranger, or without what a score needs are bad requests', async () => {
    const token = await tokenFor(SCORE)
    for (const score of [{ userId: teacher.id }, { userId: '999' }, { scoreMaximum: undefined }, { timestamp: 'now' }, { activityProgress: 'Done' }]) expect((await send(token, score)).status).toBe(400)
    expect(lms.grades()).toEqual([])
  })
  it('not fully graded wipes the grade', async () => {
    const token = await tokenFor(SCORE)
    await send(token, {})
    await send(token, { gradingProgress: 'Pending', timestamp: new Date(clock.getTime() + 2000).toISOString() })
    expect(lms.grades()[0]?.points).toBeUndefined()
  })
  it('need a token with the scope', async () => {
    expect((await send('nonsense', {})).status).toBe(401)
    expect((await send(await tokenFor(NRPS), {})).status).toBe(403)
  })
  it('find the services off for as long as a test says', async () => {
    const token = await tokenFor(SCORE)
    lms.off({ seconds: 60 })
    expect((await send(token, {})).status).toBe(503)
    clock = new Date(clock.getTime() + 61_000)
    expect((await send(token, {})).status).toBe(200)
  })
  it('outlive a restart', async () => {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'demo-lms-'))
    const first = await createDemoLms({ keyroomUrl: toolUrl, dataDir })
    const jwks = await (await fetch(first.registration().jwksUrl)).text()
    await first.close()
    const second = await createDemoLms({ keyroomUrl: toolUrl, dataDir })
    expect(await (await fetch(second.registration().jwksUrl)).text()).toBe(jwks)
    expect(await readdir(dataDir)).toEqual(['lms.json'])
    await second.close()
    await rm(dataDir, { recursive: true })
  })
})

it('names and roles gives everyone, in pages where asked', async () => {
  const headers = { authorization: `Bearer ${await tokenFor(NRPS)}` }
  const url = (lms.claims(ada.id, 'n')['https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice'] as { context_memberships_url: string }).context_memberships_url
  const all = (await (await fetch(url, { headers })).json()) as { members: { user_id: string; roles: string[] }[] }
  expect(all.members).toHaveLength(14)
  expect(all.members.find((each) => each.user_id === '11')?.roles).toEqual(['ContentDeveloper', 'Instructor'])
  const page = await fetch(`${url}?role=Learner&limit=5`, { headers })
  expect(((await page.json()) as typeof all).members).toHaveLength(5)
  expect(page.headers.get('link')).toContain('from=5&role=Learner')
})

it('a participant sees only their own grade, and no page has a script of its own inside', async () => {
  const cookie = await signIn(ada.id)
  const res = await fetch(`${lms.url}/gradebook?lang=ar`, { headers: { cookie } })
  const html = await res.text()
  expect(html).toContain('dir="rtl"')
  expect(html).not.toContain('Sofía')
  expect(html).not.toMatch(/<script(?![^>]*src=)|style="/)
  expect(res.headers.get('content-security-policy')).toContain("default-src 'self'")
})

it('without the test option there is no way to switch it off', async () => {
  const plain = await createDemoLms({ keyroomUrl: toolUrl })
  expect((await fetch(`${plain.url}/_test`, { method: 'POST' })).status).toBe(404)
  await plain.close()
})
