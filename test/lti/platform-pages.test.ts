import type { Browser, Page } from 'playwright-core'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { axeFaults } from '../support/axe.js'
import { aWorld, type World } from '../support/keyroom.js'
import { aRegisteringLms, type RegisteringLms } from './registering-lms.js'

const HOME = '/admin/platforms/'
let world: World
let lms: RegisteringLms
let cookie = ''
let csrf = ''

const get = (to: string, lang = 'en') => request(world.url).get(to).set({ Cookie: cookie, Accept: 'text/html', 'Accept-Language': lang })
const post = (to: string, body: Record<string, string> = {}) => request(world.url).post(to).set({ Cookie: cookie, Accept: 'text/html', 'X-CSRF-Token': csrf }).type('form').send(body)
const registry = () => world.keyroom.rooms.lti.registry
const following = async (answer: request.Response): Promise<string> => (await get(String(answer.headers.location))).text
const linkIn = (html: string): string => /<code id="link"[^>]*>([^<]+)<\/code>/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
/** The LMS opens a link that the page has shown. */
const opensLink = (link: string) => request(world.url).get(new URL(link).pathname).query({ token: new URL(link).searchParams.get('token'), openid_configuration: lms.configurationUrl, registration_token: 'x' }).set('Accept', 'text/html').redirects(1)

beforeAll(async () => {
  world = await aWorld()
  lms = await aRegisteringLms()
  const { token } = await world.keyroom.rooms.admins.invite()
  const entered = await request(world.url).post('/admin/enter').type('form').send({ token })
  cookie = String(entered.get('Set-Cookie')?.[0]).split(';')[0] ?? ''
  csrf = /name="_csrf" value="([^"]+)"/.exec((await get('/admin/')).text)?.[1] ?? ''
}, 60_000)
afterAll(() => world?.close())

const FILLED = { name: 'By hand', issuer: 'https://hand.example', clientId: 'c-hand', deployments: '1\n2\n1', authUrl: 'https://hand.example/auth', tokenUrl: 'https://hand.example/token', jwksUrl: 'https://hand.example/keys', tokenAudience: '' }

describe('who is no administrator', () => {
  it.each(['', 'guide', 'keys', 'new', 'x/', 'x/remove'])('sees nothing of /admin/platforms/%s', async (page) => {
    expect((await request(world.url).get(HOME + page).set('Accept', 'application/json')).body).toMatchObject({ type: '/problems/admin/sign-in' })
  })
  it('changes nothing with a form of another site', async () => {
    const answer = await request(world.url).post(`${HOME}links`).set({ Cookie: cookie, Accept: 'application/json' }).type('form').send({ trust: '1' })
    expect(answer.body).toMatchObject({ type: '/problems/infra/foreign-form' })
  })
})

describe('a registration link', () => {
  it('is shown once, registers one LMS, which waits, is approved and is then in the list', async () => {
    const made = await post(`${HOME}links`, { issuer: lms.issuer, name: 'Our Moodle' })
    const link = linkIn(made.text)
    expect(link).toMatch(/\/lti\/register\?token=[\w-]{43}$/)
    const before = (await get(HOME)).text
    expect(before).toContain('For Our Moodle')
    expect(before).not.toContain(link.split('=')[1])
    expect((await opensLink(link)).text).toContain('one more yes on each side')
    const waiting = (await get(HOME)).text
    expect(waiting).toContain('One LMS waits for you')
    expect(waiting).not.toContain('For Our Moodle')
    const [{ _id = '' } = {}] = await registry().of(lms.issuer)
    expect(await following(await post(`${HOME}${_id}/state`, { state: 'active' }))).toContain('Approved. People can come in from there now.')
    expect(await registry().fresh(_id)).toMatchObject({ state: 'active', name: 'Our Moodle', product: 'moodle' })
  })
  it('can be withdrawn', async () => {
    const link = linkIn((await post(`${HOME}links`, { name: 'Not wanted' })).text)
    const id = /name="link" value="([^"]+)"/.exec((await get(HOME)).text)?.[1] ?? ''
    await post(`${HOME}links/withdraw`, { link: id })
    expect((await opensLink(link)).text).toContain('lti/registration-unknown-link')
  })
  it('for something that is no issuer is not made, and what was typed stays', async () => {
    const answer = await post(`${HOME}links`, { issuer: 'our moodle', name: 'Our Moodle' })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('value="our moodle"')
    expect(answer.text).toContain('begins with https://')
  })
})

