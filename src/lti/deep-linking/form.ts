import { z } from 'zod'
import type { Asked } from './asked.js'
import type { Choice } from './choices.js'
import type { Pick } from './items.js'
import { knownZone, zoned } from './zoned.js'

/** The key of a course that isn't there yet. */
export const NEW = 'new'
/** Of a form as it comes: a name that occurs once is a text. */
export type Body = Record<string, string | string[] | undefined>
/** The name of an option's field. */
export const nameOf = (option: string, key: string): string => `${option}.${key}`
export const valueIn = (body: Body, name: string): string | undefined => [body[name] ?? []].flat()[0]
export const picksIn = (body: Body): string[] => [...new Set([body.pick ?? []].flat())]

/** What doesn't fit yet: of the whole form (`pick`), or of a field by its name; each a key below `deep-linking.faults`. */
export type Faults = Record<string, string>
export interface Read { picks: Pick[]; zone: string; faults: Faults }

const LOCAL = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::\d\d(?:\.\d+)?)?$/
const empty = z.literal('').transform(() => undefined)
const moment = z.union([empty, z.string().regex(LOCAL).transform((said) => said.slice(0, 16)).refine((local) => !Number.isNaN(Date.parse(`${local}:00Z`)))]).optional()
const size = z.union([empty, z.coerce.number().int().min(200).max(5000)]).optional()
const Options = z.object({ title: z.string().trim().min(1).max(200), from: moment, due: moment, until: moment, width: size, height: size })
/** Of each field that may be amiss, what to say. */
const SAY: Record<string, string> = { title: 'title', from: 'date', due: 'date', until: 'date', width: 'size', height: 'size' }
const FIELDS = Object.keys(SAY)

const isBefore = (one: string | undefined, other: string | undefined): boolean => one === undefined || other === undefined || Date.parse(one) < Date.parse(other)
/** The first field that isn't after what must come before it. */
const disorder = ({ from, due, until }: Pick): 'due' | 'until' | undefined => {
  if (!isBefore(from, due)) return 'due'
  // What is due at the end is due in time.
  return isBefore(from, until) && (due === until || isBefore(due, until)) ? undefined : 'until'
}

const pickOf = (body: Body, choice: Choice, zone: string, { settings }: Asked): { pick?: Pick; faults: Faults } => {
  const parsed = Options.safeParse(Object.fromEntries(FIELDS.map((field) => [field, valueIn(body, nameOf(field, choice.key))])))
  if (!parsed.success) return { faults: Object.fromEntries(parsed.error.issues.map(({ path: [field = ''] }) => [nameOf(String(field), choice.key), SAY[String(field)] ?? 'title'])) }
  const { title, from, due, until, width, height } = parsed.data
  const opens = settings.opens.find((each) => each === valueIn(body, nameOf('opens', choice.key))) ?? settings.opens[0]
  const at = (local: string | undefined): string | undefined => (local ? zoned(local, zone) : undefined)
  const graded = settings.lineItems && choice.target.kind !== 'ladder' && valueIn(body, nameOf('graded', choice.key)) === 'on'
  // As with the name: meant for the one link that comes back.
  const text = settings.several ? undefined : settings.text
  const pick: Pick = { choice, title, text, graded, from: at(from), due: at(due), until: at(until), opens, width, height }
  const late = disorder(pick)
  return late ? { faults: { [nameOf(late, choice.key)]: 'order' } } : { pick, faults: {} }
}

/** From a form to what was chosen; what isn't chosen isn't looked at. */
export const readForm = (body: Body, choices: Choice[], asked: Asked): Read => {
  const zone = knownZone(valueIn(body, 'zone')) ?? knownZone(asked.zone) ?? 'UTC'
  const keys = picksIn(body)
  const known = choices.filter(({ key }) => keys.includes(key))
  const fault = keys.length === 0 ? 'none' : known.length < keys.length ? 'gone' : keys.length > 1 && !asked.settings.several ? 'one' : undefined
  const read = known.map((choice) => pickOf(body, choice, zone, asked))
  return { picks: read.flatMap(({ pick }) => pick ?? []), zone, faults: Object.assign({}, ...(fault ? [{ pick: fault }] : []), ...read.map(({ faults }) => faults)) as Faults }
}
