import { z } from 'zod'
import type { Column } from '../../courses/index.js'
import { fold, PAGE, type Names } from '../choice.js'
import type { Grade } from '../model.js'
import { PRESSING } from '../participants.js'
import type { GradeRow } from './rows.js'

export const STATES = ['all', 'failed', 'waiting', 'overridden', 'delivered'] as const
type State = (typeof STATES)[number]

/** Which grades are asked for. What doesn't fit falls back: an old link shows the list, not a refusal. */
export const GradeChoice = z.object({
  state: z.enum(STATES).catch('all'),
  column: z.custom<Column>((name) => typeof name === 'string' && name.length <= 100).optional().catch(undefined),
  learner: z.string().max(60).catch(''),
  q: z.string().trim().max(100).catch(''),
  page: z.coerce.number().int().min(1).catch(1),
})
export type GradeChoice = z.output<typeof GradeChoice>

/** The query string of a choice changed in some way; only what isn't as usual is in it. */
export const searchFor = (choice: GradeChoice, change: Partial<GradeChoice> = {}): string => {
  const { state, column, learner, q, page } = { ...choice, page: 1, ...change }
  const said = Object.entries({ state: state === 'all' ? '' : state, column, learner, q, page: page > 1 ? String(page) : '' })
  const text = new URLSearchParams(said.flatMap(([name, value]) => (value ? [[name, value]] : []))).toString()
  return text ? `?${text}` : ''
}

const SHOWN_AS: Record<Grade['state'], State> = { failed: 'failed', retrying: 'waiting', waiting: 'waiting', overridden: 'overridden', delivered: 'delivered', cleared: 'delivered', off: 'delivered', none: 'delivered' }
export const isOf = (state: State, { grade }: GradeRow): boolean => state === 'all' || SHOWN_AS[grade.state] === state

/** What isn't in the LMS yet and may be tried again by hand. */
export const canRetry = ({ grade }: GradeRow): boolean => grade.state === 'failed' || grade.state === 'retrying'

/** All that fits but for its state, which the chips count. */
export const withoutState = (all: GradeRow[], { column, learner, q }: GradeChoice, { aliasOf }: Pick<Names, 'aliasOf'>): GradeRow[] => {
  const wanted = fold(q)
  const isFound = ({ who }: GradeRow): boolean => [who.name, aliasOf(who), who.email].some((text) => text && fold(text).includes(wanted))
  return all.filter((row) => (!column || row.column === column) && (!learner || row.who.user === learner) && (!wanted || isFound(row)))
}

/** The most pressing first, then by name; of that one page. */
export const pageOf = (found: GradeRow[], asked: number, { lang, aliasOf }: Names): { rows: GradeRow[]; page: number; pages: number } => {
  const { compare } = new Intl.Collator(lang, { numeric: true })
  const nameOf = new Map(found.map(({ who }) => [who, who.name ?? aliasOf(who)]))
  const sorted = found.toSorted((a, b) => PRESSING.indexOf(a.grade.state) - PRESSING.indexOf(b.grade.state) || compare(nameOf.get(a.who) ?? '', nameOf.get(b.who) ?? '') || a.place - b.place)
  const pages = Math.max(1, Math.ceil(sorted.length / PAGE))
  const page = Math.min(asked, pages)
  return { rows: sorted.slice((page - 1) * PAGE, page * PAGE), page, pages }
}
