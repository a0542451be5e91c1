import type { Mongo } from '../infra/index.js'
import { idOf, type Collections } from './committer.js'

/**
 * Takes one learner's story out of the ledger, whole or not at all: the exception to «facts are only added», for the retention rule
 * alone (docs/decisions/0013). A revocation that is still on its way stays until it has arrived.
 */
export const erasing = ({ client }: Pick<Mongo, 'client'>, { events, standings, outbox }: Collections) => (run: string, learner: string): Promise<void> =>
  client.withSession((session) => session.withTransaction(async () => {
    const theirs = { run, learner }
    await standings.deleteOne({ _id: idOf(run, learner) }, { session })
    await events.deleteMany(theirs, { session })
    await outbox.deleteMany({ ...theirs, $nor: [{ kind: 'revocation', state: { $ne: 'delivered' } }] }, { session })
  }))
