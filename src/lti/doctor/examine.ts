import { parseCookie } from 'cookie'
import type { Request } from 'express'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { Refusal } from '../../infra/index.js'
import { MESSAGES } from '../claims.js'
import { hashOf, LOGIN_SECONDS, type GateDeps, type LoginNonce } from '../gate.js'
import { stateCookie } from '../proof.js'
import type { Platform } from '../registry.js'
import { browserOf } from './browser.js'
import { STEPS, type Fact, type Step, type StepTrace, type Trace } from './model.js'
import { stepOf, wasPassed } from './steps.js'

export type Examined = Omit<Trace, 'code' | 'at' | 'last' | 'times' | 'request'>

const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim/'
const MOST_CLAIMS = 60

type Fields = Record<string, unknown>
const text = (value: unknown, most = 200): string | undefined => (typeof value === 'string' && value !== '' ? value.slice(0, most) : undefined)
/** An address without its query, which may name a person. */
const place = (value: unknown): string | undefined => text(typeof value === 'string' && URL.canParse(value) ? new URL(value).origin + new URL(value).pathname : value)
const fact = (name: string, received: Fact['received'], expected?: Fact['expected']): Fact[] =>
  received === undefined && expected === undefined ? [] : [{ name, ...(received === undefined ? {} : { received }), ...(expected === undefined ? {} : { expected }) }]

/** What lies in the request, unverified; nothing of it is believed, and little of it is kept. */
interface Sent { kind: Trace['kind']; fields: Fields; header: Fields; claims: Fields; nonce?: LoginNonce & { exp: number }; nonceIsOurs: boolean; cookies: Record<string, string | undefined>; platform?: Platform; known: Platform[] }

const attempt = <T extends object>(read: () => T): T | Record<string, never> => {
  try {
    return read()
  } catch {
    return {}
  }
}

const readSent = async (req: Request, { secrets, registry, now }: GateDeps): Promise<Sent> => {
  const kind = req.originalUrl.split('?')[0]?.endsWith('/login') ? 'login' : 'launch'
  const fields: Fields = kind === 'login' ? { ...req.query, ...(req.body as Fields | undefined) } : ((req.body ?? {}) as Fields)
  const token = text(fields.id_token, 60_000) ?? ''
  const [header, claims] = [attempt(() => decodeProtectedHeader(token)) as Fields, attempt(() => decodeJwt(token)) as Fields]
  const given = text(claims.nonce, 1000) ?? ''
  const nonce = secrets.verify<LoginNonce>('lti-login', given, now())
  // One of ours that is too old is told from a stranger's.
  const nonceIsOurs = secrets.verify('lti-login', given, new Date(0)) !== undefined
  const issuer = text(kind === 'login' ? fields.iss : claims.iss)
  const known = issuer === undefined ? [] : await registry.of(issuer)
  const audiences = [kind === 'login' ? fields.client_id : claims.aud].flat()
  const platform = known.find(({ clientId }) => audiences.includes(clientId)) ?? (known.length === 1 ? known[0] : undefined)
  return { kind, fields, header, claims, nonce, nonceIsOurs, cookies: parseCookie(req.headers.cookie ?? ''), platform, known }
}

const clientsOf = ({ kind, fields, claims }: Sent): string | undefined => text([kind === 'login' ? fields.client_id : claims.aud].flat().join(', '))

/** The key ids of the platform's set, where they were looked at. */
const kidsIn = ({ detail }: Refusal): string[] | undefined => (Array.isArray(detail?.kids) ? detail.kids.map((kid) => String(kid).slice(0, 100)).slice(0, 10) : undefined)

