import { z } from 'zod'
import type { Participant, Status } from './model.js'
import { PRESSING } from './participants.js'

export const SHOWS = ['all', 'stuck', 'not-started', 'finished', 'grade-problem', 'left'] as const
export const SORTS = ['name', 'status', 'progress', 'xp', 'tries', 'seen', 'grade'] as const
export type Show = (typeof SHOWS)[number]
export type Sort = (typeof SORTS)[number]

/** Rows on a page. */
export const PAGE = 50

/** What of the list is asked for. What doesn't fit falls back: an old link or a typo shows the list, not a refusal. */
export const Choice = z.object({
  show: z.enum(SHOWS).catch('all'),
  sort: z.enum(SORTS).catch('name'),
  dir: z.enum(['asc', 'desc']).optional().catch(undefined),
  q: z.string().trim().max(100).catch(''),
  room: z.string().max(40).catch(''),
  page: z.coerce.number().int().min(1).catch(1),
})
export type Choice = z.output<typeof Choice>

/** The most telling end first. */
export const firstDir = (sort: Sort): 'asc' | 'desc' => (sort === 'name' || sort === 'status' || sort === 'grade' ? 'asc' : 'desc')
export const dirOf = ({ sort, dir }: Choice): 'asc' | 'desc' => dir ?? firstDir(sort)

/** The query string of a choice changed in some way; only what isn't as usual is in it. */
export const searchOf = (choice: Choice, change: Partial<Choice> = {}): string => {
  const { show, sort, dir, q, room, page } = { ...choice, page: 1, ...change }
  const params = new URLSearchParams()
  if (show !== 'all') params.set('show', show)
  if (sort !== 'name') params.set('sort', sort)
  if (dir && dir !== firstDir(sort)) params.set('dir', dir)
  if (q) params.set('q', q)
  if (room) params.set('room', room)
  if (page > 1) params.set('page', String(page))
  const text = params.toString()
  return text ? `?${text}` : ''
}

export const hasGradeProblem = ({ grade }: Participant): boolean => grade.state === 'failed' || grade.state === 'retrying'
/** Who left is in no list but their own. */
export const isShown = (show: Show, each: Participant): boolean =>
  show === 'left' || each.left ? show === 'left' && each.left !== undefined : show === 'all' || (show === 'grade-problem' ? hasGradeProblem(each) : each.status === show)

/** Letters alone: «Nunez» finds «Núñez». */
export const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const STATUS: Status[] = ['stuck', 'playing', 'not-started', 'finished']
const measure: Record<Exclude<Sort, 'name'>, (each: Participant) => number> = {
  status: ({ status }) => STATUS.indexOf(status),
  progress: ({ pages, score }) => pages.done * 1000 + score,
  xp: ({ xp }) => xp,
  tries: ({ answers, wrongKeys }) => answers + wrongKeys,
  seen: ({ lastSeen }) => lastSeen?.getTime() ?? 0,
  grade: ({ grade }) => PRESSING.indexOf(grade.state),
}

export interface Names { lang: string; aliasOf(each: Pick<Participant, 'alias'>): string }
export interface Chosen { rows: Participant[]; total: number; page: number; pages: number }

/** Filtered, sorted, and of that one page. `names`: aliases and their order are the viewer's language's. */
export const choose = (all: Participant[], choice: Choice, names: Names): Chosen => {
  const { compare } = new Intl.Collator(names.lang, { numeric: true })
  const wanted = fold(choice.q)
  const isFound = (each: Participant): boolean => [each.name, names.aliasOf(each), each.email].some((text) => text && fold(text).includes(wanted))
  // Who gave no name comes after those who did.
  const byName = (a: Participant, b: Participant): number =>
    a.name && b.name ? compare(a.name, b.name) : a.name ? -1 : b.name ? 1 : compare(names.aliasOf(a), names.aliasOf(b))
  const found = all.filter((each) => isShown(choice.show, each) && (!choice.room || each.at === choice.room) && (!wanted || isFound(each)))
  const { sort } = choice
  const sign = dirOf(choice) === 'asc' ? 1 : -1
  const sorted = found.sort(sort === 'name' ? (a, b) => sign * byName(a, b) : (a, b) => sign * (measure[sort](a) - measure[sort](b)) || byName(a, b))
  const pages = Math.max(1, Math.ceil(sorted.length / PAGE))
  const page = Math.min(choice.page, pages)
  return { rows: sorted.slice((page - 1) * PAGE, page * PAGE), total: sorted.length, page, pages }
}