describe('an LMS by hand', () => {
  it('is added with its deployments, once each, and may launch at once', async () => {
    expect(await following(await post(`${HOME}new`, FILLED))).toContain('Added.')
    expect(await registry().of('https://hand.example')).toMatchObject([{ clientId: 'c-hand', deployments: ['1', '2'], state: 'active', name: 'By hand' }])
  })
  it('with a field amiss comes back filled in, the field named', async () => {
    const answer = await post(`${HOME}new`, { ...FILLED, issuer: 'https://other.example', tokenUrl: 'token', name: '' })
    expect(answer.status).toBe(400)
    expect(answer.text).toMatch(/id="f-tokenUrl"[^>]*aria-invalid="true"[^>]*value="token"/)
    expect(answer.text).toMatch(/id="f-name"[^>]*aria-invalid="true"/)
    expect(answer.text).toContain('value="https://other.example"')
    expect(await registry().of('https://other.example')).toEqual([])
  })
  it('a field that comes twice, or as an object, is a fault and no more', async () => {
    const answer = await request(world.url).post(`${HOME}new`).set({ Cookie: cookie, 'X-CSRF-Token': csrf, Accept: 'text/html' }).type('form').send('name=a&name=b&issuer[$ne]=x')
    expect(answer.status).toBe(400)
  })
  it('has its addresses fetched where it says them; the client and the deployments are left to enter', async () => {
    const answer = await post(`${HOME}new/fetch`, { configuration: lms.configurationUrl })
    for (const address of [lms.issuer, `${lms.issuer}/auth`, `${lms.issuer}/token`, `${lms.issuer}/keys`]) expect(answer.text).toContain(`value="${address}"`)
    expect(answer.text).toContain('Add the client ID')
  })
  it('whose configuration can’t be read says why', async () => {
    expect((await post(`${HOME}new/fetch`, { configuration: `${lms.issuer}/nowhere` })).text).toContain('answered with status 404')
    expect((await post(`${HOME}new/fetch`, { configuration: 'nowhere' })).status).toBe(400)
  })
})

describe('a platform’s page', () => {
  const idOf = async (): Promise<string> => (await registry().of('https://hand.example'))[0]?._id ?? ''
  it('changes the name, the deployments and whether instructors write courses', async () => {
    await post(`${HOME}${await idOf()}/edit`, { name: 'Renamed', deployments: '1\r\n\r\n3', instructorsAuthor: '1' })
    expect(await registry().fresh(await idOf())).toMatchObject({ name: 'Renamed', deployments: ['1', '3'], instructorsAuthor: true })
    await post(`${HOME}${await idOf()}/edit`, { name: 'Renamed', deployments: '1' })
    expect(await registry().fresh(await idOf())).toMatchObject({ instructorsAuthor: false })
    expect((await post(`${HOME}${await idOf()}/edit`, { name: '', deployments: '1' })).text).toMatch(/id="f-name"[^>]*aria-invalid/)
  })
  it('shows a deployment that asks, and lets it in', async () => {
    await registry().asks(await idOf(), 'new-course')
    expect((await get(HOME)).text).toContain('1 asks to come in')
    expect((await get(`${HOME}${await idOf()}/`)).text).toContain('new-course</code>')
    await post(`${HOME}${await idOf()}/let-in`, { deployment: 'new-course' })
    expect(await registry().fresh(await idOf())).toMatchObject({ deployments: ['1', 'new-course'], asking: [] })
  })
  it('disables and enables', async () => {
    await post(`${HOME}${await idOf()}/state`, { state: 'disabled' })
    expect((await get(HOME)).text).toContain('>Disabled<')
    expect(await following(await post(`${HOME}${await idOf()}/state`, { state: 'active' }))).toContain('Enabled again')
    expect((await post(`${HOME}${await idOf()}/state`, { state: 'pending' })).status).toBe(400)
  })
  it('says how grades fare, and which launches were refused', async () => {
    const [demo] = await registry().of(world.lms.registration().issuer)
    const { db } = world.keyroom.rooms.kit.mongo
    await db.collection('runs').insertOne({ _id: 'run-1', platform: demo?._id } as never)
    const row = (id: string, state: string, code?: string) => ({ _id: id, kind: 'grade', run: 'run-1', learner: 'l', rev: 1, state, ...(code ? { problem: { code, at: new Date() } } : {}) })
    await db.collection('outbox').insertMany([row('a', 'failed', 'lti/score-refused'), row('b', 'delivered')] as never[])
    await request(world.url).post('/lti/login').type('form').send({ iss: demo?.issuer, client_id: demo?.clientId, login_hint: 'x', target_link_uri: 'https://elsewhere.example/' })
    const page = (await get(`${HOME}${demo?._id}/`)).text
    expect(page).toContain('1 grade was not taken.')
    expect(page).toContain('The LMS refused this score.')
    expect(page).toMatch(/href="\/admin\/launches\/[\w-]+">The link leads somewhere else/)
    expect((await get(HOME)).text).toContain('1 grade was not taken.')
  })
  it('reads the LMS’s key set when asked to', async () => {
    const [demo] = await registry().of(world.lms.registration().issuer)
    expect(await following(await post(`${HOME}${demo?._id}/check`))).toContain('can be read: 1 key.')
    const [{ _id = '' } = {}] = await registry().of(lms.issuer)
    expect(await following(await post(`${HOME}${_id}/check`))).toContain('it answers 404')
  })
  it('asks before it deletes, says what stays, and registered anew all is as it was', async () => {
    const id = await idOf()
    expect((await get(`${HOME}${id}/remove`)).text).toContain('No course was played from there.')
    expect(await following(await post(`${HOME}${id}/remove`))).toContain('Deleted.')
    expect((await get(`${HOME}${id}/`)).status).toBe(404)
    await post(`${HOME}new`, FILLED)
    expect(await idOf()).toBe(id)
  })
})

