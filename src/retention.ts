import { previewOf } from './courses/index.js'
import { isDuplicate } from './infra/index.js'
import type { Rooms } from './rooms.js'

type Needed = Pick<Rooms, 'courses' | 'ledger'> & { kit: Pick<Rooms['kit'], 'mongo' | 'now' | 'log'> }
/** `people`: who left longer ago than is kept. `erased`: of them, who is forgotten now. `views`: student views that were last used before that. */
export interface Retained { before: Date; people: number; erased: number; views: number }

export const RETENTION_MONTHS = 24
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Runs asked about at once. */
const TOGETHER = 500

const monthsBefore = (at: Date, months: number): Date => {
  const before = new Date(at)
  before.setUTCMonth(before.getUTCMonth() - months)
  return before
}

/** What someone has done, and what was kept for them. */
const forgetDoing = async ({ kit: { mongo: { db } }, ledger }: Needed, run: string, user: string): Promise<void> => {
  await ledger.erase(run, user)
  await Promise.all([
    db.collection<{ _id: string }>('aliases').deleteOne({ _id: `${run}:${user}` }),
    ...['h5p_states', 'qr_passes'].map((name) => db.collection(name).deleteMany({ run, user })),
  ])
}

interface Tried { run: string; learner: string }
/** Student views in which nothing was done since. */
const oldViews = async function* ({ kit: { mongo: { db } } }: Needed, before: Date): AsyncGenerator<Tried> {
  const runs = (await db.collection<{ _id: string }>('runs').find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => previewOf(_id))
  for (let from = 0; from < runs.length; from += TOGETHER) {
    const old = { run: { $in: runs.slice(from, from + TOGETHER) }, at: { $lt: before } }
    yield* await db.collection('standings').find<Tried>(old, { projection: { _id: 0, run: 1, learner: 1 } }).toArray()
  }
}
/** A student view is nobody's record: it ends with its own age, whoever looked on. */
const forgetViews = async (rooms: Needed, before: Date, dryRun: boolean): Promise<number> => {
  let views = 0
  for await (const { run, learner } of oldViews(rooms, before)) {
    views += 1
    if (!dryRun) await forgetDoing(rooms, run, learner)
  }
  // Who they were to the LMS goes last, as with members.
  if (!dryRun) await rooms.courses.forgetStudentViews(before)
  return views
}

/**
 * Forgets who left their course longer ago than is kept: name, address, answers, standing and events. The member's row goes last, so
 * that what broke off is found again. Credentials stay: they are their holders', and must verify. Old student views go too.
 */
export const retain = async (rooms: Needed, months: number, { dryRun = false } = {}): Promise<Retained> => {
  const { kit: { now, log }, courses } = rooms
  const before = monthsBefore(now(), months)
  const gone = await courses.leftBefore(before)
  let erased = 0
  for (const { run, user } of dryRun ? [] : gone) {
    // They may have come back since they were looked for.
    if ((await courses.member(run, user))?.status !== 'left') continue
    await forgetDoing(rooms, run, user)
    if (await courses.forgetMember({ run, user }, before)) erased += 1
  }
  const views = await forgetViews(rooms, before, dryRun)
  if (erased > 0 || (views > 0 && !dryRun)) log.info({ erased, views, before }, 'who left long ago was forgotten')
  return { before, people: gone.length, erased, views }
}

interface JobDoc { _id: string; at: Date }
/** One node a day: whoever takes the day has it. */
const takesToday = async ({ kit: { mongo: { db }, now } }: Needed): Promise<boolean> => {
  const jobs = db.collection<JobDoc>('jobs')
  try {
    const taken = await jobs.updateOne({ _id: 'retention', at: { $lte: new Date(now().getTime() - DAY_MS) } }, { $set: { at: now() } }, { upsert: true })
    return taken.matchedCount + taken.upsertedCount > 0
  } catch (error) {
    if (isDuplicate(error)) return false // it has been taken
    throw error
  }
}

/** Applies the rule each day; 0 months: nobody is forgotten. Returns a stop function. */
export const startRetention = (rooms: Needed, months = RETENTION_MONTHS, everyMs = HOUR_MS): (() => Promise<void>) => {
  if (months === 0) return async () => undefined
  let running: Promise<unknown> = Promise.resolve()
  const look = async (): Promise<void> => {
    if (await takesToday(rooms)) await retain(rooms, months)
  }
  const timer = setInterval(() => {
    running = running.then(look).catch((error: unknown) => rooms.kit.log.error({ err: error }, 'the retention rule could not be applied'))
  }, everyMs).unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}
