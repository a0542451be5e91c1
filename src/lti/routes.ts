import { parseCookie } from 'cookie'
import express, { Router, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express'
import type { mongo } from 'mongoose'
import type { Courses } from '../courses/index.js'
import { langOf, Refusal, stableId, type Kit } from '../infra/index.js'
import type { Message } from './claims.js'
import { checkLaunch, checkLogin, LOGIN_SECONDS, nonceFor, type CheckedLogin, type GateDeps, type Passed } from './gate.js'
import type { ToolKeys } from './key.js'
import { askBrowser, isUnsure, proofIn } from './proof.js'
import { throughProvider, type Scope } from './provider.js'
import { LaunchRefused, ProofWanted } from './refusals.js'
import { roleOf } from './roles.js'

/** A person who came in, and where. */
export interface Arrival { run: string; user: string; role: 'participant' | 'instructor' | 'author'; resourceLink: string; hasGrades: boolean }
export interface RouteDeps {
  kit: Kit
  courses: Courses
  gate: GateDeps
  keys: ToolKeys
  nonces: mongo.Collection<{ _id: string; at: Date }>
  arrived: (arrival: Arrival) => Promise<void>
  /** What answers a verified launch, by its message. */
  answers: Partial<Record<Message, LaunchAnswer>>
}
/** Answers a launch that was verified, whose nonce is taken. */
export type LaunchAnswer = (req: Request, res: Response, passed: Passed) => Promise<void>

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
  if (isUnsure(req, checked.login)) return page(req, res, deps, 'lti/keep', askBrowser(res, checked.login))
  req.url = '/login' // what ltijs reads is what was checked, and from the body alone
  req.body = checked.login
  redirecting(res, deps, checked)
  throughProvider({ nonces: deps.nonces, platform: checked.platform }, LOGIN_SECONDS, req, res, next)
}

/** From a verified launch to a session, and the page that enters with it. */
const enter = async (req: Request, res: Response, { platform, launch }: Passed, deps: RouteDeps): Promise<void> => {
  const { kit, courses, arrived } = deps
  const role = roleOf(launch.roles)
  if (!role) throw new LaunchRefused('lti/no-role')
  const run = await courses.ensureRun({
    platform: platform._id, deployment: launch.deployment, context: launch.context, contextTitle: launch.contextTitle,
    resourceLink: launch.resourceLink, slug: launch.slug, ags: launch.ags, nrps: launch.nrps,
  })
  const user = stableId('user', platform._id, launch.sub)
  await courses.upsertMember({ run: run._id, user, platform: platform._id, sub: launch.sub, name: launch.name, email: launch.email, role, lastLaunch: kit.now() })
  await arrived({ run: run._id, user, role, resourceLink: launch.resourceLink, hasGrades: launch.ags !== undefined })
  const { session, token } = kit.sessions.issue({ run: run._id, user, role, lang: launch.lang, back: launch.back })
  kit.sessions.setCookie(res, token, session)
  res.locals.session = session
  const next = role === 'participant' ? `/play/${run._id}/` : `/insights/${run._id}/`
  page(req, res, deps, 'lti/enter', { next, token })
}

const launch = (deps: RouteDeps): RequestHandler => async (req, res, next) => {
  const { id_token, state, error } = (req.body ?? {}) as Record<string, unknown>
  let passed: Passed
  try {
    passed = await checkLaunch({ id_token, state, error, proof: proofIn(req) }, parseCookie(req.headers.cookie ?? ''), deps.gate)
  } catch (refused) {
    if (!(refused instanceof ProofWanted)) throw refused
    return page(req, res, deps, 'lti/prove', { id_token, state, seal: refused.seal })
  }
  req.url = '/launch'
  req.body = { id_token, state }
  delete req.headers.authorization // ltijs would take it for a token of its own
  // It looks for its cookie, and this tab has proved itself without; the secret would sign what clears that cookie.
  if (passed.proved) Object.assign(req, { secret: 'none', cookies: {}, signedCookies: { [`state${String(state)}`]: passed.platform.issuer } })
  const scope: Scope = { nonces: deps.nonces, platform: passed.platform, jwk: passed.jwk }
  throughProvider(scope, LOGIN_SECONDS, req, res, (error?: unknown) => {
    if (error) return next(error)
    const { message } = passed.launch
    const answer = message === 'LtiResourceLinkRequest' ? enter(req, res, passed, deps) : deps.answers[message]?.(req, res, passed)
    if (!answer) return next(new LaunchRefused('lti/wrong-message-type'))
    answer.catch((failed: unknown) => (res.removeHeader('Set-Cookie'), next(failed)))
  })
}

/** What was wrong and what to do about it, for the person in front of the frame. */
const answerRefusal = ({ kit }: RouteDeps): ErrorRequestHandler => (error: unknown, req, res, next) => {
  if (res.headersSent || !(error instanceof Refusal)) return next(error)
  const [file, name] = error.code.split('/')
  if (file !== 'lti' && file !== 'courses') return next(error)
  const request = res.locals.requestId ?? ''
  kit.log.warn({ code: error.code, status: error.status, request, detail: error.detail }, 'launch refused')
  const lang = langOf(req, res)
  const say = (part: string): string => kit.i18n.t(lang, `${file}.problems.${name}.${part}`, error.params)
  res.removeHeader('Set-Cookie')
  if (error.retryAfter !== undefined) res.set('Retry-After', String(error.retryAfter))
  kit.views.page(req, res, 'lti/refused', { heading: say('title'), mend: say('mend'), code: error.code, request }, { status: error.status, title: say('title'), layout: 'bare' })
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
    res.set('Cache-Control', 'public, max-age=3600')
    req.url = '/keys'
    throughProvider({ nonces: deps.nonces, published }, LOGIN_SECONDS, req, res, next)
  })
  router.use(answerRefusal(deps))
  return router
}
