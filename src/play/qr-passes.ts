import { createHash, randomBytes } from 'node:crypto'
import type { Kit, Lang } from '../infra/index.js'
import { CodeExpired, CodeUnknown, CodeUsed } from './refusals.js'
import type { Ticket } from './service.js'

/** What a code stands for: one activity of one learner, as long as the session it was made in. */
export interface Pass extends Ticket { until: number; /** The language it is played in on the computer. */ lang: Lang }
interface PassDoc extends Omit<Pass, 'via'> { _id: string; expires: Date; /** When it may be forgotten: a code that is over is told apart from none for a while. */ gone: Date; taken?: Date }

export interface Passes {
  make(pass: Omit<Pass, 'via'>): Promise<{ token: string; expires: Date }>
  /** Without taking it. @throws CodeUnknown, CodeExpired, CodeUsed */
  look(token: string): Promise<Pass>
  /** Once. @throws as `look` */
  take(token: string): Promise<Pass>
}

/** Long enough to find one's phone, too short for a photograph of the screen. */
export const PASS_SECONDS = 5 * 60
const REMEMBERED_MS = 3_600_000

/** What a database that leaks can't be opened with. */
const nameOf = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** Codes that open an activity on a phone that is signed in nowhere. Of the code itself nothing is stored. */
export const makePasses = ({ mongo: { db }, now }: Pick<Kit, 'mongo' | 'now'>): Passes => {
  const docs = db.collection<PassDoc>('qr_passes')
  let indexed: Promise<unknown> | undefined
  const ready = (): Promise<unknown> => {
    indexed ??= docs.createIndex({ gone: 1 }, { expireAfterSeconds: 0 })
    indexed.catch(() => (indexed = undefined)) // asked for again with the next code
    return indexed
  }
  const passOf = ({ run, user, sid, room, activity, until, lang }: PassDoc): Pass => ({ run, user, sid, room, activity, until, lang, via: 'phone' })
  const refuse = (doc: PassDoc | null): never => {
    if (!doc) throw new CodeUnknown()
    throw doc.taken ? new CodeUsed({ detail: { run: doc.run } }) : new CodeExpired({ detail: { run: doc.run } })
  }
  return {
    async make(pass) {
      await ready()
      const token = randomBytes(18).toString('base64url')
      const expires = new Date(now().getTime() + PASS_SECONDS * 1000)
      await docs.insertOne({ _id: nameOf(token), ...pass, expires, gone: new Date(expires.getTime() + REMEMBERED_MS) })
      return { token, expires }
    },
    async look(token) {
      const doc = await docs.findOne({ _id: nameOf(token) })
      return doc && !doc.taken && doc.expires > now() ? passOf(doc) : refuse(doc)
    },
    async take(token) {
      const taken = await docs.findOneAndUpdate({ _id: nameOf(token), taken: { $exists: false }, expires: { $gt: now() } }, { $set: { taken: now() } })
      return taken ? passOf(taken) : refuse(await docs.findOne({ _id: nameOf(token) }))
    },
  }
}
