import { z } from 'zod'
import { hasColumn, type Column, type Courses, type Run } from '../courses/index.js'
import type { I18n, Log } from '../infra/index.js'
import type { Delivery, OutboxRow } from '../ledger/index.js'
import { SCOPES, type Ags, type Score } from './ags.js'
import { ColumnUnderWay, type Columns } from './columns.js'
import { afterFault, failed, isBusy, isUnanswered } from './grade-faults.js'
import { isOverridden, memoOf, type Memo } from './grade-memo.js'
import { isActive, type Platform, type Registry } from './registry.js'
import { ServiceFault } from './services.js'

const ColumnName = z.custom<Column>((name) => typeof name === 'string' && /^(?:course|credential|room:.+)$/.test(name))
const Payload = z.object({
  /** Rows of older versions name none. */
  column: ColumnName.default('course'),
  score: z.number(), max: z.number().positive(), activityProgress: z.enum(['Initialized', 'Started', 'InProgress', 'Submitted', 'Completed']),
  /** An open answer waits for its review: the score is what there is so far. */
  pending: z.literal(true).optional(),
  comment: z.record(z.string(), z.union([z.string(), z.number()])),
  /** No score at all, as if the learner had never come. */
  reset: z.literal(true).optional(),
})
type Payload = z.output<typeof Payload>
/** Of a row of kind `grade`. */
export const payloadOf = ({ payload }: Pick<OutboxRow, 'payload'>): Payload => Payload.parse(payload)

export interface GradeDeps { ags: Ags; columns: Columns; registry: Pick<Registry, 'byId' | 'seen'>; courses: Pick<Courses, 'run' | 'course' | 'member'>; i18n: I18n; log: Log; now: () => Date }
type Note = (memo: Record<string, unknown>) => Promise<void>
/** One row on its way, and all it needs. */
interface Errand { row: OutboxRow; payload: Payload; note: Note; run: Run; platform: Platform; sub: string; lineitem: string; last?: Memo }

/**
 * Whether a platform takes a grade away when it hears that it isn't final. Moodle does; of one that hasn't said what it is we must
 * assume it. docs/decisions/0012
 */
const wipes = ({ product }: Platform): boolean => product === undefined || /moodle/i.test(product)
/** A platform that can't say what stands there is written to after so many tries all the same. */
const READING_TRIES = 3

const shareOf = ({ score, max }: Payload): number => Math.min(1, score / max)

type Said = Omit<Score, 'userId' | 'timestamp'>
/** What is to be said. @see [AGS 2.0, 3.4.8](https://www.imsglobal.org/spec/lti-ags/v2p0#gradingprogress) */
const saidOf = ({ payload, platform, last }: Errand, comment: string): Said => {
  const { score, max, activityProgress, pending, reset } = payload
  if (reset) return { activityProgress: 'Initialized', gradingProgress: 'NotReady' }
  const isFinal = !pending || (wipes(platform) && last?.whole === true)
  return { scoreGiven: score, scoreMaximum: max, activityProgress, gradingProgress: isFinal ? 'FullyGraded' : 'PendingManual', comment }
}

/**
 * Sends the newest grade of a learner. A platform takes one score per learner, column and second, each later than the last
 * (AGS 2.0, 3.4.5): so each revision has a second of its own, noted before it is sent; a 409 to a second that we sent before
 * means that it had arrived. Who has lost the row can't note, and so doesn't send: a score from before never follows a later one.
 * What a teacher has set there since stays, until a person asks for ours.
 */
