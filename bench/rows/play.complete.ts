import { setTimeout as sleep } from 'node:timers/promises'
import { readSeedCourse } from '../../src/demo/course-file.js'
import { connectMongo, type Mongo } from '../../src/infra/index.js'
import type { Rooms } from '../../src/rooms.js'
import { inTurns, rate, WARM_UP } from '../measure.js'
import type { Ctx, Row } from '../model.js'
import { openLedger } from '../support/answers.js'
import { must, withClient, type Asked } from '../support/http.js'
import { DEMO_COURSE, enrol, startKeyroom } from '../support/keyroom.js'
import { rawTransaction } from '../support/raw.js'
import { prepared } from '../support/record-row.js'

const CALLERS = 32
const EACH = 640
const ROOM = 'screening-room'
const ACTIVITY = 'what-and-why'

interface Job { address: string; asked: Asked }

const questions = () => {
  const activity = readSeedCourse(DEMO_COURSE).find(({ id }) => id === ROOM)?.activities.find(({ id }) => id === ACTIVITY)
  if (!activity) throw new Error(`the demo course has no ${ROOM}/${ACTIVITY}`)
  return activity.questions.map(({ item, right }) => ({ item, response: right, key: `answer-${item}` }))
}

/** Brings everyone to the last question of an activity; gives the request that answers it, and so completes the activity. */
const bringToLast = async (rooms: Rooms, learners: string[]): Promise<Job[]> => {
  const run = await enrol(rooms, learners)
  const asked = questions()
  return Promise.all(
    learners.map(async (user) => {
      const ticket = { run, user, sid: 'bench', room: ROOM, activity: ACTIVITY }
      for (const answer of asked.slice(0, -1)) await rooms.play.answer(ticket, answer)
      return {
        address: `/play/${run}/h5p/${rooms.play.ticket(ticket)}/answers`,
        asked: { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(asked.at(-1)) },
      } satisfies Job
    }),
  )
}

/** Nothing left to deliver, so that one turn's grades aren't sent in the next. */
const untilDelivered = async ({ db }: Mongo): Promise<void> => {
  while ((await db.collection('outbox').countDocuments({ state: 'waiting', nextAt: { $lte: new Date() } })) > 0) await sleep(100)
}
const openMongo = async (ctx: Ctx, uri: string): Promise<Mongo> => {
  const mongo = await connectMongo(uri)
  ctx.after(() => mongo.close())
  return mongo
}
const namesOf = (round: number): string[] => Array.from({ length: EACH }, (_, n) => `learner-${round}-${n}`)

/** Last answers posted to Keyroom, each by another learner, scored, recorded and answered with what they earned; against their writes alone, as raw transactions. */
export default {
  name: 'play.complete', aim: 1, better: 'higher', unit: 'answers/s',
  async run(ctx) {
    const { url, config, made } = await startKeyroom(ctx, async (rooms) => {
      const rounds: Job[][] = []
      for (let round = 0; round < WARM_UP + ctx.rounds; round++) rounds.push(await bringToLast(rooms, namesOf(round)))
      return rounds
    })
    const [keyroom, bare] = [await openMongo(ctx, config.mongodbUri), await openMongo(ctx, ctx.database())]
    const ledger = await openLedger(bare)
    ctx.after(() => ledger.close())
    return inTurns(
      ctx.rounds,
      async (round) => {
        await untilDelivered(keyroom)
        return withClient(CALLERS, (send) => rate(made[round] ?? [], CALLERS, async ({ address, asked }) => mustComplete(must(200, await send(`${url}${address}`, asked)).body)))
      },
      async (round) => {
        const writes = await prepared({ ledger }, namesOf(round))
        await untilDelivered(keyroom)
        return rate(writes, CALLERS, rawTransaction(bare))
      },
    )
  },
} satisfies Row

/** An answer that completes nothing would be another, cheaper one. */
const mustComplete = (body: string): void => {
  const { outcome } = JSON.parse(body) as { outcome: { completed: boolean; gains: unknown[] } }
  if (!outcome.completed || outcome.gains.length !== 2) throw new Error(`the answer did not complete its activity: ${body}`)
}
