import type { Server } from 'node:http'
import path from 'node:path'
import { Writable } from 'node:stream'
import express, { type Express, type RequestHandler, type Response } from 'express'
import { pino } from 'pino'
import { createCourses, type Courses } from '../../src/courses/index.js'
import { answerProblem, assets, makeI18n, makeLimits, makeSecrets, makeSessions, makeViews, requestId, securityHeaders, sessionOf, type Kit, type Mongo } from '../../src/infra/index.js'
import { createLti, type Arrival, type Lti, type LtiDeps } from '../../src/lti/index.js'
import { freshMongo } from '../support/mongo.js'
import { ROOT } from '../support/root.js'

export const SECRET = 'a secret for tests that is long enough'

/** Keyroom's way in, whole: launch, session, headers, pages; with a bare page where the map would be. */
export interface WayIn {
  app: Express
  lti: Lti
  kit: Kit
  courses: Courses
  mongo: Mongo
  arrivals: Arrival[]
  /** The log, line by line. */
  lines: Record<string, unknown>[]
}

const spied = (lines: WayIn['lines']) =>
  pino({ level: 'info', base: undefined }, new Writable({
    write(chunk, _encoding, done) {
      lines.push(...String(chunk).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>))
      done()
    },
  }))

const shown = (_req: unknown, res: Response): void => {
  const { role, run } = sessionOf(res)
  const csrf = String(res.locals.csrf)
  res.send(`<!doctype html><html lang="en"><title>Map</title><main><h1>Entered as ${role}</h1><a href="/play/${run}/rooms/1?x=1">Room 1</a> <a href="/play/${run}/sheet.csv">Sheet</a>
    <form method="post" action="/play/${run}/key"><input type="hidden" name="_csrf" value="${csrf}"><input name="key"><input type="hidden" name="action" value="x"><button>Open</button></form></main>
    <script type="module" src="/probe.js"></script></html>`)
}

/** A page's script, to see that it runs. */
const PROBE = "document.querySelector('h1').dataset.ran = String(Number(document.querySelector('h1').dataset.ran ?? 0) + 1)"

export const aWayIn = async ({ publicUrl, before, ...deps }: { publicUrl: string; before?: RequestHandler; config?: Partial<Kit['config']> } & Partial<LtiDeps> & { mongo?: Mongo; now?: () => Date }): Promise<WayIn> => {
  const mongo = deps.mongo ?? (await freshMongo())
  const lines: WayIn['lines'] = []
  const log = spied(lines)
  const secrets = makeSecrets(SECRET)
  const i18n = makeI18n(path.join(ROOT, 'locales'), log)
  const kit: Kit = {
    config: { publicUrl, dataDir: '', demo: false, ...deps.config }, log, mongo, secrets, sessions: makeSessions(secrets), i18n,
    views: makeViews({ dir: path.join(ROOT, 'views'), publicDir: path.join(ROOT, 'public'), i18n }), limits: makeLimits(), now: deps.now ?? (() => new Date()),
  }
  const courses = await createCourses(kit)
  await mongo.db.collection<{ _id: string }>('current_courses').insertOne({ _id: 'case', course: 'case@1', title: 'The case', at: new Date() } as { _id: string })
  const arrivals: Arrival[] = []
  const lti = await createLti(kit, { courses, ledger: { outbox: { rows: async () => [] } } as never, onLaunch: async (arrival) => void arrivals.push(arrival), ...deps })
  const app = express()
  app.use(requestId, securityHeaders({ https: false, framers: lti.framers }), ...(before ? [before] : []))
  app.get('/probe.js', (_req, res) => void res.type('js').send(PROBE))
  app.use('/assets', assets(path.join(ROOT, 'public'), path.join(ROOT, 'node_modules')))
  app.use('/lti', lti.routes)
  const form = express.urlencoded({ extended: false })
  app.get('/play/:run/', kit.sessions.may('play'), shown)
  app.get('/play/:run/sheet.csv', kit.sessions.may('play'), (_req, res) => void res.attachment('sheet.csv').send('a,b'))
  app.get('/play/:run/rooms/:room', kit.sessions.may('play'), (req, res) => void res.send(`<!doctype html><html lang="ar" dir="rtl"><title>Room</title><main><h1>Room ${String(req.query.x)}</h1><a href="./">Map</a></main><script type="module" src="/probe.js"></script></html>`))
  app.post('/play/:run/key', form, kit.sessions.may('play'), (req, res) => res.redirect(303, `/play/${req.params.run}/rooms/2?x=${encodeURIComponent(String((req.body as { key?: string }).key))}`))
  app.get('/insights/:run/', kit.sessions.may('watch'), shown)
  app.use(answerProblem(kit))
  return { app, lti, kit, courses, mongo, arrivals, lines }
}

/** Listens before the app is made, since the address is part of it. */
export const listening = async (): Promise<{ server: Server; port: number; use(app: Express): void; close(): Promise<void> }> => {
  let app: Express | undefined
  const outer = express().use((req, res, next) => (app ? app(req, res, next) : next()))
  const server = await new Promise<Server>((resolve) => {
    const starting = outer.listen(0, () => resolve(starting))
  })
  const address = server.address()
  return {
    server, port: typeof address === 'object' && address ? address.port : 0,
    use: (made) => void (app = made),
    close: () => new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}
