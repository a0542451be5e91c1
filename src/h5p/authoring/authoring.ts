import { createHash } from 'node:crypto'
import { BadInput, NotFound, type Kit, type Log } from '../../infra/index.js'
import type { Authoring, ContentType, Draft, Fault } from '../model.js'
import { exportPackage, folderOfContent, importPackage } from '../packages/index.js'
import { StaleDraft } from '../refusals.js'
import { isObject } from '../scoring/index.js'
import type { Semantics } from '../semantics.js'
import { byVersion, draftId, folderOf, isDraftId, isOwn, isTooDeep, librariesOf, libraryOf, metadataOf, type ContentDoc, type Library, type Store } from '../store/index.js'
import { addFile } from './add-file.js'
import { cleanParams } from './clean-params.js'
import { languageFiles, localize } from './localize.js'
import { refuseRestricted } from './restricted.js'

const MAX_PARAMS = 4 * 1024 * 1024

const draftFrom = ({ _id, course = '', library, title, params, metadata, revision, at, by }: ContentDoc): Draft => ({
  id: _id, course, library, title, params: JSON.parse(params) as object, metadata: JSON.parse(metadata) as object, revision, updatedAt: at, by,
})

const tooBig = (cause?: unknown): BadInput => new BadInput([{ field: 'params', message: 'fields.too_big' }], cause)

/** As it is kept. @throws BadInput for what is too large or too deep */
const jsonOf = (params: object): string => {
  try {
    const json = JSON.stringify(params)
    if (json.length > MAX_PARAMS || isTooDeep(json)) throw tooBig()
    return json
  } catch (error) {
    throw error instanceof RangeError ? tooBig(error) : error
  }
}

/** Files that parameters name and nobody has added. */
const missingFiles = (params: unknown, names: ReadonlySet<string>, path = ''): Fault[] => {
  const at = (name: string | number): string => (path === '' ? String(name) : `${path}.${name}`)
  if (Array.isArray(params)) return params.flatMap((each, index) => missingFiles(each, names, at(index)))
  if (!isObject(params)) return []
  const { path: file, mime } = params
  const isGone = typeof file === 'string' && typeof mime === 'string' && !/^https?:\/\//i.test(file) && !names.has(file)
  return [...(isGone ? [{ path: at('path'), message: 'is not among the files of this content' }] : []), ...Object.entries(params).flatMap(([name, each]) => missingFiles(each, names, at(name)))]
}

/** What a library says of itself and its fields in a language: `language/LANG.json`, as far as there is one. */
export const wordsOf = async (libraries: Pick<Store['libraries'], 'text'>, library: Library, lang: string): Promise<Record<string, unknown>> => {
  const file = languageFiles(lang).find((name) => library.files.has(name))
  if (!file) return {}
  const parsed = JSON.parse(await libraries.text(library, file)) as unknown
  return isObject(parsed) ? parsed : {}
}

/** Types one can begin with, and what is said of them in a language. */
const createTypes = ({ libraries }: Pick<Store, 'libraries'>): Pick<Authoring, 'types' | 'semantics'> => {
  const typeOf = async (library: Library, lang: string): Promise<ContentType> => {
    const { manifest, files, hash, restricted, name } = library
    const { title, description } = await wordsOf(libraries, library, lang)
    const summary = typeof description === 'string' ? description : manifest.description
    return {
      library: name, machineName: manifest.machineName, title: typeof title === 'string' ? title : manifest.title, own: isOwn(manifest), restricted,
      ...(files.has('icon.svg') ? { icon: `/h5p/libraries/${folderOf(manifest)}/icon.svg?v=${hash}` } : {}), ...(summary ? { summary } : {}),
    }
  }
  return {
    async types(lang) {
      const newest = new Map<string, Library>()
      for (const library of (await libraries.all()).values()) {
        const known = newest.get(library.manifest.machineName)
        if (library.manifest.runnable && (!known || byVersion(known.manifest, library.manifest) < 0)) newest.set(library.manifest.machineName, library)
      }
      const types = await Promise.all([...newest.values()].map((library) => typeOf(library, lang)))
      return types.sort((a, b) => Number(b.own) - Number(a.own) || a.title.localeCompare(b.title, lang))
    },
    async semantics(name, lang) {
      const library = await libraries.get(name)
      if (!library) throw new NotFound({ detail: { library: name } })
      return localize(library.semantics, (await wordsOf(libraries, library, lang)).semantics)
    },
  }
}

const HOUR_MS = 3_600_000
/** Where files come in, what nobody refers to any more goes: once an hour at most, beside the request. */
export const makeSweeper = (store: Store, log: Pick<Log, 'warn'>): (() => void) => {
  let next = 0
  return () => {
    if (Date.now() < next) return
    next = Date.now() + HOUR_MS
    store.sweep().catch((error: unknown) => log.warn({ err: error }, 'files nobody refers to were not cleared away'))
  }
}

