import path from 'node:path'
import type { ILibraryMetadata } from '@lumieducation/h5p-server'
import { z } from 'zod'
import { PackageRefused, type PackageFault } from '../refusals.js'
import { parseSemantics } from '../semantics.js'
import { byVersion, folderOf, inTurns, isContentPath, isTooDeep, Manifest, nameOf, pieceOnDisk, piecesIn, readPiece, type Piece, type Pieces } from '../store/index.js'
import { isActiveSvg } from './active.js'
import { isLitter, isListed, isPage, isPicture, MOST_BYTES, mostBytes } from './endings.js'
import { unzip, ZipRefused } from './unzip.js'

const MB = 1024 ** 2
/** What a zip may have in it. */
export const LIMITS = { entries: 20_000, bytes: 2048 * MB - 1, each: MOST_BYTES }
/** A JSON file of a package; the largest semantics there are have a few hundred kilobytes. */
const MAX_JSON = 8 * MB
/** A drawing with more in it than this is a photograph. */
const MAX_SVG = 5 * MB

/** A library in a package, unpacked. */
export interface Carried { name: string; manifest: ILibraryMetadata; folder: string }
/** A package that passed the gate, unpacked. */
export interface Opened {
  dir: string
  libraries: Carried[]
  /** Absent where it brings libraries alone. */
  content?: { metadata: { title: string; mainLibrary: string } & Record<string, unknown>; library: string; params: object; /** By their path in `content`. */ files: Pieces }
}

const Dependency = z.looseObject({ machineName: z.string().regex(/^[\w.]{1,100}$/), majorVersion: z.coerce.number().int(), minorVersion: z.coerce.number().int() })
const Metadata = z.looseObject({ title: z.string().min(1), mainLibrary: z.string().regex(/^[\w.]{1,100}$/), preloadedDependencies: z.array(Dependency).min(1) })

/** The two files that say what a content is. */
const TOLD = ['h5p.json', 'content/content.json']

/** One package, or one content's folder, while it is looked at. */
class Gate {
  constructor(private readonly files: Pieces) {}

  private get names(): string[] {
    return [...this.files.keys()]
  }

  has(name: string): boolean {
    return this.files.has(name)
  }

  /** @throws PackageRefused before what is too large is read */
  private async text(name: string, most: number, why: PackageFault): Promise<string> {
    const piece = this.files.get(name)
    if (!piece || piece.bytes > most) throw new PackageRefused(why, name)
    return (await readPiece(piece)).toString('utf8').replace(/^\ufeff/, '')
  }

  async json(name: string): Promise<unknown> {
    const text = await this.text(name, MAX_JSON, 'json-too-large')
    if (isTooDeep(text)) throw new PackageRefused('json-too-large', name)
    try {
      return JSON.parse(text) as unknown
    } catch (error) {
      throw new PackageRefused('wrong-json', name, {}, error)
    }
  }

  async shaped<T extends z.ZodType>(name: string, shape: T): Promise<z.output<T>> {
    const parsed = shape.safeParse(await this.json(name))
    if (!parsed.success) throw new PackageRefused('wrong-shape', name, { field: parsed.error.issues[0]?.path.join('.') ?? '' }, parsed.error)
    return parsed.data
  }

  /** What a name and a size tell, and a look into pictures and parameters. */
  private async fileFault(name: string, { bytes }: Piece): Promise<PackageRefused | undefined> {
    const refused = (why: PackageFault, params = {}): PackageRefused => new PackageRefused(why, name, params)
    if (!name.includes('/') && name !== 'h5p.json') return refused('stray-file')
    if (isPage(name)) return refused('page')
    if (!isListed(name)) return refused('unlisted-type')
    if (TOLD.includes(name)) return isTooDeep(await this.text(name, MAX_JSON, 'json-too-large')) ? refused('json-too-large') : undefined
    if (isPicture(name) && isActiveSvg(await this.text(name, MAX_SVG, 'svg-too-large'))) return refused('active-svg')
    if (!name.startsWith('content/')) return undefined
    if (!isContentPath(name.slice('content/'.length))) return refused('bad-name')
    return bytes > mostBytes(name) ? refused('file-too-large', { limit: mostBytes(name) / MB }) : undefined
  }

  /** All files that may not be there. */
  async faults(): Promise<PackageRefused[]> {
    const found = await inTurns(4, [...this.files], ([name, piece]) => this.fileFault(name, piece).catch(refusedOnly))
    return found.flatMap((fault) => fault ?? [])
  }

