import type { Context, Link } from './model.js'
import { emailOf, shortRole, type Person } from './people.js'
import type { Settings } from './settings.js'

export interface Around { person: Person; roles: string[]; context: Context; link?: Link; settings: Settings }

/** @see [LTI 1.3 Core, appendix E](https://www.imsglobal.org/spec/lti/v1p3#lti-custom-parameter-substitution) */
const valuesOf = ({ person, roles, context, link, settings }: Around): Record<string, string | undefined> => {
  const { names, emails } = settings.privacy
  return {
    '$User.id': person.id,
    ...(names ? { '$Person.name.full': person.name, '$Person.name.given': person.given, '$Person.name.family': person.family } : {}),
    ...(emails ? { '$Person.email.primary': emailOf(person) } : {}),
    '$Person.address.timezone': settings.timezone,
    '$Membership.role': roles.map(shortRole).join(','),
    '$Context.id': context.id, '$Context.title': context.title, '$Context.label': context.label, '$Context.id.history': context.history.join(','),
    ...(link ? {
      '$ResourceLink.id': link.id, '$ResourceLink.title': link.title, '$ResourceLink.id.history': link.history.join(','),
      '$ResourceLink.available.startDateTime': link.available?.startDateTime, '$ResourceLink.available.endDateTime': link.available?.endDateTime,
      '$ResourceLink.submission.startDateTime': link.submission?.startDateTime, '$ResourceLink.submission.endDateTime': link.submission?.endDateTime,
    } : {}),
  }
}
/** Custom parameters with their variables replaced; a variable the LMS doesn't know, or won't say, stays as it is written. */
export const substituted = (custom: Record<string, string>, around: Around): Record<string, string> => {
  const values = valuesOf(around)
  return Object.fromEntries(Object.entries(custom).map(([name, value]) => [name, value.startsWith('$') ? (values[value] ?? value) : value]))
}
