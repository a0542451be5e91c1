import { randomUUID } from 'node:crypto'
import type { mongo } from 'mongoose'
import type { Log } from '../infra/index.js'
import type { Collections, OutboxDoc } from './committer.js'
import type { Deliver, Delivery, OutboxRow } from './model.js'
import { backoffSeconds, type Lanes } from './outbox-lanes.js'

/** Longer than any delivery may take; a node that died mid-way frees its rows after it. */
const LEASE_MS = 60_000
/**
 * A claim or an outcome that is lost when the database changes its primary harms nobody: who no longer holds the row can't note, and so
 * doesn't send; and what is sent again says the same. Only a note must outlive everything, before anything is sent.
 */
const LIGHTLY = { writeConcern: { w: 1 } } as const
const RELEASE = { lease: '', leaseUntil: '' } as const

export interface WorkerDeps {
  outbox: Collections['outbox']
  lanes: Lanes
  log: Log
  now: () => Date
  settled: (row: OutboxRow) => void
}
export interface WorkerOptions { kind: string; deliver: Deliver; concurrency: number; pollMs: number }
export interface Worker {
  kind: string
  lanes: Lanes
  /** There is something due in this lane. */
  wake(lane?: string): void
  /** Looks in all lanes at once, instead of at the next poll. */
  look(): void
  stop(): Promise<void>
}

export const rowOf = ({ _id, lease: _lease, ...row }: OutboxDoc): OutboxRow => ({ ...row, id: _id })

/** Claims and settles rows of one kind. The lease is a token: who lost it can't mark the row any more. */
const rowsOf = ({ outbox, lanes, log, now, settled }: WorkerDeps, { kind, deliver }: WorkerOptions) => {
  const claim = (lane: string, lease: string): Promise<OutboxDoc | null> =>
    outbox.findOneAndUpdate(
      // Rows without a lane, and those of older versions, are the lane without a name.
      { kind, state: 'waiting', lane: lane || (null as never), nextAt: { $lte: now() }, $or: [{ leaseUntil: { $exists: false } }, { leaseUntil: { $lte: now() } }] },
      { $set: { lease, leaseUntil: new Date(now().getTime() + LEASE_MS) } },
      { sort: { nextAt: 1 }, returnDocument: 'after', ...LIGHTLY },
    )
  const outcome = (doc: OutboxDoc, delivery: Delivery): { set: Partial<OutboxDoc>; unset: Record<string, ''> } => {
    const attempts = doc.attempts + 1
    const problem = delivery.problem && { ...delivery.problem, at: now() }
    if (delivery.state === 'delivered') return { set: { state: 'delivered', attempts, deliveredAt: now(), ...(problem ? { problem } : {}) }, unset: { asked: '', ...(problem ? {} : { problem: '' as const }) } }
    if (delivery.state === 'failed') return { set: { state: 'failed', attempts, problem }, unset: {} }
    return { set: { attempts, problem, nextAt: new Date(now().getTime() + (delivery.afterSeconds ?? backoffSeconds(attempts)) * 1000) }, unset: {} }
  }
  const settle = async (doc: OutboxDoc, lease: string, delivery: Delivery): Promise<void> => {
    const { set, unset } = outcome(doc, delivery)
    const memo = delivery.state === 'delivered' && delivery.memo ? { memo: delivery.memo } : {}
    const update = { $set: { ...set, ...memo }, $unset: { ...RELEASE, ...unset } } as mongo.UpdateFilter<OutboxDoc>
    const { matchedCount } = await outbox.updateOne({ _id: doc._id, lease, rev: doc.rev }, update, LIGHTLY)
    if (matchedCount > 0) return settled({ ...rowOf(doc), ...set, ...memo })
    // The state changed while it was being sent: whatever became of the old one, the new one is still to go.
    await outbox.updateOne({ _id: doc._id, lease }, { $unset: RELEASE, $set: { nextAt: now(), ...memo } })
  }
  const attempt = async (doc: OutboxDoc, lease: string): Promise<Delivery> => {
    const note = async (memo: Record<string, unknown>): Promise<void> => {
      const { matchedCount } = await outbox.updateOne({ _id: doc._id, lease }, { $set: { memo } })
      if (matchedCount === 0) throw new Error('The lease ended before the delivery did')
    }
    try {
      return await deliver(rowOf(doc), note)
    } catch (error) {
      log.error({ err: error, row: doc._id }, 'a delivery broke; it is tried again')
      return { state: 'retry', problem: { code: 'unforeseen' } }
    }
  }
  /** One due row of the lane, tried. False where there is none. */
  return async (lane: string): Promise<boolean> => {
    const [lease, begun] = [randomUUID(), now()]
    const doc = await claim(lane, lease)
    if (!doc) return false
    const delivery = await attempt(doc, lease)
    if (delivery.state === 'retry' && delivery.holds) await lanes.hold(lane, begun, { ...delivery.problem, at: now() }, delivery.afterSeconds)
    else if (delivery.state !== 'retry') await lanes.well(lane)
    // A database that is away must not end the worker: the row comes again when its lease has ended.
    await settle(doc, lease, delivery).catch((error: unknown) => log.error({ err: error, row: doc._id }, 'what became of a delivery can’t be kept'))
    return true
  }
}

