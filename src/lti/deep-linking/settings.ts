import { z } from 'zod'
import { LaunchRefused } from '../refusals.js'

/** What we can give: a link to a tool, that is to us. */
export const LINK = 'ltiResourceLink'
const TARGETS = ['iframe', 'window'] as const
/** Where a link may open. */
export type Opens = (typeof TARGETS)[number]

const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined)
/** Some platforms say booleans in words. */
const flag = optional(z.union([z.boolean(), z.enum(['true', 'false']).transform((said) => said === 'true')]))
const words = optional(z.string().max(2000))

/** @see [Deep Linking 2.0, 4.4.1](https://www.imsglobal.org/spec/lti-dl/v2p0#deep-linking-settings) */
const Said = z.object({
  deep_link_return_url: z.url({ protocol: /^https?$/ }).max(4000),
  accept_types: z.array(z.string().max(100)).max(50),
  accept_presentation_document_targets: z.array(z.string().max(100)).max(20).nullish().transform((said) => said ?? []),
  accept_multiple: flag, accept_lineitem: flag, auto_create: flag,
  title: words, text: words,
  data: optional(z.string().max(20_000)),
})

/** What an LMS takes back, in our words. */
export interface Settings {
  returnUrl: string
  /** Goes back as it came. */
  data?: string
  takesLinks: boolean
  /** Several at once. */
  several: boolean
  /** Unless it says that it wouldn't keep a line item. */
  lineItems: boolean
  opens: Opens[]
  /** What is sent back becomes part of the course without another question. */
  creates: boolean
  title?: string
  text?: string
}

/** @throws LaunchRefused naming the setting that doesn't fit */
export const readSettings = (said: unknown): Settings => {
  const parsed = Said.safeParse(said)
  if (!parsed.success) throw new LaunchRefused('lti/bad-claim', { params: { claim: ['deep_linking_settings', ...(parsed.error.issues[0]?.path ?? [])].join('.') }, cause: parsed.error })
  const { deep_link_return_url: returnUrl, accept_types: types, accept_presentation_document_targets: targets, accept_multiple, accept_lineitem, auto_create, title, text, data } = parsed.data
  return {
    returnUrl, ...(data === undefined ? {} : { data }), takesLinks: types.includes(LINK),
    several: accept_multiple === true, lineItems: accept_lineitem !== false, creates: auto_create === true,
    opens: TARGETS.filter((each) => targets.includes(each)), ...(title ? { title } : {}), ...(text ? { text } : {}),
  }
}
