import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { COURSE, createDemoLms, type DemoLms } from '../../src/demo/index.js'
import { AGS, aTool, CLAIM, DL, fieldsOf, signIn, type ATool } from './a-tool.js'

const TEACHER = '12'
const ADMIN = '10'
let tool: ATool
let stranger: ATool
let lms: DemoLms
let clock = new Date()

beforeAll(async () => {
  ;[tool, stranger] = await Promise.all([aTool(), aTool()])
  lms = await createDemoLms({ keyroomUrl: tool.url, now: () => clock })
})
afterAll(async () => {
  await lms.close()
  tool.close()
  stranger.close()
})
beforeEach(() => {
  clock = new Date()
  lms.set({ registration: 'pending', deepLinking: { accept_types: ['ltiResourceLink'], accept_multiple: true, data: undefined, deep_link_return_url: undefined } })
})

type Settings = { deep_link_return_url: string; data: string; accept_types: string[] }
const ask = (): Settings => lms.claims(TEACHER, 'n', { message: 'LtiDeepLinkingRequest', context: COURSE.id })[`${DL}deep_linking_settings`] as Settings
const item = (more: object = {}) => ({ type: 'ltiResourceLink', title: 'The map', ...more })
const said = ({ data }: Settings, items: unknown[], change: Record<string, unknown> = {}) => {
  const iat = Math.floor(clock.getTime() / 1000)
  return {
    iss: 'keyroom-demo', aud: lms.url, iat, exp: iat + 60, nonce: crypto.randomUUID(),
    [`${CLAIM}message_type`]: 'LtiDeepLinkingResponse', [`${CLAIM}version`]: '1.3.0', [`${CLAIM}deployment_id`]: '1', [`${DL}data`]: data, [`${DL}content_items`]: items, ...change,
  }
}
const send = async (settings: Settings, JWT: string) => {
  const res = await fetch(settings.deep_link_return_url, { method: 'POST', body: new URLSearchParams({ JWT }) })
  return { status: res.status, html: await res.text(), answer: lms.deepLinked().at(-1) }
}