/** Works through the rows of one kind, lane by lane: what goes to one address never waits for what goes to another. */
export const startWorker = (deps: WorkerDeps, options: WorkerOptions): Worker => {
  const { outbox, lanes, log, now } = deps
  const { kind, concurrency, pollMs } = options
  const tryOne = rowsOf(deps, options)
  /** Loops at work in each lane, and whether somebody called while all were. */
  const busy = new Map<string, { loops: number; again: boolean }>()
  const ended = new Set<Promise<void>>()
  let closing = false
  /** Knows which lanes rest; before that, whoever wakes it is found by its first look. */
  let knows = false
  let timer: NodeJS.Timeout | undefined

  const stateOf = (lane: string): { loops: number; again: boolean } => {
    const state = busy.get(lane) ?? { loops: 0, again: false }
    busy.set(lane, state)
    return state
  }
  const loop = async (lane: string): Promise<void> => {
    const state = stateOf(lane)
    state.loops++
    try {
      for (;;) {
        const room = lanes.room(lane, concurrency)
        // Its own place counts: where there is room for fewer than are here, this one leaves.
        if (closing || state.loops > room) break
        if (await tryOne(lane)) {
          // What was tried by one alone is well again: now the others may come.
          if (lanes.room(lane, concurrency) > room) start(lane, concurrency)
        } else if (state.again) state.again = false
        else break
      }
    } catch (error) {
      log.error({ err: error, kind }, 'the outbox can’t be read')
    } finally {
      state.loops--
      if (state.loops === 0) busy.delete(lane)
    }
  }
  /** At most so many more loops. Were all to look for one row, all but one would look in vain. */
  const start = (lane: string, wanted: number): void => {
    if (closing) return
    const state = stateOf(lane)
    const free = lanes.room(lane, concurrency) - state.loops
    if (free <= 0) state.again = state.loops > 0
    for (let more = Math.min(free, wanted); more > 0; more--) {
      const one = loop(lane).finally(() => ended.delete(one))
      ended.add(one)
    }
  }
  const look = async (): Promise<void> => {
    await lanes.refresh()
    knows = true
    const resting = lanes.resting()
    const due = await outbox.distinct('lane', { kind, state: 'waiting', lane: { $type: 'string', $nin: resting }, nextAt: { $lte: now() } })
    for (const lane of ['', ...(due as string[])]) start(lane, concurrency)
  }
  const poll = (): void => {
    if (closing) return
    clearTimeout(timer)
    const one = look().catch((error: unknown) => log.error({ err: error, kind }, 'the outbox can’t be read')).then(() => {
      ended.delete(one)
      clearTimeout(timer)
      if (!closing) timer = setTimeout(poll, pollMs)
    })
    ended.add(one)
  }
  poll()
  return {
    kind, lanes, look: poll,
    wake: (lane = '') => void (knows && start(lane, 1)),
    async stop() {
      closing = true
      clearTimeout(timer)
      await Promise.all(ended)
    },
  }
}
