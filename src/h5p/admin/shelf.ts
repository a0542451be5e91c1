import type { ILibraryMetadata } from '@lumieducation/h5p-server'
import { NotFound, type Kit } from '../../infra/index.js'
import { wordsOf } from '../authoring/index.js'
import { bringLibraries, installLibraries, type BroughtFile } from '../packages/index.js'
import { byVersion, dependenciesOf, isOwn, libraryOf, nameOf, type Installed, type Library, type Store } from '../store/index.js'
import { LibraryInUse, OwnLibrary } from './refusals.js'

/** How many contents and drafts need a library: as their type, inside them, or because what is inside needs it. */
export interface Uses { contents: number; drafts: number }
export interface ShelfRow extends Uses {
  /** «H5P.Accordion 1.0» */
  name: string
  machineName: string
  title: string
  /** «1.0.33» */
  version: string
  own: boolean
  runnable: boolean
  restricted: boolean
  bytes: number
  /** Other libraries that need it. */
  neededBy: string[]
  /** A newer one of the same type, to which drafts can be brought. */
  newer?: string
  /** Drafts that hold it themselves: as their type, or inside. */
  draftsWith: number
}
export interface Shelf {
  /** Titles in a language, where a library has them in it. */
  list(lang: string): Promise<ShelfRow[]>
  /** Installs what a `.h5p` carries of libraries. @throws PackageRefused */
  install(file: string): Promise<Installed[]>
  /** Installs all that lies in `.h5p` files, archives and folders; what is refused says why. */
  bring(places: { place: string; shown: string }[]): Promise<BroughtFile[]>
  /** @throws NotFound */
  restrict(name: string, restricted: boolean): Promise<void>
  /** @throws LibraryInUse, OwnLibrary, NotFound */
  remove(name: string): Promise<void>
}

/** Contents and drafts that hold the same libraries, counted together: there are few such sets, however many contents. */
interface Group extends Uses { libraries: string[] }

const groupsIn = ({ docs: { collection } }: Pick<Store, 'docs'>): Promise<Group[]> =>
  collection.aggregate<Group>([
    { $group: { _id: '$libraries', drafts: { $sum: { $cond: [{ $ifNull: ['$course', false] }, 1, 0] } }, all: { $sum: 1 } } },
    { $project: { _id: 0, libraries: '$_id', drafts: 1, contents: { $subtract: ['$all', '$drafts'] } } },
  ]).toArray()

const needsOf = ({ manifest }: { manifest: ILibraryMetadata }): string[] => [...dependenciesOf(manifest, true), ...(manifest.dynamicDependencies ?? [])].map(nameOf)

/** These and all they need, as far as it is installed. */
const reachOf = (names: string[], all: ReadonlyMap<string, Library>): Set<string> => {
  const seen = new Set<string>()
  const reach = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    const library = all.get(name)
    if (library) needsOf(library).forEach(reach)
  }
  names.forEach(reach)
  return seen
}

const usesOf = (groups: Group[], all: ReadonlyMap<string, Library>): Map<string, Uses> => {
  const uses = new Map<string, Uses>()
  for (const { libraries, contents, drafts } of groups) {
    for (const name of reachOf(libraries, all)) {
      const known = uses.get(name) ?? { contents: 0, drafts: 0 }
      uses.set(name, { contents: known.contents + contents, drafts: known.drafts + drafts })
    }
  }
  return uses
}

/** The newest of the same type and major version, where it is newer. */
const newerThan = (library: Library, all: ReadonlyMap<string, Library>): string | undefined => {
  const others = [...all.values()].filter(({ manifest }) => manifest.machineName === library.manifest.machineName && byVersion(manifest, library.manifest) > 0 && nameOf(manifest) !== library.name)
  return others.sort((a, b) => byVersion(b.manifest, a.manifest))[0]?.name
}

/** What a sentence can hold of a list. */
const some = (names: string[]): string => names.slice(0, 5).map((name) => `“${name}”`).join(', ') + (names.length > 5 ? ', …' : '')

export const createShelf = ({ store, log, coreApi }: { store: Store; log: Kit['log']; coreApi?: string }): Shelf => {
  const { libraries, docs } = store
  const need = async (name: string): Promise<Library> => {
    const found = libraryOf(name) && (await libraries.get(name))
    if (!found) throw new NotFound({ detail: { library: name } })
    return found
  }
  const usersOf = async (name: string): Promise<string[]> => {
    const all = await libraries.all()
    const ours = new Set(needsOf(await need(name)))
    // A type and its editor may need each other: neither holds the other.
    const others = [...all.values()].filter((library) => library.name !== name && needsOf(library).includes(name) && !ours.has(library.name)).map((library) => library.name)
    const holding = (await groupsIn(store)).filter((group) => reachOf(group.libraries, all).has(name)).map((group) => group.libraries)
    const titles = holding.length > 0 ? await docs.collection.find({ libraries: { $in: holding } }, { projection: { title: 1 }, limit: 6 }).toArray() : []
    return [...titles.map(({ title }) => title), ...others]
  }
  const install = async (file: string): Promise<Installed[]> => {
    const installed = await installLibraries({ store, log, ...(coreApi ? { coreApi } : {}) }, file)
    log.info({ installed }, 'an administrator installed libraries')
    return installed
  }
  return {
    install,
    bring: (places) => bringLibraries(store.work, places, install),
    async list(lang) {
      const all = await libraries.all()
      const groups = await groupsIn(store)
      const uses = usesOf(groups, all)
      const rows = await Promise.all([...all.values()].map(async (library): Promise<ShelfRow> => {
        const { manifest, name, restricted, files } = library
        const newer = newerThan(library, all)
        const { title } = await wordsOf(libraries, library, lang)
        return {
          name, machineName: manifest.machineName, title: typeof title === 'string' ? title : manifest.title, version: `${manifest.majorVersion}.${manifest.minorVersion}.${manifest.patchVersion}`,
          own: isOwn(manifest), runnable: Boolean(manifest.runnable), restricted, bytes: [...files.values()].reduce((sum, file) => sum + file.bytes, 0),
          neededBy: [...all.values()].filter((other) => other.name !== name && needsOf(other).includes(name)).map((other) => other.name),
          ...(newer ? { newer } : {}), draftsWith: groups.filter((group) => group.libraries.includes(name)).reduce((sum, group) => sum + group.drafts, 0), ...(uses.get(name) ?? { contents: 0, drafts: 0 }),
        }
      }))
      return rows.sort((a, b) => Number(b.runnable) - Number(a.runnable) || a.title.localeCompare(b.title, lang) || a.name.localeCompare(b.name))
    },
    async restrict(name, restricted) {
      await libraries.restrict((await need(name)).name, restricted)
      log.info({ library: name, restricted }, 'an administrator changed who may use a library')
    },
    async remove(name) {
      const { manifest } = await need(name)
      if (isOwn(manifest)) throw new OwnLibrary({ params: { library: name } })
      await store.leases.alone('h5p libraries', async () => {
        const users = await usersOf(name)
        if (users.length > 0) throw new LibraryInUse({ params: { library: name, by: some(users), count: users.length } })
        await libraries.remove(name)
      })
      log.info({ library: name }, 'an administrator removed a library')
    },
  }
}
