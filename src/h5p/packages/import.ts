import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { AggregateH5pError, H5PConfig, H5pError, LibraryManager } from '@lumieducation/h5p-server'
import type { Log } from '../../infra/index.js'
import { CourseFull, PackageRefused } from '../refusals.js'
import { byVersion, dependenciesOf, hashFolder, inTurns, isOwn, librariesOf, nameOf, storePiece, type Installed, type Store, type StoredFile } from '../store/index.js'
import { WHITELISTS } from './endings.js'
import { PackageValidator } from './lumi-validator.js'
import { openPackage, type Carried, type Opened } from './gate.js'

export interface ImportDeps {
  store: Store
  log: Pick<Log, 'info'>
  /** For an administrator: libraries it brings may be installed, and restricted ones used. */
  allowLibraries?: boolean
  /** It is of the course it comes to: what a course has goes on, of a restricted type too. */
  held?: boolean
  /** Bytes of content files there is room for. */
  room?: number
  /** «1.28»: what the core offers to content types. */
  coreApi?: string
}
/** What a package brought; its files are in the store. */
export interface BroughtContent { library: string; title: string; params: object; metadata: object; files: (StoredFile & { name: string })[] }

/** What the embedded core offers. */
const CORE_API = '1.27'
const apiOf = (said = CORE_API): { major: number; minor: number } => {
  const [major = 1, minor = 0] = said.split('.').map(Number)
  return { major, minor }
}

/** What is to be installed of what a package carries. @throws PackageRefused */
const wantedOf = async ({ store: { libraries }, coreApi }: Omit<ImportDeps, 'log'>, carried: Carried[]): Promise<Carried[]> => {
  const installed = await libraries.all()
  const wanted: Carried[] = []
  const core = apiOf(coreApi)
  for (const library of carried) {
    const there = installed.get(library.name)
    const ahead = there ? byVersion(there.manifest, library.manifest) : -1
    const shown = path.basename(library.folder)
    // Ours come with this program alone: another's bytes under our name would be trusted with answer keys.
    if (isOwn(library.manifest) && ahead <= 0 && there?.hash !== (await hashFolder(library.folder))) throw new PackageRefused('own-library', shown, { library: library.name })
    // What is installed already is as new, or newer, and is used.
    if (ahead >= 0) continue
    const api = library.manifest.coreApi
    if (api && (api.majorVersion > core.major || (api.majorVersion === core.major && api.minorVersion > core.minor)))
      throw new PackageRefused('core-too-old', `${shown}/library.json`, { library: library.name, needs: `${api.majorVersion}.${api.minorVersion}`, has: coreApi ?? CORE_API })
    wanted.push(library)
  }
  return wanted
}

/** @throws PackageRefused that names what is missing */
const needAll = async ({ store: { libraries } }: Omit<ImportDeps, 'log'>, names: string[], coming: Carried[]): Promise<void> => {
  const installed = await libraries.all()
  const brought = new Map(coming.map((each) => [each.name, each.manifest]))
  const [seen, missing] = [new Set<string>(), new Set<string>()]
  const need = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    const manifest = brought.get(name) ?? installed.get(name)?.manifest
    if (manifest) dependenciesOf(manifest).forEach((each) => need(nameOf(each)))
    else missing.add(name)
  }
  names.forEach(need)
  if (missing.size > 0) throw new PackageRefused('library-missing', 'h5p.json', { libraries: [...missing].sort().join(', '), count: missing.size })
}

/** Types restricted to administrators come in through nobody else either. @throws PackageRefused that names it */
const refuseRestricted = async ({ store: { libraries } }: Omit<ImportDeps, 'log'>, names: string[]): Promise<void> => {
  const installed = await libraries.all()
  const barred = names.find((name) => installed.get(name)?.restricted)
  if (barred) throw new PackageRefused('restricted', 'h5p.json', { library: barred })
}

