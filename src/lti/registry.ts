import { keptFor, stableId, type Mongo } from '../infra/index.js'

/** An LMS that may launch us, as its administrator registered it. */
export interface Platform {
  /** stableId(issuer, clientId) */
  _id: string
  issuer: string
  clientId: string
  deployments: string[]
  authUrl: string
  tokenUrl: string
  jwksUrl: string
  name: string
  /** Absent: active. A pending platform waits for the administrator, a disabled one is kept but lets nobody in. */
  state?: 'active' | 'pending' | 'disabled'
  /** «moodle», «canvas»: as it said in its registration or its last launch. */
  product?: string
  /** Whether its instructors may author courses: Moodle tells an instructor from an author by nothing. */
  instructorsAuthor?: boolean
  registeredAt?: Date
}
export interface Registry {
  /** The issuer's registrations; kept for half a minute, «none» for five seconds, so that strangers don't reach the database. */
  of(issuer: string): Promise<Platform[]>
  byId(id: string): Promise<Platform | undefined>
  add(platform: Omit<Platform, '_id'>): Promise<Platform>
  remove(issuer: string, clientId?: string): Promise<number>
  list(): Promise<Platform[]>
  /** Origins that may frame us. */
  framers(): string[]
}

const KNOWN_MS = 30_000
const UNKNOWN_MS = 5000
const CACHED_AT_MOST = 1000

export const createRegistry = async ({ db }: Pick<Mongo, 'db'>): Promise<Registry> => {
  const platforms = db.collection<Platform>('platforms')
  await platforms.createIndex({ issuer: 1, clientId: 1 }, { unique: true })
  const byId = keptFor<Platform>(KNOWN_MS)
  const cache = new Map<string, { until: number; found: Platform[] }>()
  const origins = new Map<string, Set<string>>()
  const frame = (found: Platform[]): void => {
    for (const { _id, issuer, authUrl } of found) {
      origins.set(_id, new Set([issuer, authUrl].filter((url) => URL.canParse(url)).map((url) => new URL(url).origin).filter((origin) => origin !== 'null')))
    }
  }
  const list = async (): Promise<Platform[]> => {
    const all = await platforms.find().sort({ issuer: 1, clientId: 1 }).toArray()
    frame(all)
    return all
  }
  await list()
  return {
    list,
    framers: () => [...new Set([...origins.values()].flatMap((each) => [...each]))],
    async of(issuer) {
      const known = cache.get(issuer)
      if (known && known.until > Date.now()) return known.found
      const found = await platforms.find({ issuer }).toArray()
      frame(found)
      if (cache.size >= CACHED_AT_MOST) cache.clear()
      cache.set(issuer, { found, until: Date.now() + (found.length > 0 ? KNOWN_MS : UNKNOWN_MS) })
      return found
    },
    async byId(id) {
      const known = byId.get(id)
      if (known) return known
      const found = await platforms.findOne({ _id: id })
      return found ? byId.set(id, found) : undefined
    },
    async add(platform) {
      const _id = stableId(platform.issuer, platform.clientId)
      await platforms.updateOne({ _id }, { $set: platform }, { upsert: true })
      cache.delete(platform.issuer)
      byId.clear()
      frame([{ _id, ...platform }])
      return { _id, ...platform }
    },
    async remove(issuer, clientId) {
      const filter = { issuer, ...(clientId ? { clientId } : {}) }
      for (const { _id } of await platforms.find(filter).toArray()) origins.delete(_id)
      const { deletedCount } = await platforms.deleteMany(filter)
      cache.delete(issuer)
      byId.clear()
      return deletedCount
    },
  }
}
