import { isDeepStrictEqual } from 'node:util'
import { connectMongo, type Mongo } from '../../src/infra/index.js'
import type { Ledger } from '../../src/ledger/index.js'
import { inTurns, rate } from '../measure.js'
import type { Ctx, Row } from '../model.js'
import { before, openLedger, typical, writesOf, type Writes } from './answers.js'
import { rawTransaction } from './raw.js'

interface Side { mongo: Mongo; ledger: Ledger }

const openSide = async (ctx: Ctx): Promise<Side> => {
  const mongo = await connectMongo(ctx.database())
  ctx.after(() => mongo.close())
  const ledger = await openLedger(mongo)
  ctx.after(() => ledger.close())
  return { mongo, ledger }
}

const namesOf = (round: number, many: number): string[] => Array.from({ length: many }, (_, n) => `learner-${round}-${n}`)

/** Brings learners to just before their typical answer; untimed. Gives what that answer will write. */
export const prepared = async ({ ledger }: Pick<Side, 'ledger'>, learners: readonly string[]): Promise<Writes[]> =>
  Promise.all(
    learners.map(async (learner) => {
      for (const command of before(learner)) await ledger.record(command)
      return writesOf(await ledger.standing('bench-run', learner), typical(learner))
    }),
  )

/** A floor that wrote something else would be no floor. */
const mustBeEqual = async (a: Side, b: Side): Promise<void> => {
  for (const name of ['events', 'standings', 'outbox']) {
    const [mine, other] = await Promise.all([a, b].map(({ mongo }) => mongo.db.collection(name).find().sort({ _id: 1 }).toArray()))
    if (!isDeepStrictEqual(mine, other)) throw new Error(`the floor and the ledger wrote different ${name}`)
  }
}

/** Typical answers recorded by so many callers at once, against their writes as one raw transaction each. */
export const recordRow = ({ callers, each, aim }: { callers: number; each: number; aim: number }): Row => ({
  name: `ledger.record-${callers}`, aim, better: 'higher', unit: 'answers/s',
  async run(ctx) {
    const [subject, floor] = [await openSide(ctx), await openSide(ctx)]
    const transact = rawTransaction(floor.mongo)
    const samples = await inTurns(
      ctx.rounds,
      async (round) => {
        const learners = namesOf(round, each)
        await prepared(subject, learners)
        return rate(learners.map(typical), callers, (command) => subject.ledger.record(command))
      },
      async (round) => rate(await prepared(floor, namesOf(round, each)), callers, transact),
    )
    await mustBeEqual(subject, floor)
    return samples
  },
})
