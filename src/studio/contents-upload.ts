import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import busboy from 'busboy'
import type { Request, RequestHandler } from 'express'
import { FileTooLarge, nameOnDisk } from '../h5p/index.js'
import { BadInput } from '../infra/index.js'

export interface Upload { name: string; stream: Readable }

/** More than any file may have; what a kind of file may have, h5p/ says. */
const MOST_BYTES = 2 * 1024 ** 3

const missingFile = (): BadInput => new BadInput([{ field: 'file', message: 'fields.invalid_type' }])

const parserOf = (req: Request): busboy.Busboy => {
  try {
    return busboy({ headers: req.headers, defParamCharset: 'utf8', limits: { files: 1, fields: 5, fieldSize: 10_000, fileSize: MOST_BYTES } })
  } catch (error) {
    throw new BadInput([{ field: 'file', message: 'fields.invalid_format' }], error)
  }
}

/** Hands on the one file of a form as it arrives; never the whole of it in memory. @throws BadInput where there is none */
export const takeUpload = <T>(req: Request, use: (upload: Upload) => Promise<T>): Promise<T> => {
  const parser = parserOf(req)
  return new Promise<T>((resolve, reject) => {
    let used: Promise<T> | undefined
    const fail = (error: unknown): void => {
      req.unpipe(parser)
      req.resume()
      reject(error instanceof Error ? error : new Error(String(error)))
    }
    parser.on('file', (_field, stream, { filename }) => {
      if (!filename) return void stream.resume()
      stream.once('limit', () => stream.destroy(new FileTooLarge()))
      used = use({ name: path.posix.basename(filename.replaceAll('\\', '/')), stream })
      used.then(resolve, (error: unknown) => {
        stream.resume()
        fail(error)
      })
    })
    parser.once('error', (error) => fail(new BadInput([{ field: 'file', message: 'fields.invalid_format' }], error)))
    parser.once('close', () => {
      if (!used) reject(missingFile())
    })
    // Who goes away half-way leaves nothing waiting.
    req.once('aborted', () => parser.destroy(new Error('The sender went away.')))
    req.pipe(parser)
  })
}

/** The same, laid down where a package can be read in any order; gone when `use` is done. */
export const takeUploadToDisk = <T>(req: Request, use: (file: string) => Promise<T>): Promise<T> =>
  takeUpload(req, async ({ name, stream }) => {
    const dir = await mkdtemp(path.join(tmpdir(), 'keyroom-upload-'))
    try {
      const file = path.join(dir, nameOnDisk(name))
      await pipeline(stream, createWriteStream(file))
      return await use(file)
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  })

/** A form with a file can't be read before its sender is known: its token stands in the address it is sent to. */
export const tokenInAddress: RequestHandler = (req, _res, next) => {
  if (req.is('multipart/form-data') && typeof req.query._csrf === 'string') req.body = { _csrf: req.query._csrf }
  next()
}
