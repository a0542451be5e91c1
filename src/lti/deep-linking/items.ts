import { columnOf } from '../../courses/index.js'
import { TAG } from '../ags.js'
import { resourceIdOf } from '../columns.js'
import type { Choice } from './choices.js'
import { openOf } from './choices.js'
import type { Opens } from './settings.js'

/** What was chosen, and how it is to be. */
export interface Pick {
  choice: Choice
  title: string
  /** What the LMS had about it already. */
  text?: string
  /** A column of the LMS's gradebook comes with it. */
  graded: boolean
  /** From when on it is open, until when work is handed in, and when it closes: ISO 8601, each with its distance from UTC. */
  from?: string
  due?: string
  until?: string
  opens?: Opens
  width?: number
  height?: number
}

const ICON_SIZE = 128
/** Longer than a summary needs; LMSs show it below the title. */
const MOST_TEXT = 500

const period = (start: string | undefined, end: string | undefined): object | undefined =>
  start || end ? { ...(start ? { startDateTime: start } : {}), ...(end ? { endDateTime: end } : {}) } : undefined
const given = (fields: Record<string, unknown>): object => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/**
 * A link, as an LMS makes it. What it is copied from later, and the person's time zone, the LMS fills in itself; a variable it
 * doesn't know comes back as it is written.
 * @see [Deep Linking 2.0, 3.2](https://www.imsglobal.org/spec/lti-dl/v2p0#lti-resource-link)
 */
export const itemOf = ({ choice: { course, target, room }, title, text: said, graded, from, due, until, opens, width, height }: Pick, publicUrl: string): Record<string, unknown> => {
  const picture = { url: new URL(`/assets/lti/icons/${target.kind}.png`, publicUrl).href, width: ICON_SIZE, height: ICON_SIZE }
  const text = (said ?? (room ? room.subtitle : target.kind === 'map' ? course.summary : undefined))?.slice(0, MOST_TEXT)
  const size = given({ width, height })
  return {
    type: 'ltiResourceLink', url: new URL('/lti/launch', publicUrl).href, title, ...(text ? { text } : {}),
    icon: picture, thumbnail: picture,
    custom: { course: course.slug, open: openOf(target), context_history: '$Context.id.history', link_history: '$ResourceLink.id.history', timezone: '$Person.address.timezone' },
    ...(graded ? { lineItem: { label: title, scoreMaximum: 100, resourceId: resourceIdOf({ course: course.slug }, columnOf(target)), tag: TAG } } : {}),
    ...given({ available: period(from, until), submission: graded ? period(from, due ?? until) : undefined }),
    ...(opens === 'iframe' ? { iframe: size } : opens === 'window' ? { window: { targetName: '_blank', ...size } } : {}),
  }
}
