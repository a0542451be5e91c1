import { gradingOf, type Run } from '../courses/index.js'
import type { OutboxDraft } from '../ledger/index.js'

type Known = Pick<Run, '_id' | 'platform' | 'grading'>

const draftOf = ({ _id, platform }: Known, learner: string, payload: object): OutboxDraft =>
  ({ kind: 'grade', id: `grade:${_id}:${learner}:credential`, lane: platform, payload: { column: 'credential', ...payload } })

/** Where the run has a column for its credential: that the learner holds it, with the address that verifies it. */
export const issuedGrade = (run: Known, learner: string, address: string): OutboxDraft[] =>
  gradingOf(run).credential ? [draftOf(run, learner, { score: 1, max: 1, activityProgress: 'Completed', comment: { verify: address } })] : []

/** That the learner holds it no more. */
export const revokedGrade = (run: Known, learner: string): OutboxDraft[] =>
  gradingOf(run).credential ? [draftOf(run, learner, { score: 0, max: 1, activityProgress: 'Initialized', comment: {}, reset: true })] : []
