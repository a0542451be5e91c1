import { networkOf, stableId, TooManyTries, type Kit } from '../../infra/index.js'
import { newCode } from './code.js'
import type { Examined } from './examine.js'
import type { Trace } from './model.js'

const DAY_SECONDS = 86_400
const KEPT_SECONDS = 30 * DAY_SECONDS
/** The same from the same place within ten minutes is told once, and counted. */
const TOGETHER_MS = 600_000
/** From one address, and from all: more than these say nothing new, and a stranger fills nothing. */
const EACH = { points: 60, seconds: 600 }
const ALL = { points: 2000, seconds: 3600 }
/** Of platforms registered here, and of others. */
const MOST = { known: 5000, strange: 500 }
/** So many are added before it is seen to that there aren't too many. */
const TRIM_EVERY = 50

type TraceDoc = Trace & { _id: string; known: boolean }

export interface Traces {
  /** The code to show; nothing where no more is written down. */
  record(found: Examined, from: { address: string; request: string }): Promise<string | undefined>
  of(code: string): Promise<Trace | undefined>
  /** The newest first. */
  list(filter?: { platform?: string; limit?: number; before?: Date }): Promise<Trace[]>
}

export const createTraces = async ({ mongo: { db }, secrets, limits, now }: Pick<Kit, 'mongo' | 'secrets' | 'limits' | 'now'>): Promise<Traces> => {
  const traces = db.collection<TraceDoc>('lti_traces')
  await Promise.all([
    traces.createIndex({ last: 1 }, { expireAfterSeconds: KEPT_SECONDS }), traces.createIndex({ code: 1 }, { unique: true }),
    traces.createIndex({ platform: 1, last: -1 }), traces.createIndex({ known: 1, last: -1 }),
  ])
  let added = 0
  const trim = async (): Promise<void> => {
    for (const [kind, most] of Object.entries(MOST)) {
      const known = kind === 'known'
      const [first] = await traces.find({ known }).sort({ last: -1 }).skip(most).limit(1).toArray()
      if (first) await traces.deleteMany({ known, last: { $lte: first.last } })
    }
  }
  const isAllowed = async (address: string): Promise<boolean> => {
    try {
      await limits.consume('trace', address, EACH)
      await limits.consume('traces', 'all', ALL)
      return true
    } catch (error) {
      if (error instanceof TooManyTries) return false
      throw error
    }
  }
  const withoutKeys = ({ _id, known: _known, ...trace }: TraceDoc): Trace => trace
  return {
    async record(found, { address, request }) {
      const at = now()
      // Whose it is can't be read from it: no address is kept.
      const place = secrets.mac('trace-place', networkOf(address)).toString('base64url').slice(0, 12)
      const _id = stableId('trace', found.platform ?? '', found.kind, found.failed, found.refusal, found.browser, place, String(Math.floor(at.getTime() / TOGETHER_MS)))
      if (!(await isAllowed(address))) return (await traces.findOne({ _id }, { projection: { code: 1 } }))?.code
      // Of the same again the newest is told: who mends something and tries once more sees what became of it.
      const made = await traces.findOneAndUpdate({ _id }, { $set: { ...found, request, last: at, known: found.platform !== undefined }, $setOnInsert: { code: newCode(), at }, $inc: { times: 1 } }, { upsert: true, returnDocument: 'after' })
      added += 1
      if (added % TRIM_EVERY === 0) await trim()
      return made?.code
    },
    of: async (code) => {
      const found = await traces.findOne({ code })
      return found ? withoutKeys(found) : undefined
    },
    list: async ({ platform, limit = 50, before } = {}) =>
      (await traces.find({ ...(platform ? { platform } : {}), ...(before ? { last: { $lt: before } } : {}) }).sort({ last: -1 }).limit(limit).toArray()).map(withoutKeys),
  }
}
