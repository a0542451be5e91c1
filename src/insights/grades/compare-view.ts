import type { Course } from '../../courses/index.js'
import type { ComparedGrade, Comparison } from '../../lti/index.js'
import { PAGE } from '../choice.js'
import type { Grade } from '../model.js'
import { pagingOf } from '../overview.js'
import type { Words } from '../words.js'
import { columnName, faultView, nameOf, shareText } from './names.js'
import type { Grades } from './rows.js'

/** Half a point of a hundred: some LMSs round. */
const TOLERANCE = 0.5
const differs = ({ ours, theirs }: ComparedGrade): boolean => (ours === undefined || theirs === undefined ? ours !== theirs : Math.abs(ours - theirs) > TOLERANCE)

const because = ({ overridden, ours, theirs }: ComparedGrade, state: Grade['state'] | undefined): string => {
  if (overridden) return 'overridden'
  if (state === 'waiting' || state === 'retrying' || state === 'failed') return state
  if (ours === undefined) return 'theirs'
  return theirs === undefined ? 'missing' : 'other'
}

/** What differs between Keyroom and the gradebook, as of when it was read. */
export const comparisonView = (course: Course, { people, rows }: Grades, { at, rows: compared, problems }: Comparison, asked: number, words: Words) => {
  const { t, moment } = words
  const states = new Map(rows.map(({ who, column, grade }) => [`${who.user} ${column}`, grade.state]))
  const known = compared.filter(({ learner, ours, theirs }) => people.has(learner) && (ours !== undefined || theirs !== undefined))
  const found = known.filter(differs)
  const pages = Math.max(1, Math.ceil(found.length / PAGE))
  const page = Math.min(asked, pages)
  const rowView = (each: ComparedGrade) => {
    const who = people.get(each.learner)
    const state = because(each, states.get(`${each.learner} ${each.column}`))
    return {
      user: each.learner, name: who ? nameOf(who, words) : '', unnamed: !who?.name, href: `grades/?learner=${encodeURIComponent(each.learner)}`, column: columnName(each.column, course, words),
      ours: shareText(each.ours === undefined ? undefined : each.ours / 100, words), theirs: shareText(each.theirs === undefined ? undefined : each.theirs / 100, words),
      state, why: t(`console.compare.because.${state}`),
      send: each.ours === undefined || state === 'waiting' ? undefined : `grades/${encodeURIComponent(each.learner)}/send?column=${encodeURIComponent(each.column)}`,
    }
  }
  return {
    at: moment(at),
    problems: problems.map((problem) => ({ column: columnName(problem.column, course, words), ...faultView(problem, words) })),
    differ: t('console.compare.differ', { count: found.length }), same: t('console.compare.same', { count: known.length - found.length }),
    rows: found.slice((page - 1) * PAGE, page * PAGE).map(rowView),
    paging: pagingOf(page, pages, words, (to) => `?page=${to}`),
  }
}
