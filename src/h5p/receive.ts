import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import busboy from 'busboy'
import type { Request } from 'express'
import { BadInput } from '../infra/index.js'
import { FileTooLarge } from './refusals.js'

/** A form with at most one file, which lies on this disk while it is looked at. */
export interface Received { fields: Record<string, string>; file?: { field: string; path: string; name: string; mime: string; bytes: number } }

/** What an upload is called while it lies on this disk: refusals name the file by it. */
export const nameOnDisk = (name: string): string => (/\.h5p$/i.test(name) ? [...name.replace(/[^\p{L}\p{M}\p{N} ._-]/gu, '_')].slice(-60).join('') : 'upload')

const parserOf = (req: Request, most: number): busboy.Busboy => {
  try {
    return busboy({ headers: req.headers, defParamCharset: 'utf8', limits: { files: 1, fields: 20, fieldSize: 1024 * 1024, fileSize: most } })
  } catch (error) {
    throw new BadInput([{ field: 'file', message: 'fields.invalid_format' }], error)
  }
}

const take = async (req: Request, dir: string, most: number): Promise<Received> => {
  const parser = parserOf(req, most)
  const received: Received = { fields: {} }
  let [saving, fault]: [Promise<void> | undefined, unknown] = [undefined, undefined]
  parser.on('field', (name, value) => void (received.fields[name] = value))
  parser.on('file', (field, stream, { filename, mimeType }) => {
    const name = path.posix.basename((filename ?? '').replaceAll('\\', '/'))
    if (!name) return void stream.resume()
    const to = path.join(dir, nameOnDisk(name))
    stream.once('limit', () => stream.destroy(new FileTooLarge({ params: { limit: Math.floor(most / 1024 / 1024) } })))
    saving = pipeline(stream, createWriteStream(to)).then(async () => {
      received.file = { field, path: to, name, mime: mimeType, bytes: (await stat(to)).size }
    })
    // A file that is refused ends the form: what follows it is not waited for.
    saving.catch((error: Error) => parser.destroy((fault = error)))
  })
  // Not a pipeline: it would end the request with what it is refused for, and its sender would wait for an answer for ever.
  const parsed = new Promise<void>((resolve, reject) => void parser.once('error', reject).once('close', resolve))
  req.once('aborted', () => parser.destroy(new Error('The sender went away.')))
  req.pipe(parser)
  await parsed
    .catch((error: unknown) => {
      // A full disk is no fault of the form's.
      if (error === fault) throw error
      throw new BadInput([{ field: 'file', message: 'fields.invalid_format' }], error)
    })
    .finally(() => req.unpipe(parser))
  await saving
  return received
}

/** Takes a form with a file as it arrives, never the whole of it in memory; nothing of it is left when `use` is done. */
export const receive = async <T>(req: Request, most: number, use: (received: Received) => Promise<T>): Promise<T> => {
  const dir = await mkdtemp(path.join(tmpdir(), 'keyroom-form-'))
  try {
    return await use(await take(req, dir, most))
  } finally {
    // What is refused half-way is read to its end, so that its sender hears why.
    req.resume()
    await rm(dir, { recursive: true, force: true })
  }
}
