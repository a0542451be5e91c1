import request from 'supertest'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRegistry } from '../../src/lti/index.js'
import type { RegistrationLinks } from '../../src/lti/registration/index.js'
import { guardHosts } from '../../src/lti/registration/platform-configuration.js'
import { claim, goodClaims, aPlatform } from '../support/platform.js'
import { freshMongo } from '../support/mongo.js'
import { frontDoor, pageOf, PUBLIC_URL } from './front-door.js'
import { aRegisteringLms, platformSays, TOOL, type RegisteringLms } from './registering-lms.js'
import { aWayIn, type WayIn } from './world.js'

const clock = { now: new Date() }
let way: WayIn
let lms: RegisteringLms

beforeAll(async () => {
  way = await aWayIn({ publicUrl: PUBLIC_URL, now: () => clock.now, registrationTimeoutMs: 400 })
  way.app.set('trust proxy', 1)
})
beforeEach(async () => {
  clock.now = new Date()
  lms = await aRegisteringLms()
})

type Made = Parameters<RegistrationLinks['make']>[0]
const linkFor = async (link: Partial<Made> = {}): Promise<string> => (await way.lti.links.make({ issuer: lms.issuer, trust: false, ...link })).token
/** The LMS opens the link in a frame, each time from an address of its own. */
let opens = 0
const open = (query: Record<string, string>, app = way.app) => request(app).get('/lti/register').query(query).set({ Accept: 'text/html', 'X-Forwarded-For': `192.0.2.${opens++ % 250}` }).redirects(1)
const opened = (token: string, more: Record<string, string> = {}) => open({ token, openid_configuration: lms.configurationUrl, registration_token: 'lms-token', ...more })
const refusedAs = async (answer: Promise<request.Response>): Promise<string> => pageOf(await answer).code
const platformOf = async (issuer = lms.issuer) => (await way.lti.registry.of(issuer))[0]
const said = () => lms.registrations[0]?.body as Record<string, unknown> & { [TOOL]: Record<string, unknown> }

