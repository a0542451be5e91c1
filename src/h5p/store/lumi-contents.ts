import { randomUUID } from 'node:crypto'
import type { Readable, Stream } from 'node:stream'
import { H5pError, type IContentMetadata, type IContentStorage, type ILibraryName, type IUser } from '@lumieducation/h5p-server'
import { isContentPath, type ContentDoc, type ContentDocs, type ContentFile } from './content-docs.js'
import { StaleDraft } from '../refusals.js'
import type { FileStore } from './file-store.js'
import { nameOf } from './library-model.js'
import { librariesOf, mainOf, metadataOf } from './metadata.js'

/** Who edits, as our own requests give them to Lumi: with `course`, contents of other courses aren't there for them. */
export interface Author extends IUser {
  course?: string
  /** What they have open: only that is written over, and each write moves it on (Lumi writes once more when files were renamed). */
  revision?: number
}

export const draftId = (): string => `draft-${randomUUID()}`
export const isDraftId = (id: string): boolean => /^draft-[0-9a-f-]{36}$/.test(id)

const absent = (contentId: string): H5pError => new H5pError('content-file-missing', { contentId }, 404)
const courseOf = (user: IUser | undefined): string | undefined => (user as Author | undefined)?.course

/**
 * Our contents as Lumi asks for them: its player reads published contents and drafts, its editor writes drafts alone. A new one
 * goes to the author's course. `addContent` with the id of a draft is the next revision of it.
 */
export const lumiContents = (docs: ContentDocs, store: FileStore, now: () => Date): IContentStorage => {
  const { collection } = docs
  const need = async (id: string, user?: IUser): Promise<ContentDoc> => {
    const [doc, course] = [await docs.of(String(id)), courseOf(user)]
    if (!doc || (course !== undefined && doc.course !== undefined && doc.course !== course)) throw absent(id)
    return doc
  }
  const needDraft = async (id: string, user?: IUser): Promise<ContentDoc> => {
    const doc = await need(id, user)
    if (doc.course === undefined) throw absent(id) // published: it changes no more
    return doc
  }
  const fileOf = async (id: string, name: string, user?: IUser): Promise<ContentFile> => {
    const file = (await need(id, user)).files.find((each) => each.name === name)
    if (!file) throw new H5pError('content-file-missing', { filename: name, contentId: id }, 404)
    return file
  }
  const said = (metadata: IContentMetadata, params: object) => {
    const { library, title } = mainOf(metadata)
    return { library, title, metadata: JSON.stringify(metadataOf(metadata, { library, title, params })), params: JSON.stringify(params), libraries: librariesOf(library, params) }
  }
  return {
    async addContent(metadata, content, user, id) {
      const change = { ...said(metadata, content as object), at: now(), by: user.id }
      if (id !== undefined) {
        const { course } = await needDraft(id, user)
        const author = user as Author
        const open = author.revision === undefined ? {} : { revision: author.revision }
        const written = await collection.findOneAndUpdate({ _id: id, course, ...open }, { $set: change, $inc: { revision: 1 } }, { returnDocument: 'after', projection: { revision: 1 } })
        if (!written) throw new StaleDraft({ detail: { draft: id, ...open } })
        if (author.revision !== undefined) author.revision = written.revision
        return id
      }
      const course = courseOf(user)
      if (course === undefined) throw new H5pError('storage-file-implementations:error-creating-content', {}, 403)
      const made = draftId()
      await docs.insert({ _id: made, course, ...change, files: [], revision: 1 })
      return made
    },
    async addFile(id, filename, stream: Stream, user) {
      await needDraft(id, user)
      if (!isContentPath(filename)) throw new H5pError('illegal-filename', { filename }, 400)
      await docs.addFile(id, filename, stream as Readable)
    },
    contentExists: async (id) => (await docs.of(String(id))) !== undefined,
    async deleteContent(id, user) {
      await collection.deleteOne({ _id: (await needDraft(id, user))._id })
    },
    async deleteFile(id, filename, user) {
      await needDraft(id, user)
      await docs.dropFiles(id, [filename])
    },
    fileExists: async (id, filename) => (await docs.of(String(id)))?.files.some(({ name }) => name === filename) ?? false,
    async getFileStats(id, filename, user) {
      const { bytes, at } = await fileOf(id, filename, user)
      return { size: bytes, birthtime: at }
    },
    async getFileStream(id, filename, user, rangeStart, rangeEnd) {
      const { key, bytes } = await fileOf(id, filename, user)
      return store.get(key, rangeStart === undefined && rangeEnd === undefined ? undefined : { start: rangeStart ?? 0, end: rangeEnd ?? bytes - 1 })
    },
    getMetadata: async (id, user) => JSON.parse((await need(id, user)).metadata) as IContentMetadata,
    getParameters: async (id, user) => JSON.parse((await need(id, user)).params) as unknown,
    async getUsage(library: ILibraryName) {
      const name = nameOf(library)
      const asMainLibrary = await collection.countDocuments({ library: name })
      return { asMainLibrary, asDependency: (await collection.countDocuments({ libraries: name })) - asMainLibrary }
    },
    async listContent(user) {
      const course = courseOf(user)
      const found = await collection.find(course === undefined ? {} : { course }, { projection: { _id: 1 } }).toArray()
      return found.map(({ _id }) => _id)
    },
    listFiles: async (id, user) => (await need(id, user)).files.map(({ name }) => name),
    sanitizeFilename: (filename) => filename.normalize('NFC').replace(/[^\p{L}\p{N}._/-]+/gu, '_').replace(/(^|\/)\.+/g, '$1').slice(-120),
  }
}
