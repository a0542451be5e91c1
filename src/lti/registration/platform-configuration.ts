import { z } from 'zod'
import { carefulFetch, FetchFault, type Asked, type Care } from './careful-fetch.js'
import { RegistrationRefused } from './refusals.js'

const PLATFORM = 'https://purl.imsglobal.org/spec/lti-platform-configuration'

const address = z.url({ protocol: /^https?$/ }).max(2000)
const words = z.string().max(200)
const several = z.array(z.string().max(300)).max(500).nullish().transform((list) => list ?? undefined)
const Issuer = address.refine((url) => !/[?#]/.test(url))
const Configuration = z.object({
  issuer: Issuer, authorization_endpoint: address, token_endpoint: address, jwks_uri: address,
  registration_endpoint: address.nullish(), authorization_server: words.nullish(),
  id_token_signing_alg_values_supported: several.refine((algorithms) => !algorithms || algorithms.includes('RS256')),
  scopes_supported: several, claims_supported: several,
  [PLATFORM]: z.object({
    product_family_code: words.nullish(), variables: several,
    messages_supported: z.array(z.object({ type: words, placements: several })).max(50).nullish(),
  }).nullish(),
})

/** What an LMS says of itself, in our words. */
export interface PlatformConfiguration {
  issuer: string
  authUrl: string
  tokenUrl: string
  jwksUrl: string
  tokenAudience?: string
  /** Absent where it takes no registrations. */
  registrationUrl?: string
  product?: string
  /** Absent: it doesn't say, so we ask for all we use. */
  scopes?: string[]
  claims?: string[]
  variables?: string[]
  messages?: { type: string; placements?: string[] }[]
}

/**
 * Platforms whose one issuer speaks for many hosts: Canvas in the cloud. Its configuration is its makers' own, its registrations are
 * each school's.
 */
const FAMILIES = [{ issuer: /^canvas(\.beta|\.test)?\.instructure\.com$/, configuration: /^(sso(\.beta|\.test)?\.canvaslms|canvas(\.beta|\.test)?\.instructure)\.com$/, registration: /\.instructure\.com$/ }]

const hostOf = (url: string): string => new URL(url).host

/**
 * Who serves the configuration is who the issuer says it is, and who is given the token that registers.
 * @see [LTI Dynamic Registration 1.0, 3.5](https://www.imsglobal.org/spec/lti-dr/v1p0#discovery-and-openid-configuration)
 * @throws RegistrationRefused
 */
export const guardHosts = (from: string, { issuer, registrationUrl }: Pick<PlatformConfiguration, 'issuer' | 'registrationUrl'>): void => {
  const family = FAMILIES.find((each) => each.issuer.test(hostOf(issuer)) && each.configuration.test(hostOf(from)))
  if (hostOf(issuer) !== hostOf(from) && !family) throw new RegistrationRefused('lti/registration-wrong-issuer', { params: { issuer, host: hostOf(from) } })
  // The token that registers goes to nobody but the platform. Its other addresses are its own affair: D2L's tokens come from another host.
  if (registrationUrl && hostOf(registrationUrl) !== hostOf(from) && !family?.registration.test(hostOf(registrationUrl))) {
    throw new RegistrationRefused('lti/registration-bad-configuration', { params: { field: 'registration_endpoint', host: hostOf(from) } })
  }
}

/** @throws RegistrationRefused in place of what stopped the request. */
export const heard = async (asking: Promise<Asked>): Promise<Asked> => {
  try {
    return await asking
  } catch (fault) {
    if (!(fault instanceof FetchFault)) throw fault
    const { reason, host } = fault
    const ours = reason === 'address' || reason === 'insecure' || reason === 'private'
    throw new RegistrationRefused(ours ? 'lti/registration-bad-address' : 'lti/registration-unreachable', { params: { reason, host }, detail: { reason, host }, cause: fault })
  }
}

/** JSON, or nothing. */
export const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Reads an LMS's openid-configuration. The token that registers goes along where there is one: Canvas tells nobody without it.
 * @throws RegistrationRefused
 */
export const readConfiguration = async (from: string, care: Care, token?: string): Promise<PlatformConfiguration> => {
  const { status, text } = await heard(carefulFetch(from, token ? { headers: { authorization: `Bearer ${token}` } } : {}, care))
  if (status !== 200) throw new RegistrationRefused('lti/registration-unreachable', { params: { reason: 'status', host: hostOf(from), status }, detail: { status } })
  const parsed = Configuration.safeParse(parsedJson(text))
  if (!parsed.success) throw new RegistrationRefused('lti/registration-bad-configuration', { params: { field: parsed.error.issues[0]?.path.join('.') ?? '', host: hostOf(from) }, cause: parsed.error })
  const said = parsed.data
  const platform = said[PLATFORM]
  for (const url of [said.issuer, said.authorization_endpoint, said.token_endpoint, said.jwks_uri].map((each) => new URL(each))) {
    if (url.protocol === 'http:' && !care.mayBePlain(url)) throw new RegistrationRefused('lti/registration-bad-address', { params: { reason: 'insecure', host: url.host } })
  }
  const configuration = {
    issuer: said.issuer, authUrl: said.authorization_endpoint, tokenUrl: said.token_endpoint, jwksUrl: said.jwks_uri,
    tokenAudience: said.authorization_server ?? undefined, registrationUrl: said.registration_endpoint ?? undefined,
    product: platform?.product_family_code ?? undefined, scopes: said.scopes_supported, claims: said.claims_supported, variables: platform?.variables,
    messages: platform?.messages_supported ?? undefined,
  }
  guardHosts(from, configuration)
  return configuration
}
