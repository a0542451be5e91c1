import { Router, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { allowFrames, langOf, NotFound, read, Refusal, type Kit, type PageOptions } from '../../infra/index.js'
import { register, type RegisterDeps } from './register.js'
import { RegistrationRefused } from './refusals.js'
import type { Platform } from '../registry.js'
import { canvasConfiguration, toolAddresses } from './tool.js'

export interface RegistrationRouteDeps extends RegisterDeps { kit: Pick<Kit, 'i18n' | 'views' | 'limits' | 'log' | 'secrets'> }

const Asked = z.object({ token: z.string().max(100).optional().catch(undefined), openid_configuration: z.string().max(2000).optional().catch(undefined), registration_token: z.string().max(20_000).optional().catch(undefined) })
/** Registrations from one address: more than any hand makes, fewer than guessing needs. */
const TRIES = { points: 20, seconds: 60 }

/** How long the page that says what comes next can be read again. */
const READ_SECONDS = 3600
interface Done { platform: string; renewed: boolean }

/** What comes next, at the LMS and here, in words. */
const doneView = (platform: Platform, renewed: boolean, publicUrl: string) => ({
  name: platform.name, renewed, state: platform.state ?? 'active', product: platform.product === 'moodle' || platform.product === 'canvas' ? platform.product : 'other',
  admin: new URL(`/admin/platforms/${platform._id}/`, publicUrl).href, learns: platform.deployments.length === 0,
})

/** Any LMS's page may frame these: they hold nothing, and do nothing that a click could be stolen for. */
const framed: RequestHandler = (_req, res, next) => {
  allowFrames(res, ['*'])
  next()
}

const show = (req: Request, res: Response, { kit }: RegistrationRouteDeps, template: string, data: object, options: Omit<PageOptions, 'layout'>): void =>
  kit.views.page(req, res, `lti/registration/${template}`, data, { ...options, layout: 'bare' })

const answer = (deps: RegistrationRouteDeps): RequestHandler => async (req, res) => {
  const { kit, publicUrl, links, open } = deps
  const { token, openid_configuration: configuration, registration_token: registrationToken } = read(Asked, req.query)
  await kit.limits.consume('registration', req.ip ?? '', TRIES)
  if (!token && !open) throw new RegistrationRefused('lti/registration-no-link')
  // Opened by hand, and not by an LMS: nothing is fetched or taken.
  if (!configuration) {
    if (token) await links.look(token)
    const keep = token ? `&token=${encodeURIComponent(token)}` : ''
    return show(req, res, deps, 'paste', { link: `${toolAddresses(publicUrl).register}${keep.replace('&', '?')}` }, { title: kit.i18n.t(langOf(req, res), 'platforms.register.paste.title'), frame: { keep } })
  }
  const { platform, renewed } = await register({ token, configuration, registrationToken }, deps)
  kit.log.info({ platform: platform._id, issuer: platform.issuer, standing: platform.state, renewed }, 'a platform registered')
  const ticket = kit.secrets.sign('registered', { platform: platform._id, renewed } satisfies Done, READ_SECONDS, deps.now())
  res.redirect(303, `/lti/register/done?of=${ticket}`) // reloading it registers nothing again
}

const done = (deps: RegistrationRouteDeps): RequestHandler => async (req, res) => {
  const ticket = typeof req.query.of === 'string' ? req.query.of : ''
  const said = deps.kit.secrets.verify<Done>('registered', ticket, deps.now())
  const platform = said && (await deps.registry.fresh(said.platform))
  if (!platform) throw new NotFound()
  show(req, res, deps, 'done', doneView(platform, said.renewed, deps.publicUrl), { title: deps.kit.i18n.t(langOf(req, res), 'platforms.register.done.title'), frame: { keep: `&of=${ticket}` } })
}

/** In the LMS's frame too: what was wrong, and what to do about it. */
const answerRefusal = (deps: RegistrationRouteDeps): ErrorRequestHandler => (error: unknown, req, res, next) => {
  if (res.headersSent || !(error instanceof Refusal) || req.accepts(['html', 'json']) !== 'html') return next(error)
  const [file = '', name = ''] = error.code.split('/')
  const request = res.locals.requestId ?? ''
  deps.kit.log.warn({ code: error.code, status: error.status, request, detail: error.detail }, 'registration refused')
  const say = (part: string): string => deps.kit.i18n.t(langOf(req, res), `${file}.problems.${name}.${part}`, error.params)
  if (error.retryAfter !== undefined) res.set('Retry-After', String(error.retryAfter))
  show(req, res, deps, 'refused', { heading: say('title'), mend: say('mend'), code: error.code, request }, { title: say('title'), status: error.status })
}

/** `/lti/register` and `/lti/config.json`: mount at `/lti`. */
export const registrationRoutes = (deps: RegistrationRouteDeps): Router =>
  Router()
    .head('/register', (_req, res) => void res.end()) // whoever looks whether it is there changes nothing
    .get('/register', framed, answer(deps), answerRefusal(deps))
    .get('/register/done', framed, done(deps), answerRefusal(deps))
    .get('/config.json', (_req, res) => void res.set({ 'Cache-Control': 'public, max-age=300', 'Access-Control-Allow-Origin': '*' }).json(canvasConfiguration({ publicUrl: deps.publicUrl, i18n: deps.kit.i18n })))
