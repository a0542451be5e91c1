import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ILibraryMetadata, ILibraryName } from '@lumieducation/h5p-server'
import type { mongo } from 'mongoose'
import { ZodError } from 'zod'
import { NotFound, type Mongo } from '../../infra/index.js'
import { parseSemantics, type Field } from '../semantics.js'
import { Measure, type FileStore, type StoredFile } from './file-store.js'
import { byVersion, hashOf, Manifest, nameOf, type Library, type LibraryFile } from './library-model.js'
import { filesBelow } from '../files.js'
import { inTurns } from './turns.js'

interface LibraryDoc {
  /** «H5P.Accordion 1.0» */
  _id: string
  manifest: string
  restricted: boolean
  files: LibraryFile[]
  hash: string
  /** Grows over all libraries with each change: what is greater than the greatest known is news. */
  changed: number
  /** Its tombstone: other nodes must hear of it. */
  removed?: true
}
/** What became of a library that was brought. */
export type Installed = { name: string; type: 'new' | 'update' | 'none' }
/** A library's folder and what is known of it. */
export interface Brought { folder: string; restricted?: boolean; /** Taken whenever its bytes differ, not only with a higher patch version. */ always?: boolean }

export interface Libraries {
  /** All that are installed, by name. Memory alone, but for a look every two seconds whether another node changed something. */
  all(): Promise<ReadonlyMap<string, Library>>
  /** What `all` knew last. */
  known(): ReadonlyMap<string, Library>
  /** `hash`: where what is known has other bytes, another node may know better. */
  get(name: string, hash?: string): Promise<Library | undefined>
  /** @throws NotFound */
  text(library: Library, file: string): Promise<string>
  /** Each whole or not at all, and all or none: readers change over at once. */
  install(brought: Brought[]): Promise<Installed[]>
  put(manifest: ILibraryMetadata, files: Map<string, StoredFile>, restricted: boolean): Promise<void>
  restrict(name: string, restricted: boolean): Promise<void>
  remove(name: string): Promise<void>
  /** These and all they can't be played without, the needed first; with `editor`, also what their editing needs and is here. @throws NotFound */
  closure(names: string[], options?: { editor?: boolean }): Promise<Library[]>
}

const FRESH_MS = 2000
/** Texts of libraries kept in memory: semantics and languages that forms are made of. */
const KEPT_TEXTS = 1000

const textOf = async (store: FileStore, key: string): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of await store.get(key)) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
/** What can't be read constrains nothing: packages are checked before they come in, but not what an older version left. */
const semanticsIn = async (store: FileStore, file: StoredFile | undefined): Promise<Field[]> => {
  if (!file) return []
  const text = await textOf(store, file.key)
  try {
    return parseSemantics(text)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ZodError) return []
    throw error
  }
}
const libraryFrom = async ({ _id, manifest, restricted, files, hash }: LibraryDoc, store: FileStore): Promise<Library> => {
  const byName = new Map(files.map(({ name, ...file }) => [name, file]))
  return { name: _id, manifest: JSON.parse(manifest) as ILibraryMetadata, restricted, hash, files: byName, semantics: await semanticsIn(store, byName.get('semantics.json')) }
}
const docFrom = (manifest: ILibraryMetadata, files: Map<string, StoredFile>, restricted: boolean): Omit<LibraryDoc, 'changed'> => ({
  _id: nameOf(manifest), manifest: JSON.stringify(manifest), restricted, files: [...files].map(([name, file]) => ({ name, ...file })), hash: hashOf(files),
})

/** The files of a folder by their names in it, with the keys they will have. */
const keysOf = async (folder: string): Promise<Map<string, StoredFile & { path: string }>> => {
  const found = await inTurns(8, await filesBelow(folder), async ({ name, file }) => {
    const measure = new Measure()
    for await (const _ of measure.pass(createReadStream(file))) continue
    return [name, { path: file, ...measure.done() }] as const
  })
  return new Map(found)
}
/** Names the bytes of a library's folder, as an installed one's are named. */
export const hashFolder = async (folder: string): Promise<string> => hashOf(await keysOf(folder))

const storeAll = async (store: FileStore, files: Map<string, StoredFile & { path: string }>): Promise<Map<string, StoredFile>> =>
  new Map(await inTurns(8, [...files], async ([name, { path: file }]): Promise<[string, StoredFile]> => [name, await store.put(createReadStream(file))]))

/**
 * H5P's libraries: one document each with its files' keys, so that a library is there whole or not at all, the same for every
 * node, and all of them in each node's memory.
 */
