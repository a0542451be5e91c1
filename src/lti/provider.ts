import { AsyncLocalStorage } from 'node:async_hooks'
import type { NextFunction, Request, Response } from 'express'
import type { JWK } from 'jose'
import ltijs, { type Plugin } from 'ltijs'
import type { mongo } from 'mongoose'
import { isDuplicate } from '../infra/index.js'
import type { PublicKey } from './key.js'
import { LaunchRefused, type LtiCode } from './refusals.js'
import type { Platform } from './registry.js'

/** What ltijs may see of the request it handles. ltijs is one per process; this keeps what belongs to one request, and one app, apart. */
export interface Scope {
  nonces: mongo.Collection<{ _id: string; at: Date }>
  platform?: Platform
  jwk?: JWK
  published?: PublicKey[]
  /** Over https its cookies go by a name that only this host can set. */
  hostOnly?: boolean
  /** A message that ltijs doesn't know, which the gate has read: a submission review. */
  foreign?: boolean
  /** What broke while ltijs was at it, which it would take for a fault of the token. */
  fault?: unknown
}
const scopes = new AsyncLocalStorage<Scope>()

/** ltijs knows a platform by a key of its own; nothing is signed with that here. */
const KID = 'keyroom'
const rowOf = ({ platform, jwk }: Scope): object[] | false =>
  platform
    ? [{
        platformName: platform.name, platformUrl: platform.issuer, clientId: platform.clientId, authEndpoint: platform.authUrl,
        accesstokenEndpoint: platform.tokenUrl, authorizationServer: platform.tokenUrl, kid: KID,
        // The key the gate took from its cached set: ltijs would fetch the whole set at every launch, without a limit.
        authConfig: { method: 'JWK_KEY', key: jwk ?? {} },
      }]
    : false

/** ltijs's database: what it asks for is in the request's scope already; of what it stores we keep the nonce alone. */
const plugin: Plugin = {
  setup: async () => true,
  Close: async () => true,
  async Get(_key, collection) {
    const scope = scopes.getStore()
    if (!scope) return false
    if (collection === 'platform') return rowOf(scope)
    if (collection === 'platformStatus') return [{ id: KID, active: true }]
    if (collection === 'publickey') return (scope.published ?? []).map(({ kid, publicPem }) => ({ kid, key: publicPem }))
    return false // a nonce too: whether it was taken is not looked up but decided by the insert
  },
  async Insert(_key, collection, { nonce }) {
    if (collection !== 'nonce') return true
    const scope = scopes.getStore()
    try {
      await scope?.nonces.insertOne({ _id: String(nonce), at: new Date() })
    } catch (cause) {
      if (isDuplicate(cause)) throw new Error('NONCE_ALREADY_RECEIVED', { cause })
      if (scope) scope.fault = cause
      throw cause
    }
    return true
  },
  Replace: async () => true,
  Modify: async () => true,
  Delete: async () => true,
}

/** What ltijs may still refuse once the gate has let through, in its words and ours. */
const MEANS: Record<string, LtiCode> = {
  NONCE_ALREADY_RECEIVED: 'lti/replayed', MISSING_VALIDATION_COOKIE: 'lti/no-state-cookie', ISS_CLAIM_DOES_NOT_MATCH: 'lti/wrong-nonce',
  'jwt not active': 'lti/issued-in-future', 'jwt expired': 'lti/expired', TOKEN_TOO_OLD: 'lti/expired',
}

const provider = ltijs.Provider
let started: Promise<unknown> | undefined

/** Configures ltijs, once in a process. Its cookies are signed with the first app's key. */
export const startProvider = (cookieKey: string, maxAgeSeconds: number): Promise<unknown> => {
  started ??= (async () => {
    const before = process.listeners('SIGINT')
    provider.setup(cookieKey, { plugin }, { appRoute: '/launch', loginRoute: '/login', keysetRoute: '/keys', ltiaas: true, cors: false, tokenMaxAge: maxAgeSeconds, cookies: { secure: true, sameSite: 'None' } })
    provider.onConnect((_token, _req, _res, next) => next())
    const refuse = (_req: Request, res: Response, next: NextFunction): void => {
      const fault = scopes.getStore()?.fault
      const said = (res.locals as { err?: { details?: { message?: string } } }).err?.details?.message ?? 'refused'
      // It names the message last, after signature, audience and times, and once the nonce is taken.
      if (scopes.getStore()?.foreign && said === 'NO_MESSAGE_TYPE_CLAIM') return next()
      next(fault ?? new LaunchRefused(MEANS[said] ?? 'lti/bad-token', { detail: { said } }))
    }
    provider.onInvalidToken(refuse)
    provider.onUnregisteredPlatform(refuse)
    provider.onInactivePlatform(refuse)
    await provider.deploy({ serverless: true, silent: true })
    // ltijs would end the process on SIGINT before the app has closed what it holds.
    for (const listener of process.listeners('SIGINT')) if (!before.includes(listener)) process.off('SIGINT', listener)
  })()
  return started
}

/** Headers of ltijs's own helmet that would isolate our pages from the frame they stand in. */
const ISOLATING = ['Cross-Origin-Embedder-Policy', 'Cross-Origin-Opener-Policy', 'Cross-Origin-Resource-Policy', 'Origin-Agent-Cluster']

/** ltijs's cookies, partitioned (CHIPS): browsers that block third-party cookies keep these. And long enough to sign in at the LMS, under the name of `stateCookie`. */
const mendHeaders = (res: Response, cookieSeconds: number, hostOnly = false): void => {
  for (const name of ISOLATING) res.removeHeader(name)
  const cookies = res.getHeader('Set-Cookie')
  if (!cookies) return
  const named = (cookie: string): string => (hostOnly ? cookie.replace(/^state/, '__Host-state') : cookie)
  const mended = [cookies].flat().map(String).map(named).map((cookie) => (/; *Partitioned/i.test(cookie) ? cookie : `${cookie.replace(/Max-Age=60;/, `Max-Age=${cookieSeconds};`)}; Partitioned`))
  res.setHeader('Set-Cookie', mended)
}

/** Runs ltijs on a request that the gate has passed; `next` when it let it through. Its Express 4 lends the request another nature, given back here. */
export const throughProvider = (scope: Scope, cookieSeconds: number, req: Request, res: Response, next: NextFunction): void => {
  const [ours, answers] = [Object.getPrototypeOf(req) as object, Object.getPrototypeOf(res) as object]
  const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => Response
  res.writeHead = ((...args: unknown[]) => (mendHeaders(res, cookieSeconds, scope.hostOnly), writeHead(...args))) as typeof res.writeHead
  Object.assign(req, { _body: true }) // read already
  scopes.run(scope, () =>
    provider.app(req, res, (error?: unknown) => {
      Object.setPrototypeOf(req, ours)
      Object.setPrototypeOf(res, answers)
      if (error) res.removeHeader('Set-Cookie') // who isn't let in gets no cookie
      next(error)
    }),
  )
}
