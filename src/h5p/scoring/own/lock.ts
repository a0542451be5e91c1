import { z } from 'zod'
import { read } from '../../../infra/index.js'
import type { Fault } from '../../model.js'
import { reader } from '../model.js'
import { Explained, explanation, withoutKeys } from './explained.js'
import { foldAnswer } from './gaps.js'
import { mixed } from './mixed.js'
import { plain } from './plain.js'

/** An editor leaves a line open now and then. */
const Filled = z.array(z.string().nullish()).default([]).transform((all) => all.flatMap((each) => each || []))
const Lock = Explained.extend({
  kind: z.enum(['words', 'digits', 'order', 'directions', 'colours']).default('words'),
  words: Filled, digits: z.string().default(''), order: Filled, directions: Filled, colours: Filled, caseSensitive: z.boolean().default(false),
})
type Lock = z.output<typeof Lock>

const Typed = z.object({ typed: z.string().max(500) })
const Listed = z.object({ listed: z.array(z.string().max(1000)).max(20) })

const opens = (lock: Lock, response: unknown): boolean => {
  if (lock.kind === 'words' || lock.kind === 'digits') {
    const { typed } = read(Typed, { typed: response })
    if (lock.kind === 'digits') return typed === lock.digits
    const folded = foldAnswer(typed, lock.caseSensitive)
    return lock.words.some((word) => foldAnswer(plain(word), lock.caseSensitive) === folded)
  }
  const { listed } = read(Listed, { listed: response })
  const wanted = lock[lock.kind]
  return listed.length === wanted.length && wanted.every((each, index) => each === listed[index])
}

/** Things as they lie before anyone has moved one; never in the right order by chance. */
const scattered = (things: string[]): string[] => {
  const order = mixed(things)
  return order.every((thing, index) => thing === things[index]) ? order.reverse() : order
}

const faultsOf = ({ kind, words, digits, order, directions, colours }: Lock): Fault[] => {
  switch (kind) {
    case 'words':
      return words.some((word) => plain(word) !== '') ? [] : [{ path: 'words', message: 'needs a word that opens it' }]
    case 'digits':
      return /^\d{2,8}$/.test(digits) ? [] : [{ path: 'digits', message: 'must be two to eight digits' }]
    case 'order':
      return new Set(order).size >= 2 ? [] : [{ path: 'order', message: 'needs two different things at least' }]
    case 'directions':
      return directions.length >= 2 ? [] : [{ path: 'directions', message: 'needs two directions at least' }]
    case 'colours':
      return colours.length >= 2 ? [] : [{ path: 'colours', message: 'needs two colours at least' }]
  }
}

const SECRETS = new Set(['words', 'digits', 'order', 'directions', 'colours'])

/** A puzzle with one answer. A response is a text for words and digits, else the list as it was put. */
export const lock = reader<Lock>({
  machineName: 'Keyroom.Lock',
  kind: 'verified',
  params: Lock,
  max: () => 1,
  isLock: true,
  mark(params, response) {
    const correct = opens(params, response)
    return { score: correct ? 1 : 0, correct, feedback: [] }
  },
  earned: explanation,
  shown(params) {
    const known = Lock.safeParse(params)
    const open = Object.fromEntries(Object.entries(withoutKeys(params)).filter(([key]) => !SECRETS.has(key)))
    if (!known.success) return open
    const { kind, digits, order } = known.data
    return { ...open, ...(kind === 'digits' ? { wheels: digits.length } : {}), ...(kind === 'order' ? { order: scattered(order) } : {}) }
  },
  faults: faultsOf,
})
