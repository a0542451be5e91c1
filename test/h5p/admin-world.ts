import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import express from 'express'
import request from 'supertest'
import { afterAll } from 'vitest'
import yazl from 'yazl'
import { createH5P, type H5P, type H5POptions } from '../../src/h5p/index.js'
import { adminRoutes, answerProblem, assets, createAdmins, makeI18n, makeLimits, makeSecrets, makeSessions, makeViews, requestId, securityHeaders, type Kit } from '../../src/infra/index.js'
import { quiet } from '../support/ledger.js'
import { freshMongo } from '../support/mongo.js'
import { ROOT } from '../support/root.js'
import { serve } from '../support/serve.js'

export interface Library { machineName: string; majorVersion: number; minorVersion: number; patchVersion?: number; title?: string; runnable?: 0 | 1; needs?: string[]; files?: Record<string, string> }

/** A library of the test's own, as a package carries it. */
const filesOf = ({ machineName, majorVersion, minorVersion, patchVersion = 0, title = machineName, runnable = 1, needs = [], files = {} }: Library): [string, string][] => {
  const folder = `${machineName}-${majorVersion}.${minorVersion}`
  const dependencies = needs.map((need) => {
    const [name = '', version = ''] = need.split(' ')
    const [major, minor] = version.split('.').map(Number)
    return { machineName: name, majorVersion: major, minorVersion: minor }
  })
  const manifest = { title, machineName, majorVersion, minorVersion, patchVersion, runnable, preloadedJs: [{ path: 'main.js' }], preloadedDependencies: dependencies }
  const all = { 'library.json': JSON.stringify(manifest), 'main.js': '/* nothing yet */', 'semantics.json': JSON.stringify([{ name: 'text', type: 'text', label: 'Text' }]), ...files }
  return Object.entries(all).map(([name, text]) => [`${folder}/${name}`, text])
}
/** A `.h5p` that holds these libraries. */
export const packageOf = async (libraries: Library[], more: Record<string, string> = {}): Promise<string> => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-pack-'))
  afterAll(() => rm(dir, { recursive: true, force: true }))
  const zip = new yazl.ZipFile()
  for (const [name, text] of [...libraries.flatMap(filesOf), ...Object.entries(more)]) zip.addBuffer(Buffer.from(text), name)
  zip.end()
  const file = path.join(dir, 'types.h5p')
  await pipeline(zip.outputStream, createWriteStream(file))
  return file
}

export interface AdminWorld {
  h5p: H5P
  kit: Kit
  url: string
  /** Signed in as administrator. */
  cookie: string
  csrf: string
  get(to: string, accept?: string): request.Test
  post(to: string, body: Record<string, unknown>): request.Test
  upload(file: string): request.Test
}

/** Administration as Keyroom mounts it, with somebody signed in. */
export const anAdmin = async (options: { config?: Partial<Kit['config']>; h5p?: H5POptions; mount?: (app: express.Express, world: { h5p: H5P; kit: Kit }) => void } = {}): Promise<AdminWorld> => {
  const [mongo, dataDir] = [await freshMongo(), await mkdtemp(path.join(os.tmpdir(), 'keyroom-admin-'))]
  afterAll(() => rm(dataDir, { recursive: true, force: true }))
  const i18n = makeI18n(path.join(ROOT, 'locales'), quiet)
  const secrets = makeSecrets('a secret of the tests, long enough to sign with')
  const kit: Kit = {
    config: { publicUrl: 'http://localhost', dataDir, demo: true, ...options.config }, log: quiet, mongo, secrets, i18n, sessions: makeSessions(secrets, { secure: false }), limits: makeLimits(), now: () => new Date(),
    views: makeViews({ dir: path.join(ROOT, 'views'), publicDir: path.join(ROOT, 'public'), i18n }),
  }
  const [h5p, admins] = [await createH5P(kit, options.h5p), await createAdmins(kit)]
  const app = express()
  app.use(requestId, securityHeaders({ https: false, framers: () => ['https://lms.example'] }))
  app.use('/assets', assets(path.join(ROOT, 'public'), path.join(ROOT, 'node_modules')))
  app.use('/h5p', h5p.publicRoutes)
  options.mount?.(app, { h5p, kit })
  app.use('/admin', express.urlencoded({ extended: false }), adminRoutes({ kit, admins, sections: [{ path: 'h5p', title: 'admin.h5p.title', summary: 'admin.h5p.summary', routes: h5p.adminRoutes }] }))
  app.use(answerProblem(kit))
  const { url } = await serve(app)
  const entered = await request(url).post('/admin/enter').type('form').send({ token: (await admins.invite()).token })
  const cookie = String(entered.get('Set-Cookie')?.[0]).split(';')[0] ?? ''
  const get = (to: string, accept = 'text/html'): request.Test => request(url).get(to).set('Cookie', cookie).set('Accept', accept)
  const csrf = /name="_csrf" value="([^"]+)"/.exec((await get('/admin/')).text)?.[1] ?? ''
  return {
    h5p, kit, url, cookie, csrf, get,
    post: (to, body) => request(url).post(to).set('Cookie', cookie).set('X-CSRF-Token', csrf).set('Accept', 'application/json').type(to.endsWith('upgrade') ? 'json' : 'form').send(body),
    upload: (file) => request(url).post('/admin/h5p/upload').set('Cookie', cookie).set('X-CSRF-Token', csrf).set('Accept', 'application/json').attach('file', file),
  }
}
