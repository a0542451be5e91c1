import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { alone, missing, writeWhole } from '../files.js'
import { entriesOf } from './archive.js'
import { checksumOf, download, isUrl, shownUrl } from './fetch-archive.js'
import { API_FILE, apiIn, FOLDER, lackOf, readRecord, SERVED, type Installed, type PartName } from './parts.js'
import { ArchiveRefused } from './refusals.js'

/** Five times what core and editor unpack to: a bomb ends here, and no sooner than it must. */
const MOST_BYTES = 200 * 1024 * 1024

export interface SetupOrder {
  part: PartName
  /** A URL, or the path of a `.zip`, a `.tar.gz` or a folder. */
  source: string
  /** SHA-256 sums the archive must have one of; none: it is only shown and recorded. */
  sums?: string[]
}

/** Unpacks what is of use. @returns the names of the files, as they are in the archive */
const unpack = async (archive: string, into: string): Promise<string[]> => {
  const names: string[] = []
  let bytes = 0
  const counted = (): Transform => new Transform({
    transform(part: Buffer, _encoding, done) {
      bytes += part.length
      if (bytes > MOST_BYTES) done(new ArchiveRefused('too-large', { archive, limit: '200 MB' }))
      else done(null, part)
    },
  })
  for await (const { name, stream } of entriesOf(archive)) {
    if (!SERVED.test(name) && path.basename(name) !== API_FILE) continue
    const to = path.join(into, name)
    await mkdir(path.dirname(to), { recursive: true })
    await pipeline(await stream(), counted(), createWriteStream(to))
    names.push(name)
  }
  return names
}

/** Archives of a repository have one folder at their top, named after it and its version. */
const topOf = async (dir: string): Promise<{ root: string; version?: string }> => {
  const [first, second] = await readdir(dir, { withFileTypes: true })
  if (!first?.isDirectory() || second || ['js', 'scripts'].includes(first.name)) return { root: dir }
  return { root: path.join(dir, first.name), version: /-v?([\w.]+)$/.exec(first.name)?.[1]?.slice(0, 12) }
}

/** Only the newest and the one before stay: a node that still runs on the latter goes on. */
const sweep = async (dir: string, keep: string[]): Promise<void> => {
  for (const name of await readdir(dir)) if (!keep.includes(name)) await rm(path.join(dir, name), { recursive: true, force: true })
}

/** Puts an unpacked part where it is used, and records it. The caller holds the folder's lock. */
export const place = async (dir: string, part: PartName, unpacked: string, found: Omit<Installed, 'folder'>): Promise<Installed> => {
  const home = path.join(dir, FOLDER[part])
  const name = found.sha256.slice(0, 12)
  const installed = { folder: `${FOLDER[part]}/${name}`, ...found }
  await mkdir(home, { recursive: true })
  const record = await readRecord(dir)
  // The same bytes again: what is there is what would be put there.
  if (!(await readdir(home)).includes(name)) await rename(unpacked, path.join(home, name))
  // The record decides what is used; until it is written, the old one is.
  await writeWhole(path.join(dir, 'setup.json'), JSON.stringify({ ...record, [part]: installed }, null, 2))
  await sweep(home, [name, path.basename(record[part]?.folder ?? '')])
  return installed
}

/**
 * Installs Joubel's core or editor below DATA_DIR/h5p, whole or not at all. Keyroom uses it from its next start on.
 * @throws ArchiveRefused in one sentence: unreachable, no archive, unsafe, too large, another checksum, or not what it should be
 */
export const installPart = async (dir: string, { part, source, sums = [] }: SetupOrder, now = new Date()): Promise<Installed> => {
  await mkdir(dir, { recursive: true })
  const work = await mkdtemp(path.join(dir, '.setup-'))
  try {
    const archive = isUrl(source) ? await download(source, work) : path.resolve(source)
    const shown = isUrl(source) ? shownUrl(source) : source
    const sha256 = await checksumOf(archive)
    if (sums.length > 0 && !sums.some((sum) => sum.toLowerCase() === sha256)) throw new ArchiveRefused('checksum', { archive: shown, sha256 })
    const into = path.join(work, 'unpacked')
    await mkdir(into)
    const names = await unpack(archive, into)
    const { root, version } = await topOf(into)
    const prefix = root === into ? '' : `${path.basename(root)}/`
    const lack = lackOf(part, (file) => names.includes(prefix + file))
    if (lack) throw new ArchiveRefused(`not-${part}`, { archive: shown, file: lack })
    const api = apiIn((await readFile(path.join(root, API_FILE), 'utf8').catch(missing)) ?? '')
    await rm(path.join(root, API_FILE), { force: true })
    const found = { source: isUrl(source) ? shown : archive, sha256, version: version ?? api ?? sha256.slice(0, 12), ...(api ? { api } : {}), files: names.filter((name) => SERVED.test(name)).length, at: now.toISOString() }
    return await alone(dir, () => place(dir, part, root, found))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}
