import { createHash, randomBytes } from 'node:crypto'
import { compactVerify, decodeJwt, decodeProtectedHeader, errors, importJWK, type JWK, type JWTPayload } from 'jose'
import { z } from 'zod'
import type { Secrets } from '../infra/index.js'
import { readClaims, type Launch } from './claims.js'
import type { KeySets } from './key-sets.js'
import { isProofOf, SEAL, stateCookie } from './proof.js'
import { LaunchRefused, PlatformClosed, ProofWanted } from './refusals.js'
import { originsOf, type Platform, type Registry } from './registry.js'

/** How far a platform's clock may run ahead of ours. */
const LEEWAY_SECONDS = 60
/** From the login request to the launch: time to sign in at the LMS. */
export const LOGIN_SECONDS = 600

const text = z.string().min(1).max(2000)
const Login = z.object({
  iss: text, login_hint: text, target_link_uri: text, client_id: text.optional(), lti_deployment_id: text.optional(), lti_message_hint: z.string().max(4000).optional(),
  lti_storage_target: z.string().min(1).max(200).optional().catch(undefined), kept: z.string().regex(SEAL).optional(),
})
const Answer = z.object({ id_token: z.string().min(1).max(60_000), state: z.string().regex(/^[0-9a-f]{50}$/), proof: z.string().max(100).optional() })

/** What the nonce of a login carries, signed: it binds the answer to this login's state, platform, deployment and, where no cookie sticks, to the browser's proof and to where that may be kept. */
export interface LoginNonce { s: string; p: string; d?: string; k?: string; t?: string; r: string }

export interface GateDeps { registry: Registry; keySets: KeySets; secrets: Secrets; publicUrl: string; now: () => Date }
export interface Passed {
  platform: Platform
  launch: Launch
  jwk: JWK
  /** The tab proved by its own storage that the login was its own; there was no cookie. */
  proved: boolean
}
export type CheckedLogin = Awaited<ReturnType<typeof checkLogin>>

export const hashOf = (state: string): string => createHash('sha256').update(state).digest('base64url').slice(0, 22)

/** Only our own launch address, whatever its query: what a platform names becomes the redirect_uri, so no stranger's is taken. */
const guardTarget = (target: string, publicUrl: string): string => {
  const ours = new URL('/lti/launch', publicUrl)
  const given = URL.canParse(target) ? new URL(target) : undefined
  if (given?.origin !== ours.origin || given.pathname !== ours.pathname || given.username !== '') throw new LaunchRefused('lti/foreign-target', { params: { launch: ours.href } })
  return ours.href
}

/** A platform that waits for the administrator, or that they have disabled, lets nobody in. */
const guardOpen = (platform: Platform): void => {
  const { state = 'active' } = platform
  if (state !== 'active') throw new PlatformClosed(state, originsOf(platform), { platform: platform._id })
}

/**
 * Checks a login request before ltijs answers it.
 * @see [1EdTech Security Framework 1.0, 5.1.1.1](https://www.imsglobal.org/spec/security/v1p0/#step-1-third-party-initiated-login)
 */
export const checkLogin = async (input: unknown, { registry, publicUrl }: GateDeps) => {
  const parsed = Login.safeParse(input)
  if (!parsed.success) throw new LaunchRefused('lti/bad-login', { params: { field: String(parsed.error.issues[0]?.path[0] ?? '') } })
  const login = parsed.data
  const [platform, ...others] = (await registry.of(login.iss)).filter(({ clientId }) => login.client_id === undefined || clientId === login.client_id)
  if (!platform) throw new LaunchRefused('lti/unknown-platform', { detail: { issuer: login.iss, client: login.client_id } })
  if (others.length > 0) throw new LaunchRefused('lti/bad-login', { params: { field: 'client_id' }, detail: { issuer: login.iss, registrations: others.length + 1 } })
  guardOpen(platform)
  // A deployment that isn't known is refused by the launch: only there the platform's signature says that it is one.
  return { platform, login: { ...login, client_id: platform.clientId, target_link_uri: guardTarget(login.target_link_uri, publicUrl) } }
}

/** A nonce for a login: random, short-lived, bound to its state. */
export const nonceFor = ({ platform, login }: CheckedLogin, state: string, { secrets, now }: Pick<GateDeps, 'secrets' | 'now'>): string => {
  const bound: LoginNonce = { s: hashOf(state), p: platform._id, d: login.lti_deployment_id, ...(login.kept ? { k: login.kept, t: login.lti_storage_target } : {}), r: randomBytes(12).toString('base64url') }
  return secrets.sign('lti-login', bound, LOGIN_SECONDS, now())
}

const decoded = (token: string) => {
  try {
    return { header: decodeProtectedHeader(token), payload: decodeJwt(token) }
  } catch (cause) {
    throw new LaunchRefused('lti/bad-token', { cause })
  }
}