export const gradeDelivery = ({ ags, columns, registry, courses, i18n, log, now }: GradeDeps) => {
  /** What the platform shows of a learner; «unknown» where it can't or needn't be asked. */
  const standing = async ({ platform, run, lineitem, sub, row }: Errand): Promise<number | undefined | 'unknown'> => {
    if (!run.ags?.scope.includes(SCOPES.result)) return 'unknown'
    try {
      for await (const { user, share } of ags.results(platform, lineitem, sub)) if (user === sub) return share
      return undefined
    } catch (error) {
      if (!(error instanceof ServiceFault) && !isUnanswered(error)) throw error
      const mayPass = !(error instanceof ServiceFault) || isBusy(error)
      if (mayPass && row.attempts < READING_TRIES) throw error
      return 'unknown'
    }
  }
  const isTaken = async (errand: Errand): Promise<boolean> => {
    const { last, row, payload } = errand
    if (!last?.landed || row.asked || payload.reset) return false
    const theirs = await standing(errand)
    return theirs !== 'unknown' && isOverridden(last, theirs)
  }
  const commentOf = async ({ run, payload: { column, comment, pending } }: Errand): Promise<string> => {
    const say = i18n.in(i18n.pick((await courses.course(run.course)).lang))
    const [kind] = column.split(':')
    return `${say(`grades.comment.${kind}`, comment)}${pending ? ` ${say('grades.comment.pending')}` : ''}`
  }

  const post = async (errand: Errand, said: Said, second: number, contested: boolean): Promise<Memo> => {
    const { row, lineitem, last, payload, platform, sub, note } = errand
    const whole = said.gradingProgress === 'FullyGraded'
    // Until it's known to have arrived, either may stand there.
    const memo: Memo = { rev: row.rev, second, lineitem, contested, ours: [...(last?.ours ?? []), ...(payload.reset ? [] : [shareOf(payload)])].slice(-8), ...(last?.landed ? { landed: true } : {}), whole: whole || last?.whole === true }
    await note(memo)
    await ags.postScore(platform, lineitem, { userId: sub, timestamp: new Date(second * 1000).toISOString(), ...said })
    return memo
  }
  const arrived = ({ payload }: Errand, said: Said, memo: Memo): Delivery => {
    const { rev, second, lineitem } = memo
    // After a reset whatever we said before may go on standing where the platform keeps it.
    const ours = payload.reset ? memo.ours : [shareOf(payload)]
    return { state: 'delivered', memo: { rev, second, lineitem, ours, landed: true, whole: said.gradingProgress === 'FullyGraded' || (memo.whole && !payload.reset), arrived: JSON.stringify(said) } }
  }
  const send = async (errand: Errand): Promise<Delivery> => {
    const { row, last } = errand
    const said = saidOf(errand, errand.payload.reset ? '' : await commentOf(errand))
    const overridden: Delivery = { state: 'delivered', problem: { code: 'lti/overridden' }, memo: { ...last, overridden: true } }
    // It stands there already: a wrong answer changes nothing. (Of what was sent since without an answer nobody knows.)
    if (!row.asked && !last?.overridden && last?.arrived === JSON.stringify(said)) return { state: 'delivered' }
    if (await isTaken(errand)) return overridden
    const again = last?.rev === row.rev
    const own = Math.floor(row.at.getTime() / 1000)
    const second = again ? last.second : Math.max(own, (last?.second ?? 0) + 1)
    // An answer that was a refusal says that what we sent did not stay; one that was lost says nothing.
    const contested = again && (last.contested === true || row.problem?.status !== undefined)
    try {
      return arrived(errand, said, await post(errand, said, second, contested))
    } catch (error) {
      if (!(error instanceof ServiceFault) || error.step !== 'score' || error.status !== 409) throw error
      if (again && !contested) return arrived(errand, said, last)
      // Something later than our event stands there: ours is the newer news, as of now.
      return arrived(errand, said, await post(errand, said, Math.max(second + 1, Math.floor(now().getTime() / 1000)), true))
    }
  }
  const deliver = async (row: OutboxRow, note: Note, payload: Payload, run: Run): Promise<Delivery> => {
    const member = await courses.member(row.run, row.learner)
    if (!member) return failed('lti/no-member')
    if (member.role !== 'participant') return { state: 'delivered' } // staff have no grade (Moodle: 400)
    const platform = await registry.byId(run.platform)
    if (!platform) return failed('lti/unknown-platform')
    if (!isActive(platform)) return failed('lti/platform-disabled')
    const lineitem = await columns.of(run, platform, payload.column)
    if (!lineitem) return failed('lti/no-line-item')
    const delivery = await send({ row, payload, note, run, platform, sub: member.sub, lineitem, last: memoOf(row.memo, lineitem) })
    if (!delivery.problem) await registry.seen(platform._id, { grade: true })
    return delivery
  }

  return async (row: OutboxRow, note: Note): Promise<Delivery> => {
    const payload = payloadOf(row)
    const run = await courses.run(row.run)
    if (!hasColumn(run, payload.column) && !payload.reset) return { state: 'delivered', problem: { code: 'lti/column-off' } }
    try {
      return await deliver(row, note, payload, run)
    } catch (error) {
      if (error instanceof ColumnUnderWay) return { state: 'retry', problem: { code: 'lti/column-under-way' }, afterSeconds: 1 }
      if (error instanceof ServiceFault && error.step === 'score' && error.status === 404) await columns.forget(run, payload.column)
      const delivery = afterFault(error, row.attempts)
      log.warn({ row: row.id, state: delivery.state, problem: delivery.problem }, 'a grade was not taken')
      return delivery
    }
  }
}
