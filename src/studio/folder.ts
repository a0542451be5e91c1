import { lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createWriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pieceOnDisk, piecesIn, turns, type Pieces } from '../h5p/index.js'
import { CourseFaults } from './faults.js'
import { unzip } from './unzip.js'

/** A course or an H5P content as files, whether it came as a folder or as a zip. */
export interface Folder {
  files: Pieces
  /** Links in it, which nobody follows. */
  links: string[]
}

/** All files of a folder by their path with `/`, sorted; hidden ones are the author's own business. */
const filesIn = async (dir: string): Promise<Folder> => {
  const [files, links]: [Pieces, string[]] = [new Map(), []]
  const walk = async (below: string): Promise<void> => {
    const entries = (await readdir(path.join(dir, below), { withFileTypes: true })).filter(({ name }) => !name.startsWith('.') && name !== '__MACOSX')
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = below ? `${below}/${entry.name}` : entry.name
      if (entry.isSymbolicLink()) links.push(name)
      else if (entry.isDirectory()) await walk(name)
      else if (entry.isFile()) files.set(name, await pieceOnDisk(path.join(dir, name)))
    }
  }
  await walk('')
  return { files, links }
}

/** A folder of this moment's own. */
const inScratch = async <T>(use: (dir: string) => Promise<T>): Promise<T> => {
  const dir = await mkdtemp(path.join(tmpdir(), 'keyroom-'))
  try {
    return await use(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** A zip with such a name isn't unpacked either. @throws CourseFaults */
const refuseTurned = (folder: Folder): Folder => {
  const turned = [...folder.files.keys()].filter(turns)
  if (turned.length > 0) throw new CourseFaults(turned.map((name) => ({ file: JSON.stringify(name).replace(/[^\x20-\x7e]/g, (sign) => (turns(sign) ? `\\u${sign.charCodeAt(0).toString(16)}` : sign)), field: '', message: 'is a name that not every computer can store; rename it.' })))
  return folder
}

/** Opens a folder or a zip for as long as `use` takes. @throws CourseFaults where there is neither. */
export const withFolder = async <T>(place: string, use: (folder: Folder) => Promise<T>): Promise<T> => {
  const found = await lstat(place).catch(() => undefined)
  if (!found) throw new CourseFaults([{ file: place, field: '', message: 'is not there.' }])
  if (found.isDirectory()) return use(refuseTurned(await filesIn(place)))
  return inScratch(async (dir) => {
    await unzip(place, dir)
    return use(await filesIn(dir))
  })
}

/** As a course file names it, and as it lies there: `./h5p/one/` is `h5p/one`. */
export const placeIn = (name: string): string => path.posix.normalize(name).replace(/\/$/, '')
/** Whether a file is what `place` names, or lies in it. */
export const isIn = (name: string, place: string): boolean => name === place || name.startsWith(`${place}/`)

/** Opens what an activity names: a folder of the course, or a packed content in it. @throws CourseFaults */
export const withInner = async <T>(files: Pieces, name: string, use: (files: Pieces) => Promise<T>): Promise<T> => {
  const place = placeIn(name)
  const packed = files.get(place)
  if (!packed) return use(piecesIn(files, place))
  return inScratch(async (dir) => {
    const [zip, out] = [path.join(dir, path.posix.basename(place)), path.join(dir, '.unpacked')]
    await pipeline(await packed.open(), createWriteStream(zip))
    await mkdir(out)
    await unzip(zip, out)
    return use((await filesIn(out)).files)
  })
}

/** Why `name` can't be taken from a folder; undefined when it can. No way out of it: neither by dots nor by links. */
export const whyNot = ({ files, links }: Folder, name: string): string | undefined => {
  if (path.isAbsolute(name) || name.includes('\\') || name.split('/').includes('..')) return 'must stay inside the course folder: no "..", no absolute path'
  const place = placeIn(name)
  if (links.some((link) => isIn(place, link))) return `"${name}" goes over a link; put the file itself there`
  return [...files.keys()].some((each) => isIn(each, place)) ? undefined : `"${name}" is not in the folder`
}

/** Files by their path with `/`, written below a folder. */
export const writeFiles = async (dir: string, files: Pieces): Promise<void> => {
  for (const [name, piece] of files) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true })
    await pipeline(await piece.open(), createWriteStream(path.join(dir, name)))
  }
}
