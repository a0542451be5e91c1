import type { History, Target } from '../courses/index.js'

/** What a platform's custom parameters say in our words. A variable it doesn't know stays as it was written: `$Person.address.timezone`. */
type Custom = Record<string, string>

const isGiven = (value: string | undefined): value is string => value !== undefined && value !== '' && !value.startsWith('$')
const firstOf = (custom: Custom, names: string[]): string | undefined => names.map((name) => custom[name]).find(isGiven)

/** `open`: the map, the ladder or a room. */
export const targetIn = ({ open = '' }: Custom): Target | undefined => {
  const [, room] = /^room:([\w-]{1,60})$/.exec(open) ?? []
  if (room) return { kind: 'room', room }
  return open === 'map' || open === 'ladder' ? { kind: open } : undefined
}

const MOST_IDS = 50
const idsIn = (text: string | undefined): string[] => (text ?? '').split(',').map((id) => id.trim()).filter((id) => isGiven(id) && id.length <= 255).slice(0, MOST_IDS)

/**
 * What the link was copied from: ids, the newest first. Registered as `link_history=$ResourceLink.id.history` and
 * `context_history=$Context.id.history`; other names are what platforms send of themselves.
 * @see [LTI 1.3 Core, D.2](https://www.imsglobal.org/spec/lti/v1p3/#lti-resource-link-variables)
 */
export const historyIn = (custom: Custom): History => ({
  links: idsIn(firstOf(custom, ['link_history', 'resource_link_id_history', 'ResourceLink.id.history', 'resourcelink_id_history'])),
  contexts: idsIn(firstOf(custom, ['context_history', 'context_id_history', 'Context.id.history'])),
})

/** The person's time zone by its IANA name, where the platform says one that exists. Moodle says 99 for «the server's». */
export const zoneIn = (custom: Custom): string | undefined => {
  const zone = firstOf(custom, ['timezone', 'person_address_timezone', 'Person.address.timezone'])
  if (!zone || !/^[A-Za-z]/.test(zone)) return undefined
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}
