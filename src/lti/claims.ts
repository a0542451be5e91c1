import { z } from 'zod'
import type { History, Target } from '../courses/index.js'
import { historyIn, targetIn, zoneIn } from './custom.js'
import { LaunchRefused } from './refusals.js'
import { wayBack } from './way-back.js'

const LTI = 'https://purl.imsglobal.org/spec/lti/claim/'
const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint'
const NRPS = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice'
const DEEP_LINKING = 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings'

/** What a platform may ask for. @see [LTI 1.3 Core, 4](https://www.imsglobal.org/spec/lti/v1p3/#messages-and-services) */
export const MESSAGES = ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest', 'LtiSubmissionReviewRequest'] as const
export type Message = (typeof MESSAGES)[number]

const id = z.string().min(1).max(255)
/** What a platform leaves out, or says is null. */
const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined)
const words = optional(z.string().max(2000))
/** Of blanks alone it is none. */
const named = words.transform((text) => text?.trim() || undefined)
/** Moodle gives an empty address where there is no column, or several. */
const address = optional(z.union([z.literal('').transform(() => undefined), z.url({ protocol: /^https?$/ }).max(2000)]))

/** The claims Keyroom reads, each of the type it must have: an object where a string belongs never reaches the database. */
const Claims = z.object({
  iss: id, sub: id, nonce: z.string().min(1).max(1000), exp: z.number(), iat: z.number(),
  name: named, given_name: named, family_name: named, email: named, locale: optional(z.string().max(40).catch('')),
  [`${LTI}deployment_id`]: id,
  [`${LTI}target_link_uri`]: z.string().min(1).max(2000),
  [`${LTI}roles`]: z.array(z.string().max(500)).max(100),
  [`${LTI}resource_link`]: optional(z.object({ id, title: words })),
  [`${LTI}context`]: optional(z.object({ id, title: words })),
  [`${LTI}custom`]: optional(z.record(z.string(), z.unknown())),
  [`${LTI}launch_presentation`]: optional(z.object({ locale: optional(z.string().max(40)), return_url: words })),
  [AGS]: optional(z.object({ lineitem: address, lineitems: address, scope: z.array(z.string().max(200)).max(20) })),
  [NRPS]: optional(z.object({ context_memberships_url: address })),
  [DEEP_LINKING]: z.unknown().optional(),
  [`${LTI}for_user`]: optional(z.object({ user_id: id })),
  [`${LTI}role_scope_mentor`]: optional(z.array(id).max(1000)),
  [`${LTI}tool_platform`]: optional(z.object({ product_family_code: words, name: words, version: words })),
})

/** What a verified launch says, in our words. */
export interface Launch {
  message: Message
  sub: string
  name?: string
  email?: string
  deployment: string
  target: string
  roles: string[]
  /** Empty where a message comes from no link: a deep linking request, and the review of a column that is no link's. */
  resourceLink: string
  resourceTitle?: string
  /** The platform's course; a link outside any course is a place of its own. */
  context: string
  contextTitle?: string
  slug?: string
  /** What of the course the link opens, where it says so. */
  open?: Target
  /** What the link was copied from, where the platform tells. */
  history: History
  /** Custom parameters, of which the values are strings. */
  custom: Record<string, string>
  lang?: string
  /** The person's time zone: an IANA name. */
  zone?: string
  /** Where «back» leads, as it may be kept. */
  back?: string
  /** The same, whole, with what secrets it may hold: for the answer to this very request alone. */
  returnTo?: string
  /** The settings of a deep linking request, as they came: read by deep-linking/. */
  deepLinking?: unknown
  /** Of a submission review: whose work is to be looked at. */
  forUser?: string
  /** Of a mentor: the people they look after. */
  mentees?: string[]
  /** What the platform says it is: «moodle», «canvas». */
  product?: string
  ags?: { lineitem?: string; lineitems?: string; scope: string[] }
  nrps?: string
}

/** Absent rather than undefined, which a database would keep as null. */
const withoutAbsent = <T extends object>(whole: T | undefined): T | undefined => whole && (Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) as T)

/** The name whole; else put together from its parts. */
export const nameOf = ({ name, given_name, family_name }: { name?: string | null; given_name?: string | null; family_name?: string | null }): string | undefined =>
  name ?? ([given_name, family_name].filter(Boolean).join(' ') || undefined)

const returnUrlIn = (payload: Record<string, unknown>): string | undefined => {
  const shown = payload[`${LTI}launch_presentation`] as { return_url?: unknown } | null | undefined
  return typeof shown?.return_url === 'string' ? shown.return_url.slice(0, 2000) : undefined
}

/** @throws LaunchRefused naming the claim that is missing or malformed. */
export const readClaims = (payload: Record<string, unknown>): Launch => {
  const type = payload[`${LTI}message_type`]
  const message = MESSAGES.find((known) => known === type)
  if (!message) throw new LaunchRefused('lti/wrong-message-type')
  if (payload[`${LTI}version`] !== '1.3.0') throw new LaunchRefused('lti/wrong-version')
  const returnTo = returnUrlIn(payload)
  // A person without an id, by the specification: somebody who didn't sign in.
  if (payload.sub === undefined || payload.sub === null) throw new LaunchRefused('lti/guest', { returnTo })
  const parsed = Claims.safeParse(payload)
  const unfit = (claim: string, cause?: Error): LaunchRefused => new LaunchRefused('lti/bad-claim', { params: { claim }, detail: { claim }, cause })
  if (!parsed.success) throw unfit(String(parsed.error.issues[0]?.path[0] ?? '').replace(/^.*\/claim\//, ''), parsed.error)
  const claims = parsed.data as unknown as Record<string, unknown>
  const part = <T>(name: string): T | undefined => claims[name] as T | undefined
  const place = part<{ id: string; title?: string }>(`${LTI}context`)
  const link = part<{ id: string; title?: string }>(`${LTI}resource_link`)
  const shown = part<{ locale?: string; return_url?: string }>(`${LTI}launch_presentation`)
  if (!link && message === 'LtiResourceLinkRequest') throw unfit('resource_link')
  if (!place && !link) throw unfit('context')
  const custom = Object.fromEntries(Object.entries(part<Record<string, unknown>>(`${LTI}custom`) ?? {}).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.slice(0, 500)]] : [])))
  return {
    message, custom, sub: parsed.data.sub, name: nameOf(parsed.data), email: parsed.data.email,
    deployment: String(claims[`${LTI}deployment_id`]), target: String(claims[`${LTI}target_link_uri`]),
    roles: part<string[]>(`${LTI}roles`) ?? [],
    resourceLink: link?.id ?? '', resourceTitle: link?.title, context: place?.id ?? `link:${link?.id}`, contextTitle: place?.title,
    slug: custom.course?.slice(0, 100) || undefined,
    open: targetIn(custom), history: historyIn(custom), zone: zoneIn(custom),
    lang: shown?.locale || parsed.data.locale || undefined, back: wayBack(shown?.return_url), returnTo,
    ags: withoutAbsent(part<NonNullable<Launch['ags']>>(AGS)), nrps: part<{ context_memberships_url?: string }>(NRPS)?.context_memberships_url,
    deepLinking: message === 'LtiDeepLinkingRequest' ? claims[DEEP_LINKING] : undefined, forUser: part<{ user_id: string }>(`${LTI}for_user`)?.user_id,
    mentees: part<string[]>(`${LTI}role_scope_mentor`), product: part<{ product_family_code?: string }>(`${LTI}tool_platform`)?.product_family_code,
  }
}
