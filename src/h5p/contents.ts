import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { fsImplementations, type IContentMetadata, type IUser } from '@lumieducation/h5p-server'
import { z } from 'zod'
import { NotFound } from '../infra/index.js'
import { missing } from './files.js'
import { nameOf } from './libraries.js'
import type { ContentFolder } from './model.js'
import { questionsIn, strip, type Question } from './scoring/index.js'

/** A content as it is needed for each answer and each page: read once, since a content never changes. */
export interface Content {
  id: string
  /** «Keyroom.Book 1.0» */
  library: string
  metadata: IContentMetadata
  questions: Map<string, Question>
  /** The parameters without any answer key. */
  shown: unknown
}
export interface Contents {
  /** @throws NotFound */
  of(id: string): Promise<Content>
  add(id: string, folder: ContentFolder): Promise<void>
  /** Where its files lie. */
  folderOf(id: string): string
}

const Id = z.string().regex(/^[A-Za-z0-9][\w-]{0,120}$/)
const Metadata = z.looseObject({ mainLibrary: z.string(), preloadedDependencies: z.array(z.looseObject({ machineName: z.string(), majorVersion: z.coerce.number(), minorVersion: z.coerce.number() })) })
/** Lumi wants an owner; a content belongs to its course. */
const COURSE: IUser = { id: 'course', name: 'course', email: '', type: 'local' }
/** Contents kept in memory: what a busy evening plays. */
const KEPT = 500

/** The files of a content's folder by their names in it, but the two that hold its keys. */
const filesOf = async (dir: string): Promise<string[]> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const names = entries.filter((entry) => entry.isFile()).map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
  return names.map((name) => name.split(path.sep).join('/')).filter((name) => name !== 'content.json' && name !== 'h5p.json')
}

export const createContents = async (dir: string): Promise<Contents & { storage: InstanceType<typeof fsImplementations.FileContentStorage> }> => {
  await mkdir(dir, { recursive: true })
  const storage = new fsImplementations.FileContentStorage(dir)
  const kept = new Map<string, Promise<Content>>()

  const load = async (id: string): Promise<Content> => {
    if (!Id.safeParse(id).success || !(await storage.contentExists(id))) throw new NotFound({ detail: { content: id } })
    const [metadata, params] = await Promise.all([storage.getMetadata(id), storage.getParameters(id) as Promise<unknown>])
    const { mainLibrary, preloadedDependencies } = Metadata.parse(metadata)
    const main = preloadedDependencies.find(({ machineName }) => machineName === mainLibrary)
    const library = main ? nameOf(main) : mainLibrary
    const questions = new Map(questionsIn(library, params).map((question) => [question.item, question]))
    return { id, library, metadata: metadata as IContentMetadata, questions, shown: strip(library, params) }
  }
  return {
    storage,
    folderOf: (id) => path.join(dir, id),
    of(id) {
      const known = kept.get(id)
      if (known) return known
      const loading = load(id)
      kept.set(id, loading)
      // What failed isn't kept: the content may come.
      loading.catch(() => kept.delete(id))
      const [oldest] = kept.keys()
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
      return loading
    },
    async add(id, { h5p, content, files }) {
      Id.parse(id)
      if (await storage.contentExists(id)) return
      // Under another name first: what crashes half-way, or comes twice at once, leaves no half content.
      const draft = `draft-${randomUUID()}`
      try {
        await storage.addContent(h5p as IContentMetadata, content, COURSE, draft)
        for (const name of await filesOf(files)) await storage.addFile(draft, name, createReadStream(path.join(files, name)), COURSE)
        await rename(path.join(dir, draft), path.join(dir, id))
      } catch (error) {
        await rm(path.join(dir, draft), { recursive: true, force: true }).catch(missing)
        if (!(await storage.contentExists(id))) throw error
      }
    },
  }
}
