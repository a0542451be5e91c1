import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { H5pError, InstalledLibrary, type LibraryManager, type IInstalledLibrary, type ILibraryMetadata, type ILibraryName, type ILibraryStorage } from '@lumieducation/h5p-server'
import type { FileStore } from './file-store.js'
import { dependenciesOf, type Libraries } from './libraries.js'
import type { Leases } from './lease.js'
import { folderOf, isOwn, libraryOf, Manifest, nameOf, type Library } from './library-model.js'

/** How often a library is needed by others. Those that need each other only for the editor don't count each other. */
const countDependents = (libraries: ReadonlyMap<string, Library>): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { manifest, name } of libraries.values()) {
    const needed = new Map([...dependenciesOf(manifest, true), ...(manifest.dynamicDependencies ?? [])].map((each) => [nameOf(each), each]))
    for (const [other, each] of needed) {
      const needsUs = libraries.get(other)?.manifest.editorDependencies?.some((back) => nameOf(back) === name)
      if (!needsUs) counts[folderOf(each)] = (counts[folderOf(each)] ?? 0) + 1
    }
  }
  return counts
}

/**
 * Our libraries as Lumi asks for them; what a render asks is answered from memory. Lumi's own way to install (a library, then
 * its files one by one) works, but not at once: give an editor's manager `installAtOnce`.
 */
export const lumiLibraries = (libraries: Libraries, store: FileStore): ILibraryStorage => {
  const installed = new WeakMap<Library, IInstalledLibrary>()
  const need = async (library: ILibraryName): Promise<Library> => {
    const found = await libraries.get(nameOf(library))
    if (!found) throw new H5pError('storage-file-implementations:get-library-metadata-not-installed', { libraryName: folderOf(library) }, 404)
    return found
  }
  const shown = (library: Library): IInstalledLibrary => {
    const known = installed.get(library) ?? InstalledLibrary.fromMetadata({ ...library.manifest, restricted: library.restricted })
    installed.set(library, known)
    return known
  }
  const fileOf = async (library: ILibraryName, file: string) => {
    const found = (await need(library)).files.get(file)
    if (!found) throw new H5pError('library-file-missing', { filename: file, library: folderOf(library) }, 404)
    return found
  }
  const textOf = async (library: ILibraryName, file: string): Promise<string> => {
    await fileOf(library, file)
    return libraries.text(await need(library), file)
  }
  const manifestFile = (manifest: ILibraryMetadata) => store.put(Readable.from([Buffer.from(JSON.stringify(manifest))]))
  return {
    async addLibrary(manifest, restricted) {
      await libraries.put(manifest, new Map([['library.json', await manifestFile(manifest)]]), restricted)
      return shown(await need(manifest))
    },
    async updateLibrary(manifest) {
      const { files, restricted } = await need(manifest)
      await libraries.put(manifest, new Map(files).set('library.json', await manifestFile(manifest)), restricted)
      return shown(await need(manifest))
    },
    async addFile(library, filename, stream) {
      const file = await store.put(stream)
      const { manifest, files, restricted } = await need(library)
      await libraries.put(manifest, new Map(files).set(filename, file), restricted)
      return true
    },
    async clearFiles(library) {
      const { manifest, files, restricted } = await need(library)
      await libraries.put(manifest, new Map([...files].filter(([name]) => name === 'library.json')), restricted)
    },
    async deleteLibrary(library) {
      await libraries.remove((await need(library)).name)
    },
    fileExists: async (library, filename) => (await libraries.get(nameOf(library)))?.files.has(filename) ?? false,
    getAllDependentsCount: async () => countDependents(await libraries.all()),
    getDependentsCount: async (library) => countDependents(await libraries.all())[folderOf(library)] ?? 0,
    getFileAsJson: async (library, file) => JSON.parse(await textOf(library, file)) as unknown,
    getFileAsString: textOf,
    async getFileStats(library, file) {
      const { key, bytes } = await fileOf(library, file)
      return { size: bytes, birthtime: (await store.stat(key))?.at ?? new Date(0) }
    },
    getFileStream: async (library, file) => store.get((await fileOf(library, file)).key),
    async getInstalledLibraryNames(machineName) {
      const names = [...(await libraries.all()).keys()].flatMap((name) => libraryOf(name) ?? [])
      return machineName ? names.filter((name) => name.machineName === machineName) : names
    },
    getLanguages: async (library) => [...(await need(library)).files.keys()].flatMap((name) => /^language\/([\w-]+)\.json$/.exec(name)?.[1] ?? []),
    getLibrary: async (library) => shown(await need(library)),
    isInstalled: async (library) => (await libraries.get(nameOf(library))) !== undefined,
    listAddons: async () => [...(await libraries.all()).values()].flatMap(({ manifest }) => (manifest.addTo ? [manifest] : [])),
    listFiles: async (library) => [...(await need(library)).files.keys()].sort(),
    async updateAdditionalMetadata(library, { restricted }) {
      const known = await need(library)
      if (restricted === undefined || restricted === known.restricted) return false
      await libraries.restrict(known.name, restricted)
      return true
    },
  }
}

/**
 * Gives Lumi's library manager (`editor.libraryManager`) our way to install: under the lease that all nodes share, a library
 * whole or not at all, and never one under a name of ours.
 */
export const installAtOnce = (manager: LibraryManager, { libraries, leases }: { libraries: Libraries; leases: Leases }): void => {
  manager.installFromDirectory = (folder, restricted = false) =>
    leases.alone('h5p libraries', async () => {
      const newVersion = Manifest.parse(JSON.parse(await readFile(path.join(folder, 'library.json'), 'utf8'))) as unknown as ILibraryMetadata
      const there = await libraries.get(nameOf(newVersion))
      const [done] = isOwn(newVersion) ? [] : await libraries.install([{ folder, restricted: there?.restricted ?? restricted }])
      if (!done || done.type === 'none') return { type: 'none' }
      return there ? { type: 'patch', newVersion, oldVersion: there.manifest } : { type: 'new', newVersion }
    })
}
