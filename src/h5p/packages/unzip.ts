import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'
import { turns } from '../files.js'

/** Why a zip isn't unpacked. */
export type ZipFault =
  | 'not-a-zip' | 'encrypted' | 'too-many-files' | 'too-large' | 'file-too-large' | 'bomb' | 'outside' | 'bad-name' | 'link' | 'twice' | 'case-twice' | 'lying-size' | 'broken'
/** What is wrong with a zip, and with which file in it. */
export class ZipRefused extends Error {
  constructor(readonly why: ZipFault, readonly file: string, options?: ErrorOptions) {
    super(`${why}: ${file}`, options)
  }
}
export interface ZipLimits { entries: number; bytes: number; /** Of one file. */ each: number }

/** No text shrinks to less than a hundredth and a bit; what claims to is a zip bomb. */
const MAX_RATIO = 200
/** Below this, a ratio means nothing. */
const SMALL = 1_000_000

const open = (file: string): Promise<yauzl.ZipFile> =>
  new Promise((resolve, reject) => yauzl.open(file, { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: false }, (error, zip) => (error ? reject(error) : resolve(zip))))

interface Entry { raw: yauzl.Entry; name: string }

/** As it is written; names of an old code page stay what their bytes say. */
const nameOf = (raw: yauzl.Entry): string => {
  const bytes = raw.fileName as unknown as Buffer
  return yauzl.getFileNameLowLevel(raw.generalPurposeBitFlag, bytes, raw.extraFields ?? [], true)
}

const nameFault = (name: string): ZipFault | undefined => {
  if (name.includes('\\') || turns(name) || /\p{Cc}/u.test(name) || name.length > 500) return 'bad-name'
  if (name.startsWith('/') || /^[a-z]:/i.test(name) || name.split('/').some((part) => part === '..' || part === '.')) return 'outside'
  return /[:*?"<>|]|\/\/|[. ](\/|$)/.test(name) ? 'bad-name' : undefined
}
const entryFault = ({ raw, name }: Entry, { each }: ZipLimits): ZipFault | undefined => {
  const mode = (raw.externalFileAttributes >>> 16) & 0o170000
  if (mode !== 0 && mode !== 0o100000 && mode !== 0o040000) return 'link'
  if (raw.isEncrypted()) return 'encrypted'
  if (raw.uncompressedSize > SMALL && raw.uncompressedSize > raw.compressedSize * MAX_RATIO) return 'bomb'
  if (raw.uncompressedSize > each) return 'file-too-large'
  return name.endsWith('/') && raw.uncompressedSize > 0 ? 'broken' : undefined
}

/** The list of a zip, with nothing unpacked yet. @throws ZipRefused for the first thing wrong in it */
const entriesOf = async (zip: yauzl.ZipFile, limits: ZipLimits): Promise<Entry[]> => {
  const [entries, files, folded, folders] = [new Array<Entry>(), new Set<string>(), new Set<string>(), new Set<string>()]
  let bytes = 0
  const take = (raw: yauzl.Entry): void => {
    const entry = { raw, name: nameOf(raw) }
    const { name } = entry
    const fault = nameFault(name) ?? entryFault(entry, limits)
    if (fault) throw new ZipRefused(fault, name)
    if (entries.length >= limits.entries) throw new ZipRefused('too-many-files', name)
    if ((bytes += raw.uncompressedSize) > limits.bytes) throw new ZipRefused('too-large', name)
    const parts = name.split('/')
    for (let depth = 1; depth < parts.length; depth += 1) folders.add(parts.slice(0, depth).join('/'))
    if (!name.endsWith('/')) {
      const fold = name.normalize('NFC').toLowerCase()
      if (files.has(name)) throw new ZipRefused('twice', name)
      if (folded.has(fold)) throw new ZipRefused('case-twice', name)
      files.add(name)
      folded.add(fold)
    }
    entries.push(entry)
  }
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject).on('end', resolve)
    zip.on('entry', (raw: yauzl.Entry) => {
      try {
        take(raw)
        zip.readEntry()
      } catch (error) {
        reject(error as Error)
      }
    })
    zip.readEntry()
  })
  // A file where there is a folder too: one would fall on the other.
  for (const name of files) if (folders.has(name)) throw new ZipRefused('twice', name)
  return entries
}

const unpack = async (zip: yauzl.ZipFile, { raw, name }: Entry, to: string): Promise<void> => {
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => zip.openReadStream(raw, (error, opened) => (error ? reject(error) : resolve(opened))))
  let bytes = 0
  const counted = async function* (chunks: AsyncIterable<Buffer | string>) {
    for await (const chunk of chunks) {
      // Stopped at the first byte too many: a size that lies fills no disk.
      if ((bytes += chunk.length) > raw.uncompressedSize) throw new ZipRefused('lying-size', name)
      yield chunk
    }
  }
  await pipeline(stream, counted, createWriteStream(to, { flags: 'wx' }))
  if (bytes !== raw.uncompressedSize) throw new ZipRefused('lying-size', name)
}

/**
 * Unpacks a zip into an empty folder. All that its list says is looked at before the first byte is written, and what the bytes
 * say is held against it.
 * @param wants whether a file is unpacked
 * @returns the names of what was
 * @throws ZipRefused; the folder is empty then
 */
export const unzip = async (file: string, into: string, limits: ZipLimits, wants: (name: string) => boolean = () => true): Promise<string[]> => {
  const shown = path.basename(file)
  const zip = await open(file).catch((error: unknown) => {
    throw new ZipRefused('not-a-zip', shown, { cause: error })
  })
  let at = shown
  try {
    const wanted = (await entriesOf(zip, limits)).filter(({ name }) => !name.endsWith('/') && wants(name))
    for (const entry of wanted) {
      at = entry.name
      const to = path.join(into, entry.name)
      await mkdir(path.dirname(to), { recursive: true })
      await unpack(zip, entry, to)
    }
    return wanted.map(({ name }) => name)
  } catch (error) {
    await rm(into, { recursive: true, force: true })
    await mkdir(into)
    if (error instanceof ZipRefused) throw error
    // No space is no fault of the zip's.
    if (['ENOSPC', 'EACCES', 'EMFILE'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    throw new ZipRefused('broken', at, { cause: error })
  } finally {
    zip.close()
  }
}