export interface AuthoringDeps {
  store: Store
  check: (library: string, params: unknown) => Fault[]
  /** «1.28»: what the core offers to content types. */
  coreApi?: string
}

/** Drafts, each in one course. Every look-up names the course, so that no id leads into another. */
export const createAuthoring = ({ now, log }: Pick<Kit, 'now' | 'log'>, { store, check, coreApi }: AuthoringDeps): Authoring => {
  const { docs, libraries } = store
  const sweepNowAndThen = makeSweeper(store, log)
  const { collection } = docs
  const semantics: Semantics = { get: (name) => libraries.known().get(name)?.semantics }
  const need = async (course: string, id: string): Promise<ContentDoc> => {
    const doc = isDraftId(id) ? await collection.findOne({ _id: id, course }) : null
    if (!doc) throw new NotFound({ detail: { course, draft: id } })
    return doc
  }
  const said = (library: string, title: string, params: object, metadata: object) => ({
    library, title: title.slice(0, 300), params: jsonOf(params), metadata: JSON.stringify(metadataOf(metadata, { library, title, params })), libraries: librariesOf(library, params),
  })
  const insert = async (doc: ContentDoc): Promise<Draft> => {
    await docs.insert(doc)
    return draftFrom(doc)
  }
  return {
    ...createTypes(store),
    async list(course) {
      const found = await collection.find({ course }).sort({ at: -1 }).project<Omit<ContentDoc, 'params' | 'files'>>({ params: 0, files: 0 }).toArray()
      return found.map((doc) => draftFrom({ ...doc, params: '{}', files: [] }))
    },
    get: async (course, id) => draftFrom(await need(course, id)),
    async create(course, { library, title, params = {}, metadata = {} }, by) {
      if (!libraryOf(library) || !(await libraries.get(library))) throw new NotFound({ detail: { library } })
      jsonOf(params)
      refuseRestricted(await libraries.all(), librariesOf(library, params))
      return insert({ _id: draftId(), course, ...said(library, title, cleanParams(semantics, library, params) as object, metadata), files: [], revision: 1, at: now(), by })
    },
    async save(course, id, { revision, title, params, metadata }, by) {
      const doc = await need(course, id)
      jsonOf(params)
      // What another node installed or restricted is known from here on.
      refuseRestricted(await libraries.all(), librariesOf(doc.library, params), doc.libraries)
      const clean = cleanParams(semantics, doc.library, params) as object
      const change = { ...said(doc.library, title ?? doc.title, clean, { ...(JSON.parse(doc.metadata) as object), ...metadata }), at: now(), by }
      const saved = await collection.findOneAndUpdate({ _id: id, course, revision }, { $set: change, $inc: { revision: 1 } }, { returnDocument: 'after' })
      if (!saved) {
        const { by: other, revision: theirs } = await need(course, id)
        throw new StaleDraft({ detail: { draft: id, revision, theirs, other } })
      }
      return { draft: draftFrom(saved), faults: [...check(doc.library, clean), ...missingFiles(clean, new Set(saved.files.map(({ name }) => name)))] }
    },
    duplicate: async (course, id, by) => insert({ ...(await need(course, id)), _id: draftId(), revision: 1, at: now(), by }),
    async remove(course, id) {
      await collection.deleteOne({ _id: (await need(course, id))._id, course })
    },
    async addFile(course, id, file) {
      sweepNowAndThen()
      return addFile({ ...store, now }, await need(course, id), file)
    },
    async importPackage(course, file, by, options = {}) {
      sweepNowAndThen()
      const brought = await importPackage({ store, log, coreApi, ...options, room: await store.room.left(course) }, file)
      const clean = cleanParams(semantics, brought.library, brought.params) as object
      return store.room.keep(course, brought.files, () => insert({ _id: draftId(), course, ...said(brought.library, brought.title, clean, brought.metadata), files: brought.files.map((each) => ({ ...each, at: now() })), revision: 1, at: now(), by }))
    },
    async publish(course, id) {
      const { course: _course, revision: _revision, ...doc } = await need(course, id)
      const bytes = createHash('sha256').update(JSON.stringify([doc.library, doc.params, doc.metadata, doc.files.map(({ name, key }) => [name, key])])).digest('hex')
      const published = `${course}-${id.slice(-12)}-${bytes.slice(0, 12)}`
      await docs.insert({ ...doc, _id: published, revision: 1 }) // the same bytes again are there already
      return published
    },
    exportPackage: async (course, id) => exportPackage(store, await need(course, id)),
    folder: async (course, id) => ({ files: folderOfContent(store, await need(course, id)) }),
  }
}
