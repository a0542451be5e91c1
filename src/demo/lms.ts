import type { Server } from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import express, { type ErrorRequestHandler, type Express } from 'express'
import helmet from 'helmet'
import type { JWTPayload } from 'jose'
import { z } from 'zod'
import { assets, makeI18n, makeLog, makeViews, type Log } from '../infra/index.js'
import { makeLaunches, type Launches } from './launches.js'
import { oidcRoutes } from './oidc.js'
import { makeSwitch, type Outage, type Switch } from './outage.js'
import { makePages, type Pages } from './pages.js'
import { COURSE, personOf } from './people.js'
import { placeOf, type Place, type Registration } from './place.js'
import { resultOf } from './score.js'
import { ServiceFault } from './service-fault.js'
import { serviceRoutes } from './services.js'
import { makeLmsSessions } from './sessions.js'
import { siteRoutes } from './site.js'
import { openStore, type Score, type Store } from './store.js'
import { makeTokens } from './tokens.js'

export interface DemoLmsOptions {
  /** Where the tool is. */
  keyroomUrl: string
  /** 0, the default, takes a free port. */
  port?: number
  /** The LMS's own address, which is also the issuer. Default: `http://127.0.0.1:PORT`. */
  url?: string
  /** Where grades and keys are kept. Absent: in memory. */
  dataDir?: string
  /** Opens `POST /_test`, which switches the LMS off and changes roles. */
  test?: boolean
  now?: () => Date
  log?: Log
}
export interface DemoLms {
  app: Express
  server: Server
  url: string
  registration(): Registration
  /** Every score as it stands, with what the gradebook shows of it. */
  grades(): (Score & { points?: number })[]
  off(outage?: Partial<Outage>): void
  on(): void
  /** Other roles for a person's next launches; none: their own again. */
  setRoles(person: string, roles?: string[]): void
  /** The claims of an honest launch, for tests that make it dishonest. */
  claims(person: string, nonce: string): JWTPayload
  /** Signed with the platform's key. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>
  close(): Promise<void>
}

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const at = (...parts: string[]) => path.join(ROOT, ...parts)

const headers = (place: Place) => helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"], objectSrc: ["'none'"], baseUri: ["'none'"], imgSrc: ["'self'", 'data:'],
      frameSrc: ["'self'", place.tool.origin], frameAncestors: ["'self'"],
      // A form's redirects count too: the tool's login sends the browser back to us, and its launch to itself.
      formAction: ["'self'", place.tool.origin],
    },
  },
  crossOriginOpenerPolicy: false, crossOriginResourcePolicy: false, strictTransportSecurity: false,
  referrerPolicy: { policy: 'origin' },
})

const TestOrder = z.object({
  off: z.object({ status: z.number().int().min(400).max(599).default(503), seconds: z.number().positive().default(3600), of: z.enum(['services', 'all']).default('services') }).nullish(),
  roles: z.record(z.string(), z.array(z.string()).nullable()).optional(),
})

/** Answers the tool's server in JSON, people with a page. */
const answerFault = (log: Log, pages: Pages): ErrorRequestHandler => (error: unknown, req, res, next) => {
  if (res.headersSent) return next(error)
  if (error instanceof ServiceFault) {
    log.info({ status: error.status, code: error.code, reason: error.reason, path: req.path }, 'refused')
    return void res.status(error.status).json({ error: error.code, error_description: error.reason })
  }
  const status = (error as { status?: number }).status ?? 500
  if (status >= 500) log.error({ err: error }, 'unforeseen')
  pages.problem(req, res, status, status < 500 ? 'lost' : 'failed')
}

interface Parts { place: Place; store: Store; launches: Launches; pages: Pages; power: Switch; setRoles: DemoLms['setRoles'] }

const fill = (app: Express, { place, store, launches, pages, power, setRoles }: Parts, { test, now, log }: { test: boolean; now: () => Date; log: Log }): void => {
  const sessions = makeLmsSessions()
  const tokens = makeTokens(place, now)
  app.disable('x-powered-by')
  app.use(headers(place), power.guard('all'))
  app.use('/assets', assets(at('public'), at('node_modules')))
  app.get('/healthz', (_req, res) => void res.type('text').send('ok'))
  if (test) {
    app.post('/_test', express.json(), (req, res) => {
      const order = TestOrder.parse(req.body)
      if (order.off === null) power.on()
      if (order.off) power.off(order.off)
      for (const [person, roles] of Object.entries(order.roles ?? {})) setRoles(person, roles ?? undefined)
      res.status(204).end()
    })
  }
  app.get('/lti/jwks', (_req, res) => {
    const { kty, n, e, kid, alg, use } = store.state.key
    res.json({ keys: [{ kty, n, e, kid, alg, use }] })
  })
  app.use('/lti', oidcRoutes({ place, launches, sessions, pages }))
  app.post('/lti/token', power.guard('services'), express.urlencoded({ extended: false, limit: '32kb' }), async (req, res) => {
    res.set('Cache-Control', 'no-store').json(await tokens.grant(req.body as Record<string, unknown>))
  })
  app.use(`/lti/contexts/${COURSE.id}`, power.guard('services'), serviceRoutes({ place, store, tokens, launches, now }))
  app.use(siteRoutes({ place, store, launches, sessions, pages }))
  app.use((req, res) => pages.problem(req, res, 404, 'missing'))
  app.use(answerFault(log, pages))
}

const listen = (app: Express, port: number, host: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = app.listen(port, host)
    server.once('listening', () => resolve(server)).once('error', reject)
  })

/** Starts the LMS. @throws when the port is taken or its data can't be read. */
export const createDemoLms = async ({ keyroomUrl, port = 0, url, dataDir, test = false, now = () => new Date(), log = makeLog('silent') }: DemoLmsOptions): Promise<DemoLms> => {
  const store = await openStore(dataDir)
  const app = express()
  // The port comes first, since the address is the issuer and every other part needs it.
  const server = await listen(app, port, '127.0.0.1')
  const address = server.address()
  const own = (url ?? `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`).replace(/\/$/, '')
  const place = placeOf(own, keyroomUrl)
  const i18n = makeI18n(at('locales'), log)
  const pages = makePages({ i18n, views: makeViews({ dir: at('views'), publicDir: at('public'), i18n }) })
  const launches = makeLaunches(place, store, now)
  const power = makeSwitch(now)
  const setRoles: DemoLms['setRoles'] = (person, roles) => void (roles ? launches.roles.set(person, roles) : launches.roles.delete(person))
  fill(app, { place, store, launches, pages, power, setRoles }, { test, now, log })

  return {
    app, server, url: own, setRoles,
    registration: () => ({ issuer: place.issuer, clientId: place.clientId, deployment: place.deployment, authUrl: place.authUrl, tokenUrl: place.tokenUrl, jwksUrl: place.jwksUrl }),
    grades: () => store.state.scores.map((score) => {
      const item = store.state.lineItems.find(({ id }) => id === score.lineItem)
      return { ...score, points: item && resultOf(item, score) }
    }),
    off: (outage = {}) => power.off({ status: 503, seconds: 3600, of: 'services', ...outage }),
    on: () => power.on(),
    claims: (id, nonce) => {
      const person = personOf(id)
      if (!person) throw new Error(`The demo LMS has no person ${id}`)
      return launches.claims(person, nonce, { target: 'iframe', locale: 'en' })
    },
    sign: (claims, header) => launches.sign(claims, header),
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}
