import { randomInt } from 'node:crypto'
import type { mongo } from 'mongoose'
import { isDuplicate } from '../infra/index.js'
import { LIST_ENTRIES } from './status-list.js'

/** Where a credential's bit stands. */
export interface StatusPlace { list: number; index: number }
export interface CredentialDoc {
  _id: string
  run: string
  learner: string
  achievement: string
  status: StatusPlace
  /** When its place was taken: the time of the signature, however often it's tried. */
  at: Date
  /** The signed document, byte for byte as it is given out; absent while it's being made. */
  json?: string
  /** The course's version, and the credential's name there, for lists. */
  course?: string
  name?: string
  issuedAt?: Date
  revoked?: { at: Date; reason: string; actor: string }
}
export type StoredCredential = CredentialDoc & Required<Pick<CredentialDoc, 'json' | 'course' | 'name' | 'issuedAt'>>
export interface CredentialFilter { run?: string; learner?: string; course?: string; revoked?: boolean }

export interface CredentialStore {
  /** The credential's entry with a place of its own, now or the first time. */
  reserve(entry: Pick<CredentialDoc, '_id' | 'run' | 'learner' | 'achievement' | 'at'>): Promise<CredentialDoc>
  /** Keeps the signed document; the first one stays. */
  keep(id: string, made: Pick<StoredCredential, 'json' | 'course' | 'name' | 'issuedAt'>): Promise<StoredCredential>
  find(id: string): Promise<StoredCredential | undefined>
  list(filter: CredentialFilter): Promise<StoredCredential[]>
  /** Sets the bit; the first revocation stays. */
  revoke(id: string, revoked: NonNullable<CredentialDoc['revoked']>): Promise<void>
  /** Is a list of this number in use? */
  hasList(list: number): Promise<boolean>
  /** Grows with each revocation, and never shrinks. */
  revocations(list: number): Promise<number>
  revokedIn(list: number): Promise<number[]>
}

const isStored = (doc: CredentialDoc | null): doc is StoredCredential => doc?.json !== undefined

/** Collection `credentials`. Its unique indexes, not our care, see to one document for each award and one bit for each document. */
export const openStore = async (db: mongo.Db): Promise<CredentialStore> => {
  const credentials = db.collection<CredentialDoc>('credentials')
  await Promise.all([
    credentials.createIndex({ 'status.list': 1, 'status.index': 1 }, { unique: true }),
    credentials.createIndex({ run: 1, learner: 1 }),
    credentials.createIndex({ 'status.list': 1, 'revoked.at': 1 }, { partialFilterExpression: { 'revoked.at': { $exists: true } } }),
  ])
  const revokedOf = (list: number): mongo.Filter<CredentialDoc> => ({ 'status.list': list, 'revoked.at': { $exists: true } })

  /** By chance, so that an index doesn't tell who came when. Lists are left half empty: a free place is found in two tries. */
  const freePlace = async (): Promise<StatusPlace> => ({
    list: Math.floor((2 * (await credentials.estimatedDocumentCount())) / LIST_ENTRIES),
    index: randomInt(LIST_ENTRIES),
  })

  return {
    async reserve(entry) {
      for (;;) {
        const known = await credentials.findOne({ _id: entry._id })
        if (known) return known
        const doc = { ...entry, status: await freePlace() }
        try {
          await credentials.insertOne(doc)
          return doc
        } catch (error) {
          if (!isDuplicate(error)) throw error // the place was taken, or another node was faster: look again
        }
      }
    },
    async keep(id, made) {
      await credentials.updateOne({ _id: id, json: { $exists: false } }, { $set: made })
      const kept = await credentials.findOne({ _id: id })
      if (!isStored(kept)) throw new Error(`the credential ${id} has no entry to be kept in`)
      return kept
    },
    async find(id) {
      const found = await credentials.findOne({ _id: id })
      return isStored(found) ? found : undefined
    },
    async list({ revoked, ...filter }) {
      const wanted = { ...filter, json: { $exists: true }, ...(revoked === undefined ? {} : { 'revoked.at': { $exists: revoked } }) }
      return (await credentials.find(wanted).sort({ issuedAt: 1, _id: 1 }).toArray()).filter(isStored)
    },
    async revoke(id, revoked) {
      await credentials.updateOne({ _id: id, revoked: { $exists: false } }, { $set: { revoked } })
    },
    hasList: async (list) => (await credentials.findOne({ 'status.list': list }, { projection: { _id: 1 } })) !== null,
    revocations: (list) => credentials.countDocuments(revokedOf(list)),
    revokedIn: async (list) => (await credentials.find(revokedOf(list)).project<{ status: StatusPlace }>({ status: 1 }).toArray()).map(({ status }) => status.index),
  }
}
