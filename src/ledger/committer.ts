import { mongo } from 'mongoose'
import type { Log, Mongo } from '../infra/index.js'
import type { Command, LedgerEvent, OutboxDraft, OutboxRow, Recorded, Standing } from './model.js'
import { foldEvent, freshStanding, type SliceMap } from './fold.js'

type Stored<T> = Omit<T, '_id'> & { _id: string }
export type Collections = {
  events: mongo.Collection<Stored<LedgerEvent>>
  standings: mongo.Collection<Stored<Standing>>
  outbox: mongo.Collection<OutboxDoc>
}
/** A row as it rests; its `_id` is the draft's id. */
export type OutboxDoc = Omit<OutboxRow, 'id' | 'rest'> & { _id: string; lease?: string }

interface Waiting { command: Command; key: string; resolve(recorded: Recorded): void; reject(error: unknown): void }
interface Outcome { waiting: Waiting; recorded?: Recorded; refused?: unknown }
interface Written { outcomes: Outcome[]; standings: Standing[]; drafts: OutboxDraft[] }

/** More in one transaction gains nothing and holds its locks longer. */
const BATCH = 500
const TRANSIENT_TRIES = 8

export const idOf = (run: string, learner: string): string => `${run}:${learner}`

const isTransient = (error: unknown): boolean =>
  error instanceof mongo.MongoError && (error.hasErrorLabel('TransientTransactionError') || error.hasErrorLabel('UnknownTransactionCommitResult') || error.code === 11000)

export interface Committer { submit(command: Command): Promise<Recorded>; idle(): Promise<void> }
export interface CommitterDeps {
  mongo: Mongo
  collections: Collections
  slices: SliceMap
  log: Log
  /** After each commit, with what it changed: the standings, and the outbox. */
  committed(standings: Standing[], drafts: readonly OutboxDraft[]): void
}

/** One transaction's bookkeeping: the standings as the commands before have left them, and all that is to be written. */
class Batch {
  readonly events: LedgerEvent[] = []
  readonly outbox = new Map<string, { draft: OutboxDraft; run: string; learner: string; at: Date }>()
  readonly changed = new Set<string>()
  /** What keys recorded, in this batch or, as far as it was looked up, before. */
  readonly known = new Map<string, LedgerEvent[]>()
  constructor(private readonly slices: SliceMap, readonly standings: Map<string, Standing>) {}

  /** The first outcome of a known key. */
  replay(waiting: Waiting): Outcome | undefined {
    const { command: { run, learner }, key } = waiting
    const events = this.known.get(key)
    return events && { waiting, recorded: { events, standing: this.standings.get(idOf(run, learner)) ?? freshStanding(this.slices, run, learner), replayed: true } }
  }

  run(waiting: Waiting): Outcome {
    const { command, key } = waiting
    const id = idOf(command.run, command.learner)
    const before = this.standings.get(id) ?? freshStanding(this.slices, command.run, command.learner)
    const replayed = this.replay(waiting)
    if (replayed) return replayed
    try {
      const decision = command.decide(before)
      const events = decision.events.map(
        (draft, n): LedgerEvent => ({
          _id: `${key}#${n}`, key, n, run: command.run, learner: command.learner, v: before.v + n + 1, type: draft.type, data: draft.data, at: command.at,
          ...(command.actor ? { actor: command.actor } : {}),
        }),
      )
      const standing = events.reduce((state, event) => foldEvent(this.slices, state, event), before)
      if (events.length > 0) {
        this.events.push(...events)
        this.standings.set(id, standing)
        this.changed.add(id)
        this.known.set(key, events)
      }
      for (const draft of decision.outbox ?? []) this.outbox.set(draft.id, { draft, run: command.run, learner: command.learner, at: command.at })
      return { waiting, recorded: { events, standing, replayed: false } }
    } catch (error) {
      return { waiting, refused: error }
    }
  }
}

/** A replacement, or an update with operators; as the database takes it. */
interface Upsert { q: { _id: string }; u: object; upsert: true }

const standingUpsert = (standing: Standing): Upsert => ({ q: { _id: standing._id }, u: standing, upsert: true })
const outboxUpsert = ({ draft, run, learner, at }: { draft: OutboxDraft; run: string; learner: string; at: Date }): Upsert => ({
  q: { _id: draft.id },
  u: { $set: { kind: draft.kind, payload: draft.payload, ...(draft.lane ? { lane: draft.lane } : {}), run, learner, at, state: 'waiting', attempts: 0, nextAt: at }, $inc: { rev: 1 } },
  upsert: true,
})

/** Far from what one message holds. */
const FEW = 16

/**
 * Writes inside one transaction. A few documents go as one plain command, which spares who answers alone what the driver's bulk costs:
 * it measures each document first. Many could be more than one message holds, and are left to the bulk.
 */
const writesTo = ({ db }: Mongo, session: mongo.ClientSession) => {
  const send = async (command: mongo.Document): Promise<void> => {
    const { writeErrors: [failed] = [] } = (await db.command(command, { session })) as { writeErrors?: mongo.ErrorDescription[] }
    if (failed) throw new mongo.MongoServerError(failed)
  }
  return {
    async insert<T extends { _id: string }>(to: mongo.Collection<T>, documents: T[]): Promise<void> {
      if (documents.length > FEW) await to.insertMany(documents as mongo.OptionalUnlessRequiredId<T>[], { session, ordered: true })
      else if (documents.length > 0) await send({ insert: to.collectionName, documents, ordered: true })
    },
    async upsert<T extends { _id: string }>(to: mongo.Collection<T>, updates: Upsert[]): Promise<void> {
      const bulk = ({ q: filter, u, upsert }: Upsert) => ('$set' in u ? { updateOne: { filter, update: u, upsert } } : { replaceOne: { filter, replacement: u, upsert } })
      if (updates.length > FEW) await to.bulkWrite(updates.map(bulk) as mongo.AnyBulkWriteOperation<T>[], { session, ordered: false })
      else if (updates.length > 0) await send({ update: to.collectionName, updates, ordered: false })
    },
  }
}

