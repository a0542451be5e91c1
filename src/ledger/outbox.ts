import type { mongo } from 'mongoose'
import type { Log } from '../infra/index.js'
import type { Collections } from './committer.js'
import type { Outbox, OutboxDraft, OutboxRow } from './model.js'
import { createLanes, type LaneDoc } from './outbox-lanes.js'
import { rowOf, startWorker, type Worker } from './outbox-worker.js'

export interface OutboxDeps { outbox: Collections['outbox']; lanes: mongo.Collection<LaneDoc>; log: Log; now?: () => Date }
export interface OutboxWorkers extends Outbox {
  /** Tells of rows that are due. */
  wake(drafts: readonly OutboxDraft[]): void
  close(): Promise<void>
}

/** As settled just now: whoever was told of it looks at once. */
const NEWEST = { readConcern: { level: 'local' } } as const

/** Who hears of what became of rows. One that throws is logged, and keeps nothing from being settled. */
const listeners = (log: Log) => {
  const all = new Set<(row: OutboxRow) => void>()
  return {
    onSettled: (fn: (row: OutboxRow) => void) => {
      all.add(fn)
      return () => void all.delete(fn)
    },
    tell(row: OutboxRow): void {
      for (const listener of all) {
        try {
          listener(row)
        } catch (error) {
          log.error({ err: error }, 'a listener of the outbox broke')
        }
      }
    },
  }
}

/** The outbox on its collections `outbox` and `outbox_lanes`. */
export const createOutbox = ({ outbox, lanes, log, now = () => new Date() }: OutboxDeps): OutboxWorkers => {
  const workers: Worker[] = []
  const { onSettled, tell } = listeners(log)

  const resting: Outbox['resting'] = async ({ kind, lane } = {}) =>
    (await lanes.find({ ...(kind ? { kind } : {}), ...(lane === undefined ? {} : { lane }), until: { $gt: now() } }).toArray()).map((each) => ({ kind: each.kind, lane: each.lane, until: each.until, problem: each.problem }))
  /** Somebody asks: the lanes of these rows may try once, and everyone looks. */
  const openFor = async (ids: readonly string[]): Promise<void> => {
    for (const { kind, lane = '' } of await outbox.aggregate<{ kind: string; lane?: string }>([{ $match: { _id: { $in: ids } } }, { $group: { _id: { kind: '$kind', lane: '$lane' } } }, { $replaceRoot: { newRoot: '$_id' } }]).toArray()) {
      const mine = workers.find((worker) => worker.kind === kind)
      await (mine?.lanes ?? createLanes(lanes, kind, now)).tryNow(lane)
    }
    workers.forEach((worker) => worker.look())
  }

  const retryAll: Outbox['retryAll'] = async (ids) => {
    const { matchedCount } = await outbox.updateMany({ _id: { $in: [...ids] }, state: { $ne: 'delivered' } }, { $set: { state: 'waiting', nextAt: now(), attempts: 0 } })
    if (matchedCount > 0) await openFor(ids)
    return matchedCount
  }

  return {
    onSettled,
    resting,
    deliver(kind, deliver, { concurrency = 4, pollMs = 2000 } = {}) {
      workers.push(startWorker({ outbox, lanes: createLanes(lanes, kind, now), log, now, settled: tell }, { kind, deliver, concurrency, pollMs }))
    },
    async rows({ id, ...filter }) {
      const [found, rests] = await Promise.all([outbox.find({ ...filter, ...(id ? { _id: id } : {}) }, NEWEST).sort({ at: 1 }).toArray(), resting({ kind: filter.kind })])
      return found.map((doc) => {
        const rest = doc.state === 'waiting' ? rests.find(({ kind, lane }) => kind === doc.kind && lane === (doc.lane ?? '')) : undefined
        return { ...rowOf(doc), ...(rest ? { rest } : {}) }
      })
    },
    retry: async (id) => (await retryAll([id])) > 0,
    retryAll,
    async resend(ids) {
      // A new revision: a delivery that is under way counts for the one before.
      const { matchedCount } = await outbox.updateMany({ _id: { $in: [...ids] } }, { $set: { state: 'waiting', nextAt: now(), attempts: 0, asked: true }, $inc: { rev: 1 } })
      if (matchedCount > 0) await openFor(ids)
      return matchedCount
    },
    wake(drafts) {
      for (const { kind, lane } of drafts) for (const worker of workers) if (worker.kind === kind) worker.wake(lane)
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()))
    },
  }
}
