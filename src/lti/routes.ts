import { parseCookie, stringifyCookie } from 'cookie'
import express, { Router, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express'
import type { mongo } from 'mongoose'
import type { Courses } from '../courses/index.js'
import { allowFrames, backWith, langOf, Refusal, type Kit } from '../infra/index.js'
import type { Message } from './claims.js'
import type { LaunchAnswer } from './enter.js'
import { recordRefusal, type Traces } from './doctor/index.js'
import { checkLaunch, checkLogin, LOGIN_SECONDS, nonceFor, type CheckedLogin, type GateDeps, type Passed } from './gate.js'
import type { ToolKeys } from './key.js'
import { askBrowser, isUnsure, proofIn, stateCookie, storageOf } from './proof.js'
import { throughProvider, type Scope } from './provider.js'
import { LaunchRefused, PlatformClosed, ProofWanted } from './refusals.js'

export interface RouteDeps {
  kit: Kit
  courses: Courses
  gate: GateDeps
  keys: ToolKeys
  nonces: mongo.Collection<{ _id: string; at: Date }>
  /** Where a launch that fails is written down. */
  traces: Traces
  /** What else is answered below `/lti`, refusals in the same words. */
  also: Router
  /** What answers a verified launch, by its message. */
  answers: Partial<Record<Message, LaunchAnswer>>
}

const isHostOnly = ({ gate }: RouteDeps): boolean => gate.publicUrl.startsWith('https:')

/** ltijs sends the person on to the platform: with the address as registered, and with a nonce of ours in place of Math.random's. */
const redirecting = (res: Response, deps: RouteDeps, checked: CheckedLogin): void => {
  res.redirect = ((url: string) => {
    const said = new URL(url)
    const target = new URL(checked.platform.authUrl)
    for (const [name, value] of said.searchParams) target.searchParams.set(name, value)
    target.searchParams.set('nonce', nonceFor(checked, said.searchParams.get('state') ?? '', deps.gate))
    res.statusCode = 302
    res.setHeader('Location', target.href)
    res.setHeader('Cache-Control', 'no-store')
    res.end()
  }) as typeof res.redirect
}

/** A page on the way in: seen for a moment, if at all. */
const page = (req: Request, res: Response, { kit }: RouteDeps, template: string, data: object): void =>
  kit.views.page(req, res, template, data, { title: kit.i18n.t(langOf(req, res), 'lti.enter.title'), layout: 'bare' })

const login = (deps: RouteDeps): RequestHandler => async (req, res, next) => {
  const checked = await checkLogin({ ...req.query, ...(req.body as object | undefined) }, deps.gate)
  if (isUnsure(req, checked.login)) return page(req, res, deps, 'lti/keep', askBrowser(res, checked.login, storageOf(checked.platform, checked.login.lti_storage_target)))
  req.url = '/login' // what ltijs reads is what was checked, and from the body alone
  req.body = checked.login
  redirecting(res, deps, checked)
  throughProvider({ nonces: deps.nonces, platform: checked.platform, hostOnly: isHostOnly(deps) }, LOGIN_SECONDS, req, res, next)
}

const launch = (deps: RouteDeps): RequestHandler => async (req, res, next) => {
  const { id_token, state, error } = (req.body ?? {}) as Record<string, unknown>
  const cookies = parseCookie(req.headers.cookie ?? '')
  let passed: Passed
  try {
    passed = await checkLaunch({ id_token, state, error, proof: proofIn(req) }, cookies, deps.gate)
  } catch (refused) {
    if (!(refused instanceof ProofWanted)) throw refused
    const { seal, storage } = refused
    const platform = storage && (await deps.gate.registry.byId(storage.platform))
    return page(req, res, deps, 'lti/prove', { id_token, state, seal, storage: platform && storageOf(platform, storage.target) })
  }
  res.locals.lang = passed.launch.lang
  res.locals.returnTo = passed.launch.returnTo
  req.url = '/launch'
  req.body = { id_token, state }
  delete req.headers.authorization // ltijs would take it for a token of its own
  // It looks for its cookie, and this tab has proved itself without; the secret would sign what clears that cookie.
  if (passed.proved) Object.assign(req, { secret: 'none', cookies: {}, signedCookies: { [`state${String(state)}`]: passed.platform.issuer } })
  // ltijs looks for it by its own name, and takes the first of a name.
  if (isHostOnly(deps)) req.headers.cookie = `${stringifyCookie({ [`state${String(state)}`]: cookies[stateCookie(String(state), deps.gate.publicUrl)] ?? '' })}; ${req.headers.cookie ?? ''}`
  const scope: Scope = { nonces: deps.nonces, platform: passed.platform, jwk: passed.jwk, hostOnly: isHostOnly(deps), foreign: passed.launch.message === 'LtiSubmissionReviewRequest' }
  throughProvider(scope, LOGIN_SECONDS, req, res, (error?: unknown) => {
    if (error) return next(error)
    const { message, product } = passed.launch
    deps.gate.registry.seen(passed.platform._id, { launch: true, product }).catch((failed: unknown) => deps.kit.log.error({ err: failed }, 'a platform’s last launch can’t be noted'))
    const answer = deps.answers[message]?.(req, res, passed)
    if (!answer) return next(new LaunchRefused('lti/wrong-message-type'))
    answer.catch((failed: unknown) => (res.removeHeader('Set-Cookie'), next(failed)))
  })
}

/** What was wrong and what to do about it, for the person in front of the frame. */
const answerRefusal = ({ kit, gate, traces }: RouteDeps): ErrorRequestHandler => async (error: unknown, req, res, next) => {
  if (res.headersSent || !(error instanceof Refusal)) return next(error)
  const [file, name] = error.code.split('/')
  if (file !== 'lti' && file !== 'courses') return next(error)
  const request = res.locals.requestId ?? ''
  const trace = await recordRefusal(req, error, request, { traces, gate, log: kit.log })
  kit.log.warn({ code: error.code, status: error.status, request, trace, detail: error.detail }, 'launch refused')
  const lang = langOf(req, res)
  const say = (part: string): string => kit.i18n.t(lang, `${file}.problems.${name}.${part}`, error.params)
  const returnTo = error instanceof LaunchRefused ? (error.returnTo ?? res.locals.returnTo) : res.locals.returnTo
  const back = backWith(returnTo, { lti_errormsg: `${say('title')}. ${say('mend')}`, lti_errorlog: `${error.code} ${request}` })
  res.removeHeader('Set-Cookie')
  if (error instanceof PlatformClosed) allowFrames(res, error.origins)
  if (error.retryAfter !== undefined) res.set('Retry-After', String(error.retryAfter))
  kit.views.page(req, res, 'lti/refused', { heading: say('title'), mend: say('mend'), back, code: error.code, request, trace }, { status: error.status, title: say('title'), layout: 'bare' })
}

/** `/lti/login`, `/lti/launch`, `/lti/keys`: mount at `/lti`. */
export const ltiRoutes = (deps: RouteDeps): Router => {
  const router = Router()
  const form = express.urlencoded({ extended: false, limit: '100kb' })
  router.all('/login', form, login(deps))
  router.post('/launch', form, launch(deps))
  router.get('/launch', () => {
    throw new LaunchRefused('lti/bad-answer')
  })
  router.get('/keys', async (req, res, next) => {
    const published = await deps.keys.published()
    deps.keys.wasRead().catch((failed: unknown) => deps.kit.log.error({ err: failed }, 'that our key set was read can’t be noted'))
    res.set('Cache-Control', 'public, max-age=3600')
    req.url = '/keys'
    throughProvider({ nonces: deps.nonces, published }, LOGIN_SECONDS, req, res, next)
  })
  router.use(deps.also, answerRefusal(deps))
  return router
}
