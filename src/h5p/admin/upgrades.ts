import { NotFound, type Kit } from '../../infra/index.js'
import { cleanParams } from '../authoring/index.js'
import type { Fault } from '../model.js'
import { StaleDraft } from '../refusals.js'
import type { Field } from '../semantics.js'
import { byVersion, folderOf, librariesOf, libraryOf, mainOf, metadataOf, type ContentDoc, type Library, type Store } from '../store/index.js'
import { UpgradeLacks, UpgradeRefused } from './refusals.js'

/** What a type's new version asks of parameters, as far as finding contents inside them needs it. */
export interface Shape { name?: string; type: string; options?: string[]; fields?: Shape[]; field?: Shape }
/** A library that contents may be brought to. */
export interface Change { machineName: string; major: number; minor: number; shape: Shape[] }
export interface Plan {
  from: string
  to: string
  /** The `upgrades.js` of the type and of all it holds. */
  scripts: string[]
  /** Also of what a draft is made of, so that the way to what stands inside it is known. */
  changes: Record<string, Change>
  /** `inside`: the draft's own type, where the older version only stands inside it. */
  drafts: { id: string; title: string; inside?: string }[]
  /** Published contents of the older version: they keep it. */
  published: number
}
/** What was done with a draft. */
export interface Brought {
  /** What its author has to mend. */
  faults: Fault[]
  /** Libraries that are new in it. */
  now: string[]
  /** The older version still stands somewhere in it: where no field takes the newer. */
  left: boolean
}
export interface Upgrades {
  /** @throws NotFound, UpgradeRefused for a version that isn't newer */
  plan(from: string, to: string): Promise<Plan>
  draft(id: string, from: string): Promise<{ revision: number; library: string; params: object; metadata: object }>
  /** @throws StaleDraft, UpgradeRefused where nothing is newer than it was, UpgradeLacks for what names libraries that aren't there */
  save(change: { draft: string; revision: number; from: string; to: string; params: object; metadata?: object }): Promise<Brought>
}

const shapeOf = ({ name, type, options, fields, field }: Field): Shape => ({
  name, type,
  ...(type === 'library' && options ? { options: options.flatMap((each) => (typeof each === 'string' ? [each] : [each.value])) } : {}),
  ...(fields ? { fields: fields.map(shapeOf) } : {}),
  ...(field ? { field: shapeOf(field) } : {}),
})
const optionsIn = (shapes: Shape[]): string[] => shapes.flatMap(({ options = [], fields = [], field }) => [...options, ...optionsIn(fields), ...(field ? optionsIn([field]) : [])])

const changeOf = ({ manifest, semantics }: Library): Change => ({ machineName: manifest.machineName, major: manifest.majorVersion, minor: manifest.minorVersion, shape: semantics.map(shapeOf) })

const told = ({ path, message }: Fault): string => `${path} ${message}`

/**
 * Bringing drafts to a newer version of a type, be it their own or one that stands inside them. A type's own code does it
 * (`upgrades.js`), and that code is a stranger's: it runs in the administrator's browser, in a box, and what comes out is cleaned
 * and checked here like anything an author sends.
 * Published contents stay as they are: whoever is in the middle of one goes on with what was begun.
 */
export const createUpgrades = ({ store, log, now, check }: Pick<Kit, 'log' | 'now'> & { store: Store; check: (library: string, params: unknown) => Fault[] }): Upgrades => {
  const { libraries, docs: { collection } } = store
  const need = async (name: string): Promise<Library> => {
    const found = libraryOf(name) && (await libraries.get(name))
    if (!found) throw new NotFound({ detail: { library: name } })
    return found
  }
  const pair = async (from: string, to: string): Promise<void> => {
    const [old, fresh] = [await need(from), await need(to)]
    if (old.manifest.machineName !== fresh.manifest.machineName || byVersion(fresh.manifest, old.manifest) <= 0) throw new UpgradeRefused({ params: { from, to } })
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
  const withinDrafts = (from: string) => ({ libraries: from, course: { $exists: true } })
  const draftOf = async (id: string, from: string): Promise<ContentDoc> => {
    const doc = await collection.findOne({ _id: id, ...withinDrafts(from) })
    if (!doc) throw new NotFound({ detail: { draft: id, from } })
    return doc
  }
  return {
    async plan(from, to) {
      await pair(from, to)
      const [all, docs, published] = await Promise.all([
        libraries.all(), collection.find(withinDrafts(from), { projection: { title: 1, library: 1, libraries: 1 } }).sort({ _id: 1 }).toArray(),
        collection.countDocuments({ libraries: from, course: { $exists: false } }),
      ])
      const reached = reach([to], all, new Map())
      const around = docs.flatMap((doc) => doc.libraries).flatMap((name): [string, Library][] => [all.get(name)].flatMap((library) => (library ? [[name, library]] : [])))
      return {
        from, to, published,
        scripts: [...reached.values()].filter(({ files }) => files.has('upgrades.js')).map(({ manifest, hash }) => `/h5p/libraries/${folderOf(manifest)}/upgrades.js?v=${hash}`),
        changes: Object.fromEntries([...new Map([...around, ...reached])].map(([name, library]) => [name, changeOf(library)])),
        drafts: docs.map(({ _id, title, library }) => ({ id: _id, title, ...(library === from ? {} : { inside: library }) })),
      }
    },
    async draft(id, from) {
      const { revision, library, params, metadata } = await draftOf(id, from)
      return { revision, library, params: JSON.parse(params) as object, metadata: JSON.parse(metadata) as object }
    },
    async save({ draft, revision, from, to, params, metadata }) {
      await pair(from, to)
      const [doc, all] = [await draftOf(draft, from), await libraries.all()]
      const library = doc.library === from ? to : doc.library
      const clean = cleanParams({ get: (name) => all.get(name)?.semantics }, library, params) as object
      const used = librariesOf(library, clean)
      const absent = used.filter((name) => !all.has(name))
      if (absent.length > 0) throw new UpgradeLacks({ params: { libraries: absent.join(', ') }, detail: { absent } })
      if (!used.includes(to)) throw new UpgradeRefused({ params: { from, to } })
      const before = JSON.parse(doc.metadata) as object
      // What others' types merely shouldn't have is said where the newer version is what minds it.
      const known = new Set(check(doc.library, JSON.parse(doc.params)).map(told))
      const isNew = (fault: Fault): boolean => !known.has(told(fault))
      const said = metadataOf({ ...before, ...metadata }, { library, title: mainOf(before).title, params: clean })
      const change = { library, params: JSON.stringify(clean), metadata: JSON.stringify(said), libraries: used, at: now(), by: 'administrator' }
      const { matchedCount } = await collection.updateOne({ _id: draft, revision, ...withinDrafts(from) }, { $set: change, $inc: { revision: 1 } })
      if (matchedCount === 0) throw new StaleDraft({ detail: { draft, revision } })
      log.info({ draft, from, to, inside: library !== to }, 'an administrator brought a draft to a newer version of a type')
      return { faults: check(library, clean).filter((each) => !each.soft || isNew(each)), now: used.filter((name) => !doc.libraries.includes(name)), left: used.includes(from) }
    },
  }
}
