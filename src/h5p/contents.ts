import type { Readable } from 'node:stream'
import type { IContentMetadata } from '@lumieducation/h5p-server'
import { z } from 'zod'
import { NotFound } from '../infra/index.js'
import { cleanParams } from './authoring/index.js'
import type { ContentFolder } from './model.js'
import { exportPackage } from './packages/index.js'
import { questionsIn, strip, type Question } from './scoring/index.js'
import { isDraftId, mainOf, metadataOf, piecesBelow, publish, storeContentFiles, type ContentDoc, type ContentFile, type Store } from './store/index.js'

/** A content as it is needed for each answer and each page: read once, since a published content never changes. */
export interface Content {
  id: string
  /** «Keyroom.Book 1.0» */
  library: string
  metadata: IContentMetadata
  questions: Map<string, Question>
  /** The parameters without any answer key. */
  shown: unknown
  files: Map<string, ContentFile>
}
export interface Contents {
  /** Of a draft: as it is now. @throws NotFound */
  of(id: string): Promise<Content>
  add(id: string, folder: ContentFolder): Promise<void>
  /** A published one as a `.h5p` that can be installed by itself elsewhere. @throws NotFound, PackageRefused where a library it names isn't installed */
  exported(id: string): Promise<Readable>
}

const Id = z.string().regex(/^[A-Za-z0-9][\w-]{0,120}$/)
/** Contents kept in memory: what a busy evening plays. */
const KEPT = 500

const contentFrom = ({ _id, library, metadata, params, files }: ContentDoc): Content => {
  const parsed = JSON.parse(params) as unknown
  const questions = new Map(questionsIn(library, parsed).map((question) => [question.item, question]))
  return { id: _id, library, metadata: JSON.parse(metadata) as IContentMetadata, questions, shown: strip(library, parsed), files: new Map(files.map((file) => [file.name, file])) }
}

export const createContents = ({ docs, files, libraries }: Pick<Store, 'docs' | 'files' | 'libraries'>, now: () => Date): Contents => {
  const kept = new Map<string, Promise<Content>>()
  const need = async (id: string): Promise<ContentDoc> => {
    const doc = Id.safeParse(id).success ? await docs.of(id) : undefined
    if (!doc) throw new NotFound({ detail: { content: id } })
    return doc
  }
  return {
    of(id) {
      const known = kept.get(id)
      if (known) return known
      const loading = need(id).then(contentFrom)
      if (isDraftId(id)) return loading
      kept.set(id, loading)
      // What failed isn't kept: the content may come.
      loading.catch(() => kept.delete(id))
      const [oldest] = kept.keys()
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
      return loading
    },
    async add(id, { h5p, content, files: folder }) {
      Id.parse(id)
      if (await docs.of(id)) return
      const pieces = typeof folder === 'string' ? await piecesBelow(folder) : folder
      const installed = await libraries.all()
      // A course file may be a stranger's: its words are cleaned as a draft's are.
      const params = cleanParams({ get: (name) => installed.get(name)?.semantics }, mainOf(h5p).library, content) as object
      await publish(docs, id, { metadata: h5p, params, files: await storeContentFiles(files, pieces, now()), at: now() })
    },
    async exported(id) {
      const doc = await need(id)
      if (doc.course !== undefined) throw new NotFound({ detail: { content: id } })
      // Other hosts want more of an `h5p.json` than a course file needs.
      const metadata = metadataOf(JSON.parse(doc.metadata) as object, { ...doc, params: JSON.parse(doc.params) as object })
      return exportPackage({ files, libraries }, { ...doc, metadata: JSON.stringify(metadata) })
    },
  }
}
