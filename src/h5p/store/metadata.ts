import type { IContentMetadata, ILibraryName } from '@lumieducation/h5p-server'
import { z } from 'zod'
import { libraryOf, nameOf } from './library-model.js'

const Text = z.string().max(10_000)
const Year = z.union([z.string().max(10), z.number()])
const Dependency = z.object({ machineName: z.string(), majorVersion: z.coerce.number(), minorVersion: z.coerce.number() })
/** What is kept of an `h5p.json`; what is of another shape is left out, not refused: nothing runs by it. */
const Kept = z.object({
  language: z.string().regex(/^[\w-]{2,20}$/), defaultLanguage: z.string().regex(/^[\w-]{2,20}$/), embedTypes: z.array(z.enum(['div', 'iframe'])).min(1), license: Text, licenseVersion: Text, licenseExtras: Text,
  authors: z.array(z.object({ name: Text, role: Text.optional() })).max(200), source: Text, yearFrom: Year, yearTo: Year, a11yTitle: Text, extraTitle: Text,
  authorComments: Text, contentType: Text, changes: z.array(z.object({ date: Text.optional(), author: Text.optional(), log: Text.optional() })).max(1000),
})
type Kept = z.output<typeof Kept>

const keep = (given: object): Partial<Kept> =>
  Object.fromEntries(Object.entries(Kept.shape).flatMap(([name, shape]) => {
    const parsed = shape.safeParse((given as Record<string, unknown>)[name])
    return parsed.success ? [[name, parsed.data]] : []
  }))

/** Every library that parameters name, however deep. */
export const librariesIn = (params: unknown): string[] => {
  const found = new Set<string>()
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk)
    if (typeof value !== 'object' || value === null) return
    const name = libraryOf((value as { library?: unknown }).library)
    if (name && 'params' in value) found.add(nameOf(name))
    Object.values(value).forEach(walk)
  }
  walk(params)
  return [...found]
}

/** A content's own library, and those it names. */
export const librariesOf = (library: string, params: unknown): string[] => [...new Set([library, ...librariesIn(params)])]

/** An `h5p.json` for this content: what was given of licence and authors, and what follows from the content itself. */
export const metadataOf = (given: object, { library, title, params }: { library: string; title: string; params: object }): IContentMetadata => {
  const names = librariesOf(library, params).flatMap((name) => libraryOf(name) ?? [])
  return {
    language: 'und', embedTypes: ['div'], license: 'U', ...keep(given),
    title, mainLibrary: names[0]?.machineName ?? library, preloadedDependencies: names,
  } as IContentMetadata
}

const Read = z.looseObject({ mainLibrary: z.string(), title: z.string().optional(), preloadedDependencies: z.array(Dependency) })
/** What an `h5p.json` says its content is. */
export const mainOf = (metadata: unknown): { library: string; title: string; dependencies: ILibraryName[] } => {
  const { mainLibrary, title = '', preloadedDependencies } = Read.parse(metadata)
  const main = preloadedDependencies.find(({ machineName }) => machineName === mainLibrary)
  return { library: main ? nameOf(main) : mainLibrary, title, dependencies: preloadedDependencies }
}
