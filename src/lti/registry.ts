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
  /** Whom a request for a token is addressed to, where that isn't the token's address (D2L, Canvas): the registration says so. */
  tokenAudience?: string
  name: string
  /** Absent: active. A pending platform waits for the administrator, a disabled one is kept but lets nobody in. */
  state?: 'active' | 'pending' | 'disabled'
  /** «moodle», «canvas»: as it said in its registration or its last launch. */
  product?: string
  /** Whether its instructors may author courses: Moodle tells an instructor from an author by nothing. */
  instructorsAuthor?: boolean
  registeredAt?: Date
  /** Both within the minute. */
  lastLaunch?: Date
  lastGrade?: Date
  /** Deployments that verified launches came from and nobody has let in yet. */
  asking?: { deployment: string; at: Date }[]
}
export type PlatformChange = Partial<Pick<Platform, 'name' | 'state' | 'deployments' | 'instructorsAuthor'>>
export interface Registry {
  /** The issuer's registrations; kept for half a minute, «none» for five seconds, so that strangers don't reach the database. */
  of(issuer: string): Promise<Platform[]>
  byId(id: string): Promise<Platform | undefined>
  /** As it is in the database now. */
  fresh(id: string): Promise<Platform | undefined>
  add(platform: Omit<Platform, '_id'>): Promise<Platform>
  /** What the administrator changes; another node knows within half a minute. A deployment let in asks no more. */
  change(id: string, change: PlatformChange): Promise<Platform | undefined>
  /** A launch came in, or a grade arrived. Written down once a minute at most. */
  seen(id: string, what: { launch: true; product?: string } | { grade: true }): Promise<void>
  /** A verified launch came from a deployment that isn't let in: shown to the administrator. The newest few are kept. */
  asks(id: string, deployment: string): Promise<void>
  remove(issuer: string, clientId?: string): Promise<number>
  list(): Promise<Platform[]>
  /** Origins that may frame us: those of active platforms. */
  framers(): string[]
}

const KNOWN_MS = 30_000
const UNKNOWN_MS = 5000
const CACHED_AT_MOST = 1000
const SEEN_MS = 60_000
const MOST_ASKING = 20

/** Where a platform's pages are. */
export const originsOf = ({ issuer, authUrl }: Pick<Platform, 'issuer' | 'authUrl'>): string[] =>
  [...new Set([issuer, authUrl].filter((url) => URL.canParse(url)).map((url) => new URL(url).origin).filter((origin) => origin !== 'null'))]

export const isActive = ({ state = 'active' }: Pick<Platform, 'state'>): boolean => state === 'active'

/** Origins by issuer: what an issuer's registrations are now takes the place of what they were. */
const createFramers = () => {
  const origins = new Map<string, string[]>()
  return {
    set(issuer: string, found: Platform[]): void {
      const active = found.filter(isActive).flatMap(originsOf)
      if (active.length > 0) origins.set(issuer, active)
      else origins.delete(issuer)
    },
    clear: (): void => origins.clear(),
    list: (): string[] => [...new Set([...origins.values()].flat())],
  }
}

export const createRegistry = async ({ db }: Pick<Mongo, 'db'>, now: () => Date = () => new Date()): Promise<Registry> => {
  const platforms = db.collection<Platform>('platforms')
  await platforms.createIndex({ issuer: 1, clientId: 1 }, { unique: true })
  const byId = keptFor<Platform>(KNOWN_MS)
  const cache = new Map<string, { until: number; found: Platform[] }>()
  const seenAt = new Map<string, number>()
  const framers = createFramers()
  let listedAt = 0
  const list = async (): Promise<Platform[]> => {
    listedAt = Date.now()
    const all = await platforms.find().sort({ issuer: 1, clientId: 1 }).toArray()
    framers.clear()
    for (const { issuer } of all) framers.set(issuer, all.filter((each) => each.issuer === issuer))
    return all
  }
  /** What this node remembers of an issuer is read anew. */
  const forget = async (issuer: string): Promise<void> => {
    cache.delete(issuer)
    byId.clear()
    framers.set(issuer, await platforms.find({ issuer }).toArray())
  }
  /** What another node changed is known here within half a minute, also where nobody launches; a database that is away is asked again at the next request. */
  const refresh = (): void => {
    if (Date.now() - listedAt >= KNOWN_MS) list().catch(() => void (listedAt = 0))
  }
  await list()
  return {
    list,
    framers() {
      refresh()
      return framers.list()
    },
    async of(issuer) {
      const known = cache.get(issuer)
      if (known && known.until > Date.now()) return known.found
      const found = await platforms.find({ issuer }).toArray()
      framers.set(issuer, found)
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
    fresh: async (id) => (await platforms.findOne({ _id: id })) ?? undefined,
    async add(platform) {
      const _id = stableId(platform.issuer, platform.clientId)
      const given = Object.fromEntries(Object.entries(platform).filter(([, value]) => value !== undefined)) as Omit<Platform, '_id'>
      // Whoever says all addresses and no audience means that there is none; what else is known stays.
      await platforms.updateOne({ _id }, { $set: given, ...(given.tokenAudience ? {} : { $unset: { tokenAudience: '' } }) }, { upsert: true })
      await forget(platform.issuer)
      return { _id, ...given }
    },
    async change(id, change) {
      const letIn = change.deployments ? { $pull: { asking: { deployment: { $in: change.deployments } } } } : {}
      const changed = await platforms.findOneAndUpdate({ _id: id }, { $set: change, ...letIn }, { returnDocument: 'after' })
      if (changed) await forget(changed.issuer)
      return changed ?? undefined
    },
    async seen(id, what) {
      const [at, field] = [now(), 'launch' in what ? 'lastLaunch' : 'lastGrade']
      if (at.getTime() - (seenAt.get(`${field} ${id}`) ?? 0) < SEEN_MS) return
      seenAt.set(`${field} ${id}`, at.getTime())
      const product = 'launch' in what && what.product ? { product: what.product.slice(0, 100) } : {}
      await platforms.updateOne({ _id: id }, { $set: { [field]: at, ...product } })
    },
    async asks(id, deployment) {
      // Once each: who asks again is still the first who asked.
      await platforms.updateOne({ _id: id, deployments: { $ne: deployment }, 'asking.deployment': { $ne: deployment } }, { $push: { asking: { $each: [{ deployment, at: now() }], $slice: -MOST_ASKING } } })
    },
    async remove(issuer, clientId) {
      const { deletedCount } = await platforms.deleteMany({ issuer, ...(clientId ? { clientId } : {}) })
      await forget(issuer)
      return deletedCount
    },
  }
}
