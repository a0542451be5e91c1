import { z } from 'zod'
import { stableId, TooManyTries, type About, type I18n } from '../../infra/index.js'
import type { Platform, Registry } from '../registry.js'
import { carefulFetch, type Care } from './careful-fetch.js'
import { sameIssuer, type RegistrationLink, type RegistrationLinks } from './links.js'
import { heard, parsedJson, readConfiguration, type PlatformConfiguration } from './platform-configuration.js'
import { RegistrationRefused } from './refusals.js'
import { registrationFor } from './tool.js'

export interface RegisterDeps {
  registry: Registry
  links: RegistrationLinks
  i18n: I18n
  publicUrl: string
  about?: About
  now: () => Date
  /** A demo's LMS is on the same machine, without https. */
  demo: boolean
  /** Registrations without a link are taken, and wait for the administrator. */
  open: boolean
  /** How long an LMS may take to answer. */
  timeoutMs?: number
}
export interface Asked { token?: string; configuration: string; registrationToken?: string }
export interface Registered { platform: Platform; renewed: boolean }

/** So many that nobody invited may wait at once: a stranger with a thousand names fills no list. */
const MOST_UNINVITED = 50

const LOOPBACK = /^(localhost|.*\.localhost|127\.0\.0\.1|\[::1\])$/

/** With whom we may speak: the whole internet over https; inside our own network with the LMS that the administrator named, and in a demo. */
const careFor = ({ demo, timeoutMs = 8000 }: Pick<RegisterDeps, 'demo' | 'timeoutMs'>, issuer: string | undefined): Care => ({
  timeoutMs,
  mayBePlain: ({ hostname, origin }) => demo || LOOPBACK.test(hostname) || (issuer !== undefined && new URL(issuer).origin === origin),
  mayBeInside: ({ hostname, host }) => (demo && LOOPBACK.test(hostname)) || (issuer !== undefined && new URL(issuer).host === host),
})

const id = z.union([z.string().min(1), z.number()]).transform(String).pipe(z.string().max(255))
const TOOL = 'https://purl.imsglobal.org/spec/lti-tool-configuration'
const Answer = z.object({ client_id: id, [TOOL]: z.object({ deployment_id: id.nullish().or(z.literal('').transform(() => undefined)) }).nullish() })

/**
 * Registers us at the platform. Its answer's body may be anything, so none of it is shown or kept.
 * @see [LTI Dynamic Registration 1.0, 3.6](https://www.imsglobal.org/spec/lti-dr/v1p0#step-3-client-registration)
 */
const enrol = async (configuration: PlatformConfiguration, token: string | undefined, care: Care, { publicUrl, about, i18n }: RegisterDeps): Promise<{ clientId: string; deployment?: string }> => {
  const { registrationUrl } = configuration
  if (!registrationUrl) throw new RegistrationRefused('lti/registration-bad-configuration', { params: { field: 'registration_endpoint', host: new URL(configuration.issuer).host } })
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }
  const { status, text } = await heard(carefulFetch(registrationUrl, { method: 'POST', headers, body: JSON.stringify(registrationFor(configuration, { publicUrl, about, i18n })) }, care))
  const answer = status >= 200 && status < 300 ? Answer.safeParse(parsedJson(text)) : undefined
  if (!answer?.success) throw new RegistrationRefused('lti/registration-rejected', { params: { status, host: new URL(registrationUrl).host }, detail: { status }, cause: answer?.error })
  return { clientId: answer.data.client_id, deployment: answer.data[TOOL]?.deployment_id ?? undefined }
}

/** As pending, unless the administrator's link vouches for it. What is known already keeps its name, its deployments and its state: an update is no second look, nor a way round one. */
const keep = async (said: PlatformConfiguration, enrolled: { clientId: string; deployment?: string }, link: RegistrationLink | undefined, { registry, now }: RegisterDeps): Promise<Registered> => {
  const known = await registry.fresh(stableId(said.issuer, enrolled.clientId))
  const state = known && known.state !== 'pending' ? known.state : link?.trust ? 'active' : 'pending'
  const platform = await registry.add({
    issuer: said.issuer, clientId: enrolled.clientId, authUrl: said.authUrl, tokenUrl: said.tokenUrl, jwksUrl: said.jwksUrl, tokenAudience: said.tokenAudience,
    deployments: [...new Set([...(known?.deployments ?? []), ...(enrolled.deployment ? [enrolled.deployment] : [])])],
    name: known?.name ?? link?.name ?? new URL(said.issuer).host, product: said.product ?? known?.product, state, registeredAt: now(),
  })
  return { platform, renewed: known !== undefined }
}

/** Where anybody may come, not everybody may. */
const guardUninvited = async ({ open, registry }: RegisterDeps): Promise<void> => {
  if (!open) throw new RegistrationRefused('lti/registration-no-link')
  const waiting = (await registry.list()).filter(({ state }) => state === 'pending')
  if (waiting.length >= MOST_UNINVITED) throw new TooManyTries({ params: { seconds: 3600 }, retryAfter: 3600, detail: { waiting: waiting.length } })
}

/**
 * The whole of a dynamic registration. A link is held while it lasts and spent only when it succeeds.
 * @throws RegistrationRefused
 */
export const register = async ({ token, configuration: from, registrationToken }: Asked, deps: RegisterDeps): Promise<Registered> => {
  if (!token) await guardUninvited(deps)
  const link = token ? await deps.links.hold(token) : undefined
  try {
    const care = careFor(deps, link?.issuer)
    // Who named the address brought the token too, in the same breath.
    const said = await readConfiguration(from, care, registrationToken)
    if (link?.issuer && !sameIssuer(link.issuer, said.issuer)) throw new RegistrationRefused('lti/registration-other-issuer', { params: { issuer: said.issuer } })
    const registered = await keep(said, await enrol(said, registrationToken, care, deps), link, deps)
    if (link) await deps.links.spend(link._id, registered.platform._id)
    return registered
  } catch (refused) {
    if (link) await deps.links.release(link._id)
    throw refused
  }
}
