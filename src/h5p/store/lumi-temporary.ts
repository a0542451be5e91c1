import type { Readable } from 'node:stream'
import { H5pError, type ITemporaryFileStorage, type IUser } from '@lumieducation/h5p-server'
import type { Mongo } from '../../infra/index.js'
import { isContentPath } from './content-docs.js'
import type { FileStore } from './file-store.js'
import type { Author } from './lumi-contents.js'
import { TEMPORARY, type Room } from './room.js'

interface TemporaryDoc { _id: string; owner: string; course?: string; name: string; key: string; bytes: number; at: Date; expiresAt: Date }

/** What an editor uploaded and nobody has saved yet: each user's own, and forgotten by MongoDB itself when its time is over. */
export const lumiTemporary = async ({ db }: Pick<Mongo, 'db'>, store: FileStore, room: Pick<Room, 'keep'>, now: () => Date): Promise<ITemporaryFileStorage> => {
  const docs = db.collection<TemporaryDoc>(TEMPORARY)
  await Promise.all([docs.createIndex({ owner: 1 }), docs.createIndex({ course: 1 }), docs.createIndex({ key: 1 }), docs.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 })])
  const idOf = (owner: string, name: string): string => JSON.stringify([owner, name])
  const need = async (name: string, user: IUser): Promise<TemporaryDoc> => {
    const doc = await docs.findOne({ _id: idOf(user.id, name) })
    if (!doc) throw new H5pError('storage-file-implementations:temporary-file-not-found', { filename: name, userId: user.id }, 404)
    return doc
  }
  return {
    async deleteFile(name, owner) {
      await docs.deleteOne({ _id: idOf(owner, name) })
    },
    fileExists: async (name, user) => (await docs.countDocuments({ _id: idOf(user.id, name) })) > 0,
    async getFileStats(name, user) {
      const { bytes, at } = await need(name, user)
      return { size: bytes, birthtime: at }
    },
    async getFileStream(name, user, rangeStart, rangeEnd) {
      const { key, bytes } = await need(name, user)
      return store.get(key, rangeStart === undefined && rangeEnd === undefined ? undefined : { start: rangeStart ?? 0, end: rangeEnd ?? bytes - 1 })
    },
    async listFiles(user) {
      const found = await docs.find(user ? { owner: user.id } : {}).toArray()
      return found.map(({ name, owner, expiresAt }) => ({ filename: name, ownedByUserId: owner, expiresAt }))
    },
    async saveFile(filename, stream, user, expiresAt) {
      if (!isContentPath(filename)) throw new H5pError('illegal-filename', { filename }, 400)
      const { course } = user as Author
      const { key, bytes } = await store.put(stream as Readable)
      await room.keep(course ?? '', [{ key, bytes }], () => docs.replaceOne({ _id: idOf(user.id, filename) }, { owner: user.id, course, name: filename, key, bytes, at: now(), expiresAt }, { upsert: true }))
      return { filename, ownedByUserId: user.id, expiresAt }
    },
  }
}
