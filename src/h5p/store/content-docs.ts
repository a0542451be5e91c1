import type { Readable } from 'node:stream'
import type { mongo } from 'mongoose'
import { isDuplicate, type Mongo } from '../../infra/index.js'
import { turns } from '../files.js'
import type { FileStore, StoredFile } from './file-store.js'

/** A file of a content: its path there, and what is known of it. */
export interface ContentFile extends StoredFile { name: string; at: Date }

/**
 * A content. Parameters and metadata rest as the JSON they are: MongoDB would refuse what is nested deeper than a hundred.
 * With `course` it is a draft, which changes; without, it is published and never does.
 */
export interface ContentDoc {
  _id: string
  course?: string
  /** «Keyroom.Book 1.0» */
  library: string
  title: string
  /** `h5p.json` */
  metadata: string
  /** `content.json` */
  params: string
  /** All libraries it names, its own and those of contents inside. */
  libraries: string[]
  files: ContentFile[]
  revision: number
  at: Date
  by: string
}

export interface ContentDocs {
  collection: mongo.Collection<ContentDoc>
  of(id: string): Promise<ContentDoc | undefined>
  /** @returns false where the id is taken */
  insert(doc: ContentDoc): Promise<boolean>
  /** Notes a file that is stored; one of the same name gives way. */
  noteFile(id: string, file: ContentFile): Promise<void>
  /** Stores a file and notes it. */
  addFile(id: string, name: string, source: Readable, limit?: number): Promise<ContentFile>
  dropFiles(id: string, names: string[]): Promise<void>
}

/** A path inside a content: no way out of it, nothing hidden, nothing read backwards, and neither of the two files that hold its keys. */
export const isContentPath = (name: string): boolean =>
  name.length <= 255 && !turns(name) && name.split('/').every((part) => /^[^.\\/:*?"<>|\p{Cc}][^\\/:*?"<>|\p{Cc}]*$/u.test(part)) && !/^(content|h5p)\.json$/i.test(name)

export const createContentDocs = async ({ db }: Pick<Mongo, 'db'>, store: FileStore, now: () => Date): Promise<ContentDocs> => {
  const collection = db.collection<ContentDoc>('h5p_contents')
  await Promise.all([collection.createIndex({ course: 1, at: -1 }), collection.createIndex({ libraries: 1 }), collection.createIndex({ 'files.key': 1 })])
  const without = (names: string[]) => ({ $filter: { input: '$files', cond: { $not: { $in: ['$$this.name', { $literal: names }] } } } })
  const noteFile = async (_id: string, file: ContentFile): Promise<void> => {
    await collection.updateOne({ _id }, [{ $set: { files: { $concatArrays: [without([file.name]), [{ $literal: file }]] } } }])
  }
  return {
    collection,
    of: async (_id) => (await collection.findOne({ _id })) ?? undefined,
    insert: (doc) => collection.insertOne(doc).then(() => true, (error: Error) => (isDuplicate(error) ? false : Promise.reject(error))),
    noteFile,
    async addFile(_id, name, source, limit) {
      const file: ContentFile = { name, ...(await store.put(source, limit)), at: now() }
      await noteFile(_id, file)
      return file
    },
    async dropFiles(_id, names) {
      await collection.updateOne({ _id }, [{ $set: { files: without(names) } }])
    },
  }
}
