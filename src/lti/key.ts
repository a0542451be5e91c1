import { createPrivateKey, generateKeyPair, randomBytes, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Mongo, Secrets } from '../infra/index.js'

export interface PublicKey { kid: string; publicPem: string }
/** An RSA key of this installation: it signs our requests for access tokens. */
export interface ToolKey extends PublicKey { privateKey: KeyObject }
export interface ToolKeys {
  /** The key that signs now. */
  signing(): Promise<ToolKey>
  /** The public halves that platforms may need, the newest first. */
  published(): Promise<PublicKey[]>
  /** All that are published, the newest first, with what each is for. */
  list(): Promise<KeyState[]>
  /** A platform, or anybody, fetched our key set. Written down once a minute at most. */
  wasRead(): Promise<void>
  /** When our key set was last fetched. */
  lastRead(): Promise<Date | undefined>
  /** A new key. It is published at once and signs a day later, when platforms that keep our key set have read it anew. */
  rotate(): Promise<string>
}
/** A key that is to sign, signs, or has signed. */
export interface KeyState { kid: string; state: 'coming' | 'signing' | 'retiring'; signsFrom: Date; publishedUntil?: Date }
interface KeyDoc extends PublicKey { _id: string; sealed: string; signsFrom: Date }

const DAY_MS = 86_400_000
/** What a platform got signed by a key before is checked long before this is over. */
const PUBLISHED_AFTER_MS = 30 * DAY_MS

/** The keys, of which the first is made at the first start, in a thread of its own; private halves rest encrypted. Two nodes that start at once keep one. */
export const openToolKeys = async ({ db }: Pick<Mongo, 'db'>, secrets: Secrets, now: () => Date): Promise<ToolKeys> => {
  const keys = db.collection<KeyDoc>('lti_tool_keys')
  const make = async (signsFrom: Date): Promise<Omit<KeyDoc, '_id'>> => {
    const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })
    return { kid: randomBytes(12).toString('base64url'), publicPem: pair.publicKey, sealed: secrets.encrypt('lti-key', pair.privateKey), signsFrom }
  }
  const reads = db.collection<{ _id: string; at: Date }>('lti_key_reads')
  let notedAt = 0
  const newestFirst = (): Promise<KeyDoc[]> => keys.find().sort({ signsFrom: -1 }).toArray()
  if (!(await keys.findOne({ _id: 'first' }))) await keys.updateOne({ _id: 'first' }, { $setOnInsert: await make(now()) }, { upsert: true })
  const signingOf = (all: KeyDoc[]): KeyDoc | undefined => all.find(({ signsFrom }) => signsFrom <= now()) ?? all.at(-1)
  /** Until when a key is published: long past the day on which the next one began to sign. */
  const publishedUntil = (all: KeyDoc[], index: number): Date | undefined => {
    const replaced = all[index - 1]?.signsFrom
    return replaced && new Date(replaced.getTime() + PUBLISHED_AFTER_MS)
  }
  const publishedOf = async (): Promise<(KeyDoc & { until?: Date })[]> => {
    const all = await newestFirst()
    return all.map((doc, index) => ({ ...doc, until: publishedUntil(all, index) })).filter(({ until }) => !until || until > now())
  }
  return {
    async signing() {
      const doc = signingOf(await newestFirst())
      if (!doc) throw new Error('this installation has lost its keys')
      return { kid: doc.kid, publicPem: doc.publicPem, privateKey: createPrivateKey(secrets.decrypt('lti-key', doc.sealed)) }
    },
    published: async () => (await publishedOf()).map(({ kid, publicPem }) => ({ kid, publicPem })),
    async list() {
      const all = await publishedOf()
      const signing = signingOf(all)
      const stateOf = ({ kid, signsFrom }: KeyDoc): KeyState['state'] => (kid === signing?.kid ? 'signing' : signsFrom > now() ? 'coming' : 'retiring')
      return all.map((doc) => ({ kid: doc.kid, state: stateOf(doc), signsFrom: doc.signsFrom, ...(doc.until ? { publishedUntil: doc.until } : {}) }))
    },
    async wasRead() {
      if (now().getTime() - notedAt < 60_000) return
      notedAt = now().getTime()
      await reads.updateOne({ _id: 'last' }, { $set: { at: now() } }, { upsert: true })
    },
    lastRead: async () => (await reads.findOne({ _id: 'last' }))?.at,
    async rotate() {
      const made = await make(new Date(now().getTime() + DAY_MS))
      await keys.insertOne({ _id: made.kid, ...made })
      return made.kid
    },
  }
}
