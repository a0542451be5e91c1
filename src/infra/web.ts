import { randomUUID } from 'node:crypto'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import helmet from 'helmet'
import { langOf } from './i18n.js'
import type { Kit } from './kit.js'
import { BadInput, Refusal } from './refusal.js'

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    interface Locals { requestId?: string }
  }
}

/** An id that the page of a failure shows and the log keeps. */
export const requestId: RequestHandler = (_req, res, next) => {
  res.locals.requestId = randomUUID()
  next()
}

/** The path as it may be kept: no query; no ticket or code, which opens an activity, and no credential's address, which shows it, whatever comes after. */
export const pathForLog = (url: string): string => (url.split('?')[0] ?? '').replace(/^(\/(?:(?:play|studio)\/[^/]+\/h5p(?:-editor)?|play\/qr|verify)\/)[^/]+/i, '$1…')

/** One line a request: what was asked, how it ended, how long it took. Pages and actions alone; files are left to the metrics. */
export const accessLog = ({ log }: Pick<Kit, 'log'>): RequestHandler => (req, res, next) => {
  const start = process.hrtime.bigint()
  res.once('finish', () => {
    if (/^\/(?:assets|h5p)\//.test(req.originalUrl)) return
    const ms = Number((process.hrtime.bigint() - start) / 1_000_000n)
    log.info({ method: req.method, path: pathForLog(req.originalUrl), status: res.statusCode, ms, request: res.locals.requestId }, 'answered')
  })
  next()
}

/** The strict headers of every answer. Only registered platforms may frame us. */
export const securityHeaders = ({ https, framers, contentOrigin }: { https: boolean; framers: () => string[]; contentOrigin?: string }): RequestHandler => {
  const strict = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], imgSrc: ["'self'", 'data:'], mediaSrc: ["'self'"], fontSrc: ["'self'"],
        connectSrc: ["'self'"], frameSrc: ["'self'", ...(contentOrigin ? [contentOrigin] : [])], objectSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'self'"],
        frameAncestors: ["'self'", () => framers().join(' ')],
      },
    },
    // A frame of the platform's page: what would isolate us from it is left out.
    crossOriginEmbedderPolicy: false, crossOriginOpenerPolicy: false, crossOriginResourcePolicy: false,
    frameguard: false, // X-Frame-Options knows no list; frame-ancestors above decides
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: https ? { maxAge: 31_536_000 } : false,
  })
  return (req, res, next) => {
    res.set('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()')
    strict(req, res, next)
  }
}

/** Lets these origins frame this one answer, beside who may anyway. */
export const allowFrames = (res: Response, origins: string[]): void => {
  const policy = res.getHeader('Content-Security-Policy')
  if (typeof policy === 'string') res.set('Content-Security-Policy', policy.replace(/frame-ancestors [^;]*/, (allowed) => [allowed.trim(), ...origins].join(' ')))
}

/** Lets forms of this one answer go to that origin too. */
export const allowForms = (res: Response, origin: string): void => {
  const policy = res.getHeader('Content-Security-Policy')
  if (typeof policy === 'string') res.set('Content-Security-Policy', policy.replace(/form-action [^;]*/, (allowed) => `${allowed.trim()} ${origin}`))
}

interface Answer { code: string; status: number; params: Record<string, string | number>; retryAfter?: number; mend?: string; fields?: BadInput['fields'] }

/** What body-parser and the router refuse is foreseen too. */
const answerOf = (error: unknown): Answer => {
  if (error instanceof Refusal) {
    return { code: error.code, status: error.status, params: error.params, retryAfter: error.retryAfter, mend: error.mend, fields: error instanceof BadInput ? error.fields : undefined }
  }
  const { type, status } = (error ?? {}) as { type?: string; status?: number }
  if (type === 'entity.too.large') return { code: 'infra/too-large', status: 413, params: {} }
  if (type?.startsWith('entity.') || type?.startsWith('encoding.') || type?.startsWith('charset.') || error instanceof URIError || status === 400)
    return { code: 'infra/malformed', status: 400, params: {} }
  return { code: 'infra/unforeseen', status: 500, params: {} }
}

/** Who still sends is heard out: a connection that closes in the middle of what comes takes the answer with it, and one that stays open is stuck. */
const heardOut = async (req: Request): Promise<void> => {
  if (req.complete || req.destroyed) return
  const over = new Promise<void>((resolve) => void req.once('end', resolve).once('close', resolve))
  req.resume()
  await over
}

/** RFC 9457 for programs, the same as a page for people. The unforeseen is logged whole and answered with nothing but its id. */
export const answerProblem = ({ log, i18n, views }: Pick<Kit, 'log' | 'i18n' | 'views'>): ErrorRequestHandler => async (error: unknown, req, res, next) => {
  if (res.headersSent) return next(error)
  await heardOut(req)
  const { code, status, params, retryAfter, mend, fields } = answerOf(error)
  const request = res.locals.requestId ?? ''
  if (status >= 500) log.error({ err: error, request }, 'unforeseen')
  else log.info({ code, status, request, detail: error instanceof Refusal ? error.detail : undefined }, 'refused')
  const lang = langOf(req, res)
  const [file = 'infra', name = 'unforeseen'] = code.split('/')
  const title = i18n.t(lang, `${file}.problems.${name}.title`, params)
  const detail = i18n.t(lang, mend ?? `${file}.problems.${name}.mend`, params)
  if (retryAfter !== undefined) res.set('Retry-After', String(retryAfter))
  const errors = fields?.map((field) => ({ field: field.field, detail: i18n.t(lang, `infra.${i18n.has(`infra.${field.message}`) ? field.message : 'fields.other'}`, { field: field.field, ...field.params }) }))
  res.status(status)
  if (req.accepts(['html', 'json']) === 'html') {
    return views.page(req, res, 'infra/problem', { heading: title, mend: detail, code, request, errors: errors ?? [] }, { status, title, layout: 'bare' })
  }
  res.type('application/problem+json').json({ type: `/problems/${code}`, title, detail, status, instance: `urn:uuid:${request}`, ...(errors ? { errors } : {}) })
}
