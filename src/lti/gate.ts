import { createHash, randomBytes } from 'node:crypto'
import { compactVerify, decodeJwt, decodeProtectedHeader, errors, importJWK, type JWK, type JWTPayload } from 'jose'
import { z } from 'zod'
import type { Secrets } from '../infra/index.js'
import { readClaims, type Launch } from './claims.js'
import type { KeySets } from './key-sets.js'
import { LaunchRefused } from './refusals.js'
import type { Platform, Registry } from './registry.js'

/** How far a platform's clock may run ahead of ours. */
const LEEWAY_SECONDS = 60
/** From the login request to the launch: time to sign in at the LMS. */
export const LOGIN_SECONDS = 600

const text = z.string().min(1).max(2000)
const Login = z.object({ iss: text, login_hint: text, target_link_uri: text, client_id: text.optional(), lti_deployment_id: text.optional(), lti_message_hint: z.string().max(4000).optional() })
const Answer = z.object({ id_token: z.string().min(1).max(60_000), state: z.string().regex(/^[0-9a-f]{50}$/) })

/** What the nonce of a login carries, signed: it binds the answer to this login's state, platform and deployment. */
interface LoginNonce { s: string; p: string; d?: string; r: string }

export interface GateDeps { registry: Registry; keySets: KeySets; secrets: Secrets; publicUrl: string; now: () => Date }
export interface Passed { platform: Platform; launch: Launch; jwk: JWK }

const hashOf = (state: string): string => createHash('sha256').update(state).digest('base64url').slice(0, 22)

/** Only our own launch address, whatever its query: what a platform names becomes the redirect_uri, so no stranger's is taken. */
const guardTarget = (target: string, publicUrl: string): string => {
  const ours = new URL('/lti/launch', publicUrl)
  const given = URL.canParse(target) ? new URL(target) : undefined
  if (given?.origin !== ours.origin || given.pathname !== ours.pathname || given.username !== '') throw new LaunchRefused('lti/foreign-target', { params: { launch: ours.href } })
  return ours.href
}

/**
 * Checks a login request before ltijs answers it.
 * @see [1EdTech Security Framework 1.0, 5.1.1.1](https://www.imsglobal.org/spec/security/v1p0/#step-1-third-party-initiated-login)
 */
export const checkLogin = async (input: unknown, { registry, publicUrl }: GateDeps) => {
  const parsed = Login.safeParse(input)
  if (!parsed.success) throw new LaunchRefused('lti/bad-login', { params: { field: String(parsed.error.issues[0]?.path[0] ?? '') } })
  const login = parsed.data
  const found = (await registry.of(login.iss)).filter(({ clientId }) => login.client_id === undefined || clientId === login.client_id)
  const [platform] = found
  if (!platform || found.length > 1) throw new LaunchRefused('lti/unknown-platform', { detail: { issuer: login.iss, client: login.client_id, registrations: found.length } })
  if (login.lti_deployment_id !== undefined && !platform.deployments.includes(login.lti_deployment_id)) {
    throw new LaunchRefused('lti/unknown-deployment', { params: { deployment: login.lti_deployment_id }, detail: { platform: platform._id } })
  }
  return { platform, login: { ...login, client_id: platform.clientId, target_link_uri: guardTarget(login.target_link_uri, publicUrl) } }
}

/** A nonce for a login: random, short-lived, bound to its state. */
export const nonceFor = (secrets: Secrets, state: string, platform: Platform, deployment: string | undefined, now: Date): string =>
  secrets.sign('lti-login', { s: hashOf(state), p: platform._id, d: deployment, r: randomBytes(12).toString('base64url') } satisfies LoginNonce, LOGIN_SECONDS, now)

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
  const platform = known.find(({ clientId }) => audiences.includes(clientId))
  const several = audiences.length > 1
  if (!platform || (azp !== undefined || several ? azp !== platform.clientId : false)) throw new LaunchRefused('lti/wrong-audience')
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

/**
 * All that a launch must be, checked before ltijs sees it, which lets some of it pass. ltijs then takes the nonce: once, by our
 * unique index.
 * @throws LaunchRefused
 */
export const checkLaunch = async (body: unknown, cookies: Record<string, string | undefined>, deps: GateDeps): Promise<Passed> => {
  if (typeof (body as { error?: unknown } | undefined)?.error === 'string') throw new LaunchRefused('lti/platform-error', { detail: { error: String((body as { error: string }).error).slice(0, 100) } })
  const parsed = Answer.safeParse(body)
  if (!parsed.success) throw new LaunchRefused('lti/bad-answer')
  const { id_token: token, state } = parsed.data
  const { header, payload } = decoded(token)
  if (header.alg !== 'RS256') throw new LaunchRefused('lti/wrong-algorithm')
  if (header.crit !== undefined) throw new LaunchRefused('lti/critical-header')
  if (typeof header.kid !== 'string' || header.kid === '') throw new LaunchRefused('lti/no-key-id')
  if (!cookies[`state${state}`]) throw new LaunchRefused('lti/no-state-cookie')
  const platform = await platformOf(payload, deps.registry)
  const jwk = await deps.keySets(platform.jwksUrl, { alg: 'RS256', kid: header.kid })
  await guardSignature(token, jwk)
  guardTimes(payload, deps.now())
  const login = typeof payload.nonce === 'string' ? deps.secrets.verify<LoginNonce>('lti-login', payload.nonce, deps.now()) : undefined
  if (!login || login.s !== hashOf(state) || login.p !== platform._id) throw new LaunchRefused('lti/wrong-nonce')
  const launch = readClaims(payload)
  if (!platform.deployments.includes(launch.deployment)) throw new LaunchRefused('lti/unknown-deployment', { params: { deployment: launch.deployment } })
  if (login.d !== undefined && login.d !== launch.deployment) throw new LaunchRefused('lti/other-deployment')
  guardTarget(launch.target, deps.publicUrl)
  return { platform, launch, jwk }
}
