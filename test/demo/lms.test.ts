import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
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
    ['no scope', { scope: '' }, 'invalid_scope'], ['a hint of nobody', { lti_message_hint: 'made-up' }, 'invalid_request'], ['an answer in the address', { response_mode: 'query' }, 'invalid_request'], ['a code', { response_type: 'code' }, 'unsupported_response_type'],
  ])('refuses %s', async (_what, change, error) => {
    const { fields } = await authorise(await signIn(ada.id), change)
    expect(fields.error).toBe(error)
    expect(fields).not.toHaveProperty('id_token')
  })
  it('is not for who isn’t signed in, or has signed out', async () => {
    const cookie = await signIn(ada.id)
    expect((await authorise('')).fields.error).toBe('login_required')
    await fetch(`${lms.url}/session/end`, { method: 'POST', headers: { cookie }, redirect: 'manual' })
    expect((await authorise(cookie, { login_hint: ada.id })).fields.error).toBe('login_required')
  })
  it('begun by one person can’t be ended by another', async () => {
    const { lti_message_hint = '' } = await begin(await signIn(ada.id))
    const { fields } = await authorise(await signIn(li.id), { lti_message_hint })
    expect(fields).not.toHaveProperty('id_token')
  })
  it('is forgotten after five minutes', async () => {
    const cookie = await signIn(ada.id)
    const { lti_message_hint = '' } = await begin(cookie)
    clock = new Date(clock.getTime() + 301_000)
    expect((await authorise(cookie, { lti_message_hint })).fields.error).toBe('invalid_request')
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
  it('above the maximum count as the maximum', async () => {
    await send(await tokenFor(SCORE), { scoreGiven: 150 })
    expect(lms.grades()).toMatchObject([{ given: 150, points: 100 }])
  })
  it('of another type, of nobody’s column or that are no scores are refused', async () => {
    const headers = { authorization: `Bearer ${await tokenFor(SCORE)}`, 'content-type': 'application/vnd.ims.lis.v1.score+json' }
    const to = (url: string, type = headers['content-type'], body = '{}') => fetch(url, { method: 'POST', headers: { ...headers, 'content-type': type }, body }).then(({ status }) => status)
    const scores = lineItem().replace('?', '/scores?')
    expect([await to(scores, 'application/json'), await to(scores.replace('/1/', '/99/')), await to(scores, undefined, ''), await to(scores, undefined, '[]'), await to(scores, undefined, '{')]).toEqual([400, 404, 400, 400, 400])
    expect(await to(scores, `${headers['content-type']}; charset=utf-8`, JSON.stringify({ userId: ada.id, activityProgress: 'Completed', gradingProgress: 'FullyGraded', scoreGiven: 1, scoreMaximum: 1, timestamp: clock.toISOString() }))).toBe(200)
  })
  it('not fully graded wipes the grade', async () => {
    const token = await tokenFor(SCORE)
    await send(token, {})
    await send(token, { gradingProgress: 'Pending', timestamp: new Date(clock.getTime() + 2000).toISOString() })
    expect(lms.grades()[0]?.points).toBeUndefined()
  })
  it('need a token that has not ended', async () => {
    const token = await tokenFor(SCORE)
    clock = new Date(clock.getTime() + 3601_000)
    expect((await send(token, {})).status).toBe(401)
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
  it('outlive a restart, and so do the key and the columns', async () => {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'demo-lms-'))
    await lms.close()
    lms = await createDemoLms({ keyroomUrl: toolUrl, dataDir, now: () => clock })
    const jwks = await (await fetch(lms.registration().jwksUrl)).text()
    expect((await send(await tokenFor(SCORE), {})).status).toBe(200)
    const { port } = new URL(lms.url)
    await lms.close()
    await writeFile(path.join(dataDir, 'lms.json.new'), '{"half') // as a process killed while writing leaves it
    lms = await createDemoLms({ keyroomUrl: toolUrl, dataDir, port: Number(port), now: () => clock })
    expect(await (await fetch(lms.registration().jwksUrl)).text()).toBe(jwks)
    expect(lms.grades()).toMatchObject([{ userId: ada.id, points: 75 }])
    expect((await send(await tokenFor(SCORE), {})).status).toBe(409)
    expect((await readdir(dataDir)).sort()).toEqual(['lms.json', 'lms.json.new'])
    await rm(dataDir, { recursive: true })
  })
  it('in a file that can’t be read are not begun anew: the file is named', async () => {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'demo-lms-'))
    await writeFile(path.join(dataDir, 'lms.json'), '{"key":')
    await expect(createDemoLms({ keyroomUrl: toolUrl, dataDir })).rejects.toThrow(path.join(dataDir, 'lms.json'))
    await rm(dataDir, { recursive: true })
  })
})

