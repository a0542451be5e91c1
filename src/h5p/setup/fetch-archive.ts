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

/** An address as it may be shown: without the name and password in it. */
export const shownUrl = (url: string): string => url.replace(/\/\/[^/?#]*@/, '//')
/** A name and password in an address are asked for as a header: `fetch` takes none in the address. */
const authorization = (url: string): Record<string, string> => {
  const { username, password } = new URL(url)
  return username || password ? { Authorization: `Basic ${Buffer.from([username, password].map(decodeURIComponent).join(':')).toString('base64')}` } : {}
}

/** Downloads an archive into `dir`, however slow the line is. @throws ArchiveRefused in one sentence, whatever keeps it from coming */
export const download = async (url: string, dir: string, most = MOST_BYTES, patience = PATIENCE_MS): Promise<string> => {
  const [file, shown, silent] = [path.join(dir, 'archive'), shownUrl(url), new AbortController()]
  const unreachable = (reason: string, cause?: unknown): ArchiveRefused => new ArchiveRefused('unreachable', { archive: shown, reason }, cause)
  if (!URL.canParse(url)) throw unreachable('ERR_INVALID_URL')
  const waiting = setTimeout(() => silent.abort(new Error('ETIMEDOUT')), patience)
  const heard = async function* (parts: AsyncIterable<Buffer>) {
    for await (const part of parts) {
      waiting.refresh()
      yield part
    }
  }
  try {
    const answer = await fetch(shown, { headers: authorization(url), signal: silent.signal })
    if (!answer.ok || !answer.body) throw unreachable(`HTTP ${answer.status}`)
    waiting.refresh()
    await pipeline(Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream), heard, atMost(shown, most), createWriteStream(file))
  } catch (error) {
    if (error instanceof ArchiveRefused || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw error
    const { cause, message } = error as Error & { cause?: { code?: string } }
    throw unreachable(cause?.code ?? message, error)
  } finally {
    clearTimeout(waiting)
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
