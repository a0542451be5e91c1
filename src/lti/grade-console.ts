import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { columnsOf, type Column, type Course, type Courses, type Grading, type Run } from '../courses/index.js'
import type { Delivery, Ledger, OutboxDraft, OutboxRow, Standing } from '../ledger/index.js'
import { gradeId } from '../play/index.js'
import { mayCreate, mayRead, SCOPES, type Ags } from './ags.js'
import { ColumnUnderWay, type Columns } from './columns.js'
import { afterFault, isUnanswered } from './grade-faults.js'
import { isAlike, oursIn } from './grade-memo.js'
import { payloadOf } from './grades.js'
import type { Platform, Registry } from './registry.js'
import { ServiceFault } from './services.js'

/** One learner's grade in one column, of 100: what we have, and what the LMS shows. */
export interface ComparedGrade { learner: string; column: Column; ours?: number; theirs?: number; /** Not what we sent last: somebody changed it there. */ overridden: boolean }
export interface Comparison { at: Date; rows: ComparedGrade[]; /** Columns that couldn't be read, and why. */ problems: { column: Column; code: string; status?: number }[] }
/** What the LMS lets us do with the grades of a run, as its last launch said: send any, make columns, read what it shows. */
export interface GradeRights { send: boolean; columns: boolean; compare: boolean }
export interface GradesConsole {
  /** Reads the LMS's results of each column now, and says what differs. */
  compare(run: string): Promise<Comparison>
  /** Sends anew, whatever stands there: one learner or all; failed, waiting or delivered. One learner's that was taken back is given again, as it is now. How many. */
  resend(run: string, filter: { learner?: string; column?: Column; all?: true }): Promise<number>
  /** Clears a learner's grade in the LMS (no score, NotReady); the next result sends again. */
  reset(run: string, learner: string, actor: string): Promise<void>
  /** Which columns the LMS has from now on: made, and filled with what is known of all learners. */
  setGrading(run: string, grading: Grading, actor: string): Promise<void>
  rights(run: Run): GradeRights
}
export interface ConsoleDeps {
  ledger: Pick<Ledger, 'record' | 'standings' | 'outbox'>
  courses: Pick<Courses, 'run' | 'course' | 'members' | 'setGrading'>
  registry: Pick<Registry, 'byId'>
  columns: Columns
  ags: Ags
  /** What the LMS's columns should say of a learner. */
  gradesOf: (run: Run, course: Course, standing: Standing) => OutboxDraft[]
  now: () => Date
}

/** Another node may play a run as it was for some seconds, and grade by columns that it no longer has: who fills them comes back after that. */
const SETTLED_MS = 6000
/** As many as the ledger takes in one transaction. */
const AT_ONCE = 500

const percent = (share: number): number => Math.round(share * 10_000) / 100

const problemOf = (column: Column, error: unknown): Comparison['problems'][number] => {
  if (error instanceof ServiceFault) return { column, code: error.status >= 500 || error.status === 429 ? 'lti/platform-busy' : `lti/${error.step}-refused`, status: error.status }
  if (isUnanswered(error)) return { column, code: 'lti/platform-unreachable' }
  throw error
}

const comparing = ({ ledger, courses, registry, columns, ags, now }: ConsoleDeps): GradesConsole['compare'] => {
  /** What the column shows of each person, by the platform's own ids; or why that can't be known. */
  const shown = async (run: Run, platform: Platform, column: Column): Promise<Map<string, number | undefined> | string> => {
    if (!run.ags?.scope.includes(SCOPES.result)) return 'lti/no-result-scope'
    const lineitem = await columns.known(run, platform, column)
    if (!lineitem) return 'lti/no-line-item'
    const found = new Map<string, number | undefined>()
    for await (const { user, share } of ags.results(platform, lineitem)) found.set(user, share)
    return found
  }
  return async (id) => {
    const run = await courses.run(id)
    const [course, platform, members, sent] = await Promise.all([courses.course(run.course), registry.byId(run.platform), courses.members(id), ledger.outbox.rows({ run: id, kind: 'grade' })])
    const rows = new Map(sent.map((row) => [row.id, row]))
    const result: Comparison = { at: now(), rows: [], problems: [] }
    for (const column of columnsOf(run, course)) {
      // One that doesn't answer is waited for once: a person waits with it.
      const away = result.problems.find(({ code }) => code === 'lti/platform-unreachable')
      const found = away ? away.code : platform ? await shown(run, platform, column).catch((error: unknown) => problemOf(column, error)) : 'lti/unknown-platform'
      if (!(found instanceof Map)) {
        result.problems.push(typeof found === 'string' ? { column, code: found } : found)
        continue
      }
      for (const { user, sub, role } of members) if (role === 'participant') result.rows.push(compared(user, column, rows.get(gradeId(id, user, column)), found.get(sub)))
    }
    return result
  }
}
const compared = (learner: string, column: Column, row: OutboxRow | undefined, theirs: number | undefined): ComparedGrade => {
  const payload = row && payloadOf(row)
  const ours = payload && !payload.reset ? Math.min(1, payload.score / payload.max) : undefined
  const last = oursIn(row?.memo)
  const overridden = last !== undefined && theirs !== undefined && !isAlike(last, theirs)
  return { learner, column, ...(ours === undefined ? {} : { ours: percent(ours) }), ...(theirs === undefined ? {} : { theirs: percent(theirs) }), overridden }
}

