import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { missing } from '../files.js'
import { entriesOf } from './archive.js'
import { ArchiveRefused } from './refusals.js'

/** Ten times what core and editor are. */
const MOST_BYTES = 100 * 1024 * 1024
/** A server that says nothing for so long won't. */
const PATIENCE_MS = 60_000

export const isUrl = (source: string): boolean => /^https?:\/\//i.test(source)

const atMost = (archive: string, most: number): Transform => {
  let bytes = 0
  return new Transform({
    transform(part: Buffer, _encoding, done) {
      bytes += part.length
      if (bytes > most) done(new ArchiveRefused('too-large', { archive, limit: `${most / 1024 / 1024} MB` }))
      else done(null, part)
    },
  })
}

/** Downloads an archive into `dir`. @throws ArchiveRefused in one sentence, whatever keeps it from coming */
export const download = async (url: string, dir: string, most = MOST_BYTES): Promise<string> => {
  const file = path.join(dir, 'archive')
  const shown = url.replace(/\/\/[^@/]*@/, '//')
  const unreachable = (reason: string, cause?: unknown): ArchiveRefused => new ArchiveRefused('unreachable', { archive: shown, reason }, cause)
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch((error: Error & { cause?: { code?: string } }) => {
    throw unreachable(error.cause?.code ?? error.message, error)
  })
  if (!answer.ok || !answer.body) throw unreachable(`HTTP ${answer.status}`)
  try {
    await pipeline(Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream), atMost(shown, most), createWriteStream(file))
  } catch (error) {
    if (error instanceof ArchiveRefused || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw error
    throw unreachable((error as Error).message, error)
  }
  return file
}

const hashOfFile = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** SHA-256 of an archive's bytes; of a folder, over its files' names and sums, in order. */
export const checksumOf = async (place: string): Promise<string> => {
  const found = await stat(place).catch(missing)
  if (!found) throw new ArchiveRefused('missing', { archive: place })
  if (!found.isDirectory()) return hashOfFile(place)
  const names: string[] = []
  for await (const { name } of entriesOf(place)) names.push(name)
  const hash = createHash('sha256')
  for (const name of names.sort()) hash.update(`${name}\0${await hashOfFile(path.join(place, name))}\n`)
  return hash.digest('hex')
}
