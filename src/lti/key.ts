import { createPrivateKey, generateKeyPair, randomBytes, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Mongo, Secrets } from '../infra/index.js'

/** This installation's RSA key: it signs our requests for access tokens. */
export interface ToolKey { kid: string; publicPem: string; privateKey: KeyObject }
interface KeyDoc { _id: 'installation'; kid: string; publicPem: string; sealed: string; createdAt: Date }

/** The key, made at the first start in a thread of its own; the private half rests encrypted. Two nodes that start at once keep one. */
export const toolKey = async ({ db }: Pick<Mongo, 'db'>, secrets: Secrets): Promise<ToolKey> => {
  const keys = db.collection<KeyDoc>('lti_keys')
  let doc = await keys.findOne({ _id: 'installation' })
  if (!doc) {
    const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })
    const made = { kid: randomBytes(12).toString('base64url'), publicPem: pair.publicKey, sealed: secrets.encrypt('lti-key', pair.privateKey), createdAt: new Date() }
    doc = await keys.findOneAndUpdate({ _id: 'installation' }, { $setOnInsert: made }, { upsert: true, returnDocument: 'after' })
  }
  if (!doc) throw new Error('the key of this installation can’t be stored')
  return { kid: doc.kid, publicPem: doc.publicPem, privateKey: createPrivateKey(secrets.decrypt('lti-key', doc.sealed)) }
}