describe('deep linking', () => {
  it('asks from the course’s page, as no link of it, with the settings a test wants', async () => {
    lms.set({ deepLinking: { accept_multiple: false, auto_create: true, data: 'opaque &"data"' } })
    const cookie = await signIn(lms, TEACHER)
    const hints = fieldsOf(await (await fetch(`${lms.url}/courses/${COURSE.id}/add/launch?tool=keyroom-demo`, { headers: { cookie } })).text())
    const query = new URLSearchParams({ scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none', client_id: 'keyroom-demo', redirect_uri: `${tool.url}/lti/launch`, state: 's', nonce: 'n', login_hint: TEACHER, lti_message_hint: hints.lti_message_hint ?? '' })
    const claims = decodeJwt(fieldsOf(await (await fetch(`${lms.url}/lti/auth?${query}`, { headers: { cookie } })).text()).id_token ?? '')
    expect(claims).toMatchObject({ [`${CLAIM}message_type`]: 'LtiDeepLinkingRequest', [`${CLAIM}context`]: { id: COURSE.id }, [`${DL}deep_linking_settings`]: { accept_types: ['ltiResourceLink'], accept_multiple: false, auto_create: true, data: 'opaque &"data"' } })
    expect(claims).not.toHaveProperty([`${CLAIM}resource_link`])
  })
  it('is for who may edit the course', async () => {
    for (const person of ['21', '13', '14']) expect((await fetch(`${lms.url}/courses/${COURSE.id}/add`, { headers: { cookie: await signIn(lms, person) } })).status).toBe(403)
  })
  it('makes links of what the tool sends, with everything that a link can have', async () => {
    const settings = ask()
    const times = { startDateTime: '2030-01-01T00:00:00Z', endDateTime: '2030-02-01T00:00:00Z' }
    const items = [
      item({ url: `${tool.url}/lti/launch?x=1`, text: 'All rooms', icon: { url: `${tool.url}/icon.png`, width: 48, height: 48 }, custom: { course: 'alse', open: 'map' }, iframe: { width: 800, height: 600 }, available: times, submission: times, lineItem: { label: 'Rooms', scoreMaximum: 60, resourceId: 'alse', tag: 'course' } }),
      item({ title: 'The ladder', custom: { open: 'ladder' } }),
    ]
    const { status, html, answer } = await send(settings, await tool.sign(said(settings, items, { [`${DL}msg`]: 'Two <things>' })))
    expect([status, answer?.refused]).toEqual([200, undefined])
    expect(html).toContain('Two &lt;things&gt;')
    const [map, ladder] = answer?.links ?? []
    expect(map).toMatchObject({ context: COURSE.id, title: 'The map', text: 'All rooms', url: `${tool.url}/lti/launch?x=1`, icon: `${tool.url}/icon.png`, custom: { course: 'alse', open: 'map' }, frame: { width: 800, height: 600 }, available: times, submission: times })
    expect(lms.lineItems(COURSE.id).filter(({ resourceLinkId }) => resourceLinkId === map?.id)).toMatchObject([{ label: 'Rooms', scoreMaximum: 60, resourceId: 'alse', tag: 'course', ...times }])
    expect(lms.lineItems(COURSE.id).filter(({ resourceLinkId }) => resourceLinkId === ladder?.id)).toEqual([])
    expect(lms.claims('21', 'n', { link: ladder?.id })[`${CLAIM}custom`]).toMatchObject({ open: 'ladder' })
  })
  const BAD: [string, (settings: Settings) => Promise<string>, RegExp][] = [
    ['signed by another', (asked) => stranger.sign(said(asked, [item()])), /signature/],
    ['signed by nobody', async (asked) => `${[{ alg: 'none' }, said(asked, [item()])].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`, /./],
    ['of another client', (asked) => tool.sign(said(asked, [item()], { iss: 'someone' })), /iss/],
    ['for another platform', (asked) => tool.sign(said(asked, [item()], { aud: 'https://elsewhere.example' })), /aud/],
    ['that has expired', (asked) => tool.sign(said(asked, [item()], { exp: 1000 })), /exp/],
    ['without a time', (asked) => tool.sign(said(asked, [item()], { exp: undefined })), /exp/],
    ['without a nonce', (asked) => tool.sign(said(asked, [item()], { nonce: undefined })), /nonce/],
    ['of another deployment', (asked) => tool.sign(said(asked, [item()], { [`${CLAIM}deployment_id`]: '2' })), /deployment_id/],
    ['of another message', (asked) => tool.sign(said(asked, [item()], { [`${CLAIM}message_type`]: 'LtiResourceLinkRequest' })), /message_type/],
    ['of another version', (asked) => tool.sign(said(asked, [item()], { [`${CLAIM}version`]: '1.1' })), /version/],
    ['whose data was changed', (asked) => tool.sign(said(asked, [item()], { [`${DL}data`]: 'x' })), /data/],
    ['with an item of a type that wasn’t accepted', (asked) => tool.sign(said(asked, [{ type: 'html', html: '<b>x</b>' }])), /html/],
    ['with an item that leads elsewhere', (asked) => tool.sign(said(asked, [item({ url: 'https://elsewhere.example/x' })])), /elsewhere/],
    ['with an item that leads to a script', (asked) => tool.sign(said(asked, [item({ url: 'javascript:alert(1)' })])), /url/],
    ['with custom parameters that aren’t texts', (asked) => tool.sign(said(asked, [item({ custom: { a: 1 } })])), /custom/],
    ['with a column of nothing', (asked) => tool.sign(said(asked, [item({ lineItem: { scoreMaximum: 0 } })])), /scoreMaximum/],
    ['with times that are none', (asked) => tool.sign(said(asked, [item({ available: { startDateTime: 'soon' } })])), /startDateTime/],
  ]
  it.each(BAD)('takes no answer %s, and says why', async (_what, answerTo, why) => {
    const before = lms.links().length
    const settings = ask()
    const { status, answer } = await send(settings, await answerTo(settings))
    expect([status, lms.links().length]).toEqual([400, before])
    expect(answer?.refused).toMatch(why)
  })
  it('takes one item where one is wanted', async () => {
    lms.set({ deepLinking: { accept_multiple: false } })
    const settings = ask()
    expect((await send(settings, await tool.sign(said(settings, [item(), item()])))).answer?.refused).toMatch(/several/)
    expect((await send(settings, await tool.sign(said(settings, [item()])))).answer?.links).toHaveLength(1)
  })
  it('takes one answer to one asking, a nonce once, and none after an hour', async () => {
    const settings = ask()
    const token = await tool.sign(said(settings, []))
    expect((await send(settings, token)).status).toBe(200)
    expect((await send(settings, token)).answer?.refused).toMatch(/nothing was asked/)
    const another = ask()
    expect((await send(another, await tool.sign(said(another, [], { nonce: decodeJwt(token).nonce })))).answer?.refused).toMatch(/nonce/)
    clock = new Date(clock.getTime() + 3601_000)
    expect((await send(another, await tool.sign(said(another, [])))).status).toBe(400)
  })
  it('shows what the tool says went wrong', async () => {
    const settings = ask()
    expect((await send(settings, await tool.sign(said(settings, [], { [`${DL}errormsg`]: 'No course yet' })))).html).toContain('No course yet')
  })
})

const TOOL = 'https://purl.imsglobal.org/spec/lti-tool-configuration'
const metadata = (change: Record<string, unknown> = {}) => ({
  application_type: 'web', response_types: ['id_token'], grant_types: ['implicit', 'client_credentials'], initiate_login_uri: `${stranger.url}/login`, redirect_uris: [`${stranger.url}/launch`],
  client_name: 'Another tool', jwks_uri: `${stranger.url}/keys`, token_endpoint_auth_method: 'private_key_jwt', scope: `${AGS}scope/score openid`,
  [TOOL]: { domain: new URL(stranger.url).host, target_link_uri: `${stranger.url}/launch`, claims: ['sub', 'name'], custom_parameters: { where: '$Context.id' }, messages: [{ type: 'LtiDeepLinkingRequest', target_link_uri: `${stranger.url}/choose` }] },
  ...change,
})
const register = async (body: object, token?: string) => {
  const link = new URL(lms.registrationLink(`${stranger.url}/register?own=1`))
  const { registration_endpoint } = (await (await fetch(link.searchParams.get('openid_configuration') ?? '')).json()) as { registration_endpoint: string }
  return fetch(registration_endpoint, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token ?? link.searchParams.get('registration_token')}` }, body: JSON.stringify(body) })
}

describe('dynamic registration', () => {
  it('says what a tool needs to know', async () => {
    const { issuer, authUrl, tokenUrl, jwksUrl } = lms.registration()
    const said = (await (await fetch(`${lms.url}/.well-known/openid-configuration`)).json()) as Record<string, unknown>
    expect(said).toMatchObject({ issuer, authorization_endpoint: authUrl, token_endpoint: tokenUrl, jwks_uri: jwksUrl, token_endpoint_auth_methods_supported: ['private_key_jwt'], response_types_supported: ['id_token'] })
    expect(said['https://purl.imsglobal.org/spec/lti-platform-configuration']).toMatchObject({ product_family_code: 'keyroom-demo-lms', messages_supported: [{ type: 'LtiResourceLinkRequest' }, { type: 'LtiDeepLinkingRequest' }, { type: 'LtiSubmissionReviewRequest' }] })
  })
  it('takes a tool in as pending: it gets in, and gets tokens, once the administrator has said so', async () => {
    const res = await register(metadata())
    const made = (await res.json()) as { client_id: string; scope: string } & Record<string, { deployment_id: string }>
    expect([res.status, made.scope]).toEqual([201, `${AGS}scope/score`])
    const link = lms.addLink(COURSE.id, { title: 'Other', tool: made.client_id })
    const launch = async () => (await fetch(`${lms.url}/courses/${COURSE.id}/links/${link.id}/launch`, { headers: { cookie: await signIn(lms, '21') } })).status
    expect([await launch(), await stranger.token(lms, `${AGS}scope/score`, made.client_id)]).toEqual([409, 'refused with 400'])
    const activate = async (person: string) => (await fetch(`${lms.url}/tools/${made.client_id}/state`, { method: 'POST', headers: { cookie: await signIn(lms, person) }, body: new URLSearchParams({ state: 'active' }), redirect: 'manual' })).status
    expect([await activate(TEACHER), await activate(ADMIN), await launch()]).toEqual([403, 303, 200])
    expect(await stranger.token(lms, `${AGS}scope/score`, made.client_id)).not.toContain('refused')
    // It asked for names and no addresses, for no members, and for a parameter of its own.
    const claims = lms.claims('21', 'n', { link: link.id })
    expect(claims).toMatchObject({ aud: made.client_id, name: 'Ada Okafor', [`${CLAIM}deployment_id`]: made[TOOL]?.deployment_id, [`${CLAIM}custom`]: { where: COURSE.id } })
    expect(claims).not.toHaveProperty('email')
    expect(claims).not.toHaveProperty(['https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice'])
    expect(lms.claims(TEACHER, 'n', { message: 'LtiDeepLinkingRequest', tool: made.client_id, context: COURSE.id })[`${CLAIM}target_link_uri`]).toBe(`${stranger.url}/choose`)
  })
  it('leaves the columns of one tool to that tool alone', async () => {
    lms.set({ registration: 'active' })
    const { client_id } = (await (await register(metadata({ scope: `${AGS}scope/lineitem.readonly` }))).json()) as { client_id: string }
    const headers = { authorization: `Bearer ${await stranger.token(lms, `${AGS}scope/lineitem.readonly`, client_id)}` }
    const own = lms.lineItems(COURSE.id).find(({ tool: of }) => of === 'keyroom-demo')
    expect((await fetch(own?.url ?? '', { headers })).status).toBe(403)
    expect(await (await fetch(own?.url.replace(/\/\d+\/lineitem\?.*/, '') ?? '', { headers })).json()).toEqual([])
  })
  it('takes a token once, and only its own, for an hour', async () => {
    const token = new URL(lms.registrationLink(stranger.url)).searchParams.get('registration_token') ?? ''
    expect([(await register(metadata(), token)).status, (await register(metadata(), token)).status, (await register(metadata(), 'guessed')).status]).toEqual([201, 401, 401])
    const late = new URL(lms.registrationLink(stranger.url)).searchParams.get('registration_token') ?? ''
    clock = new Date(clock.getTime() + 3601_000)
    expect((await register(metadata(), late)).status).toBe(401)
  })
  it.each([['initiate_login_uri', 'javascript:alert(1)'], ['redirect_uris', []], ['token_endpoint_auth_method', 'client_secret_basic'], ['grant_types', ['implicit']], ['response_types', ['code']], ['jwks_uri', undefined], [TOOL, {}]])('refuses a tool whose %s is %j, by name', async (name, value) => {
    const before = lms.tools().length
    const res = await register(metadata({ [name]: value }))
    expect([res.status, lms.tools().length]).toEqual([400, before])
    expect(((await res.json()) as { error_description: string }).error_description).toContain(name)
  })
  it('begins on a page that frames the tool, for the administrator alone', async () => {
    const open = async (person: string, link: string) => fetch(`${lms.url}/tools/register`, { method: 'POST', headers: { cookie: await signIn(lms, person) }, body: new URLSearchParams({ link }) })
    const page = await open(ADMIN, 'https://tool.example/register?x=1')
    expect(page.headers.get('content-security-policy')).toContain("frame-src 'self' https://tool.example;")
    expect(await page.text()).toMatch(/src="https:\/\/tool\.example\/register\?x=1&amp;openid_configuration=[^"]+&amp;registration_token=[^"]+"/)
    expect([(await open(TEACHER, 'https://tool.example')).status, (await open(ADMIN, 'javascript:alert(1)')).status]).toEqual([403, 400])
  })
})
