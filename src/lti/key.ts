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
  /** A new key. It is published at once and signs a day later, when platforms that keep our key set have read it anew. */
  rotate(): Promise<string>
}
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
  const newestFirst = (): Promise<KeyDoc[]> => keys.find().sort({ signsFrom: -1 }).toArray()
  if (!(await keys.findOne({ _id: 'first' }))) await keys.updateOne({ _id: 'first' }, { $setOnInsert: await make(now()) }, { upsert: true })
  return {
    async signing() {
      const all = await newestFirst()
      const doc = all.find(({ signsFrom }) => signsFrom <= now()) ?? all.at(-1)
      if (!doc) throw new Error('this installation has lost its keys')
      return { kid: doc.kid, publicPem: doc.publicPem, privateKey: createPrivateKey(secrets.decrypt('lti-key', doc.sealed)) }
    },
    async published() {
      const all = await newestFirst()
      const replacedAt = (index: number): number => all[index - 1]?.signsFrom.getTime() ?? Infinity
      return all.filter((_, index) => replacedAt(index) + PUBLISHED_AFTER_MS > now().getTime()).map(({ kid, publicPem }) => ({ kid, publicPem }))
    },
    async rotate() {
      const made = await make(new Date(now().getTime() + DAY_MS))
      await keys.insertOne({ _id: made.kid, ...made })
      return made.kid
    },
  }
}
