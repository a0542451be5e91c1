import { NotFound, type Kit } from '../../infra/index.js'
import { cleanParams } from '../authoring/index.js'
import type { Fault } from '../model.js'
import { StaleDraft } from '../refusals.js'
import type { Field } from '../semantics.js'
import { byVersion, folderOf, librariesIn, libraryOf, mainOf, metadataOf, nameOf, type ContentDoc, type Library, type Store } from '../store/index.js'
import { UpgradeRefused } from './refusals.js'

/** What a type's new version asks of parameters, as far as finding contents inside them needs it. */
export interface Shape { name?: string; type: string; options?: string[]; fields?: Shape[]; field?: Shape }
/** A library that contents may be brought to. */
export interface Change { machineName: string; major: number; minor: number; shape: Shape[] }
export interface Plan {
  from: string
  to: string
  /** The `upgrades.js` of the type and of all it holds. */
  scripts: string[]
  changes: Record<string, Change>
  drafts: { id: string; title: string }[]
}
export interface Upgrades {
  /** @throws NotFound, UpgradeRefused for a version that isn't newer */
  plan(from: string, to: string): Promise<Plan>
  draft(id: string, from: string): Promise<{ revision: number; params: object; metadata: object }>
  /** @throws StaleDraft, UpgradeRefused for what refers to libraries that aren't there */
  save(change: { draft: string; revision: number; from: string; to: string; params: object; metadata?: object }): Promise<{ faults: Fault[] }>
}

const shapeOf = ({ name, type, options, fields, field }: Field): Shape => ({
  name, type,
  ...(type === 'library' && options ? { options: options.flatMap((each) => (typeof each === 'string' ? [each] : [each.value])) } : {}),
  ...(fields ? { fields: fields.map(shapeOf) } : {}),
  ...(field ? { field: shapeOf(field) } : {}),
})
const optionsIn = (shapes: Shape[]): string[] => shapes.flatMap(({ options = [], fields = [], field }) => [...options, ...optionsIn(fields), ...(field ? optionsIn([field]) : [])])

/**
 * Bringing drafts to a newer version of their type. A type's own code does it (`upgrades.js`), and that code is a stranger's: it
 * runs in the administrator's browser, in a box, and what comes out is cleaned and checked here like anything an author sends.
 * Published contents stay as they are: whoever is in the middle of one goes on with what was begun.
 */
export const createUpgrades = ({ store, log, now, check }: Pick<Kit, 'log' | 'now'> & { store: Store; check: (library: string, params: unknown) => Fault[] }): Upgrades => {
  const { libraries, docs: { collection } } = store
  const need = async (name: string): Promise<Library> => {
    const found = libraryOf(name) && (await libraries.get(name))
    if (!found) throw new NotFound({ detail: { library: name } })
    return found
  }
  const pair = async (from: string, to: string): Promise<Library> => {
    const [old, fresh] = [await need(from), await need(to)]
    if (old.manifest.machineName !== fresh.manifest.machineName || byVersion(fresh.manifest, old.manifest) <= 0) throw new UpgradeRefused({ params: { from, to } })
    return fresh
  }
  const reach = (names: string[], all: ReadonlyMap<string, Library>, into: Map<string, Library>): Map<string, Library> => {
    for (const name of names) {
      const library = all.get(name)
      if (!library || into.has(name)) continue
      into.set(name, library)
      reach(optionsIn(library.semantics.map(shapeOf)), all, into)
    }
    return into
  }
  const draftOf = async (id: string, from: string): Promise<ContentDoc> => {
    const doc = await collection.findOne({ _id: id, library: from, course: { $exists: true } })
    if (!doc) throw new NotFound({ detail: { draft: id, from } })
    return doc
  }
  return {
    async plan(from, to) {
      await pair(from, to)
      const reached = [...reach([to], await libraries.all(), new Map()).values()]
      const drafts = await collection.find({ library: from, course: { $exists: true } }, { projection: { title: 1 } }).sort({ _id: 1 }).toArray()
      return {
        from, to,
        scripts: reached.filter(({ files }) => files.has('upgrades.js')).map(({ manifest, hash }) => `/h5p/libraries/${folderOf(manifest)}/upgrades.js?v=${hash}`),
        changes: Object.fromEntries(reached.map(({ name, manifest, semantics }) => [name, { machineName: manifest.machineName, major: manifest.majorVersion, minor: manifest.minorVersion, shape: semantics.map(shapeOf) }])),
        drafts: drafts.map(({ _id, title }) => ({ id: _id, title })),
      }
    },
    async draft(id, from) {
      const { revision, params, metadata } = await draftOf(id, from)
      return { revision, params: JSON.parse(params) as object, metadata: JSON.parse(metadata) as object }
    },
    async save({ draft, revision, from, to, params, metadata }) {
      const { manifest } = await pair(from, to)
      const doc = await draftOf(draft, from)
      const all = await libraries.all()
      const [used, absent] = [librariesIn(params), librariesIn(params).filter((name) => !all.has(name))]
      if (absent.length > 0) throw new UpgradeRefused({ params: { from, to }, detail: { absent } })
      const clean = cleanParams({ get: (name) => all.get(name)?.semantics }, to, params) as object
      const { title } = mainOf(JSON.parse(doc.metadata) as object)
      const said = metadataOf({ ...(JSON.parse(doc.metadata) as object), ...metadata }, { library: nameOf(manifest), title, params: clean })
      const change = { library: to, params: JSON.stringify(clean), metadata: JSON.stringify(said), libraries: [...new Set([to, ...used])], at: now(), by: 'administrator' }
      const { matchedCount } = await collection.updateOne({ _id: draft, library: from, revision }, { $set: change, $inc: { revision: 1 } })
      if (matchedCount === 0) throw new StaleDraft({ detail: { draft, revision } })
      log.info({ draft, from, to }, 'an administrator brought a draft to a newer version of its type')
      return { faults: check(to, clean) }
    },
  }
}