/**
 * Group commit: what arrives while a commit is in flight becomes the next transaction, without any timer. Each caller is answered
 * after its own commit. Six to nine times the rate of a transaction each at 32–128 callers, and no slower alone.
 */
export const createCommitter = ({ mongo: handle, collections, slices, log, committed }: CommitterDeps): Committer => {
  let queue: Waiting[] = []
  let running: Promise<void> | undefined

  const load = async (waiting: Waiting[], session: mongo.ClientSession): Promise<Batch> => {
    const ids = [...new Set(waiting.map(({ command }) => idOf(command.run, command.learner)))]
    const standings = await collections.standings.find({ _id: { $in: ids } }, { session }).toArray()
    return new Batch(slices, new Map(standings.map((standing) => [standing._id, standing])))
  }

  /** Learns what keys recorded in earlier transactions. */
  const recall = async (batch: Batch, waiting: Waiting[], session: mongo.ClientSession): Promise<void> => {
    const firsts = [...new Set(waiting.map(({ key }) => `${key}#0`))]
    const found = firsts.length > 0 ? await collections.events.find({ _id: { $in: firsts } }, { session }).toArray() : []
    if (found.length === 0) return
    const all = await collections.events.find({ $or: found.map(({ run, learner, key }) => ({ run, learner, key })) }, { session }).sort({ v: 1 }).toArray()
    for (const event of all) batch.known.set(event.key, [...(batch.known.get(event.key) ?? []), event])
  }

  /**
   * Decides all, each as the ones before it left things. Known keys are rare, so they aren't looked up beforehand but found out: what
   * such a command would record again collides on the events' `_id`, and `careful` is set when that is tried anew; and the keys of
   * those that record nothing are looked up here, since the first time they may have.
   */
  const decideAll = async (batch: Batch, waiting: Waiting[], careful: boolean, session: mongo.ClientSession): Promise<Outcome[]> => {
    if (careful) await recall(batch, waiting, session)
    const outcomes = waiting.map((each) => batch.run(each))
    if (careful) return outcomes
    const silent = new Set(outcomes.filter(({ recorded }) => !recorded || recorded.events.length === 0))
    await recall(batch, [...silent].map((outcome) => outcome.waiting), session)
    return outcomes.map((outcome) => (silent.has(outcome) && batch.replay(outcome.waiting)) || outcome)
  }

  const write = async (batch: Batch, session: mongo.ClientSession): Promise<Standing[]> => {
    const standings = [...batch.changed].flatMap((id) => batch.standings.get(id) ?? [])
    const { insert, upsert } = writesTo(handle, session)
    await insert(collections.events, batch.events)
    await upsert(collections.standings, standings.map(standingUpsert))
    await upsert(collections.outbox, [...batch.outbox.values()].map(outboxUpsert))
    return standings
  }

  /** Loads, decides and writes in one transaction; again from the start where another node was faster. */
  const commit = async (waiting: Waiting[]): Promise<Written> => {
    for (let tried = 1; ; tried++) {
      const session = handle.client.startSession()
      try {
        session.startTransaction({ readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } })
        const batch = await load(waiting, session)
        const outcomes = await decideAll(batch, waiting, tried > 1, session)
        const standings = await write(batch, session)
        if (batch.events.length + batch.outbox.size === 0) await session.abortTransaction()
        else await session.commitTransaction()
        return { outcomes, standings, drafts: [...batch.outbox.values()].map(({ draft }) => draft) }
      } catch (error) {
        if (session.inTransaction()) await session.abortTransaction()
        if (!isTransient(error) || tried >= TRANSIENT_TRIES) throw error
        // Whoever collided waits a different moment, so that they don't collide again.
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * tried))
      } finally {
        await session.endSession()
      }
    }
  }

  const answer = ({ outcomes, standings, drafts }: Written): void => {
    committed(standings, drafts)
    for (const { waiting, recorded, refused } of outcomes) {
      if (recorded) waiting.resolve(recorded)
      else waiting.reject(refused)
    }
  }

  /** A batch that fails is taken apart, so that the one that can't be written fails alone. */
  const commitAll = async (batch: Waiting[]): Promise<void> => {
    try {
      answer(await commit(batch))
    } catch (error) {
      const [only, ...others] = batch
      if (only && others.length === 0) return only.reject(error)
      log.warn({ error, size: batch.length }, 'a batch of the ledger failed; its commands are tried one by one')
      for (const each of batch) await commitAll([each])
    }
  }

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.slice(0, BATCH)
      queue = queue.slice(BATCH)
      await commitAll(batch)
    }
    running = undefined
  }

  return {
    submit: (command) =>
      new Promise((resolve, reject) => {
        queue.push({ command, key: `${idOf(command.run, command.learner)}:${command.key}`, resolve, reject })
        running ??= Promise.resolve().then(drain)
      }),
    idle: async () => {
      while (running) await running
    },
  }
}
