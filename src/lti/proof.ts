import { createHash, randomBytes } from 'node:crypto'
import { parseCookie } from 'cookie'
import type { Request, Response } from 'express'
import { sameBytes } from '../infra/index.js'

/**
 * Where a frame keeps no cookie at all, the tab's own storage stands in: the login leaves a proof there, the nonce carries its
 * seal, and the launch must show what the seal was made of, from a page of ours: another site's can neither read nor write
 * that storage, nor say that it is ours. So a launch begun elsewhere is refused, as it is with cookies.
 */
export const SEAL = /^[\w-]{43}$/
const sealOf = (proof: string): Buffer => createHash('sha256').update(proof).digest()

/** Whether the seal was made of this proof. */
export const isProofOf = (proof: string, seal: string): boolean => sameBytes(sealOf(proof), Buffer.from(seal, 'base64url'))

/** The proof in a launch; one that another site's page sends counts as none. */
export const proofIn = (req: Request): unknown => (req.get('sec-fetch-site') === 'same-origin' ? (req.body as { proof?: unknown } | undefined)?.proof : undefined)

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

/** Whether this login comes from a frame that may keep no cookie. */
export const isUnsure = (req: Request, login: LoginFields): boolean =>
  FRAMES.has(req.get('sec-fetch-dest') ?? '') && !keepsPartitioned(req.get('user-agent') ?? '') && login.kept === undefined &&
  parseCookie(req.headers.cookie ?? '')[KEPT] === undefined

const address = (fields: LoginFields): string =>
  `/lti/login?${new URLSearchParams(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))}`

/** Tries a cookie; gives the page the ways on with one, without one, and in a window of its own. */
export const askBrowser = (res: Response, login: LoginFields): { on: string; proving: string; proof: string; seal: string } => {
  res.cookie(KEPT, '1', { secure: true, sameSite: 'none', partitioned: true, path: '/lti', maxAge: 365 * 86_400_000 })
  const proof = randomBytes(32).toString('base64url')
  const seal = sealOf(proof).toString('base64url')
  return { on: address(login), proving: address({ ...login, kept: seal }), proof, seal }
}
