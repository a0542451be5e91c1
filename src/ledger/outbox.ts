import { randomUUID } from 'node:crypto'
import type { mongo } from 'mongoose'
import type { Log } from '../infra/index.js'
import type { Collections, OutboxDoc } from './committer.js'
import type { Delivery, Outbox, OutboxRow } from './model.js'

/**
 * Seconds to wait after the n-th failed try: 5 s, doubling, 4 hours at most; so a platform that is down for three days is asked
 * about thirty times. | try 1 | 2 | 3 | 5 | 8 | 12 and on | → | 5 s | 10 s | 20 s | 80 s | 11 min | 4 h |
 */
export const backoffSeconds = (attempts: number): number => Math.min(4 * 3600, 5 * 2 ** (attempts - 1))

/** Longer than any delivery may take; a node that died mid-way frees its rows after it. */
const LEASE_MS = 60_000

const RELEASE = { lease: '', leaseUntil: '' } as const

type Deliver = Parameters<Outbox['deliver']>[1]

export interface OutboxDeps { outbox: Collections['outbox']; log: Log; now?: () => Date }
export interface OutboxWorkers extends Outbox {
  /** Tells of rows that are due: the kind of each. */
  wake(kinds: readonly string[]): void
  close(): Promise<void>
}
interface Worker { kind: string; isResting(): boolean; wake(): void; stopped: Promise<void> }

const rowOf = ({ _id, lease: _lease, ...row }: OutboxDoc): OutboxRow => ({ ...row, id: _id })

export const createOutbox = ({ outbox, log, now = () => new Date() }: OutboxDeps): OutboxWorkers => {
  const workers: Worker[] = []
  let closing = false

  /** One row nobody else holds. The lease is a token: who lost it can't mark the row any more. */
  const claim = (kind: string, lease: string): Promise<OutboxDoc | null> =>
    outbox.findOneAndUpdate(
      { kind, state: 'waiting', nextAt: { $lte: now() }, $or: [{ leaseUntil: { $exists: false } }, { leaseUntil: { $lte: now() } }] },
      { $set: { lease, leaseUntil: new Date(now().getTime() + LEASE_MS) } },
      { sort: { nextAt: 1 }, returnDocument: 'after' },
    )

  const settle = async (doc: OutboxDoc, lease: string, delivery: Delivery): Promise<void> => {
    const attempts = doc.attempts + 1
    const problem = delivery.state === 'delivered' ? undefined : { ...delivery.problem, at: now() }
    const { matchedCount } = await outbox.updateOne({ _id: doc._id, lease, rev: doc.rev }, outcome(delivery, attempts, problem))
    // The state changed while it was being sent: whatever became of the old one, the new one is still to go.
    if (matchedCount === 0) await outbox.updateOne({ _id: doc._id, lease }, { $unset: RELEASE, $set: { nextAt: now() } })
  }
  const outcome = (delivery: Delivery, attempts: number, problem: OutboxRow['problem']): mongo.UpdateFilter<OutboxDoc> => {
    if (delivery.state === 'delivered') return { $set: { state: 'delivered', attempts, deliveredAt: now() }, $unset: { ...RELEASE, problem: '' } }
    if (delivery.state === 'failed') return { $set: { state: 'failed', attempts, problem }, $unset: RELEASE }
    const seconds = delivery.afterSeconds ?? backoffSeconds(attempts)
    return { $set: { attempts, problem, nextAt: new Date(now().getTime() + seconds * 1000) }, $unset: RELEASE }
  }

  const attempt = async (doc: OutboxDoc, lease: string, deliver: Deliver): Promise<void> => {
    const note = async (memo: Record<string, unknown>): Promise<void> => {
      const { matchedCount } = await outbox.updateOne({ _id: doc._id, lease }, { $set: { memo } })
      if (matchedCount === 0) throw new Error('The lease ended before the delivery did')
    }
    try {
      await settle(doc, lease, await deliver(rowOf(doc), note))
    } catch (error) {
      log.error({ err: error, row: doc._id }, 'a delivery broke; it is tried again')
      // A database that is away must not end the worker: the row comes again when its lease has ended.
      await settle(doc, lease, { state: 'retry', problem: { code: 'unforeseen' } }).catch((failed: unknown) => log.error({ err: failed, row: doc._id }, 'what became of a delivery can’t be kept'))
    }
  }

  const work = (kind: string, deliver: Deliver, pollMs: number): Worker => {
    let rouse: (() => void) | undefined // while it rests
    let woken = false
    const rest = (): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(() => rouse?.(), pollMs)
        rouse = () => {
          rouse = undefined
          clearTimeout(timer)
          resolve()
        }
        if (woken) rouse()
        woken = false
      })
    const loop = async (): Promise<void> => {
      while (!closing) {
        const lease = randomUUID()
        const doc = await claim(kind, lease).catch((error: unknown) => (log.error({ err: error, kind }, 'the outbox can’t be read'), null))
        if (doc) await attempt(doc, lease, deliver)
        else if (!closing) await rest()
      }
    }
    return { kind, isResting: () => rouse !== undefined, wake: () => (rouse ? rouse() : void (woken = true)), stopped: loop() }
  }
  /** One worker for a row: were all to look for it, all but one would look in vain. Where none rests, those at work look once more. */
  const wakeFor = (kind: string): void => {
    const mine = workers.filter((worker) => worker.kind === kind)
    const rested = mine.find((worker) => worker.isResting())
    for (const worker of rested ? [rested] : mine) worker.wake()
  }

  return {
    deliver(kind, deliver, { concurrency = 4, pollMs = 2000 } = {}) {
      for (let i = 0; i < concurrency; i++) workers.push(work(kind, deliver, pollMs))
    },
    rows: async ({ id, ...filter }) => (await outbox.find({ ...filter, ...(id ? { _id: id } : {}) }).sort({ at: 1 }).toArray()).map(rowOf),
    async retry(id) {
      const { matchedCount } = await outbox.updateOne({ _id: id, state: { $ne: 'delivered' } }, { $set: { state: 'waiting', nextAt: now(), attempts: 0 } })
      if (matchedCount > 0) workers.forEach((worker) => worker.wake())
      return matchedCount > 0
    },
    wake: (kinds) => kinds.forEach(wakeFor),
    async close() {
      closing = true
      workers.forEach((worker) => worker.wake())
      await Promise.all(workers.map(({ stopped }) => stopped))
    },
  }
}
