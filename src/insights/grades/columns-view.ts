import { gradingOf, type Column, type Course, type Grading, type Run } from '../../courses/index.js'
import type { OutboxRow } from '../../ledger/index.js'
import type { GradeRights } from '../../lti/index.js'
import type { Words } from '../words.js'
import { faultView } from './names.js'

const KINDS = ['course', 'rooms', 'credential'] as const satisfies (keyof Grading)[]

/** What stands in the way of columns, with the setting that mends it. */
const problemsOf = ({ send, columns, compare }: GradeRights, making: OutboxRow | undefined, lms: string, words: Words) => {
  const { t } = words
  const missing = send ? [...(columns ? [] : ['no-columns']), ...(compare ? [] : ['no-compare'])] : ['no-service']
  const fault = making && making.state !== 'delivered' && (making.rest?.problem ?? making.problem)
  return [
    ...missing.map((id) => ({ id, text: t(`console.problems.${id}`, { lms }), answer: undefined, mend: undefined })),
    ...(fault ? [{ id: 'making', text: `${t('console.problems.making')} ${faultView(fault, words).why}`, answer: faultView(fault, words).answer, mend: faultView(fault, words).mend }] : []),
  ]
}

/** The choice of columns, and what each does in the gradebook. `making`: the row that asks for the columns chosen last. */
export const columnsView = ({ run, course, rights, making, lms }: { run: Run; course: Course; rights: GradeRights; making?: OutboxRow; lms: string }, words: Words) => {
  const { t, apart } = words
  const grading = gradingOf(run)
  const named = Object.keys(run.columns ?? {}) as Column[]
  const hasOwn = { course: named.includes('course'), rooms: named.some((column) => column.startsWith('room:')), credential: false }
  const params = { count: course.rooms.length, name: apart(course.finish.credential.name || course.title) }
  return {
    lead: t('console.columns.lead', { lms }),
    problems: problemsOf(rights, making, lms, words),
    kinds: KINDS.map((kind) => ({ kind, title: t(`console.columns.${kind}.title`), text: t(`console.columns.${kind}.text`, params), note: hasOwn[kind] ? t('console.columns.named') : undefined, checked: grading[kind] })),
  }
}