export const createLibraries = async ({ db, client }: Pick<Mongo, 'db' | 'client'>, store: FileStore): Promise<Libraries> => {
  const docs = db.collection<LibraryDoc>('h5p_libraries')
  const counters = db.collection<{ _id: string; n: number }>('h5p_counters')
  await Promise.all([docs.createIndex({ changed: 1 }), docs.createIndex({ 'files.key': 1 }), counters.updateOne({ _id: 'libraries' }, { $setOnInsert: { n: 0 } }, { upsert: true })])

  let [all, newest, freshUntil]: [ReadonlyMap<string, Library>, number, number] = [new Map(), 0, 0]
  const texts = new Map<string, Promise<string>>()

  const look = async (): Promise<void> => {
    const news = await docs.find({ changed: { $gt: newest } }).sort({ changed: 1 }).toArray()
    if (news.length > 0) {
      const changed = await inTurns(8, news, async (doc): Promise<[string, Library | undefined]> => [doc._id, doc.removed ? undefined : await libraryFrom(doc, store)])
      const next = new Map(all)
      for (const [name, library] of changed) {
        if (library) next.set(name, library)
        else next.delete(name)
      }
      // Two looks at once: the later news stand.
      const last = news.at(-1)?.changed ?? 0
      if (last > newest) [all, newest] = [next, last]
    }
    freshUntil = Date.now() + FRESH_MS
  }
  let looking: Promise<void> | undefined
  const upToDate = (): Promise<void> => (looking ??= look().finally(() => (looking = undefined)))

  /** Counter and documents in one transaction: no node sees a later change before an earlier one. */
  const change = async (write: (changed: number, session: mongo.ClientSession) => Promise<unknown>): Promise<void> => {
    await client.withSession((session) =>
      session.withTransaction(async () => {
        const counter = await counters.findOneAndUpdate({ _id: 'libraries' }, { $inc: { n: 1 } }, { session, returnDocument: 'after' })
        await write(counter?.n ?? 0, session)
      }),
    )
    await look()
  }
  const save = (made: Omit<LibraryDoc, 'changed'>[]): Promise<void> =>
    change(async (changed, session) => {
      for (const { _id, ...doc } of made) await docs.replaceOne({ _id }, { ...doc, changed }, { upsert: true, session })
    })

  const current = async (): Promise<ReadonlyMap<string, Library>> => {
    if (Date.now() > freshUntil) await upToDate()
    return all
  }
  return {
    all: current,
    known: () => all,
    async get(name, hash) {
      const found = (await current()).get(name)
      if (found && (hash === undefined || found.hash === hash)) return found
      // Another node may have installed it just now.
      await upToDate()
      return all.get(name)
    },
    text(library, name) {
      const file = library.files.get(name)
      if (!file) return Promise.reject(new NotFound({ detail: { library: library.name, file: name } }))
      const text = texts.get(file.key) ?? textOf(store, file.key)
      if (!texts.has(file.key)) {
        if (texts.size >= KEPT_TEXTS) texts.clear()
        texts.set(file.key, text)
        text.catch(() => texts.delete(file.key))
      }
      return text
    },
    async install(brought) {
      await upToDate()
      const made: Omit<LibraryDoc, 'changed'>[] = []
      const told: Installed[] = []
      for (const { folder, restricted, always } of brought) {
        const manifest = Manifest.parse(JSON.parse(await readFile(path.join(folder, 'library.json'), 'utf8'))) as unknown as ILibraryMetadata
        const name = nameOf(manifest)
        const there = all.get(name)
        const ahead = there ? byVersion(there.manifest, manifest) : -1
        if (ahead > 0 || (ahead === 0 && !always)) {
          told.push({ name, type: 'none' })
          continue
        }
        const files = await keysOf(folder)
        const same = there?.hash === hashOf(files)
        told.push({ name, type: same ? 'none' : there ? 'update' : 'new' })
        if (!same) made.push(docFrom(manifest, await storeAll(store, files), restricted ?? there?.restricted ?? false))
      }
      if (made.length > 0) await save(made)
      return told
    },
    put: (manifest, files, restricted) => save([docFrom(manifest, files, restricted)]),
    restrict: (name, restricted) => change((changed, session) => docs.updateOne({ _id: name, removed: { $exists: false } }, { $set: { restricted, changed } }, { session })),
    remove: (name) => change((changed, session) => docs.updateOne({ _id: name }, { $set: { removed: true, files: [], changed } }, { session })),
    async closure(names, { editor = false } = {}) {
      const [libraries, found] = [await current(), new Map<string, Library>()]
      const seen = new Set<string>()
      const add = (name: string): void => {
        if (seen.has(name)) return
        seen.add(name)
        const library = libraries.get(name)
        if (!library) throw new NotFound({ detail: { library: name } })
        for (const needed of dependenciesOf(library.manifest)) add(nameOf(needed))
        const forEditing = editor ? (library.manifest.editorDependencies ?? []).map(nameOf) : []
        forEditing.filter((each) => libraries.has(each)).forEach(add)
        found.set(name, library)
      }
      names.forEach(add)
      return [...found.values()]
    },
  }
}

/** What a library can't do without; with `editor`: to be edited, too. */
export const dependenciesOf = (manifest: ILibraryMetadata, editor = false): ILibraryName[] => [...(manifest.preloadedDependencies ?? []), ...(editor ? (manifest.editorDependencies ?? []) : [])]
