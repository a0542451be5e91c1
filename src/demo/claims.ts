import type { JWTPayload } from 'jose'
import type { Context, LineItem, Link, Message, Tool } from './model.js'
import { emailOf, type Person } from './people.js'
import type { Place } from './place.js'
import { isGradeScope, SCOPES } from './scopes.js'
import type { Settings } from './settings.js'
import { substituted } from './substitute.js'

export const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim/'
export const DL_CLAIM = 'https://purl.imsglobal.org/spec/lti-dl/claim/'

/** All that a launch says. */
export interface Saying {
  person: Person
  roles: string[]
  message: Message
  tool: Tool
  context: Context
  link?: Link
  target: 'iframe' | 'window'
  locale: string
  /** Of a submission review: whose work, and in which column. */
  review?: { person: Person; item: LineItem }
  /** Of a deep linking request. */
  deepLinking?: Record<string, unknown>
  settings: Settings
}

/** Where a message goes: the link's own address, the one registered for the message, or the tool's. */
export const targetOf = ({ tool, message, link }: Pick<Saying, 'tool' | 'message' | 'link'>): string =>
  (message === 'LtiResourceLinkRequest' ? link?.url : undefined) ?? tool.messages.find(({ type }) => type === message)?.target ?? tool.launch

/** What the LMS's settings, and what the tool asked for, let be said of a person. */
export const personal = (person: Person, { privacy }: Settings, { claims }: Pick<Tool, 'claims'>): Record<string, string> => {
  const said = {
    ...(privacy.names ? { name: person.name, given_name: person.given, family_name: person.family } : {}),
    ...(privacy.emails ? { email: emailOf(person) } : {}),
  }
  return Object.fromEntries(Object.entries(said).filter(([name]) => !claims || claims.includes(name)))
}

const services = ({ tool, context, link, review }: Saying, place: Place, columns: LineItem[]): JWTPayload => {
  const scope = tool.scopes.filter(isGradeScope)
  const [own, ...more] = review ? [review.item] : columns.filter((item) => link && item.resourceLinkId === link.id)
  return {
    ...(scope.length === 0 ? {} : {
      'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': {
        scope, lineitems: place.lineItems(context.id, tool),
        // Named only where the link has exactly one column (AGS 2.0, 3.1).
        ...(own && more.length === 0 ? { lineitem: place.lineItem(own, tool) } : {}),
      },
    }),
    ...(tool.scopes.includes(SCOPES.members) ? { 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice': { context_memberships_url: place.memberships(context.id), service_versions: ['2.0'] } } : {}),
  }
}

/** The claims of a message, but for who it is to and how long it holds. */
export const claimsOf = (saying: Saying, place: Place, columns: LineItem[]): JWTPayload => {
  const { person, roles, message, tool, context, link, target, locale, review, deepLinking, settings } = saying
  return {
    ...personal(person, settings, tool),
    [`${CLAIM}message_type`]: message,
    [`${CLAIM}version`]: '1.3.0',
    [`${CLAIM}deployment_id`]: tool.deployment,
    [`${CLAIM}target_link_uri`]: targetOf(saying),
    [`${CLAIM}roles`]: roles,
    ...(person.mentees ? { [`${CLAIM}role_scope_mentor`]: person.mentees } : {}),
    [`${CLAIM}context`]: { id: context.id, label: context.label, title: context.title, type: ['http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection'] },
    ...(link && !deepLinking ? { [`${CLAIM}resource_link`]: { id: link.id, title: link.title, ...(link.text ? { description: link.text } : {}) } } : {}),
    [`${CLAIM}custom`]: substituted({ ...tool.custom, ...link?.custom }, { person, roles, context, link, settings }),
    [`${CLAIM}tool_platform`]: { guid: 'demo-lms', name: 'Demo LMS', product_family_code: 'keyroom-demo-lms', version: '1' },
    [`${CLAIM}launch_presentation`]: { document_target: target, locale, ...(deepLinking ? {} : { return_url: place.coursePage(context) }) },
    ...(review ? { [`${CLAIM}for_user`]: { user_id: review.person.id, ...personal(review.person, settings, tool) } } : {}),
    ...(deepLinking ? { [`${DL_CLAIM}deep_linking_settings`]: deepLinking } : {}),
    ...services(saying, place, columns),
  }
}
