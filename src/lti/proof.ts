import { createHash, randomBytes } from 'node:crypto'
import { parseCookie } from 'cookie'
import type { Request, Response } from 'express'
import { sameBytes } from '../infra/index.js'

/**
 * Where a frame keeps no cookie at all, something else of this browser stands in: the login leaves a proof there, the nonce, bound
 * to the state, carries its seal, and the launch must show what the seal was made of, from a page of ours. It is left
 * - in the platform's storage, where the login names one (LTI postMessage Storage): the platform keeps what our origin puts there for
 *   our origin alone, and is spoken to and listened to by its own origin alone (public/lti/storage.js);
 * - else in the tab's own storage, which another site's page can neither read nor write.
 * Nor can such a page say that it is ours. So a launch begun elsewhere is refused, as it is with cookies.
 */
export const SEAL = /^[\w-]{43}$/
const sealOf = (proof: string): Buffer => createHash('sha256').update(proof).digest()

/** Whether the seal was made of this proof. */
export const isProofOf = (proof: string, seal: string): boolean => sameBytes(sealOf(proof), Buffer.from(seal, 'base64url'))

/** The proof in a launch; one that another site's page sends counts as none. */
export const proofIn = (req: Request): unknown => (req.get('sec-fetch-site') === 'same-origin' ? (req.body as { proof?: unknown } | undefined)?.proof : undefined)

/** The cookie of a login's state. Over https its name says that this very host set it: no sibling of ours can plant one (RFC 6265bis, 4.1.3.2). */
export const stateCookie = (state: string, publicUrl: string): string => `${publicUrl.startsWith('https:') ? '__Host-' : ''}state${state}`

/** Set by a login in a frame, read at the next: a browser that has it keeps our cookies there. */
const KEPT = 'kr-kept'
type LoginFields = Record<string, string | undefined>
const FRAMES = new Set(['iframe', 'frame', 'embed', 'object'])

/**
 * Chromium and Firefox keep partitioned cookies, and WebKit does from Safari 18.4 on. These aren't asked: a page of ours in
 * between would cost them an LMS session that is SameSite=Lax, since the way back would then not begin at the LMS.
 */
const keepsPartitioned = (agent: string): boolean => {
  if (!agent.includes('AppleWebKit/') || agent.includes('Chrome/')) return true
  const [, major = 0, minor = 0] = (/Version\/(\d+)\.(\d+)/.exec(agent) ?? []).map(Number)
  return major > 18 || (major === 18 && minor >= 4)
}

/**
 * Whether this login comes from a frame that may keep no cookie. A platform that offers its storage expects a page of ours there,
 * in any browser that hasn't shown yet that it keeps ours.
 */
export const isUnsure = (req: Request, login: LoginFields): boolean =>
  FRAMES.has(req.get('sec-fetch-dest') ?? '') && login.kept === undefined && parseCookie(req.headers.cookie ?? '')[KEPT] === undefined &&
  (login.lti_storage_target !== undefined || !keepsPartitioned(req.get('user-agent') ?? ''))

/** Where the platform keeps things for us: a frame beside ours, or the page around (`_parent`), and the origin it must be of. */
export interface PlatformStorage { target: string; origin: string }

/** @see [LTI OIDC Login with LTI Client Side postMessages 0.1](https://www.imsglobal.org/spec/lti-cs-oidc/v0p1): the origin is that of the platform's authorisation address. */
export const storageOf = ({ authUrl }: { authUrl: string }, target: string | undefined): PlatformStorage | undefined => (target === undefined ? undefined : { target, origin: new URL(authUrl).origin })

const address = (fields: LoginFields): string =>
  `/lti/login?${new URLSearchParams(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))}`

/** Tries a cookie; gives the page the ways on with one, without one, and in a window of its own. */
export const askBrowser = (res: Response, login: LoginFields, storage?: PlatformStorage): { on: string; proving: string; proof: string; seal: string; storage?: PlatformStorage } => {
  res.cookie(KEPT, '1', { secure: true, sameSite: 'none', partitioned: true, path: '/lti', maxAge: 365 * 86_400_000 })
  const proof = randomBytes(32).toString('base64url')
  const seal = sealOf(proof).toString('base64url')
  return { on: address(login), proving: address({ ...login, kept: seal }), proof, seal, storage }
}
