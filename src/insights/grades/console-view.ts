import type { Course } from '../../courses/index.js'
import { pagingOf } from '../overview.js'
import type { Words } from '../words.js'
import { canRetry, isOf, pageOf, searchFor, STATES, withoutState, type GradeChoice } from './choice.js'
import { columnName, faultView, nameOf, shareText } from './names.js'
import type { GradeRow, Grades } from './rows.js'

const rowView = ({ id, who, column, share, pending, grade, answer }: GradeRow, course: Course, words: Words) => {
  const { label, why, moment } = words.grade(grade)
  const at = `grades/${encodeURIComponent(who.user)}`
  const byHand = grade.state === 'overridden' ? 'console.anyway' : grade.state === 'cleared' ? 'console.compare.send' : undefined
  const mayReset = grade.state !== 'cleared' && grade.state !== 'off'
  return {
    id: id.replace(/[^\w-]/g, '-'), user: who.user, name: nameOf(who, words), unnamed: !who.name, href: `participants/${encodeURIComponent(who.user)}`,
    columnId: column, column: columnName(column, course, words), grade: shareText(share, words), pending,
    state: grade.state, label, moment, why, ...('code' in grade ? faultView({ code: grade.code, ...answer }, words) : {}),
    retry: canRetry({ grade } as GradeRow) ? `${at}/retry` : undefined,
    send: byHand ? { href: `${at}/send?column=${encodeURIComponent(column)}`, label: words.t(byHand) } : undefined,
    reset: mayReset ? `${at}/reset` : undefined,
  }
}

/** All that the grade console shows. */
export const consoleView = (course: Course, { people, columns, rows: all, rest }: Grades, choice: GradeChoice, words: Words, lms: string) => {
  const { t, number, moment } = words
  const names = { lang: words.lang, aliasOf: words.alias }
  const fitting = withoutState(all, choice, names)
  const found = fitting.filter((row) => isOf(choice.state, row))
  const { rows, page, pages } = pageOf(found, choice.page, names)
  const only = choice.learner ? people.get(choice.learner) : undefined
  return {
    lms, choice, search: searchFor(choice, { page }),
    rest: rest && { why: words.gradeProblem(rest.problem.code), next: moment(rest.until) },
    states: STATES.map((state) => ({
      state, id: `state-${state}`, label: t(`console.state.${state}`), count: number(fitting.filter((row) => isOf(state, row)).length),
      href: searchFor(choice, { state }), current: choice.state === state,
    })),
    columns: columns.length > 1 ? columns.map((column) => ({ column, label: columnName(column, course, words), current: choice.column === column })) : [],
    only: choice.learner ? { say: t('console.only', { name: words.apart(only ? nameOf(only, words) : t('insights.unnamed')) }), href: searchFor(choice, { learner: '' }) } : undefined,
    rows: rows.map((row) => rowView(row, course, words)),
    found: t('console.found', { count: found.length }),
    isEmpty: all.length === 0,
    retryAll: found.filter(canRetry).length > 1,
    sendAll: found.length > 0 && !choice.learner ? { href: `grades/send${choice.column ? `?column=${encodeURIComponent(choice.column)}` : ''}`, label: t(choice.column ? 'console.sendColumn' : 'console.sendAll') } : undefined,
    paging: pagingOf(page, pages, words, (to) => searchFor(choice, { page: to })),
  }
}
