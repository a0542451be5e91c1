import { createHash } from 'node:crypto'
import type { ILibraryMetadata, ILibraryName } from '@lumieducation/h5p-server'
import { z } from 'zod'
import type { Field } from '../semantics.js'
import type { StoredFile } from './file-store.js'

/** A library's file, by its path in it. */
export interface LibraryFile extends StoredFile { name: string }

/** A library as each node keeps it in memory. */
export interface Library {
  /** «H5P.Accordion 1.0»: how contents name it. */
  name: string
  /** `library.json` */
  manifest: ILibraryMetadata
  restricted: boolean
  files: Map<string, StoredFile>
  /** What its parameters are; none where it takes none. */
  semantics: Field[]
  /** Names its bytes: part of its files' addresses. */
  hash: string
}

/** «H5P.Accordion 1.0» */
export const nameOf = ({ machineName, majorVersion, minorVersion }: ILibraryName): string => `${machineName} ${majorVersion}.${minorVersion}`
/** «H5P.Accordion-1.0»: its folder, and its part of an address. */
export const folderOf = ({ machineName, majorVersion, minorVersion }: ILibraryName): string => `${machineName}-${majorVersion}.${minorVersion}`

/** «H5P.Accordion 1.0» or «H5P.Accordion-1.0», taken apart. */
export const libraryOf = (name: unknown): ILibraryName | undefined => {
  const found = typeof name === 'string' ? /^([\w.]{1,100})[ -](\d{1,5})\.(\d{1,5})$/.exec(name) : null
  return found?.[1] ? { machineName: found[1], majorVersion: Number(found[2]), minorVersion: Number(found[3]) } : undefined
}

/**
 * Just «H5P.Accordion 1.0», as a content must name its types: no sign more. H5P's core reads no further than the version, so
 * what follows it would hide a type from us and not from the browser.
 */
export const isLibraryName = (name: unknown): name is string => {
  const found = libraryOf(name)
  return found !== undefined && nameOf(found) === name
}

/** One of the project's own types: only this program brings them. */
export const isOwn = ({ machineName }: Pick<ILibraryName, 'machineName'>): boolean => /^keyroom\./i.test(machineName)

/** Below nought: `a` is the older. */
export const byVersion = (a: ILibraryName & { patchVersion?: number }, b: ILibraryName & { patchVersion?: number }): number =>
  a.majorVersion - b.majorVersion || a.minorVersion - b.minorVersion || (a.patchVersion ?? 0) - (b.patchVersion ?? 0)

const Version = z.coerce.number().int().min(0).max(99_999)
const Dependency = z.looseObject({ machineName: z.string().regex(/^[\w.]{1,100}$/), majorVersion: Version, minorVersion: Version })
const PathHere = z.looseObject({ path: z.string().min(1).max(500) })
/** What a `library.json` must be. Numbers come as text too, as some write them. */
export const Manifest = z.looseObject({
  title: z.string().min(1).max(500), machineName: z.string().regex(/^[\w.]{1,100}$/),
  majorVersion: Version, minorVersion: Version, patchVersion: Version, runnable: z.coerce.number().int().min(0).max(1),
  coreApi: z.looseObject({ majorVersion: Version, minorVersion: Version }).optional(),
  preloadedJs: z.array(PathHere).optional(), preloadedCss: z.array(PathHere).optional(),
  preloadedDependencies: z.array(Dependency).optional(), editorDependencies: z.array(Dependency).optional(), dynamicDependencies: z.array(Dependency).optional(),
})

/** The same files under the same names, the same hash. */
export const hashOf = (files: Iterable<[name: string, file: StoredFile]>): string => {
  const hash = createHash('sha256')
  for (const [name, { key }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(name).update('\0').update(key)
  return hash.digest('base64url').slice(0, 12)
}
