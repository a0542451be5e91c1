import { createReadStream } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import tar from 'tar-stream'
import yauzl from 'yauzl'
import { missing } from '../files.js'
import { ArchiveRefused } from './refusals.js'

/** A file in an archive. Its stream is read before the next entry is asked for, or not at all. */
export interface Entry { name: string; stream(): Promise<Readable> }

const MOST_ENTRIES = 20_000

/** Neither dots nor a drive nor a root may lead out of where it is unpacked. */
const safe = (archive: string, name: string): string => {
  const parts = name.split('/')
  if (name.startsWith('/') || /^[a-z]:/i.test(name) || name.includes('\\') || name.includes('\0') || parts.includes('..')) throw new ArchiveRefused('unsafe', { archive, name: name.slice(0, 200) })
  return parts.filter((part) => part !== '' && part !== '.').join('/')
}

async function* inFolder(dir: string, below = ''): AsyncGenerator<Entry> {
  for (const entry of await readdir(path.join(dir, below), { withFileTypes: true })) {
    const name = below ? `${below}/${entry.name}` : entry.name
    if (entry.isSymbolicLink()) throw new ArchiveRefused('unsafe', { archive: dir, name })
    if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') yield* inFolder(dir, name)
    if (entry.isFile()) yield { name, stream: () => Promise.resolve(createReadStream(path.join(dir, name))) }
  }
}

const isLink = (entry: yauzl.Entry): boolean => ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000

async function* inZip(file: string): AsyncGenerator<Entry> {
  const zip = await yauzl.openPromise(file, { autoClose: false, strictFileNames: true })
  try {
    for await (const entry of zip.eachEntry()) {
      const name = safe(file, entry.fileName)
      if (isLink(entry)) throw new ArchiveRefused('unsafe', { archive: file, name })
      if (!entry.fileName.endsWith('/')) yield { name, stream: () => zip.openReadStreamPromise(entry) }
    }
  } finally {
    zip.close()
  }
}

async function* inTar(file: string): AsyncGenerator<Entry> {
  const source = createReadStream(file)
  const unzipped = createGunzip()
  const extract = tar.extract()
  for (const stream of [source, unzipped]) stream.on('error', (error: Error) => extract.destroy(error))
  source.pipe(unzipped).pipe(extract)
  try {
    for await (const entry of extract) {
      const { type, name } = entry.header
      const clean = safe(file, name)
      if (type === 'symlink' || type === 'link') throw new ArchiveRefused('unsafe', { archive: file, name: clean })
      if (type === 'file') yield { name: clean, stream: () => Promise.resolve(entry as unknown as Readable) }
      entry.resume()
    }
  } finally {
    source.destroy()
  }
}

const firstBytes = async (file: string): Promise<string> => {
  const handle = await open(file)
  try {
    return (await handle.read(Buffer.alloc(4), 0, 4, 0)).buffer.toString('latin1')
  } finally {
    await handle.close()
  }
}

const readerOf = async (place: string): Promise<AsyncGenerator<Entry>> => {
  const found = await lstat(place).catch(missing)
  if (!found) throw new ArchiveRefused('missing', { archive: place })
  if (found.isDirectory()) return inFolder(place)
  const head = await firstBytes(place)
  if (head.startsWith('PK')) return inZip(place)
  if (head.startsWith('\x1f\x8b')) return inTar(place)
  throw new ArchiveRefused('unreadable', { archive: place })
}

/** The files of a folder, a `.zip` or a `.tar.gz`, known by its bytes, not by its name. @throws ArchiveRefused */
export async function* entriesOf(place: string): AsyncGenerator<Entry> {
  let count = 0
  try {
    for await (const entry of await readerOf(place)) {
      if (++count > MOST_ENTRIES) throw new ArchiveRefused('too-large', { archive: place, limit: `${MOST_ENTRIES} files` })
      yield entry
    }
  } catch (error) {
    if (error instanceof ArchiveRefused) throw error
    const { code, message } = error as NodeJS.ErrnoException
    // yauzl itself refuses names that lead out, and says so.
    if (/relative path|absolute path|invalid characters in fileName/.test(message)) throw new ArchiveRefused('unsafe', { archive: place, name: message.slice(0, 200) }, error)
    if (code === 'ENOSPC' || code === 'EACCES') throw error
    throw new ArchiveRefused('unreadable', { archive: place }, error)
  }
}