describe('an LMS that opens the administrator’s link', () => {
  it('is registered and waits for approval', async () => {
    const page = await opened(await linkFor())
    expect([page.status, await platformOf()]).toMatchObject([200, {
      issuer: lms.issuer, clientId: 'c-1', deployments: ['7'], state: 'pending', product: 'moodle',
      authUrl: `${lms.issuer}/auth`, tokenUrl: `${lms.issuer}/token`, jwksUrl: `${lms.issuer}/keys`,
    }])
    expect(page.text).toContain('takes one more yes on each side')
    expect(page.text).toContain('“Activate” on Keyroom’s card in Manage tools')
  })
  it('shows its token, and is told all that it needs to know', async () => {
    await opened(await linkFor())
    expect(lms.registrations).toHaveLength(1)
    expect(lms.registrations[0]?.authorization).toBe('Bearer lms-token')
    expect(said()).toMatchObject({
      application_type: 'web', response_types: ['id_token'], grant_types: ['implicit', 'client_credentials'], token_endpoint_auth_method: 'private_key_jwt', client_name: 'Keyroom',
      initiate_login_uri: `${PUBLIC_URL}/lti/login`, redirect_uris: [`${PUBLIC_URL}/lti/launch`], jwks_uri: `${PUBLIC_URL}/lti/keys`, logo_uri: `${PUBLIC_URL}/assets/look/icon.png`,
    })
    expect(said()[TOOL]).toMatchObject({ domain: 'localhost:3000', target_link_uri: `${PUBLIC_URL}/lti/launch`, description: expect.stringContaining('escape game') as string, 'description#ar': expect.stringMatching(/\p{Script=Arabic}/u) as string })
    expect((await request(way.app).get('/assets/look/icon.png')).headers['content-type']).toBe('image/png')
  })
  it('is asked for nothing it doesn’t have: services, claims, variables, messages, placements', async () => {
    await opened(await linkFor())
    expect(String(said().scope).split(' ')).toEqual(['https://purl.imsglobal.org/spec/lti-ags/scope/lineitem', 'https://purl.imsglobal.org/spec/lti-ags/scope/score', 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly'])
    expect(said()[TOOL]).toMatchObject({ claims: ['iss', 'sub', 'name', 'email'], custom_parameters: { context_history: '$Context.id.history', timezone: '$Person.address.timezone' } })
    expect((said()[TOOL].messages as object[])).toMatchObject([{ type: 'LtiResourceLinkRequest' }, { type: 'LtiDeepLinkingRequest', placements: ['ContentArea'] }])
  })
  it('that says nothing of what it has is asked for all we use, but no review of submissions', async () => {
    for (const name of ['scopes_supported', 'claims_supported', 'https://purl.imsglobal.org/spec/lti-platform-configuration']) delete lms.configuration[name]
    await opened(await linkFor())
    expect(String(said().scope).split(' ')).toHaveLength(5)
    expect(said()[TOOL]).toMatchObject({ custom_parameters: { link_history: '$ResourceLink.id.history' } })
    expect((said()[TOOL].messages as { type: string }[]).map(({ type }) => type)).toEqual(['LtiResourceLinkRequest', 'LtiDeepLinkingRequest'])
  })
  it('is told of terms, policy and contact where they are set, and of nothing else', async () => {
    await opened(await linkFor())
    for (const name of ['tos_uri', 'policy_uri', 'contacts']) expect(said()).not.toHaveProperty(name)
    const about = { terms: 'https://uni.example/terms', policy: 'https://uni.example/privacy', contact: 'keyroom@uni.example' }
    const other = await aWayIn({ publicUrl: PUBLIC_URL, config: { about } })
    const { token } = await other.lti.links.make({ issuer: lms.issuer, trust: false })
    lms.registrations.length = 0
    expect((await request(other.app).get('/lti/register').query({ token, openid_configuration: lms.configurationUrl })).status).toBe(303)
    expect(said()).toMatchObject({ tos_uri: about.terms, policy_uri: about.policy, contacts: [about.contact] })
  })
  it('that tells its configuration only for its token, as Canvas does, is registered, and asked for names and a quiet place', async () => {
    lms.isShy = true
    const messages_supported = [{ type: 'LtiResourceLinkRequest', placements: ['account_navigation', 'course_navigation'] }, { type: 'LtiDeepLinkingRequest', placements: ['assignment_selection', 'editor_button'] }]
    platformSays(lms, { product_family_code: 'canvas', messages_supported })
    lms.answer = { status: 200, body: { client_id: '10000000000001', [TOOL]: { 'https://canvas.instructure.com/lti/registration_config_url': 'x' } } }
    expect((await opened(await linkFor())).text).toContain('In Canvas')
    expect(await platformOf()).toMatchObject({ clientId: '10000000000001', deployments: [], product: 'canvas' })
    expect(said()[TOOL]).toMatchObject({
      'https://canvas.instructure.com/lti/privacy_level': 'public',
      messages: [{ placements: ['course_navigation'], 'https://canvas.instructure.com/lti/course_navigation/default_enabled': false }, { placements: ['assignment_selection'] }],
    })
    // Opened without it, the LMS says no, and the link stays good.
    lms.registrations.length = 0
    const token = await linkFor()
    expect(await refusedAs(open({ token, openid_configuration: lms.configurationUrl }))).toBe('lti/registration-unreachable')
    expect((await opened(token)).status).toBe(200)
  })
  it('that is no Canvas is told nothing of Canvas', async () => {
    await opened(await linkFor())
    expect(JSON.stringify(said())).not.toContain('canvas.instructure.com')
  })
  it('that reviews submissions is told that we show them', async () => {
    platformSays(lms, { messages_supported: [{ type: 'LtiSubmissionReviewRequest' }] })
    await opened(await linkFor())
    expect(said()[TOOL].messages).toMatchObject([{ type: 'LtiSubmissionReviewRequest', target_link_uri: `${PUBLIC_URL}/lti/launch` }])
  })
  it('comes in at once where the link vouches for it, under the name the administrator chose', async () => {
    await opened(await linkFor({ trust: true, name: 'Our Moodle' }))
    expect(await platformOf()).toMatchObject({ state: 'active', name: 'Our Moodle' })
  })
  it('sees the page in its own frame, and the page can tell it that all is done', async () => {
    const page = await opened(await linkFor())
    expect(page.headers['content-security-policy']).toMatch(/frame-ancestors [^;]*\*/)
    expect(page.text).toContain('id="close-registration"')
    expect((await request(way.app).get('/assets/lti/registration.js')).text).toContain('org.imsglobal.lti.close')
  })
  it('that names no deployment is registered without one', async () => {
    lms.answer = { status: 201, body: { client_id: 'c-2', [TOOL]: {} } }
    expect((await opened(await linkFor())).text).toContain('didn’t name a deployment')
    expect(await platformOf()).toMatchObject({ clientId: 'c-2', deployments: [] })
  })
  it('that registers again is brought up to date: its name, its state and its deployments stay', async () => {
    await opened(await linkFor({ trust: true, name: 'Our Moodle' }))
    const first = await platformOf()
    await way.lti.registry.change(first?._id ?? '', { state: 'disabled', deployments: ['7', '8'] })
    lms.configuration.token_endpoint = `${lms.issuer}/token2`
    const page = await opened(await linkFor({ trust: true, name: 'Another' }))
    expect(page.text).toContain('Brought up to date')
    expect(await way.lti.registry.of(lms.issuer)).toMatchObject([{ _id: first?._id, name: 'Our Moodle', state: 'disabled', deployments: ['7', '8'], tokenUrl: `${lms.issuer}/token2` }])
  })
  it('whose page is read again registers nothing again', async () => {
    const answer = await request(way.app).get('/lti/register').query({ token: await linkFor(), openid_configuration: lms.configurationUrl })
    for (let look = 0; look < 2; look++) expect((await request(way.app).get(String(answer.headers.location)).set('Accept', 'text/html')).status).toBe(200)
    expect(lms.registrations).toHaveLength(1)
  })
})

describe('nothing is fetched', () => {
  it('without a link: the page says whom to ask', async () => {
    const page = pageOf(await open({ openid_configuration: lms.configurationUrl, registration_token: 'x' }))
    expect([page.status, page.code]).toEqual([403, 'lti/registration-no-link'])
    expect(page.mend).toContain('Keyroom’s administrator')
    expect(lms.asked).toEqual([])
  })
  it('for a link that was never made', async () => {
    expect(await refusedAs(opened('x'.repeat(43)))).toBe('lti/registration-unknown-link')
    expect(lms.asked).toEqual([])
  })
  it('for a link that was used', async () => {
    const token = await linkFor()
    await opened(token)
    const asked = [...lms.asked]
    expect(await refusedAs(opened(token))).toBe('lti/registration-used')
    expect(lms.asked).toEqual(asked)
  })
  it('twice for one link: of two at once one registers', async () => {
    const token = await linkFor()
    const codes = await Promise.all([refusedAs(opened(token)), refusedAs(opened(token))])
    expect(codes.sort()).toEqual(['', 'lti/registration-used'])
    expect(lms.registrations).toHaveLength(1)
  })
  it('for a link of yesterday', async () => {
    const token = await linkFor()
    clock.now = new Date(clock.now.getTime() + 24 * 3_600_000 + 1)
    expect(await refusedAs(opened(token))).toBe('lti/registration-expired')
    expect(lms.asked).toEqual([])
  })
  it('for a link that was withdrawn', async () => {
    const token = await linkFor({ name: 'to be withdrawn' })
    const link = (await way.lti.links.waiting()).find(({ name }) => name === 'to be withdrawn')
    await way.lti.links.withdraw(link?._id ?? '')
    expect(await refusedAs(opened(token))).toBe('lti/registration-unknown-link')
  })
  it('where a person opens the link by hand: the page says what to do with it, and it stays good', async () => {
    const token = await linkFor()
    const page = await open({ token })
    expect(page.text).toContain(`/lti/register?token=${token}</code>`)
    expect((await opened(token)).status).toBe(200)
  })
  it('where a program only looks whether the address is there', async () => {
    expect((await request(way.app).head('/lti/register').query({ token: await linkFor(), openid_configuration: lms.configurationUrl })).status).toBe(200)
    expect(lms.asked).toEqual([])
  })
})

describe('a registration is refused, and the link stays good, where', () => {
  const PRIVATE = ['http://127.0.0.1:1/c', 'https://10.0.0.5/c', 'https://[::1]/c', 'https://[::ffff:127.0.0.1]/c', 'https://169.254.169.254/latest', 'https://0x7f000001/c', 'https://localhost/c']
  it.each(PRIVATE)('%s lies inside our own network', async (configuration) => {
    expect(await refusedAs(opened(await linkFor({ issuer: undefined }), { openid_configuration: configuration }))).toBe('lti/registration-bad-address')
  })
  it.each(['http://lms.example/c', 'ftp://lms.example/c', 'file:///etc/passwd', 'javascript:alert(1)', 'https://me:secret@lms.example/c', 'no address'])('the configuration is at %s', async (configuration) => {
    expect(await refusedAs(opened(await linkFor(), { openid_configuration: configuration }))).toBe('lti/registration-bad-address')
  })
  it('the configuration speaks for another host', async () => {
    lms.configuration.issuer = 'https://moodle.example'
    const token = await linkFor()
    expect(await refusedAs(opened(token))).toBe('lti/registration-wrong-issuer')
    expect(lms.registrations).toEqual([])
    expect(await refusedAs(opened(token))).toBe('lti/registration-wrong-issuer') // not «used»
  })
  it('the link is for another issuer on the same host', async () => {
    expect(await refusedAs(opened(await linkFor({ issuer: `${lms.issuer}/other` })))).toBe('lti/registration-other-issuer')
    expect(lms.registrations).toEqual([])
  })
  it('the registration would be sent to another host', async () => {
    const other = await aRegisteringLms()
    lms.configuration.registration_endpoint = `${other.issuer}/register`
    expect(await refusedAs(opened(await linkFor()))).toBe('lti/registration-bad-configuration')
    expect(other.asked).toEqual([])
  })
  it.each(['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri', 'registration_endpoint'])('the configuration lacks %s, which the page names', async (field) => {
    delete lms.configuration[field]
    const page = pageOf(await opened(await linkFor()))
    expect(page.code).toBe('lti/registration-bad-configuration')
    expect(page.mend).toContain(field)
  })
  it.each([['another algorithm', 'id_token_signing_alg_values_supported', ['ES256']], ['a number for an address', 'jwks_uri', 7], ['a script for an address', 'authorization_endpoint', 'javascript:alert(1)'], ['an issuer with a query', 'issuer', 'http://127.0.0.1/?x']])('the configuration has %s', async (_what, field, value) => {
    lms.configuration[field] = value
    expect(await refusedAs(opened(await linkFor()))).toBe('lti/registration-bad-configuration')
  })
  const ANSWERS: [string, (res: Parameters<NonNullable<RegisteringLms['misbehave']>>[0]) => void][] = [
    ['is not JSON', (res) => void res.end('<html>')],
    ['is a list', (res) => void res.end('[]')],
  ]
  it.each(ANSWERS)('the configuration %s', async (_what, misbehave) => {
    lms.misbehave = misbehave
    expect(await refusedAs(opened(await linkFor()))).toBe('lti/registration-bad-configuration')
  })
  const FAILINGS: [string, (res: Parameters<NonNullable<RegisteringLms['misbehave']>>[0]) => void, string][] = [
    ['sends us on to another address', (res) => void res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), 'another address'],
    ['is endless', (res) => void res.writeHead(200).end('x'.repeat(300 * 1024)), 'far too much'],
    ['never comes', () => undefined, 'in time'],
    ['stops half-way', (res) => void res.writeHead(200).write('{'), 'in time'],
    ['is not there', (res) => void res.writeHead(404).end(), '404'],
    ['breaks off', (res) => void res.destroy(), 'No connection'],
  ]
  it.each(FAILINGS)('the configuration %s, which the page says', async (_what, misbehave, words) => {
    lms.misbehave = misbehave
    const token = await linkFor()
    const page = pageOf(await opened(token))
    expect(page.code).toBe('lti/registration-unreachable')
    expect(page.mend).toContain(words)
    lms.misbehave = undefined
    expect((await opened(token)).status).toBe(200)
  })
  it.each([[401, {}], [200, {}], [200, { client_id: { $ne: '' } }], [500, { client_id: 'x' }]])('the LMS answers the registration with %i and %j', async (status, body) => {
    lms.answer = { status, body }
    const token = await linkFor()
    expect(await refusedAs(opened(token))).toBe('lti/registration-rejected')
    expect(await way.lti.registry.of(lms.issuer)).toEqual([])
    lms.answer = { status: 200, body: { client_id: 'c-9' } }
    expect((await opened(token)).status).toBe(200)
  })
  it('nothing of the LMS’s answer, and no token, stands in the page or the log', async () => {
    lms.answer = { status: 400, body: { error: 'SECRETWORD' } }
    const token = await linkFor()
    const page = await opened(token)
    for (const secret of ['SECRETWORD', 'lms-token', token]) expect(page.text.split('hreflang')[0] + JSON.stringify(way.lines)).not.toContain(secret)
  })
})

describe('open registration', () => {
  it('lets an LMS come without a link, and it waits; nothing inside our own network is asked', async () => {
    const wide = await aWayIn({ publicUrl: PUBLIC_URL, config: { openRegistration: true } })
    expect(await refusedAs(open({ openid_configuration: lms.configurationUrl }, wide.app))).toBe('lti/registration-bad-address')
    const demo = await aWayIn({ publicUrl: PUBLIC_URL, config: { openRegistration: true, demo: true } })
    expect((await open({ openid_configuration: lms.configurationUrl }, demo.app)).status).toBe(200)
    expect(await demo.lti.registry.of(lms.issuer)).toMatchObject([{ state: 'pending' }])
  })
  it('keeps fifty waiting at most; an LMS with a link comes past them', async () => {
    const demo = await aWayIn({ publicUrl: PUBLIC_URL, config: { openRegistration: true, demo: true } })
    for (let at = 0; at < 50; at++) await demo.lti.registry.add({ issuer: `https://waits-${at}.example`, clientId: 'c', deployments: [], authUrl: 'x', tokenUrl: 'x', jwksUrl: 'x', name: 'Waits', state: 'pending' })
    expect(await refusedAs(open({ openid_configuration: lms.configurationUrl }, demo.app))).toBe('infra/too-many-tries')
    expect(lms.asked).toEqual([])
    const { token } = await demo.lti.links.make({ trust: false })
    expect((await open({ token, openid_configuration: lms.configurationUrl }, demo.app)).status).toBe(200)
  })
  it('is slowed for who tries too often', async () => {
    const wide = await aWayIn({ publicUrl: PUBLIC_URL, mongo: await freshMongo() })
    const codes: string[] = []
    for (let tries = 0; tries < 22; tries++) codes.push(await refusedAs(open({ token: `guess-${tries}` }, wide.app)))
    expect(codes.slice(-2)).toEqual(['infra/too-many-tries', 'infra/too-many-tries'])
  })
})

describe('a platform’s state decides who comes in', () => {
  it('pending and disabled: the login and the launch are refused with words of their own, in the platform’s frame', async () => {
    const platform = await aPlatform()
    const door = frontDoor(way.app, platform)
    const { _id } = await way.lti.registry.add({ issuer: platform.issuer, clientId: 'client-1', deployments: ['1'], authUrl: `${platform.issuer}/auth`, tokenUrl: `${platform.issuer}/token`, jwksUrl: `${platform.issuer}/keys`, name: 'LMS' })
    const begun = await door.login()
    for (const state of ['pending', 'disabled'] as const) {
      await way.lti.registry.change(_id, { state })
      const [login, launch] = [await door.knock(), await door.post(await platform.sign(goodClaims(platform.issuer, begun.nonce, PUBLIC_URL)), begun)]
      for (const answer of [login, launch]) {
        expect(pageOf(answer)).toMatchObject({ status: 403, code: `lti/platform-${state}` })
        expect(answer.headers['content-security-policy']).toContain(platform.issuer)
      }
      expect(way.lti.framers()).not.toContain(platform.issuer)
    }
    await way.lti.registry.change(_id, { state: 'active' })
    expect((await door.launch()).status).toBe(200)
    await platform.close()
  })
  it('a deployment nobody let in is refused, asks once, and comes in when it is let in', async () => {
    const platform = await aPlatform()
    const door = frontDoor(way.app, platform)
    const { _id } = await way.lti.registry.add({ issuer: platform.issuer, clientId: 'client-1', deployments: [], authUrl: `${platform.issuer}/auth`, tokenUrl: `${platform.issuer}/token`, jwksUrl: `${platform.issuer}/keys`, name: 'LMS' })
    const launch = () => door.launch((claims) => void (claims[claim('deployment_id')] = 'd-1'), { lti_deployment_id: 'd-1' })
    for (let tries = 0; tries < 2; tries++) expect(pageOf(await launch()).code).toBe('lti/unknown-deployment')
    expect((await way.lti.registry.fresh(_id))?.asking).toMatchObject([{ deployment: 'd-1' }])
    await way.lti.registry.change(_id, { deployments: ['d-1'] })
    expect((await launch()).status).toBe(200)
    expect((await way.lti.registry.fresh(_id))?.asking).toEqual([])
    await expect.poll(async () => (await way.lti.registry.fresh(_id))?.lastLaunch).toBeInstanceOf(Date)
    await platform.close()
  })
  it('who only knocks leaves no name on the administrator’s list', async () => {
    const platform = await aPlatform()
    const { _id } = await way.lti.registry.add({ issuer: platform.issuer, clientId: 'client-1', deployments: [], authUrl: `${platform.issuer}/auth`, tokenUrl: `${platform.issuer}/token`, jwksUrl: `${platform.issuer}/keys`, name: 'LMS' })
    const door = frontDoor(way.app, platform)
    const begun = await door.login({ lti_deployment_id: 'made-up' })
    const stranger = await aPlatform()
    const forged = { ...goodClaims(platform.issuer, begun.nonce, PUBLIC_URL), [claim('deployment_id')]: 'made-up' }
    expect(pageOf(await door.post(await stranger.sign(forged), begun)).code).toBe('lti/bad-signature')
    expect((await way.lti.registry.fresh(_id))?.asking).toBeUndefined()
    await Promise.all([platform.close(), stranger.close()])
  })
})

describe('which hosts may speak for an issuer', () => {
  const CANVAS = 'https://canvas.instructure.com'
  it.each([
    ['its own', 'https://lms.example/c', 'https://lms.example/moodle', 'https://lms.example/r', ''],
    ['Canvas’s makers, and a school’s registration', 'https://sso.canvaslms.com/c', CANVAS, 'https://school.instructure.com/r', ''],
    ['no school’s configuration', 'https://school.instructure.com/c', CANVAS, 'https://school.instructure.com/r', 'lti/registration-wrong-issuer'],
    ['no registration elsewhere', 'https://sso.canvaslms.com/c', CANVAS, 'https://instructure.com.example/r', 'lti/registration-bad-configuration'],
    ['nobody whose name begins so', 'https://sso.canvaslms.com.example/c', CANVAS, 'https://sso.canvaslms.com.example/r', 'lti/registration-wrong-issuer'],
    ['nobody whose name ends so', 'https://lms.example/c', 'https://evil-lms.example', 'https://lms.example/r', 'lti/registration-wrong-issuer'],
    ['not another port', 'https://lms.example:8443/c', 'https://lms.example', 'https://lms.example:8443/r', 'lti/registration-wrong-issuer'],
  ])('%s', (_who, from, issuer, registrationUrl, code) => {
    const said = ((): unknown => {
      try {
        guardHosts(from, { issuer, registrationUrl })
      } catch (refused) {
        return (refused as { code: string }).code
      }
      return ''
    })()
    expect(said).toBe(code)
  })
})

describe('two nodes', () => {
  afterEach(() => void vi.useRealTimers())
  it('what one changes the other knows within half a minute: who comes in, and who may frame us', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const mongo = await freshMongo()
    const [one, other] = [await createRegistry(mongo), await createRegistry(mongo)]
    const { _id, issuer } = await one.add({ issuer: 'https://lms.example', clientId: 'c', deployments: ['1'], authUrl: 'https://lms.example/a', tokenUrl: 'https://lms.example/t', jwksUrl: 'https://lms.example/k', name: 'LMS' })
    vi.advanceTimersByTime(30_001)
    other.framers()
    await expect.poll(() => other.framers()).toEqual(['https://lms.example'])
    expect(await other.of(issuer)).toMatchObject([{ deployments: ['1'] }])
    await one.change(_id, { state: 'disabled' })
    expect(one.framers()).toEqual([])
    vi.advanceTimersByTime(30_001)
    expect(await other.of(issuer)).toMatchObject([{ state: 'disabled' }])
    await expect.poll(() => other.framers()).toEqual([])
    await one.remove(issuer)
    vi.advanceTimersByTime(30_001)
    expect(await other.of(issuer)).toEqual([])
  })
})

it('a configuration for Canvas stands at /lti/config.json', async () => {
  const { body, status } = await request(way.app).get('/lti/config.json')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    title: 'Keyroom', oidc_initiation_url: `${PUBLIC_URL}/lti/login`, target_link_uri: `${PUBLIC_URL}/lti/launch`, public_jwk_url: `${PUBLIC_URL}/lti/keys`,
    scopes: expect.arrayContaining(['https://purl.imsglobal.org/spec/lti-ags/scope/score']) as string[], custom_fields: { timezone: '$Person.address.timezone' },
    extensions: [{ platform: 'canvas.instructure.com', privacy_level: 'public', settings: { placements: [{ placement: 'course_navigation' }, { placement: 'assignment_selection', message_type: 'LtiDeepLinkingRequest' }, { placement: 'link_selection' }] } }],
  })
})
