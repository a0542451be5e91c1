import { createWriteStream } from 'node:fs'
import { lstat, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { PackageRefused } from '../refusals.js'
import { folderOf, Manifest, piecesBelow, type Installed } from '../store/index.js'
import { isLitter, isListed } from './endings.js'
import { LIMITS, refusedZip } from './gate.js'
import { unzip } from './unzip.js'
import { zipOf } from './zip.js'

/** What became of one `.h5p`, or of one library's folder. */
export interface BroughtFile { file: string; libraries: Installed[]; refused?: PackageRefused }

/** One that was found, and how to have it as a `.h5p`. */
interface Found { shown: string; packed(): Promise<string> }

const manifestIn = async (folder: string) => {
  const text = await readFile(path.join(folder, 'library.json'), 'utf8')
  try {
    return Manifest.parse(JSON.parse(text.replace(/^\ufeff/, ''))) as unknown as Parameters<typeof folderOf>[0]
  } catch {
    // The gate says what is wrong with it.
    return undefined
  }
}

/** A library's folder as a package; what no package holds is left out, as where packages are made: a repository has such files. */
const pack = async (folder: string, to: string): Promise<string> => {
  const manifest = await manifestIn(folder)
  const top = manifest ? folderOf(manifest) : path.basename(folder)
  const files = [...(await piecesBelow(folder))].map(([name, piece]) => [`${top}/${name}`, piece] as const)
  const kept = files.filter(([name]) => isListed(name) && !isLitter(name) && !name.split('/').includes('node_modules'))
  const odd = kept.find(([name]) => name.includes('\\'))
  if (odd) throw new PackageRefused('bad-name', odd[0])
  await pipeline(zipOf(new Map(kept)), createWriteStream(to))
  return to
}

/** Looks through files, folders and archives for what can be installed. Nothing is followed out of them. */
class Finder {
  readonly found: Found[] = []
  readonly refused: BroughtFile[] = []
  constructor(private readonly work: string) {}

  private refuse(shown: string, refused: PackageRefused): void {
    this.refused.push({ file: shown, libraries: [], refused })
  }

  async look(place: string, shown: string, inZip = false): Promise<void> {
    const entry = await lstat(place)
    if (entry.isSymbolicLink()) return this.refuse(shown, new PackageRefused('link', path.basename(place)))
    if (entry.isDirectory()) return this.lookInFolder(place, shown, inZip)
    if (/\.h5p$/i.test(place)) this.found.push({ shown, packed: () => Promise.resolve(place) })
    else if (/\.zip$/i.test(place)) await this.lookInZip(place, shown, inZip)
  }

  private async lookInFolder(dir: string, shown: string, inZip: boolean): Promise<void> {
    const names = (await readdir(dir)).sort()
    if (names.includes('library.json')) {
      let packed: Promise<string> | undefined
      this.found.push({ shown, packed: () => (packed ??= mkdtemp(path.join(this.work, 'folder-')).then((to) => pack(dir, path.join(to, 'library.h5p')))) })
      return
    }
    // An unpacked package: its content is not what is asked for.
    const isContent = (name: string): boolean => name === 'content' && names.includes('h5p.json')
    for (const name of names) if (!isLitter(name) && name !== 'node_modules' && !isContent(name)) await this.look(path.join(dir, name), `${shown}/${name}`, inZip)
  }

  private async lookInZip(file: string, shown: string, inZip: boolean): Promise<void> {
    // One in another could go on for ever.
    if (inZip) return this.refuse(shown, new PackageRefused('zip-in-zip', path.basename(file)))
    const dir = await mkdtemp(path.join(this.work, 'zip-'))
    try {
      await unzip(file, dir, LIMITS, (name) => !isLitter(name))
    } catch (error) {
      const refused = refusedZip(error)
      if (!refused) throw error
      return this.refuse(shown, refused)
    }
    const before = this.found.length + this.refused.length
    await this.lookInFolder(dir, shown, true)
    if (this.found.length + this.refused.length === before) this.refuse(shown, new PackageRefused('no-library', path.basename(file)))
  }
}

const outcome = async ({ shown, packed }: Found, install: (file: string) => Promise<Installed[]>): Promise<BroughtFile> => {
  try {
    return { file: shown, libraries: await install(await packed()) }
  } catch (error) {
    if (!(error instanceof PackageRefused)) throw error
    return { file: shown, libraries: [], refused: error }
  }
}

/**
 * Installs all that lies in files, archives and folders, each through the gate of every package. What needs a library that comes
 * with another is tried again after it.
 * @returns one line for each, in the order of their names
 */
export const bringLibraries = async (work: string, places: { place: string; shown: string }[], install: (file: string) => Promise<Installed[]>): Promise<BroughtFile[]> => {
  const scratch = await mkdtemp(path.join(work, 'brought-'))
  try {
    const finder = new Finder(scratch)
    for (const { place, shown } of places) {
      const before = finder.found.length + finder.refused.length
      // A link that was named is meant.
      await finder.look(await realpath(place), shown)
      if (finder.found.length + finder.refused.length === before) finder.refused.push({ file: shown, libraries: [], refused: new PackageRefused('no-library', path.basename(shown)) })
    }
    const done = new Map<Found, BroughtFile>()
    let waiting = finder.found
    for (let before = Infinity; waiting.length > 0 && waiting.length < before; ) {
      before = waiting.length
      for (const each of waiting) done.set(each, await outcome(each, install))
      waiting = waiting.filter((each) => done.get(each)?.refused?.why === 'library-missing')
    }
    return [...done.values(), ...finder.refused].sort((a, b) => (a.file < b.file ? -1 : 1))
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
