import type { Request, Response } from 'express'
import { personal } from './claims.js'
import type { Courses } from './courses.js'
import type { Context, State, Tool } from './model.js'
import { personOf, rolesOf, shortRole } from './people.js'
import type { Place } from './place.js'
import { pageOf } from './paging.js'
import type { Settings } from './settings.js'

const TYPE = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json'

export interface RosterDeps { place: Place; courses: Courses; state: State; roles: Map<string, string[]>; settings: Settings }

/** A course's members, or those that changed. @see [NRPS 2.0, 2.4](https://www.imsglobal.org/spec/lti-nrps/v2p0#limit-query-parameter) */
export const answerMembers = (req: Request, res: Response, context: Context, tool: Tool, { place, courses, state, roles, settings }: RosterDeps): void => {
  const text = (name: string) => (typeof req.query[name] === 'string' ? req.query[name] : undefined)
  const [role, since, rlid] = [text('role'), text('since'), text('rlid')]
  const url = place.memberships(context.id)
  // In the list of changes, who was removed is there once more, as Deleted.
  const changed = since === undefined ? undefined : new Set(state.moves.slice(Number(since)).filter((move) => move.context === context.id).map(({ person }) => person))
  const gone = [...(changed ?? [])].flatMap((id) => {
    const person = courses.statusOf(context.id, id) === 'absent' ? personOf(id) : undefined
    return person ? [{ person, status: 'Deleted' as const }] : []
  })
  const members = [...courses.members(context.id).filter(({ person }) => !changed || changed.has(person.id)), ...gone].map(({ person, status }) => ({
    status, user_id: person.id, roles: (roles.get(person.id) ?? rolesOf(person)).map(shortRole), ...personal(person, settings, tool),
  })).filter((member) => !role || member.roles.includes(shortRole(role)))
  const shown = pageOf(req, res, members, { url, keep: { role, rlid, since }, most: settings.membersPerPage })
  res.append('Link', `<${url}?since=${state.moves.length}>; rel="differences"`)
  res.type(TYPE).send(JSON.stringify({ id: url, context: { id: context.id, label: context.label, title: context.title }, members: shown }))
}
