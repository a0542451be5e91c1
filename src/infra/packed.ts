import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Request, RequestHandler, Response } from 'express'
import onHeaders from 'on-headers'
import { keptFor } from './kept.js'
import type { Log } from './log.js'

const CODINGS = ['br', 'gzip'] as const
type Coding = (typeof CODINGS)[number]

/** As small as it gets: it is done once, and beside the requests. */
const pack: Record<Coding, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 9 }),
}
const TEXT = /^(?:text\/|application\/(?:json|javascript|manifest\+json)|image\/svg\+xml)/
/** Less than a packet gains nothing; more than this would hold a thread for long. */
const SMALLEST = 1024
const LARGEST = 4 * 1024 * 1024
/** Of packed files in memory; what falls out is read from disk again. */
const KEPT_BYTES = 64 * 1024 * 1024

/** Packed files by name: in memory, the least used go first, and on disk for the next start. */
const makeShelf = (dir: string) => {
  const kept = new Map<string, Buffer>()
  let bytes = 0
  const keep = (name: string, packed: Buffer): void => {
    kept.set(name, packed)
    bytes += packed.length
    for (const [oldest, { length }] of kept) {
      if (bytes <= KEPT_BYTES) break
      kept.delete(oldest)
      bytes -= length
    }
  }
  return {
    get(name: string): Buffer | undefined {
      const found = kept.get(name)
      if (found && kept.delete(name)) kept.set(name, found)
      return found
    },
    /** Fetches it from disk, or makes it. */
    async fill(name: string, make: () => Promise<Buffer>): Promise<void> {
      const file = path.join(dir, name)
      const known = await readFile(file).catch(() => undefined)
      const packed = known ?? (await make())
      keep(name, packed)
      if (known) return
      const fresh = `${file}.${randomUUID().slice(0, 8)}`
      await mkdir(dir, { recursive: true })
      await writeFile(fresh, packed)
      await rename(fresh, file)
    },
  }
}

type Write = (...args: unknown[]) => unknown

/** The best of ours that the client takes. A range is of the file as it is. */
const codingFor = (req: Request): Coding | undefined => {
  if (req.method !== 'GET' || req.headers.range !== undefined) return undefined
  const [best] = req.acceptsEncodings(...CODINGS) ? CODINGS.filter((coding) => req.acceptsEncodings(coding)) : []
  return best
}

/** Names a file's bytes as its server does, whatever query it was asked for with: there are as many names as files. */
const nameOf = (req: Request, res: Response, coding: Coding): string | undefined => {
  const [etag, length] = [res.getHeader('ETag'), Number(res.getHeader('Content-Length'))]
  if (res.statusCode !== 200 || typeof etag !== 'string' || res.hasHeader('Content-Encoding') || !(length >= SMALLEST && length <= LARGEST)) return undefined
  const place = `${req.baseUrl}${req.path}`
  return `${createHash('sha256').update(JSON.stringify([place, etag])).digest('base64url').slice(0, 27)}.${coding}`
}

/** An answer as it went out, to be given again at once. */
interface Answer { headers: Record<string, string>; body: Buffer }
const SENT = ['Content-Type', 'Cache-Control', 'ETag', 'Vary', 'X-Content-Type-Options', 'Content-Security-Policy'] as const
/** As long as another node may take to hear that a library changed: an address is never bound to its bytes for longer. */
const AGAIN_MS = 2000
const answerFrom = (res: Response, coding: Coding, body: Buffer): Answer => ({
  body, headers: { ...Object.fromEntries(SENT.flatMap((name): [string, string][] => (res.hasHeader(name) ? [[name, String(res.getHeader(name))]] : []))), 'Content-Encoding': coding, 'Content-Length': String(body.length) },
})
const isAskedAnew = ({ headers }: Request): boolean => headers['if-none-match'] === undefined && headers['if-modified-since'] === undefined

export interface Packing {
  /** Where packed files lie for the next start. */
  dir: string
  log: Pick<Log, 'warn'>
  /** Packs what goes out meanwhile. */
  meanwhile: RequestHandler
}

/**
 * Files that seldom change, packed once: the first time one goes out as `meanwhile` sends it and is packed beside; from then on the
 * packed one goes out. It is found by the place and the ETag that the file's own server gives, so a changed file is another. Sent
 * packed, that ETag is weak: it names both forms (RFC 9110, 8.8.1). What may be kept for ever isn't looked up again for each of many.
 */
export const packed = ({ dir, log, meanwhile }: Packing): RequestHandler => {
  const shelf = makeShelf(dir)
  const underWay = new Set<string>()
  const again = keptFor<Answer>(AGAIN_MS, 1000)
  const packLater = async (name: string, coding: Coding, parts: Buffer[]): Promise<void> => {
    if (underWay.has(name)) return
    underWay.add(name)
    await shelf.fill(name, () => pack[coding](Buffer.concat(parts))).catch((error: unknown) => log.warn({ err: error }, 'a file could not be packed; it is sent as it is'))
    underWay.delete(name)
  }
  /** Hears what the file's server writes, and keeps it back where the packed file goes out instead. */
  const listen = (req: Request, res: Response, coding: Coding): void => {
    const [write, end] = [res.write.bind(res) as Write, res.end.bind(res) as Write]
    /** `undefined`: nobody looked yet; `false`: it goes out as it is. */
    let found: Buffer | false | undefined
    const parts: Buffer[] = []
    onHeaders(res, () => {
      const name = TEXT.test(String(res.getHeader('Content-Type'))) ? nameOf(req, res, coding) : undefined
      found = (name && shelf.get(name)) || false
      if (found) {
        res.vary('Accept-Encoding')
        res.removeHeader('Accept-Ranges')
        res.set({ 'Content-Encoding': coding, 'Content-Length': String(found.length), ETag: String(res.getHeader('ETag')).replace(/^"/, 'W/"') })
        if (String(res.getHeader('Cache-Control')).includes('immutable')) again.set(`${coding} ${req.originalUrl}`, answerFrom(res, coding, found))
      } else if (name) {
        const whole = Number(res.getHeader('Content-Length'))
        res.once('finish', () => parts.reduce((sum, { length }) => sum + length, 0) === whole && void packLater(name, coding, parts))
      }
    })
    const heard = (chunk: unknown): void => {
      if (found === undefined) res.writeHead(res.statusCode)
      if (found === false && Buffer.isBuffer(chunk)) parts.push(chunk)
    }
    const writeMaybe: Write = (chunk, ...rest) => (heard(chunk), found ? true : write(chunk, ...rest))
    const endMaybe: Write = (chunk, ...rest) => (heard(chunk), found ? end(found) : end(chunk, ...rest))
    Object.assign(res, { write: writeMaybe, end: endMaybe })
  }
  return (req, res, next) => {
    const coding = codingFor(req)
    const known = coding && isAskedAnew(req) ? again.get(`${coding} ${req.originalUrl}`) : undefined
    if (known) return void res.writeHead(200, known.headers).end(known.body)
    onHeaders(res, () => {
      if (TEXT.test(String(res.getHeader('Content-Type')))) res.vary('Accept-Encoding')
    })
    meanwhile(req, res, (error?: unknown) => {
      if (coding && !error) listen(req, res, coding)
      next(error)
    })
  }
}
