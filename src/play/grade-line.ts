import { hasColumn, type Column, type Run } from '../courses/index.js'
import type { OutboxRow } from '../ledger/index.js'
import { gradeIn } from './grading.js'
import { timed, type Timed, type Tongue } from './words.js'

/** Learners hear of their grade's way in these states; what went wrong is staff's to mend, and theirs to see. */
type State = 'delivered' | 'waiting' | 'retrying' | 'failed' | 'overridden' | 'cleared'
export interface GradeLine { state: State; said: Timed; /** An answer still waits for its review. */ pending?: string }
/** A learner's grades on their way to the LMS. */
export interface MyGrades { rows: OutboxRow[]; run: Pick<Run, 'grading'>; lms: string }

const stateOf = ({ state, problem, attempts, rest }: OutboxRow, isReset: boolean): State => {
  if (state === 'delivered') return problem?.code === 'lti/overridden' ? 'overridden' : isReset ? 'cleared' : 'delivered'
  return state === 'waiting' && (rest || (problem && attempts > 0)) ? 'retrying' : state
}

/** What became of the learner's own grade in a column; nothing of one that isn't (any more). */
export const gradeLine = ({ rows, run, lms }: MyGrades, wanted: Column, tongue: Tongue): GradeLine | undefined => {
  const row = rows.find((each) => gradeIn(each).column === wanted)
  if (!row || !hasColumn(run, wanted)) return undefined
  const { share = 0, pending, reset } = gradeIn(row)
  const state = stateOf(row, reset)
  const at = state === 'delivered' ? (row.deliveredAt ?? row.at) : (row.rest?.until ?? row.nextAt)
  const grade = new Intl.NumberFormat(tongue.lang, { style: 'percent', maximumFractionDigits: 0 }).format(share)
  return { state, said: timed(tongue, `console.mine.${wanted === 'course' ? 'course' : 'room'}.${state}`, at, { lms, grade }), ...(pending ? { pending: tongue.say('console.mine.pending') } : {}) }
}
