import type { mongo } from 'mongoose'
import type { Mongo } from '../../src/infra/index.js'
import type { Writes } from './answers.js'

type Doc = Record<string, unknown> & { _id: string }

/** The floor of every award: its writes as one transaction of the raw driver, majority and journaled, with nothing looked up or decided. */
export const rawTransaction = ({ db, client }: Mongo) => {
  const events = db.collection<Doc>('events')
  const standings = db.collection<Doc>('standings')
  const outbox = db.collection<Doc>('outbox')
  return async ({ events: made, standing, outbox: drafts }: Writes): Promise<void> => {
    const session = client.startSession()
    try {
      session.startTransaction({ readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } })
      await events.insertMany(made as unknown as Doc[], { session })
      await standings.replaceOne({ _id: standing._id }, standing as unknown as Doc, { session, upsert: true })
      for (const { id, kind, payload } of drafts) {
        const { run, learner, at } = standing
        const update: mongo.UpdateFilter<Doc> = { $set: { kind, payload, run, learner, at, state: 'waiting', attempts: 0, nextAt: at }, $inc: { rev: 1 } as never }
        await outbox.updateOne({ _id: id }, update, { session, upsert: true })
      }
      await session.commitTransaction()
    } finally {
      await session.endSession()
    }
  }
}