const looks: Record<Step, (sent: Sent, deps: GateDeps, req: Request, refusal: Refusal) => Fact[]> = {
  login: (sent, { publicUrl }, _req, refusal) => {
    const { kind, fields, claims, known, platform } = sent
    const missing = refusal.code === 'lti/bad-login' ? text(refusal.params.field) : undefined
    return [
      ...fact('issuer', text(kind === 'login' ? fields.iss : claims.iss), platform?.issuer),
      ...fact('client', clientsOf(sent), known.length > 0 ? known.map(({ clientId }) => clientId) : undefined),
      ...(kind === 'login' ? [...fact('deployment', text(fields.lti_deployment_id), platform?.deployments), ...fact('target', place(fields.target_link_uri), new URL('/lti/launch', publicUrl).href)] : []),
      ...fact('platform-state', platform && (platform.state ?? 'active'), platform && 'active'),
      ...fact('error', text(fields.error, 100)),
      ...(missing ? [{ name: 'field', expected: missing }] : []),
    ]
  },
  state: ({ kind, fields, nonce }) => {
    if (kind === 'login') return []
    const state = text(fields.state)
    return [...fact('state-came', state !== undefined, true), ...fact('state-fits', state !== undefined && nonce ? nonce.s === hashOf(state) : undefined, nonce && true), ...fact('token-came', text(fields.id_token) !== undefined, true)]
  },
  nonce: ({ claims, nonce, nonceIsOurs, platform }, { now }, _req, { code }) => {
    if (claims.nonce === undefined) return []
    const age = nonce && Math.round(now().getTime() / 1000 - (nonce.exp - LOGIN_SECONDS))
    return [
      ...fact('nonce-ours', nonceIsOurs, true), ...fact('nonce-alive', nonceIsOurs ? nonce !== undefined : undefined, nonceIsOurs ? true : undefined),
      ...fact('nonce-age', age, LOGIN_SECONDS), ...fact('nonce-platform', nonce && platform ? nonce.p === platform._id : undefined, nonce && platform ? true : undefined),
      ...(code === 'lti/replayed' ? fact('nonce-fresh', false, true) : []),
    ]
  },
  key: ({ header, platform }, _deps, _req, refusal) => [
    ...fact('algorithm', text(header.alg, 40), Object.keys(header).length > 0 ? 'RS256' : undefined), ...fact('kid', text(header.kid), kidsIn(refusal)),
    ...fact('crit', header.crit === undefined ? undefined : true, header.crit === undefined ? undefined : false),
    ...fact('key-set', platform?.jwksUrl), ...fact('key-set-said', text(refusal.detail?.reason)),
  ],
  claims: ({ claims, nonce, platform }, { publicUrl, now }) => {
    if (Object.keys(claims).length === 0) return []
    const seconds = now().getTime() / 1000
    const moment = (value: unknown): Date | undefined => (typeof value === 'number' && Math.abs(value) < 1e11 ? new Date(value * 1000) : undefined)
    const skew = (value: unknown): number | undefined => (typeof value === 'number' ? Math.round(value - seconds) + 0 : undefined) // no «minus nothing»
    const named = Object.entries(claims).slice(0, MOST_CLAIMS).map(([name, value]) => `${name.replace(CLAIM, '…/').slice(0, 120)}: ${Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value}`)
    const roles = claims[`${CLAIM}roles`]
    return [
      ...fact('message', text(claims[`${CLAIM}message_type`]), [...MESSAGES]), ...fact('version', text(claims[`${CLAIM}version`]), '1.3.0'),
      ...fact('deployment', text(claims[`${CLAIM}deployment_id`]), nonce?.d ?? platform?.deployments),
      ...fact('target', place(claims[`${CLAIM}target_link_uri`]), new URL('/lti/launch', publicUrl).href),
      ...fact('our-clock', now()), ...fact('issued', moment(claims.iat)), ...fact('issued-skew', skew(claims.iat)), ...fact('expires', moment(claims.exp)), ...fact('expires-in', skew(claims.exp)),
      ...fact('roles', Array.isArray(roles) ? roles.slice(0, 10).map((role) => String(role).replace(/^.*#/, '').slice(0, 60)) : undefined),
      ...fact('claim-names', named),
    ]
  },
  storage: ({ kind, fields, cookies, nonce }, { publicUrl }, req) => [
    ...fact('in-frame', text(req.get('sec-fetch-dest'), 20)), ...fact('came-from', text(req.get('sec-fetch-site'), 20)), ...fact('cookies', Object.keys(cookies).length),
    ...(kind === 'login' ? [] : [
      ...fact('state-cookie', cookies[stateCookie(text(fields.state) ?? '', publicUrl)] !== undefined, true), ...fact('proof-bound', nonce && nonce.k !== undefined),
      ...fact('proof-shown', text(fields.proof) !== undefined), ...fact('kept-by', /^(tab|platform|silent|none)$/.test(String(fields.kept_by)) ? String(fields.kept_by) : undefined),
    ]),
    ...fact('storage-target', text(kind === 'login' ? fields.lti_storage_target : nonce?.t)),
  ],
}

/** A nonce of ours that is another login's: its state is what doesn't fit. */
const failedAt = (code: string, { kind, fields, nonce }: Sent): Step => {
  const step = stepOf(code, kind)
  return code === 'lti/wrong-nonce' && nonce && nonce.s !== hashOf(text(fields.state) ?? '') ? 'state' : step
}

/** Looks over a request that was refused, step by step: what came, what was to come. Only of what failed; who comes in costs nothing here. */
export const examine = async (req: Request, refusal: Refusal, deps: GateDeps): Promise<Examined> => {
  const sent = await readSent(req, deps)
  const failed = failedAt(refusal.code, sent)
  const stateOf = (step: Step, facts: Fact[]): StepTrace['state'] => {
    if (step === failed) return 'failed'
    if (sent.kind === 'login') return 'unseen'
    const fits = facts.filter(({ expected }) => typeof expected === 'boolean').every(({ received, expected }) => received === expected)
    // State and nonce are one check at the gate: each by itself says whether it was right.
    if (step === 'state' || step === 'nonce') return facts.some(({ expected }) => expected === true) && fits && sent.nonce ? 'ok' : 'unseen'
    return wasPassed(step, refusal.code) ? 'ok' : 'unseen'
  }
  const steps = Object.fromEntries(STEPS.map((step): [Step, StepTrace] => {
    const facts = looks[step](sent, deps, req, refusal)
    return [step, { state: stateOf(step, facts), facts }]
  })) as Trace['steps']
  const { platform } = sent
  return {
    kind: sent.kind, refusal: refusal.code, params: refusal.params, failed, steps, browser: browserOf(req.get('user-agent') ?? ''),
    ...(platform ? { platform: platform._id, platformName: platform.name } : {}),
  }
}
