import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import helmet from 'helmet'
import { z } from 'zod'
import { assets, type Log } from '../infra/index.js'
import type { Control, ControlDeps } from './control.js'
import { oidcRoutes } from './oidc.js'
import type { Pages } from './pages.js'
import { COURSE } from './people.js'
import { RESOURCE_LINK } from './place.js'
import { ServiceFault } from './service-fault.js'
import { serviceRoutes } from './services.js'
import { makeLmsSessions } from './sessions.js'
import { siteRoutes } from './site.js'
import type { ToolKeySets } from './tool-keys.js'
import { toolPages } from './tool-pages.js'
import { makeTokens } from './tokens.js'

export interface Filling extends ControlDeps {
  pages: Pages
  keySets: ToolKeySets
  control: Control
  keyroomUrl: string
  test: boolean
  log: Log
  files: { public: string; packages: string }
}

const policyFor = (origins: string[]): string => Object.entries({
  'default-src': ["'self'"], 'object-src': ["'none'"], 'base-uri': ["'none'"], 'img-src': ["'self'", 'data:', ...origins],
  'frame-src': ["'self'", ...origins], 'frame-ancestors': ["'self'"],
  // A form's redirects count too: the tool's login sends the browser back to us, and its launch to itself.
  'form-action': ["'self'", ...origins],
}).map(([name, values]) => `${name} ${values.join(' ')}`).join('; ')

const headers = (origins: () => string[]): RequestHandler[] => [
  helmet({ contentSecurityPolicy: false, crossOriginOpenerPolicy: false, crossOriginResourcePolicy: false, strictTransportSecurity: false, referrerPolicy: { policy: 'origin' } }),
  (_req, res, next) => {
    res.set('Content-Security-Policy', policyFor(origins()))
    next()
  },
]

/** The course it begins with has addresses of its own, as when it was the only one. */
const FIRST = `/courses/${COURSE.id}`
const shortAddresses: RequestHandler = (req, _res, next) => {
  req.url = req.url.replace(/^\/course\/rooms(?=[/?]|$)/, `${FIRST}/links/${RESOURCE_LINK.id}`).replace(/^\/course(?=[/?]|$)/, FIRST).replace(/^\/gradebook(?=[/?]|$)/, `${FIRST}/gradebook`)
  next()
}

const TestOrder = z.object({
  off: z.object({ status: z.number().int().min(400).max(599).default(503), seconds: z.number().positive().default(3600), of: z.enum(['services', 'all']).default('services') }).nullish(),
  roles: z.record(z.string(), z.array(z.string()).nullable()).optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
})
const testOrders = (control: Control): RequestHandler => (req, res) => {
  const order = TestOrder.parse(req.body)
  if (order.off === null) control.on()
  if (order.off) control.off(order.off)
  for (const [person, roles] of Object.entries(order.roles ?? {})) control.setRoles(person, roles ?? undefined)
  if (order.settings) control.set(order.settings)
  res.status(204).end()
}

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

/** Puts every address of the LMS into its app. */
export const fill = (app: Express, { control, keyroomUrl, test, log, files, ...parts }: Filling): void => {
  const { store, tools, pages, power, registering } = parts
  const sessions = makeLmsSessions()
  const tokens = makeTokens(parts)
  app.disable('x-powered-by')
  app.use(headers(() => [...new Set(tools.all().map(({ origin }) => origin))]), power.guard('all'))
  app.use('/assets', assets(files.public, files.packages))
  app.get('/healthz', (_req, res) => void res.type('text').send('ok'))
  if (test) app.post('/_test', express.json(), testOrders(control))
  app.get('/lti/jwks', (_req, res) => {
    const { kty, n, e, kid, alg, use } = store.state.key
    res.json({ keys: [{ kty, n, e, kid, alg, use }] })
  })
  app.use(registering.routes)
  app.use('/lti', oidcRoutes({ ...parts, sessions }))
  app.post('/lti/token', power.guard('services'), express.urlencoded({ extended: false, limit: '32kb' }), async (req, res) => {
    res.set('Cache-Control', 'no-store').json(await tokens.grant(req.body as Record<string, unknown>))
  })
  app.use('/lti/contexts/:context', power.guard('services'), serviceRoutes({ ...parts, tokens }))
  app.use(shortAddresses, siteRoutes({ ...parts, sessions }), toolPages({ ...parts, sessions, keyroomUrl: keyroomUrl.replace(/\/$/, ''), framing: (origin) => policyFor([origin]) }))
  app.use((req, res) => pages.problem(req, res, 404, 'missing'))
  app.use(answerFault(log, pages))
}