const filling = ({ ledger, courses, gradesOf, now }: ConsoleDeps) => {
  const isStale = (row: OutboxRow | undefined, draft: OutboxDraft): boolean => {
    if (!row || row.problem?.code === 'lti/column-off') return true
    return !payloadOf(row).reset && !isDeepStrictEqual(row.payload, draft.payload)
  }
  /** Drafts what isn't drafted so; done again, it changes nothing. */
  return async (id: string): Promise<void> => {
    const run = await courses.run(id)
    const course = await courses.course(run.course)
    const rows = new Map((await ledger.outbox.rows({ run: id, kind: 'grade' })).map((row) => [row.id, row]))
    const missing = (standing: Standing): OutboxDraft[] => gradesOf(run, course, standing).filter((draft) => isStale(rows.get(draft.id), draft))
    let under: Promise<unknown>[] = []
    for await (const standing of ledger.standings(id)) {
      if (!standing.play.launched || missing(standing).length === 0) continue
      under.push(ledger.record({ run: id, learner: standing.learner, key: `grades:${randomUUID()}`, at: now(), decide: (newest) => ({ events: [], outbox: missing(newest) }) }))
      if (under.length < AT_ONCE) continue
      await Promise.all(under)
      under = []
    }
    await Promise.all(under)
  }
}

/** What was taken back was earned all the same. How many of these were given again; a teacher's own grade, set since, stays. */
const givingBack = ({ ledger, courses, gradesOf, now }: ConsoleDeps) => async (id: string, learner: string, taken: OutboxRow[]): Promise<number> => {
  if (taken.length === 0) return 0
  const run = await courses.run(id)
  const course = await courses.course(run.course)
  const ids = new Set(taken.map((row) => row.id))
  let given = 0
  await ledger.record({
    run: id, learner, key: `grades:${randomUUID()}`, at: now(),
    decide(newest) {
      const outbox = gradesOf(run, course, newest).filter((draft) => ids.has(draft.id) && !payloadOf(draft).reset)
      given = outbox.length
      return { events: [], outbox }
    },
  })
  return given
}

const rightsOf = ({ ags, columns = {} }: Run): GradeRights => {
  const { scope = [], lineitems, lineitem } = ags ?? {}
  const hasColumn = lineitem !== undefined || Object.keys(columns).length > 0 || (lineitems !== undefined && mayRead(scope))
  return { send: scope.includes(SCOPES.score) && hasColumn, columns: lineitems !== undefined && mayCreate(scope), compare: scope.includes(SCOPES.result) }
}

/** What a person may do about grades; and what the outbox's rows of kind `grading` ask for: a run's columns, made and filled. */
export const createGradesConsole = (deps: ConsoleDeps): GradesConsole & { deliver(row: OutboxRow): Promise<Delivery> } => {
  const { ledger, courses, registry, columns, now } = deps
  const fill = filling(deps)
  const giveBack = givingBack(deps)
  return {
    compare: comparing(deps),
    rights: rightsOf,
    async resend(run, { learner, column, all }) {
      if (!learner && !column && !all) return 0
      const rows = (await ledger.outbox.rows({ run, kind: 'grade', ...(learner ? { learner } : {}) })).filter((row) => !column || payloadOf(row).column === column)
      const taken = learner ? rows.filter((row) => payloadOf(row).reset) : []
      const given = learner ? await giveBack(run, learner, taken) : 0
      return given + (await ledger.outbox.resend(rows.filter((row) => !taken.includes(row)).map(({ id }) => id)))
    },
    async reset(id, learner, actor) {
      const run = await courses.run(id)
      const sent = new Set((await ledger.outbox.rows({ run: id, learner, kind: 'grade' })).map((row) => row.id))
      const named = columnsOf(run, await courses.course(run.course)).filter((column) => sent.has(gradeId(id, learner, column)))
      await ledger.record({
        run: id, learner, key: `grade-reset:${randomUUID()}`, at: now(), actor,
        decide: () => ({
          events: [{ type: 'grade-reset', data: { columns: named } }],
          outbox: named.map((column) => ({ kind: 'grade', id: gradeId(id, learner, column), lane: run.platform, payload: { column, score: 0, max: 100, activityProgress: 'Initialized', comment: {}, reset: true } })),
        }),
      })
    },
    async setGrading(id, grading, actor) {
      await courses.setGrading(id, grading)
      const { platform } = await courses.run(id)
      await ledger.record({
        run: id, learner: actor, key: `grading:${randomUUID()}`, at: new Date(now().getTime() + SETTLED_MS), actor,
        decide: () => ({ events: [], outbox: [{ kind: 'grading', id: `grading:${id}`, lane: platform, payload: {} }] }),
      })
      await fill(id)
    },
    async deliver({ run: id, attempts }) {
      const run = await courses.run(id)
      const [course, platform] = await Promise.all([courses.course(run.course), registry.byId(run.platform)])
      await fill(id)
      try {
        // In their order, so that they stand so in the gradebook; also where nobody has begun yet.
        if (platform) for (const column of columnsOf(run, course)) await columns.of(run, platform, column)
        return { state: 'delivered' }
      } catch (error) {
        return error instanceof ColumnUnderWay ? { state: 'retry', problem: { code: 'lti/column-under-way' }, afterSeconds: 1 } : afterFault(error, attempts)
      }
    },
  }
}
