import { z } from 'zod'
import { LaunchRefused } from './refusals.js'

const LTI = 'https://purl.imsglobal.org/spec/lti/claim/'
const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint'
const NRPS = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice'

const id = z.string().min(1).max(255)
/** What a platform leaves out, or says is null. */
const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined)
const words = optional(z.string().max(2000))
/** Moodle gives an empty address where there is no column, or several. */
const address = optional(z.union([z.literal('').transform(() => undefined), z.url({ protocol: /^https?$/ }).max(2000)]))

/** The claims Keyroom reads, each of the type it must have: an object where a string belongs never reaches the database. */
const Claims = z.object({
  iss: id, sub: id, nonce: z.string().min(1).max(1000), exp: z.number(), iat: z.number(),
  name: words, email: words,
  [`${LTI}deployment_id`]: id,
  [`${LTI}target_link_uri`]: z.string().min(1).max(2000),
  [`${LTI}roles`]: z.array(z.string().max(500)).max(100),
  [`${LTI}resource_link`]: z.object({ id, title: words }),
  [`${LTI}context`]: z.object({ id, title: words }),
  [`${LTI}custom`]: optional(z.record(z.string(), z.unknown())),
  [`${LTI}launch_presentation`]: optional(z.object({ locale: optional(z.string().max(40)), return_url: words })),
  [AGS]: optional(z.object({ lineitem: address, lineitems: address, scope: z.array(z.string().max(200)).max(20) })),
  [NRPS]: optional(z.object({ context_memberships_url: address })),
})

/** What a verified launch says, in our words. */
export interface Launch {
  sub: string
  name?: string
  email?: string
  deployment: string
  target: string
  roles: string[]
  resourceLink: string
  resourceTitle?: string
  context: string
  contextTitle?: string
  slug?: string
  lang?: string
  back?: string
  ags?: { lineitem?: string; lineitems?: string; scope: string[] }
  nrps?: string
}

/** Where «back» leads, without its query: Moodle's return_url holds the session key of the person, which is nobody's to keep. */
const withoutQuery = (url: string | undefined): string | undefined => {
  const parsed = url && URL.canParse(url) ? new URL(url) : undefined
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.origin + parsed.pathname : undefined
}

/** Absent rather than undefined, which a database would keep as null. */
const withoutAbsent = <T extends object>(whole: T | undefined): T | undefined => whole && (Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) as T)

/** @throws LaunchRefused naming the claim that is missing or malformed. */
export const readClaims = (payload: Record<string, unknown>): Launch => {
  const type = payload[`${LTI}message_type`]
  if (type !== 'LtiResourceLinkRequest') throw new LaunchRefused('lti/wrong-message-type')
  if (payload[`${LTI}version`] !== '1.3.0') throw new LaunchRefused('lti/wrong-version')
  const parsed = Claims.safeParse(payload)
  if (!parsed.success) {
    const claim = String(parsed.error.issues[0]?.path[0] ?? '').replace(/^.*\/claim\//, '')
    throw new LaunchRefused('lti/bad-claim', { params: { claim }, detail: { claim }, cause: parsed.error })
  }
  const claims = parsed.data as unknown as Record<string, unknown>
  const part = <T>(name: string): T | undefined => claims[name] as T | undefined
  const place = part<{ id: string; title?: string }>(`${LTI}context`)
  const link = part<{ id: string; title?: string }>(`${LTI}resource_link`)
  const shown = part<{ locale?: string; return_url?: string }>(`${LTI}launch_presentation`)
  const course = part<Record<string, unknown>>(`${LTI}custom`)?.course
  return {
    sub: parsed.data.sub, name: parsed.data.name, email: parsed.data.email,
    deployment: String(claims[`${LTI}deployment_id`]), target: String(claims[`${LTI}target_link_uri`]),
    roles: part<string[]>(`${LTI}roles`) ?? [],
    resourceLink: link?.id ?? '', resourceTitle: link?.title, context: place?.id ?? '', contextTitle: place?.title,
    slug: typeof course === 'string' && course !== '' ? course.slice(0, 100) : undefined,
    lang: shown?.locale, back: withoutQuery(shown?.return_url),
    ags: withoutAbsent(part<NonNullable<Launch['ags']>>(AGS)), nrps: part<{ context_memberships_url?: string }>(NRPS)?.context_memberships_url,
  }
}
