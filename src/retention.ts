import { isDuplicate } from './infra/index.js'
import type { Rooms } from './rooms.js'

type Needed = Pick<Rooms, 'courses' | 'ledger'> & { kit: Pick<Rooms['kit'], 'mongo' | 'now' | 'log'> }
/** `people`: who left longer ago than is kept. `erased`: of them, who is forgotten now. */
export interface Retained { before: Date; people: number; erased: number }

export const RETENTION_MONTHS = 24
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const monthsBefore = (at: Date, months: number): Date => {
  const before = new Date(at)
  before.setUTCMonth(before.getUTCMonth() - months)
  return before
}

/**
 * Forgets who left their course longer ago than is kept: name, address, answers, standing and events. The member's row goes last, so
 * that what broke off is found again. Credentials stay: they are their holders', and must verify.
 */
export const retain = async ({ kit: { mongo: { db }, now, log }, courses, ledger }: Needed, months: number, { dryRun = false } = {}): Promise<Retained> => {
  const before = monthsBefore(now(), months)
  const gone = await courses.leftBefore(before)
  let erased = 0
  for (const { run, user } of dryRun ? [] : gone) {
    // They may have come back since they were looked for.
    if ((await courses.member(run, user))?.status !== 'left') continue
    await ledger.erase(run, user)
    await Promise.all([
      db.collection<{ _id: string }>('aliases').deleteOne({ _id: `${run}:${user}` }),
      ...['h5p_states', 'qr_passes'].map((name) => db.collection(name).deleteMany({ run, user })),
    ])
    if (await courses.forgetMember({ run, user }, before)) erased += 1
  }
  if (erased > 0) log.info({ erased, before }, 'who left long ago was forgotten')
  return { before, people: gone.length, erased }
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
