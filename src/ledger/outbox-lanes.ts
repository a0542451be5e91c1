import type { mongo } from 'mongoose'
import type { OutboxRow, Rest } from './model.js'

/**
 * Seconds to wait after the n-th failed try: 5 s, doubling, 4 hours at most; so a platform that is down for three days is asked
 * about thirty times. | try 1 | 2 | 3 | 5 | 8 | 12 and on | → | 5 s | 10 s | 20 s | 80 s | 11 min | 4 h |
 */
export const backoffSeconds = (attempts: number): number => Math.min(4 * 3600, 5 * 2 ** (attempts - 1))

/** A lane in trouble; none is kept of one that is well. `told`: the address itself said how long. */
export interface LaneDoc extends Rest { _id: string; failures: number; told: boolean; since: Date }

export interface Lanes {
  /** How many may be under way at once: none while it rests, one to see whether it's well again, then all. */
  room(lane: string, concurrency: number): number
  resting(): string[]
  /** It lies with the address: all wait. `begun`: when the try began; tries that were under way together count as one. */
  hold(lane: string, begun: Date, problem: NonNullable<OutboxRow['problem']>, afterSeconds?: number): Promise<void>
  /** The address has answered. */
  well(lane: string): Promise<void>
  /** Somebody has reason to think that it's well again: one may try, unless the address itself asked for more time. */
  tryNow(lane: string): Promise<void>
  /** What the other nodes have found out. */
  refresh(): Promise<void>
}

/** The lanes of one kind. What a node finds out it keeps where all look, so that a rest holds for all. */
export const createLanes = (docs: mongo.Collection<LaneDoc>, kind: string, now: () => Date): Lanes => {
  const ill = new Map<string, LaneDoc>()
  const idOf = (lane: string): string => `${kind}:${lane}`
  const isResting = ({ until }: LaneDoc): boolean => until > now()
  /** What is changed here while a look is under way is newer than what it sees. */
  let changes = 0
  let writing = 0
  const change = async (write: () => Promise<unknown>): Promise<void> => {
    changes++
    writing++
    try {
      await write()
    } finally {
      writing--
    }
  }
  return {
    room(lane, concurrency) {
      const found = ill.get(lane)
      if (!found) return concurrency
      return isResting(found) ? 0 : 1
    },
    resting: () => [...ill.values()].filter(isResting).map(({ lane }) => lane),
    async hold(lane, begun, problem, afterSeconds) {
      const before = ill.get(lane)
      const together = before !== undefined && before.since >= begun
      const failures = together ? before.failures : (before?.failures ?? 0) + 1
      const until = new Date(now().getTime() + (afterSeconds ?? backoffSeconds(failures)) * 1000)
      if (together && before.until >= until) return
      const doc: LaneDoc = { _id: idOf(lane), kind, lane, until, problem, failures, told: afterSeconds !== undefined, since: now() }
      ill.set(lane, doc)
      await change(() => docs.replaceOne({ _id: doc._id }, doc, { upsert: true }))
    },
    async well(lane) {
      if (!ill.has(lane)) return
      ill.delete(lane)
      await change(() => docs.deleteOne({ _id: idOf(lane) }))
    },
    async tryNow(lane) {
      const found = ill.get(lane)
      if (found && !found.told) ill.set(lane, { ...found, until: now() })
      await change(() => docs.updateOne({ _id: idOf(lane), told: false }, { $set: { until: now() } }))
    },
    async refresh() {
      const before = changes
      if (writing > 0) return
      const found = await docs.find({ kind }).toArray()
      if (changes !== before) return
      ill.clear()
      for (const doc of found) ill.set(doc.lane, doc)
    },
  }
}
