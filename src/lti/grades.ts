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
const Memo = z.object({ rev: z.number(), second: z.number(), lineitem: z.string() })
type Note = (memo: Record<string, unknown>) => Promise<void>

export interface GradeDeps { ags: Ags; registry: Registry; courses: Courses; i18n: I18n; log: Log; now: () => Date }

const failed = (code: string, status?: number): Delivery => ({ state: 'failed', problem: { code, ...(status ? { status } : {}) } })
/** Answers that another try may better; any other 4xx stays as it is until a person mends it. */
const PASSING = new Set([401, 408, 425, 429])

const afterFault = (error: unknown): Delivery => {
  if (!(error instanceof AgsFault)) return { state: 'retry', problem: { code: 'lti/platform-unreachable' } }
  const { status, step, retryAfter } = error
  const code = status >= 500 || PASSING.has(status) ? 'lti/platform-busy' : `lti/${step}-refused`
  // A token that is refused says that the two sides' settings don't fit: an administrator may be at it just now.
  const passing = status >= 500 || PASSING.has(status) || (step === 'token' && status === 404)
  return passing ? { state: 'retry', problem: { code, status }, afterSeconds: retryAfter } : failed(code, status)
}

/**
 * Sends the newest grade of a learner. A platform takes one score per learner, column and second, each later than the last
 * (AGS 2.0, 3.4.5): so each revision has a second of its own, noted before it is sent; a 409 to a second that we sent before
 * means that it had arrived.
 */
export const gradeDelivery = ({ ags, registry, courses, i18n, log, now }: GradeDeps) => {
  const columns = new Map<string, string>()
  const columnOf = async (run: Run, platform: Platform): Promise<string | undefined> => {
    if (run.ags?.lineitem) return run.ags.lineitem
    const id = `${run._id} ${run.resourceLink}`
    const known = columns.get(id)
    if (known || !run.ags?.lineitems) return known
    const found = await ags.lineItemOf(platform, run.ags.lineitems, run.resourceLink, run.ags.scope, run.contextTitle ?? 'Keyroom')
    if (found) columns.set(id, found)
    return found
  }
  const send = async (row: OutboxRow, note: Note, run: Run, platform: Platform, sub: string): Promise<Delivery> => {
    const { score, max, activityProgress, comment } = Payload.parse(row.payload)
    const lineitem = await columnOf(run, platform)
    if (!lineitem) return failed('lti/no-line-item')
    const parsed = Memo.safeParse(row.memo)
    const last = parsed.success && parsed.data.lineitem === lineitem ? parsed.data : undefined
    const again = last?.rev === row.rev
    const own = Math.floor(row.at.getTime() / 1000)
    const post = async (second: number): Promise<void> => {
      await note({ rev: row.rev, second, lineitem })
      await ags.postScore(platform, lineitem, {
        userId: sub, timestamp: new Date(second * 1000).toISOString(), scoreGiven: score, scoreMaximum: max, activityProgress,
        gradingProgress: 'FullyGraded', comment: i18n.t('en', 'lti.grade.comment', comment),
      })
    }
    const second = again ? last.second : Math.max(own, (last?.second ?? 0) + 1)
    try {
      await post(second)
    } catch (error) {
      if (!(error instanceof AgsFault) || error.step !== 'score' || error.status !== 409) throw error
      if (again) return { state: 'delivered' }
      // Something later than our event stands there, from another hand: ours is the newer news, as of now.
      await post(Math.max(second + 1, Math.floor(now().getTime() / 1000)))
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
      const delivery = afterFault(error)
      log.warn({ row: row.id, state: delivery.state, problem: delivery.state === 'delivered' ? undefined : delivery.problem }, 'a grade was not taken')
      return delivery
    }
  }
}