  async content(): Promise<Opened['content']> {
    const metadata = await this.shaped('h5p.json', Metadata)
    const main = metadata.preloadedDependencies.find(({ machineName }) => machineName === metadata.mainLibrary)
    if (!main) throw new PackageRefused('no-main-library', 'h5p.json', { library: metadata.mainLibrary })
    if (!this.has('content/content.json')) throw new PackageRefused('no-content', 'content/content.json')
    const params = await this.shaped('content/content.json', z.looseObject({}))
    const files = piecesIn(this.files, 'content')
    files.delete('content.json')
    return { metadata, library: nameOf(main), params, files }
  }

  async library(folder: string): Promise<Carried> {
    const file = `${folder}/library.json`
    if (!this.has(file)) throw new PackageRefused('no-library-json', folder)
    const manifest = (await this.shaped(file, Manifest)) as unknown as ILibraryMetadata
    if (folder !== manifest.machineName && folder !== folderOf(manifest)) throw new PackageRefused('library-folder', folder, { library: nameOf(manifest) })
    const absent = [...(manifest.preloadedJs ?? []), ...(manifest.preloadedCss ?? [])].find((each) => !this.has(`${folder}/${path.posix.normalize(each.path)}`))
    if (absent) throw new PackageRefused('library-file-missing', `${folder}/${absent.path}`, { library: nameOf(manifest) })
    if (this.has(`${folder}/semantics.json`)) await this.semantics(`${folder}/semantics.json`)
    for (const language of this.names.filter((name) => name.startsWith(`${folder}/language/`) && name.endsWith('.json'))) await this.json(language)
    return { name: nameOf(manifest), manifest, folder }
  }

  private async semantics(name: string): Promise<void> {
    await this.json(name)
    try {
      parseSemantics(await this.text(name, MAX_JSON, 'json-too-large'))
    } catch (error) {
      throw new PackageRefused('wrong-shape', name, { field: error instanceof z.ZodError ? (error.issues[0]?.path.join('.') ?? '') : '' }, error)
    }
  }

  async libraries(): Promise<Carried[]> {
    const folders = [...new Set(this.names.flatMap((name) => (name.includes('/') ? [name.split('/')[0] ?? ''] : [])))].filter((folder) => folder !== 'content')
    const found: Carried[] = []
    for (const folder of folders) {
      const library = await this.library(folder)
      const twin = found.find(({ name }) => name.toLowerCase() === library.name.toLowerCase())
      if (twin) throw new PackageRefused('library-twice', folder, { library: library.name })
      found.push(library)
    }
    return found.sort((a, b) => byVersion(a.manifest, b.manifest))
  }
}

const refusedOnly = (error: unknown): PackageRefused => {
  if (error instanceof PackageRefused) return error
  throw error
}

/** All that a content's folder holds and may not: by the rules for packages, for what comes in another way. */
export const faultsInFolder = async (files: Pieces): Promise<PackageRefused[]> => {
  const gate = new Gate(files)
  const faults = await gate.faults()
  return faults.length > 0 ? faults : gate.libraries().then(() => [], (error: unknown) => [refusedOnly(error)])
}

/** What is wrong with a zip, as it is said of a package. */
export const refusedZip = (error: unknown): PackageRefused | undefined =>
  error instanceof ZipRefused ? new PackageRefused(error.why, error.file, { limit: LIMITS.each / MB }, error) : undefined

/**
 * Unpacks a `.h5p` into an empty folder and looks at all of it. What installed libraries say of it is asked later.
 * @throws PackageRefused for the first thing wrong, with the file it is wrong in
 */
export const openPackage = async (file: string, dir: string, { needsContent }: { needsContent: boolean }): Promise<Opened> => {
  const names = await unzip(file, dir, LIMITS, (name) => !isLitter(name)).catch((error: unknown) => {
    throw refusedZip(error) ?? error
  })
  const gate = new Gate(new Map(await inTurns(8, names, async (name): Promise<[string, Piece]> => [name, await pieceOnDisk(path.join(dir, name))])))
  if (needsContent && !gate.has('h5p.json')) throw new PackageRefused('no-h5p-json', 'h5p.json')
  const [fault] = await gate.faults()
  if (fault) throw fault
  const libraries = (await gate.libraries()).map((each) => ({ ...each, folder: path.join(dir, each.folder) }))
  if (!needsContent && libraries.length === 0) throw new PackageRefused('no-library', path.basename(file))
  return { dir, libraries, ...(needsContent ? { content: await gate.content() } : {}) }
}
