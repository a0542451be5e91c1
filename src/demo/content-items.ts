import { z } from 'zod'
import type { NewLink } from './courses.js'
import type { Tool } from './model.js'

const Size = z.coerce.number().int().positive()
const Moment = z.iso.datetime({ offset: true })
const Period = z.object({ startDateTime: Moment.optional(), endDateTime: Moment.optional() })
/** @see [Deep Linking 2.0, 3.2](https://www.imsglobal.org/spec/lti-dl/v2p0#lti-resource-link) */
const LinkItem = z.object({
  type: z.literal('ltiResourceLink'),
  title: z.string().max(500).optional(), text: z.string().max(5000).optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  icon: z.object({ url: z.url({ protocol: /^https?$/ }), width: Size.optional(), height: Size.optional() }).optional(),
  thumbnail: z.object({ url: z.url() }).optional(),
  iframe: z.object({ width: Size.optional(), height: Size.optional() }).optional(),
  window: z.object({}).loose().optional(),
  custom: z.record(z.string(), z.string()).optional(),
  lineItem: z.object({
    label: z.string().min(1).max(200).optional(), scoreMaximum: z.number().positive(),
    resourceId: z.string().optional(), tag: z.string().optional(), gradesReleased: z.boolean().optional(),
  }).optional(),
  available: Period.optional(), submission: Period.optional(),
})
export class ItemFault extends Error {}

/** A link as an item of the tool describes it. @throws ItemFault for one that isn't a link, or leads elsewhere */
export const linkOf = (item: unknown, tool: Tool): NewLink => {
  const read = LinkItem.safeParse(item)
  if (!read.success) {
    const [issue] = read.error.issues
    throw new ItemFault(`content item: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { title, text, url, icon, iframe, custom, lineItem, available, submission } = read.data
  if (url && new URL(url).origin !== tool.origin) throw new ItemFault(`content item: ${url} is not an address of ${tool.origin}`)
  const said = { text, url, icon: icon?.url, frame: iframe, available, submission }
  return {
    title: title ?? tool.name, tool: tool.clientId, custom: custom ?? {},
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    // The times in which work is handed in are the column's too.
    ...(lineItem ? { lineItem: { ...lineItem, ...submission } } : {}),
  }
}