describe('our keys', () => {
  it('are listed with what each is for; a new one is published beside the old, and signs later', async () => {
    await request(world.url).get('/lti/keys')
    await expect.poll(async () => (await get(`${HOME}keys`)).text).toContain('last fetched on')
    expect((await get(`${HOME}keys`)).text).toContain('>Signs<')
    expect(await following(await post(`${HOME}keys/rotate`))).toContain('The new key is published.')
    const after = (await get(`${HOME}keys`)).text
    expect(after).toContain('Published, signs soon')
    expect(after).toContain('>Signs<')
    expect(((await request(world.url).get('/lti/keys')).body as { keys: unknown[] }).keys).toHaveLength(2)
  })
})

it('what an LMS asks for stands on one page', async () => {
  const page = (await get(`${HOME}guide`)).text
  for (const address of ['/lti/launch', '/lti/login', '/lti/keys', '/lti/config.json', '/assets/look/icon.png']) expect(page).toContain(`${world.url}${address}</code>`)
  expect(page).toContain('link_history=$ResourceLink.id.history')
})

describe('in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium({ blocked: true })
  }, 60_000)
  afterAll(() => browser?.close())

  const asAdmin = async (width: number, locale: string, colorScheme: 'light' | 'dark'): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width, height: 900 }, locale, colorScheme })
    const [name = '', value = ''] = cookie.split('=')
    await context.addCookies([{ name, value, url: world.url }])
    return context.newPage()
  }
  it.each([[320, 'ar', 'dark'], [320, 'zh-CN', 'light'], [1280, 'en', 'light']] as const)('no page is broken for anyone, at %i px in %s, %s', async (width, locale, scheme) => {
    const page = await asAdmin(width, locale, scheme)
    await registry().add({ issuer: 'https://waiting.example', clientId: 'w', deployments: [], authUrl: 'https://waiting.example/a', tokenUrl: 'https://tokens.example/t', jwksUrl: 'https://waiting.example/k', name: 'Waiting', state: 'pending', registeredAt: new Date() })
    const [{ _id = '' } = {}] = await registry().of('https://waiting.example')
    await registry().asks(_id, 'd-1')
    const { token } = await world.keyroom.rooms.lti.links.make({ issuer: lms.issuer, trust: false })
    const registering = [`/lti/register?token=${token}`, `/lti/register?token=${token}&openid_configuration=${encodeURIComponent(lms.configurationUrl)}`, '/lti/register']
    for (const to of [...['', 'guide', 'keys', 'new', `${_id}/`, `${_id}/remove`].map((own) => HOME + own), ...registering]) {
      await page.goto(world.url + to)
      expect([to, await axeFaults(page)]).toEqual([to, []])
      expect([to, await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)]).toEqual([to, true])
    }
    await page.context().close()
  }, 60_000)
  it('an address is copied by its button, and the LMS’s window is told when registering is done', async () => {
    const page = await asAdmin(1280, 'en', 'light')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.goto(`${world.url}${HOME}guide`)
    await page.getByRole('button', { name: 'Copy Tool URL' }).click()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${world.url}/lti/launch`)
    const link = linkIn((await post(`${HOME}links`, { issuer: lms.issuer, trust: '1' })).text)
    await page.goto(`${lms.issuer}/nothing-here`)
    const told = page.evaluate(() => new Promise((resolve) => window.addEventListener('message', ({ data }: MessageEvent<{ subject?: string }>) => data.subject === 'org.imsglobal.lti.close' && resolve(data))))
    const src = `${link}&openid_configuration=${encodeURIComponent(lms.configurationUrl)}&registration_token=x`
    await page.evaluate((address) => void document.body.append(Object.assign(document.createElement('iframe'), { src: address, width: '600', height: '600' })), src)
    const frame = page.frameLocator('iframe')
    expect(await frame.locator('h1').innerText()).toBe('Brought up to date')
    await frame.getByRole('button', { name: 'Back to the LMS' }).click()
    expect(await told).toEqual({ subject: 'org.imsglobal.lti.close' })
    await page.context().close()
  }, 60_000)
})
