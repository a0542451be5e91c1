import { randomUUID } from 'node:crypto'
import type { mongo } from 'mongoose'
import { isDuplicate } from '../../infra/index.js'
import type { RosterProblem, RosterRead, RosterState, Reason } from './model.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** At most so often, by reason; a person's own asking waits for nothing but the reading under way. */
const STAFF_MS = 10 * MINUTE
const PARTICIPANT_MS = DAY
const EVERY_MS = 6 * HOUR
/** A run that nobody opened for so long is at rest. */
const AWAKE_MS = 60 * DAY
/** A node that was killed keeps others waiting this long. Longer than one page may take. */
const LEASE_MS = MINUTE
const TOGETHER = 50

interface RosterDoc extends RosterState {
  _id: string
  /** Somebody came in. Within ten minutes. */
  launchedAt?: Date
  triedAt?: Date
  /** When the schedule, or a participant, may ask again. */
  nextAt?: Date
  failures?: number
  /** Of a list of one page. */
  etag?: string
  /** The list had nobody of those who were there: taken at the second time. */
  emptyAt?: Date
  last?: RosterRead
  lease?: string
  leaseUntil?: Date
}
/** A run whose list one node may read now. */
export interface Turn { run: string; etag?: string; emptyAt?: Date; last?: RosterRead; renew(): Promise<void>; end(result: TurnResult): Promise<void> }
export type TurnResult =
  | { state: 'read'; read: RosterRead; etag?: string; problem?: Omit<RosterProblem, 'at'> }
  | { state: 'unchanged' }
  | { state: 'empty'; problem: Omit<RosterProblem, 'at'> }
  | { state: 'failed'; problem: Omit<RosterProblem, 'at'>; afterSeconds?: number }

export interface Turns {
  /** The turn, if it's due for this reason and nobody else's. */
  take(run: string, why: Reason): Promise<Turn | undefined>
  state(run: string): Promise<RosterDoc | undefined>
  launched(run: string): Promise<void>
  due(): Promise<string[]>
}

/** Runs that began together don't stay together. */
const jittered = (ms: number): number => ms * (0.8 + 0.4 * Math.random())
/** 10 minutes, 20, 40 … a day. */
const backoff = (failures: number): number => Math.min(DAY, 10 * MINUTE * 2 ** Math.min(failures - 1, 10))

/** Who reads which list when: one node at a time, by a lease. Collection `rosters`. */
export const createTurns = async (db: mongo.Db, now: () => Date): Promise<Turns> => {
  const rosters = db.collection<RosterDoc>('rosters')
  await rosters.createIndex({ nextAt: 1 })
  const ago = (ms: number): Date => new Date(now().getTime() - ms)
  const since = (field: keyof RosterDoc, ms: number) => ({ $or: [{ [field]: { $exists: false } }, { [field]: { $lte: ago(ms) } }] })
  const due: Record<Reason, () => object[]> = {
    asked: () => [],
    staff: () => [since('triedAt', STAFF_MS)],
    participant: () => [since('syncedAt', PARTICIPANT_MS), since('nextAt', 0)],
    schedule: () => [since('nextAt', 0)],
  }

  /** What a reading leaves written down. */
  const after = ({ failures = 0 }: RosterDoc, result: TurnResult): { set: Partial<RosterDoc>; unset: Partial<Record<keyof RosterDoc, ''>> } => {
    const at = now()
    const inMs = (ms: number): Date => new Date(at.getTime() + ms)
    const said = 'problem' in result ? result.problem : undefined
    const problem = said ? { problem: { ...said, at } } : {}
    const well = { failures: 0, nextAt: inMs(jittered(EVERY_MS)) }
    const settled = { emptyAt: '' as const, ...(said ? {} : { problem: '' as const }) }
    switch (result.state) {
      case 'failed':
        return { set: { ...problem, failures: failures + 1, nextAt: inMs(Math.max(jittered(backoff(failures + 1)), (result.afterSeconds ?? 0) * 1000)) }, unset: {} }
      case 'empty':
        return { set: { ...problem, ...well, emptyAt: at }, unset: {} }
      case 'unchanged':
        return { set: { syncedAt: at, ...well }, unset: settled }
      case 'read': {
        const { read, etag } = result
        return { set: { syncedAt: at, ...well, ...problem, members: read.members, last: read, ...(etag ? { etag } : {}) }, unset: { ...settled, ...(etag ? {} : { etag: '' }) } }
      }
    }
  }
  return {
    async take(run, why) {
      const lease = randomUUID()
      const until = (): Date => new Date(now().getTime() + LEASE_MS)
      const taken = await rosters.findOneAndUpdate(
        { _id: run, $and: [since('leaseUntil', 0), ...due[why]()] }, { $set: { lease, leaseUntil: until(), triedAt: now() } }, { upsert: true, returnDocument: 'after' },
      ).catch((error: unknown) => {
        if (isDuplicate(error)) return null // it's there, and isn't due or is another's
        throw error
      })
      if (!taken) return undefined
      const { etag, emptyAt, last } = taken
      return {
        run, etag, emptyAt, last,
        async renew() {
          const { matchedCount } = await rosters.updateOne({ _id: run, lease }, { $set: { leaseUntil: until() } })
          if (matchedCount === 0) throw new Error('the lease ended before the reading did')
        },
        async end(result) {
          const { set, unset } = after(taken, result)
          await rosters.updateOne({ _id: run, lease }, { $set: set, $unset: { ...unset, lease: '', leaseUntil: '' } } as mongo.UpdateFilter<RosterDoc>)
        },
      }
    },
    state: async (run) => (await rosters.findOne({ _id: run })) ?? undefined,
    async launched(run) {
      await rosters.updateOne({ _id: run }, { $set: { launchedAt: now() }, $setOnInsert: { nextAt: now() } }, { upsert: true })
    },
    due: async () => (await rosters.find({ nextAt: { $lte: now() }, launchedAt: { $gte: ago(AWAKE_MS) } }, { projection: { _id: 1 } }).sort({ nextAt: 1 }).limit(TOGETHER).toArray()).map(({ _id }) => _id),
  }
}
