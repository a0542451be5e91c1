import { createServer, type Server } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import express, { Router } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandOf } from '../../src/command.js'
import { readConfig, type Config } from '../../src/config.js'
import { adminFrame, adminRoutes, answerProblem, createAdmins, makeI18n, makeLimits, makeSecrets, makeViews, requestId, securityHeaders, type Admins } from '../../src/infra/index.js'
import { quiet } from '../support/ledger.js'
import { freshMongo, freshUri } from '../support/mongo.js'
import { ROOT } from '../support/root.js'

const clock = { now: new Date() }
const i18n = makeI18n(path.join(ROOT, 'locales'), quiet)
const views = makeViews({ dir: path.join(ROOT, 'views'), publicDir: path.join(ROOT, 'public'), i18n })
let server: Server
let admins: Admins
let secure: Admins

beforeAll(async () => {
  const mongo = await freshMongo()
  const kit = { config: { publicUrl: 'http://localhost', dataDir: '', demo: true }, mongo, secrets: makeSecrets('a secret of the tests, long enough to sign with'), now: () => clock.now }
  admins = await createAdmins(kit)
  secure = await createAdmins({ ...kit, config: { ...kit.config, publicUrl: 'https://keyroom.example.edu' } })
  const routes = Router().get('/', (req, res) => views.page(req, res, 'admin/left', {}, { title: 'Things', layout: 'admin', frame: { ...adminFrame(res) } })).post('/change', (_req, res) => void res.json({ changed: true }))
  const app = express()
  app.use(requestId, securityHeaders({ https: false, framers: () => ['https://lms.example'] }))
  const sections = [{ path: 'things', title: 'admin.home.title', summary: 'admin.home.lead', routes }]
  for (const [at, who] of [['/admin', admins], ['/secure', secure]] as const) app.use(at, express.urlencoded({ extended: false }), adminRoutes({ kit: { limits: makeLimits(), views, i18n }, admins: who, sections }))
  app.use(answerProblem({ log: quiet, i18n, views }))
  server = createServer(app)
})
afterAll(() => void server.close())

const post = (to: string, body: Record<string, string>, cookie = '') => request(server).post(to).type('form').set('Cookie', cookie).set('Accept', 'application/json').send(body)
const get = (to: string, cookie = '') => request(server).get(to).set('Cookie', cookie)
const cookieOf = (answer: request.Response): string => String(answer.get('Set-Cookie')?.[0])
const signedIn = async (): Promise<{ cookie: string; csrf: string }> => {
  const { token } = await admins.invite()
  const cookie = cookieOf(await post('/admin/enter', { token })).split(';')[0] ?? ''
  const csrf = /name="_csrf" value="([^"]+)"/.exec((await get('/admin/', cookie)).text)?.[1] ?? ''
  return { cookie, csrf }
}

it('a link signs in one browser, once: looking at it takes nothing, the second use is refused', async () => {
  const { token } = await admins.invite()
  for (let look = 0; look < 2; look++) expect((await get(`/admin/enter?token=${token}`)).text).toContain(`name="token" value="${token}"`)
  const both = await Promise.all([post('/admin/enter', { token }), post('/admin/enter', { token })])
  expect(both.map(({ status }) => status).sort()).toEqual([303, 410])
  expect((await get(`/admin/enter?token=${token}`).set('Accept', 'application/json')).body).toMatchObject({ type: '/problems/admin/link-spent' })
})
it('a link waits fifteen minutes, and a session ends after four hours', async () => {
  const before = clock.now
  const { token } = await admins.invite()
  const { cookie } = await signedIn()
  clock.now = new Date(before.getTime() + 15 * 60_000 + 1)
  expect((await post('/admin/enter', { token })).status).toBe(410)
  expect((await get('/admin/', cookie)).status).toBe(200)
  clock.now = new Date(before.getTime() + 4 * 3600_000 + 1)
  expect((await get('/admin/', cookie)).status).toBe(401)
  clock.now = before
})
it('the session is a cookie that no script reads, no other site sends and no sibling host sets', async () => {
  const plain = cookieOf(await post('/admin/enter', { token: (await admins.invite()).token }))
  expect(plain).toMatch(/^kr-admin=[\w-]{43}; Max-Age=14400; Path=\/; .*HttpOnly; SameSite=Strict$/)
  const overHttps = cookieOf(await post('/secure/enter', { token: (await secure.invite()).token }))
  expect(overHttps).toMatch(/^__Host-kr-admin=.*Path=\/; .*HttpOnly; Secure; SameSite=Strict$/)
  expect(overHttps).not.toContain('Domain')
})
it('nobody else sees a page, and who made up a cookie is nobody', async () => {
  for (const cookie of ['', 'kr-admin=', `kr-admin=${'x'.repeat(43)}`]) expect((await get('/admin/things/', cookie).set('Accept', 'application/json')).body).toMatchObject({ type: '/problems/admin/sign-in', status: 401 })
})
it('a form of another session changes nothing', async () => {
  const [mine, other] = [await signedIn(), await signedIn()]
  expect((await post('/admin/things/change', { _csrf: other.csrf }, mine.cookie)).body).toMatchObject({ type: '/problems/infra/foreign-form' })
  expect((await post('/admin/things/change', {}, mine.cookie)).status).toBe(403)
  expect((await post('/admin/things/change', { _csrf: mine.csrf }, mine.cookie)).body).toEqual({ changed: true })
})
it('signing out ends the session itself: a copy of its cookie opens nothing', async () => {
  const { cookie, csrf } = await signedIn()
  expect((await post('/admin/leave', { _csrf: csrf }, cookie).set('Accept', 'text/html')).text).toContain('You are signed out')
  expect((await get('/admin/', cookie)).status).toBe(401)
})
it('the home lists what can be administered, and no page of it can be framed, even by a platform', async () => {
  const { cookie } = await signedIn()
  const home = await get('/admin/', cookie)
  expect(home.text).toContain('href="/admin/things/"')
  expect((await get('/admin/things/', cookie)).text).toMatch(/href="\/admin\/things\/" aria-current="page"/)
  expect(home.get('Content-Security-Policy')).toContain("frame-ancestors 'none'")
})
it('guessing links is slowed', async () => {
  const answers = []
  for (let guess = 0; guess < 40; guess++) answers.push((await post('/secure/enter', { token: `guess-${guess}` })).status)
  expect(answers).toContain(429)
})

it('keyroom admin prints the link, also as JSON', async () => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-admin-'))
  const config: Config = readConfig({ KEYROOM_DEMO: '1', LOG_LEVEL: 'silent', MONGODB_URI: freshUri(), DATA_DIR: dataDir, PORT: '3999' })
  const said: string[] = []
  const run = (...args: string[]) => commandOf('admin')?.(args, { config, print: (line) => void said.push(line), complain: (line) => void said.push(line) })
  expect(await run('--json')).toBe(0)
  expect(JSON.parse(said[0] ?? '')).toMatchObject({ link: expect.stringMatching(/^http:\/\/localhost:3999\/admin\/enter\?token=[\w-]{43}$/) as string })
  expect(await run('--nonsense')).toBe(2)
  await rm(dataDir, { recursive: true, force: true })
})