/** Lumi's own check comes last: what it wants of a package is what other H5P hosts want. */
const askLumi = async ({ store, coreApi }: Omit<ImportDeps, 'log'>, { dir, content }: Opened): Promise<void> => {
  const validator = new PackageValidator(new H5PConfig(undefined, { ...WHITELISTS, coreApiVersion: apiOf(coreApi) }), new LibraryManager(store.lumi.libraries))
  await validator.validateExtractedPackage(dir, content !== undefined, true).catch((error: unknown) => {
    if (!(error instanceof H5pError)) throw error
    const said = error instanceof AggregateH5pError ? error.getErrors() : [error]
    throw new PackageRefused('not-h5p', 'h5p.json', { said: said.map(({ errorId, replacements }) => [errorId, ...Object.values(replacements)].join(' ')).join('; ').slice(0, 300) }, error)
  })
}

/** A package's folder for as long as the work takes, and nothing of it afterwards. */
const opened = async <T>({ store }: Omit<ImportDeps, 'log'>, file: string, needsContent: boolean, work: (opened: Opened) => Promise<T>): Promise<T> => {
  const dir = await mkdtemp(path.join(store.work, 'package-'))
  try {
    return await work(await openPackage(file, dir, { needsContent }))
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

const install = ({ store }: Pick<ImportDeps, 'store'>, wanted: Carried[]): Promise<Installed[]> =>
  store.leases.alone('h5p libraries', () => store.libraries.install(wanted.map(({ folder }) => ({ folder }))))

/** Takes a package in: its files go to the store, its libraries are installed where that is allowed. @throws PackageRefused, CourseFull; nothing is left behind then */
export const importPackage = (deps: ImportDeps, file: string): Promise<BroughtContent> =>
  opened(deps, file, true, async (found) => {
    const { content } = found
    if (!content) throw new PackageRefused('no-content', 'content/content.json')
    const wanted = await wantedOf(deps, found.libraries)
    const coming = deps.allowLibraries ? wanted : []
    const used = librariesOf(content.library, content.params)
    await needAll(deps, used, coming)
    if (!deps.allowLibraries && !deps.held) await refuseRestricted(deps, used)
    await askLumi(deps, found)
    if ([...content.files.values()].reduce((sum, { bytes }) => sum + bytes, 0) > (deps.room ?? Infinity)) throw new CourseFull()
    // From here on nothing is refused.
    const files = await inTurns(4, [...content.files], async ([name, piece]) => ({ name, ...(await storePiece(deps.store.files, piece)) }))
    if (coming.length > 0) deps.log.info({ libraries: await install(deps, coming) }, 'libraries came with a package')
    return { library: content.library, title: content.metadata.title, params: content.params, metadata: content.metadata, files }
  })

/** Looks at a package as if it were to be taken in, and takes nothing. For what another program will unpack. @throws PackageRefused */
export const checkPackage = (deps: Omit<ImportDeps, 'log'>, file: string, { needsContent = true } = {}): Promise<void> =>
  opened(deps, file, needsContent, async (found) => {
    const coming = await wantedOf(deps, found.libraries)
    const names = found.content ? librariesOf(found.content.library, found.content.params) : coming.map(({ name }) => name)
    await needAll(deps, names, deps.allowLibraries === false ? [] : coming)
    await askLumi(deps, found)
  })

/** Installs what a package carries of libraries, with or without a content in it. @throws PackageRefused */
export const installLibraries = (deps: Omit<ImportDeps, 'allowLibraries' | 'room'>, file: string): Promise<Installed[]> =>
  opened(deps, file, false, async (found) => {
    const wanted = await wantedOf(deps, found.libraries)
    await needAll(deps, wanted.map(({ name }) => name), wanted)
    await askLumi(deps, found)
    const done = new Map((wanted.length > 0 ? await install(deps, wanted) : []).map((each) => [each.name, each]))
    return found.libraries.map(({ name }) => done.get(name) ?? { name, type: 'none' })
  })
