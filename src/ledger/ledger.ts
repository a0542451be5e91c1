import { watchChanges, type Log, type Mongo } from '../infra/index.js'
import { createCommitter, idOf, type Collections } from './committer.js'
import { erasing } from './erase.js'
import { differences, foldEvent, freshStanding, type SliceMap } from './fold.js'
import type { Ledger, LedgerEvent, OutboxDraft, Standing } from './model.js'
import { createOutbox } from './outbox.js'

export interface LedgerDeps {
  mongo: Mongo
  slices: SliceMap
  log: Log
  now?: () => Date
}

const collectionsOf = ({ db }: Mongo): Collections => ({
  events: db.collection('events'),
  standings: db.collection('standings'),
  outbox: db.collection('outbox'),
})

const ensureIndexes = async ({ events, standings, outbox }: Collections): Promise<void> => {
  await Promise.all([
    events.createIndex({ run: 1, learner: 1, v: 1 }, { unique: true }),
    standings.createIndex({ run: 1, 'game.xp': -1 }),
    // By lane, so that looking for work passes by what rests, however much that is.
    outbox.createIndex({ kind: 1, state: 1, lane: 1, nextAt: 1 }),
    outbox.createIndex({ run: 1, learner: 1 }),
  ])
}

/** A delivery may begin as soon as its row is there, and its events came with it: a reading that waits for the majority would miss them then. */
const NEWEST = { readConcern: { level: 'local' } } as const

/** Who hears of this node's commits. One that throws is logged, and keeps nobody from their answer. */
const commitListeners = (log: Log) => {
  const listeners = new Set<Parameters<Ledger['onCommit']>[0]>()
  return {
    onCommit: (fn: Parameters<Ledger['onCommit']>[0]) => {
      listeners.add(fn)
      return () => void listeners.delete(fn)
    },
    tell(standings: readonly Standing[]): void {
      for (const listener of listeners) {
        try {
          listener(standings)
        } catch (error) {
          log.error({ err: error }, 'a listener of the ledger broke')
        }
      }
    },
  }
}

/** Opens the ledger on its collections `events`, `standings` and `outbox`, and sees to their indexes. */
export const createLedger = async ({ mongo: handle, slices, log, now }: LedgerDeps): Promise<Ledger> => {
  const collections = collectionsOf(handle)
  const { events, standings } = collections
  await ensureIndexes(collections)
  const outbox = createOutbox({ outbox: collections.outbox, lanes: handle.db.collection('outbox_lanes'), log, now })
  const { onCommit, tell } = commitListeners(log)
  const committed = (changed: Standing[], drafts: readonly OutboxDraft[]): void => {
    if (changed.length > 0) tell(changed)
    outbox.wake(drafts)
  }
  const committer = createCommitter({ mongo: handle, collections, slices, log, committed })

  const rebuild: Ledger['rebuild'] = async ({ dryRun = false } = {}) => {
    const differed: { id: string; paths: string[] }[] = []
    const seen = new Set<string>()
    let counted = 0
    let current: Standing | undefined
    const settle = async (standing: Standing | undefined): Promise<void> => {
      if (!standing) return
      seen.add(standing._id)
      const kept = await standings.findOne({ _id: standing._id })
      // A standing that has moved on since its events were read is no difference.
      if (kept && kept.v > standing.v) return
      const paths = kept ? differences(kept, standing) : ['(missing)']
      if (paths.length === 0) return
      differed.push({ id: standing._id, paths })
      if (!dryRun) await standings.replaceOne({ _id: standing._id, ...(kept ? { v: kept.v } : {}) }, standing, { upsert: !kept })
    }
    for await (const event of events.find().sort({ run: 1, learner: 1, v: 1 })) {
      counted++
      const id = idOf(event.run, event.learner)
      if (current?._id !== id) {
        await settle(current)
        current = freshStanding(slices, event.run, event.learner)
      }
      current = foldEvent(slices, current, event)
    }
    await settle(current)
    for await (const { _id } of standings.find({}, { projection: { _id: 1 } })) {
      if (seen.has(_id) || (await events.findOne({ run: _id.split(':')[0], learner: _id.split(':')[1] }))) continue
      differed.push({ id: _id, paths: ['(no events)'] })
      if (!dryRun) await standings.deleteOne({ _id })
    }
    return { standings: seen.size, events: counted, differed }
  }

  return {
    record: (command) => committer.submit(command),
    standing: async (run, learner) => (await standings.findOne({ _id: idOf(run, learner) })) ?? freshStanding(slices, run, learner),
    standings: <T>(run: string, fields: readonly string[] = []) => standings.find({ run }, { projection: Object.fromEntries(fields.map((field) => [field, 1])) }) as unknown as AsyncIterable<T>,
    events: (run, learner) => events.find({ run, learner }, NEWEST).sort({ v: 1 }).toArray() as Promise<LedgerEvent[]>,
    onCommit,
    watch: (onChange, onGap) => watchChanges<Standing>(handle, 'standings', { operationType: { $in: ['insert', 'replace', 'update'] } }, { onChange, onGap, log }),
    outbox,
    rebuild,
    erase: erasing(handle, collections),
    async close() {
      await committer.idle()
      await outbox.close()
    },
  }
}