/** @see [1EdTech Security Framework 1.0, 5.1.3](https://www.imsglobal.org/spec/security/v1p0/#authentication-response-validation) */
const platformOf = async ({ iss, aud, azp }: JWTPayload, registry: Registry): Promise<Platform> => {
  const known = typeof iss === 'string' ? await registry.of(iss) : []
  if (known.length === 0) throw new LaunchRefused('lti/unknown-platform', { detail: { issuer: typeof iss === 'string' ? iss.slice(0, 200) : typeof iss } })
  const audiences = Array.isArray(aud) ? aud : [aud]
  const meant = azp !== undefined || audiences.length > 1 ? azp : audiences[0]
  const platform = known.find(({ clientId }) => clientId === meant && audiences.includes(clientId))
  if (!platform) throw new LaunchRefused('lti/wrong-audience')
  guardOpen(platform)
  return platform
}

const guardTimes = ({ exp, iat, nbf }: JWTPayload, now: Date): void => {
  const seconds = now.getTime() / 1000
  if (typeof exp !== 'number' || typeof iat !== 'number') throw new LaunchRefused('lti/no-times')
  if (exp <= seconds) throw new LaunchRefused('lti/expired')
  if (iat > seconds + LEEWAY_SECONDS || (typeof nbf === 'number' && nbf > seconds + LEEWAY_SECONDS)) throw new LaunchRefused('lti/issued-in-future')
  if (iat < seconds - LOGIN_SECONDS) throw new LaunchRefused('lti/expired')
}

const guardSignature = async (token: string, jwk: JWK): Promise<void> => {
  try {
    await compactVerify(token, await importJWK(jwk, 'RS256'), { algorithms: ['RS256'] })
  } catch (cause) {
    throw new LaunchRefused(cause instanceof errors.JOSEAlgNotAllowed ? 'lti/wrong-algorithm' : 'lti/bad-signature', { cause })
  }
}

/** The browser that launches must be the one that logged in: by the login's cookie (ltijs reads what is in it), or by the proof that the login left. */
const guardBrowser = (login: LoginNonce | undefined, state: string, proof: string | undefined, hasCookie: boolean): void => {
  if (hasCookie) return
  const tab = login?.s === hashOf(state) ? login.k : undefined
  if (tab === undefined || (proof !== undefined && !isProofOf(proof, tab))) throw new LaunchRefused('lti/no-state-cookie')
  if (proof === undefined) throw new ProofWanted(tab, login?.t === undefined ? undefined : { platform: login.p, target: login.t })
}

/**
 * All that a launch must be, checked before ltijs sees it, which lets some of it pass. ltijs then takes the nonce: once, by our
 * unique index.
 * @throws LaunchRefused
 */
export const checkLaunch = async (body: unknown, cookies: Record<string, string | undefined>, deps: GateDeps): Promise<Passed> => {
  if (typeof (body as { error?: unknown } | undefined)?.error === 'string') throw new LaunchRefused('lti/platform-error', { detail: { error: String((body as { error: string }).error).slice(0, 100) } })
  const parsed = Answer.safeParse(body)
  if (!parsed.success) throw new LaunchRefused('lti/bad-answer')
  const { id_token: token, state, proof } = parsed.data
  const { header, payload } = decoded(token)
  if (header.alg !== 'RS256') throw new LaunchRefused('lti/wrong-algorithm')
  if (header.crit !== undefined) throw new LaunchRefused('lti/critical-header')
  if (typeof header.kid !== 'string' || header.kid === '') throw new LaunchRefused('lti/no-key-id')
  const login = typeof payload.nonce === 'string' ? deps.secrets.verify<LoginNonce>('lti-login', payload.nonce, deps.now()) : undefined
  const hasCookie = Boolean(cookies[stateCookie(state, deps.publicUrl)])
  guardBrowser(login, state, proof, hasCookie)
  const platform = await platformOf(payload, deps.registry)
  const jwk = await deps.keySets(platform.jwksUrl, { alg: 'RS256', kid: header.kid })
  await guardSignature(token, jwk)
  guardTimes(payload, deps.now())
  if (!login || login.s !== hashOf(state) || login.p !== platform._id) throw new LaunchRefused('lti/wrong-nonce')
  const launch = readClaims(payload)
  if (!platform.deployments.includes(launch.deployment)) {
    await deps.registry.asks(platform._id, launch.deployment)
    throw new LaunchRefused('lti/unknown-deployment', { params: { deployment: launch.deployment }, detail: { platform: platform._id } })
  }
  if (login.d !== undefined && login.d !== launch.deployment) throw new LaunchRefused('lti/other-deployment')
  guardTarget(launch.target, deps.publicUrl)
  return { platform, launch, jwk, proved: !hasCookie }
}
