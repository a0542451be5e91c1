import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { ILockProvider } from '@lumieducation/h5p-server'
import { isDuplicate, type Mongo } from '../../infra/index.js'

interface LeaseDoc { _id: string; owner: string; until: Date }
/** A node that was killed keeps others waiting this long. */
const LEASE_MS = 15_000

/** What one node does at a time, of all that share the database. */
export interface Leases {
  /** @throws Error('timeout') where others didn't finish within `patience` ms */
  alone<T>(name: string, work: () => Promise<T>, patience?: number): Promise<T>
  /** The same for Lumi. */
  provider: ILockProvider
}

export const makeLeases = ({ db }: Pick<Mongo, 'db'>): Leases => {
  const leases = db.collection<LeaseDoc>('h5p_leases')
  const until = (): Date => new Date(Date.now() + LEASE_MS)
  const take = async (name: string, owner: string): Promise<boolean> => {
    const lapsed = await leases.updateOne({ _id: name, until: { $lt: new Date() } }, { $set: { owner, until: until() } })
    if (lapsed.matchedCount > 0) return true
    const made = await leases.updateOne({ _id: name }, { $setOnInsert: { owner, until: until() } }, { upsert: true })
    return made.upsertedCount > 0
  }
  const alone: Leases['alone'] = async (name, work, patience = 10 * 60_000) => {
    const [owner, giveUp] = [randomUUID(), Date.now() + patience]
    while (!(await take(name, owner).catch(twin))) {
      if (Date.now() > giveUp) throw new Error('timeout') // Lumi knows it by this word
      await wait(50)
    }
    const renew = setInterval(() => void leases.updateOne({ _id: name, owner }, { $set: { until: until() } }).catch(() => undefined /* it lapses */), LEASE_MS / 3)
    try {
      return await work()
    } finally {
      clearInterval(renew)
      await leases.deleteOne({ _id: name, owner })
    }
  }
  return { alone, provider: { acquire: (key, work, { timeout }) => alone(`lumi ${key}`, work, timeout) } }
}

/** Two made the same lease at once; the other has it. */
const twin = (error: unknown): false => {
  if (isDuplicate(error)) return false
  throw error
}
