import { z } from 'zod'
import type { Courses, Run } from '../courses/index.js'
import type { I18n, Log } from '../infra/index.js'
import type { Delivery, OutboxRow } from '../ledger/index.js'
import { AgsFault, type Ags } from './ags.js'
import type { Platform, Registry } from './registry.js'

const Payload = z.object({
  score: z.number(), max: z.number().positive(), activityProgress: z.enum(['Initialized', 'Started', 'InProgress', 'Submitted', 'Completed']),
  comment: z.object({ rooms: z.number(), of: z.number() }),
})
/** What was last said to a column about a learner, noted before it was said. */
const Memo = z.object({
  rev: z.number(), second: z.number(), lineitem: z.string(),
  /** The platform had something later than this revision, from another hand: then a 409 doesn't say that ours has arrived. */
  contested: z.boolean().optional(),
})
type Note = (memo: Record<string, unknown>) => Promise<void>

export interface GradeDeps { ags: Ags; registry: Registry; courses: Courses; i18n: I18n; log: Log; now: () => Date }

const failed = (code: string, status?: number): Delivery => ({ state: 'failed', problem: { code, ...(status ? { status } : {}) } })
/** 4xx that another try may better; any other stays as it is until a person mends it. */
const PASSING = new Set([401, 408, 425, 429])
/** Two days of tries: a 4xx that has not passed by then won't. */
const PATIENCE = 24

/** An answer that never came: no connection, a broken one, or none in time. */
const isUnanswered = (error: unknown): boolean => (error instanceof TypeError && error.cause !== undefined) || (error instanceof DOMException && error.name === 'TimeoutError')

const afterFault = (error: unknown, attempts: number): Delivery => {
  if (!(error instanceof AgsFault)) {
    if (!isUnanswered(error)) throw error
    return { state: 'retry', problem: { code: 'lti/platform-unreachable' } }
  }
  const { status, step, retryAfter } = error
  if (status >= 500) return { state: 'retry', problem: { code: 'lti/platform-busy', status }, afterSeconds: retryAfter }
  // Moodle answers 404 for a token while it can't read our key set: an administrator may be at it just now.
  const passing = PASSING.has(status) || (step === 'token' && status === 404)
  if (!passing || attempts + 1 >= PATIENCE) return failed(`lti/${step}-refused`, status)
  return { state: 'retry', problem: { code: status === 429 ? 'lti/platform-busy' : `lti/${step}-refused`, status }, afterSeconds: retryAfter }
}

/**
 * Sends the newest grade of a learner. A platform takes one score per learner, column and second, each later than the last
 * (AGS 2.0, 3.4.5): so each revision has a second of its own, noted before it is sent; a 409 to a second that we sent before
 * means that it had arrived. Who has lost the row can't note, and so doesn't send: a score from before never follows a later one.
 */
export const gradeDelivery = ({ ags, registry, courses, i18n, log, now }: GradeDeps) => {
  /** Columns that no launch named, looked up once and by one at a time, lest two make two. */
  const columns = new Map<string, Promise<string | undefined>>()
  const columnOf = async (run: Run, platform: Platform): Promise<string | undefined> => {
    const { lineitem, lineitems, scope } = run.ags ?? {}
    if (lineitem || !lineitems || !scope) return lineitem
    const id = `${run._id} ${run.resourceLink}`
    const looked = columns.get(id) ?? ags.lineItemOf(platform, lineitems, run.resourceLink, scope, run.contextTitle ?? 'Keyroom')
    columns.set(id, looked)
    const forget = (): void => void columns.delete(id)
    const found = await looked.catch((error: unknown) => {
      forget()
      throw error
    })
    if (!found) forget()
    return found
  }
  /** A column that is gone is looked for anew at the next try. */
  const forgetColumn = (run: Run): void => void columns.delete(`${run._id} ${run.resourceLink}`)
  const send = async (row: OutboxRow, note: Note, run: Run, platform: Platform, sub: string): Promise<Delivery> => {
    const { score, max, activityProgress, comment } = Payload.parse(row.payload)
    const lineitem = await columnOf(run, platform)
    if (!lineitem) return failed('lti/no-line-item')
    const parsed = Memo.safeParse(row.memo)
    const last = parsed.success && parsed.data.lineitem === lineitem ? parsed.data : undefined
    const again = last?.rev === row.rev
    const own = Math.floor(row.at.getTime() / 1000)
    const post = async (second: number, contested: boolean): Promise<void> => {
      await note({ rev: row.rev, second, lineitem, contested })
      await ags.postScore(platform, lineitem, {
        userId: sub, timestamp: new Date(second * 1000).toISOString(), scoreGiven: score, scoreMaximum: max, activityProgress,
        gradingProgress: 'FullyGraded', comment: i18n.t('en', 'lti.grade.comment', comment),
      })
    }
    const second = again ? last.second : Math.max(own, (last?.second ?? 0) + 1)
    // An answer that was a refusal says that what we sent did not stay; one that was lost says nothing.
    const contested = again && (last.contested === true || row.problem?.status !== undefined)
    try {
      await post(second, contested)
    } catch (error) {
      if (!(error instanceof AgsFault) || error.step !== 'score' || error.status !== 409) throw error
      if (again && !contested) return { state: 'delivered' }
      // Something later than our event stands there: ours is the newer news, as of now.
      await post(Math.max(second + 1, Math.floor(now().getTime() / 1000)), true)
    }
    return { state: 'delivered' }
  }
  return async (row: OutboxRow, note: Note): Promise<Delivery> => {
    const [run, member] = await Promise.all([courses.run(row.run), courses.member(row.run, row.learner)])
    if (!member) return failed('lti/no-member')
    if (member.role !== 'participant') return { state: 'delivered' } // staff have no grade (Moodle: 400)
    const platform = await registry.byId(run.platform)
    if (!platform) return failed('lti/unknown-platform')
    try {
      return await send(row, note, run, platform, member.sub)
    } catch (error) {
      if (error instanceof AgsFault && error.status === 404) forgetColumn(run)
      const delivery = afterFault(error, row.attempts)
      log.warn({ row: row.id, state: delivery.state, problem: delivery.state === 'delivered' ? undefined : delivery.problem }, 'a grade was not taken')
      return delivery
    }
  }
}
