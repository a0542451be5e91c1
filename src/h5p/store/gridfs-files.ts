import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { finished, pipeline } from 'node:stream/promises'
import mongoose, { type mongo } from 'mongoose'
import { NotFound, type Mongo } from '../../infra/index.js'
import { missing } from '../files.js'
import { isKey, Measure, type FileStore } from './file-store.js'

type Id = mongo.ObjectId
/** A megabyte: a video of 500 MB is 500 documents, and a range of it reads few it doesn't need. */
const CHUNK = 1024 * 1024

const isTwin = (error: unknown): boolean => error instanceof mongoose.mongo.MongoServerError && error.code === 11000

/** Awaited one by one, so that nothing is on its way any more when something fails. */
const write = (upload: mongo.GridFSBucketWriteStream, chunk: Buffer): Promise<void> =>
  new Promise((resolve, reject) => void upload.write(chunk, (error) => (error ? reject(error) : resolve())))

/**
 * Files in MongoDB, for several nodes. A file comes in under a name of its own, noted in `h5p.incoming`, and takes its key as
 * its name once it is whole; the unique index lets one of twins do so.
 */
export const createGridFiles = async ({ db }: Pick<Mongo, 'db'>, cacheDir: string): Promise<FileStore> => {
  // The chunks needn't each reach a majority: the naming does, after them.
  const bucket = new mongoose.mongo.GridFSBucket(db, { bucketName: 'h5p', chunkSizeBytes: CHUNK, writeConcern: { w: 1 } })
  const files = db.collection<mongo.GridFSFile>('h5p.files')
  const chunks = db.collection<{ files_id: Id }>('h5p.chunks')
  const incoming = db.collection<{ _id: Id; at: Date }>('h5p.incoming')
  await Promise.all([files.createIndex({ filename: 1 }, { unique: true }), chunks.createIndex({ files_id: 1, n: 1 }, { unique: true }), mkdir(cacheDir, { recursive: true })])

  const drop = async (_id: Id): Promise<void> => {
    await files.deleteOne({ _id })
    await chunks.deleteMany({ files_id: _id })
    await incoming.deleteOne({ _id })
  }
  const named = async (key: string): Promise<mongo.GridFSFile> => {
    const file = isKey(key) ? await files.findOne({ filename: key }) : null
    if (!file) throw new NotFound({ detail: { key } })
    return file
  }
  /** @returns false where the same bytes are there already. */
  const name = async (_id: Id, filename: string): Promise<boolean> => {
    for (;;) {
      const known = await files.updateOne({ filename }, { $set: { uploadDate: new Date() } })
      if (known.matchedCount > 0) return false
      const took = await files.updateOne({ _id }, { $set: { filename, uploadDate: new Date() } }).then(() => true, (error: unknown) => (isTwin(error) ? false : Promise.reject(error as Error)))
      if (took) return true
    }
  }
  const coming = new Map<string, Promise<string>>()
  const fetchLocal = async (key: string): Promise<string> => {
    const file = path.join(cacheDir, key)
    if (await stat(file).catch(missing)) return file
    const part = `${file}.${randomUUID().slice(0, 8)}`
    try {
      await pipeline(bucket.openDownloadStream((await named(key))._id), createWriteStream(part))
      await rename(part, file)
      return file
    } finally {
      await rm(part, { force: true })
    }
  }
  return {
    async put(source, limit) {
      const [_id, measure] = [new mongoose.mongo.ObjectId(), new Measure(limit)]
      await incoming.insertOne({ _id, at: new Date() })
      const upload = bucket.openUploadStreamWithId(_id, `incoming-${_id.toHexString()}`)
      try {
        for await (const chunk of measure.pass(source)) await write(upload, chunk)
        upload.end()
        await finished(upload)
        const stored = measure.done()
        if (await name(_id, stored.key)) await incoming.deleteOne({ _id })
        else await drop(_id)
        return stored
      } catch (error) {
        source.destroy()
        await drop(_id)
        throw error
      }
    },
    get: async (key, range) => bucket.openDownloadStream((await named(key))._id, range && { start: range.start, end: range.end + 1 }),
    async stat(key) {
      const file = isKey(key) ? await files.findOne({ filename: key }) : null
      return file ? { key, bytes: file.length, at: file.uploadDate } : undefined
    },
    async *list() {
      for await (const { filename, length, uploadDate } of files.find({ filename: /^[0-9a-f]{64}$/ })) yield { key: filename, bytes: length, at: uploadDate }
    },
    async delete(key, before) {
      const file = await files.findOneAndDelete({ filename: key, ...(before ? { uploadDate: { $lt: before } } : {}) })
      if (file) await chunks.deleteMany({ files_id: file._id })
    },
    local(key) {
      if (!isKey(key)) return Promise.reject(new NotFound({ detail: { key } }))
      const fetching = coming.get(key) ?? fetchLocal(key).finally(() => coming.delete(key))
      coming.set(key, fetching)
      return fetching
    },
    async tidy(before) {
      for await (const { _id } of incoming.find({ at: { $lt: before } })) {
        // Named just before its node was killed: it is a file like any other.
        if (await files.findOne({ _id, filename: /^[0-9a-f]{64}$/ })) await incoming.deleteOne({ _id })
        else await drop(_id)
      }
    },
  }
}