describe('columns', () => {
  const ALL = `${AGS}scope/lineitem`
  const READ = `${AGS}scope/lineitem.readonly`
  const url = () => (lms.claims(ada.id, 'n')[`${AGS}claim/endpoint`] as { lineitems: string }).lineitems
  const make = async (scope: string, item: object, type = 'application/vnd.ims.lis.v2.lineitem+json') =>
    fetch(url(), { method: 'POST', headers: { authorization: `Bearer ${await tokenFor(scope)}`, 'content-type': type }, body: JSON.stringify(item) })
  const found = async (query: Record<string, string> = {}) => {
    const at = new URL(url())
    for (const [name, value] of Object.entries(query)) at.searchParams.set(name, value)
    return (await (await fetch(at, { headers: { authorization: `Bearer ${await tokenFor(READ)}` } })).json()) as { id: string; label: string }[]
  }
  it('are made, found by what they are for, changed and removed by a tool that may', async () => {
    const made = await make(ALL, { label: 'Bonus', scoreMaximum: 10, resourceLinkId: '77', tag: 'bonus', resourceId: 'r' })
    expect(made.status).toBe(201)
    const { id } = (await made.json()) as { id: string }
    for (const [name, value] of [['resource_link_id', '77'], ['tag', 'bonus'], ['resource_id', 'r']] as const) expect(await found({ [name]: value })).toMatchObject([{ id, label: 'Bonus' }])
    expect(await found()).toHaveLength(2)
    const headers = { authorization: `Bearer ${await tokenFor(ALL)}`, 'content-type': 'application/vnd.ims.lis.v2.lineitem+json' }
    expect((await fetch(id, { method: 'PUT', headers, body: JSON.stringify({ label: 'Extra', scoreMaximum: 20 }) })).status).toBe(200)
    expect(await (await fetch(id, { headers })).json()).toMatchObject({ label: 'Extra', scoreMaximum: 20 })
    expect((await fetch(id, { method: 'DELETE', headers })).status).toBe(204)
    expect(await found()).toHaveLength(1)
  })
  it('can’t be made by a tool that may only read, of the wrong type, or without what a column needs', async () => {
    expect([(await make(READ, { label: 'x', scoreMaximum: 1 })).status, (await make(ALL, { label: 'x', scoreMaximum: 1 }, 'application/json')).status, (await make(ALL, { label: 'x' })).status]).toEqual([403, 400, 400])
  })
  it('a link with two of them names none in its launch', async () => {
    await make(ALL, { label: 'Second', scoreMaximum: 1, resourceLinkId: '41' })
    expect(lms.claims(ada.id, 'n')[`${AGS}claim/endpoint`]).not.toHaveProperty('lineitem')
  })
})

it('names and roles gives everyone, in pages where asked', async () => {
  const headers = { authorization: `Bearer ${await tokenFor(NRPS)}` }
  const url = (lms.claims(ada.id, 'n')['https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice'] as { context_memberships_url: string }).context_memberships_url
  const all = (await (await fetch(url, { headers })).json()) as { members: { user_id: string; roles: string[] }[] }
  expect(all.members).toHaveLength(16)
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

it('nobody signs in as who isn’t there', async () => {
  const res = await fetch(`${lms.url}/session`, { method: 'POST', body: new URLSearchParams({ person: '99' }), redirect: 'manual' })
  expect([res.status, res.headers.get('set-cookie')]).toEqual([404, null])
})

it('started on a port that is taken says so in a sentence, and ends', async () => {
  const taken = new URL(lms.url).port
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/demo/main.ts'], { env: { ...process.env, DEMO_LMS_PORT: taken, DEMO_LMS_DATA: await mkdtemp(path.join(os.tmpdir(), 'demo-lms-')) } })
  let said = ''
  child.stderr.on('data', (part) => void (said += String(part)))
  const code = await new Promise((resolve) => child.once('exit', resolve))
  expect([code, said.trim()]).toEqual([1, `Port ${taken} is taken: stop what listens there, or set DEMO_LMS_PORT to another.`])
})
