import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import { NotFound } from '../infra/index.js'
import type { ContentFile, FileStore, Range } from './store/index.js'

/** What a content may show, by ending; the type is ours to say, whatever is inside. No JSON: it holds the keys. No HTML: it runs. */
const SHOWN: Record<string, string> = {
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', bmp: 'image/bmp', svg: 'image/svg+xml',
  mp4: 'video/mp4', webm: 'video/webm', ogv: 'video/ogg', mp3: 'audio/mpeg', m4a: 'audio/mp4', aac: 'audio/aac', ogg: 'audio/ogg', oga: 'audio/ogg', wav: 'audio/wav',
  vtt: 'text/vtt', woff: 'font/woff', woff2: 'font/woff2', glb: 'model/gltf-binary', gltf: 'model/gltf+json',
}
/** What is only ever saved, never shown in a window of ours. */
const SAVED: Record<string, string> = {
  pdf: 'application/pdf', txt: 'text/plain', csv: 'text/csv', rtf: 'application/rtf', odt: 'application/vnd.oasis.opendocument.text', ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation', docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  doc: 'application/msword', xls: 'application/vnd.ms-excel', ppt: 'application/vnd.ms-powerpoint',
}
/** Looked at by itself, a file can run nothing, load nothing and has no origin. */
const ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

const isOurs = (req: Request, etag: string): boolean => {
  const when = req.get('if-range')
  return when === undefined || when === etag
}
/** What was asked for of so many bytes; `undefined`: all of them. A list of ranges is answered with the whole, as RFC 9110 allows. */
const rangeOf = (req: Request, bytes: number, etag: string): Range | 'unsatisfiable' | undefined => {
  const asked = isOurs(req, etag) ? req.range(bytes, { combine: true }) : undefined
  if (asked === -1) return 'unsatisfiable'
  if (asked === undefined || asked === -2 || asked.type !== 'bytes' || asked.length !== 1) return undefined
  return asked[0]
}

const headersOf = (name: string, etag: string): Record<string, string> => {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const type = SHOWN[ending] ?? SAVED[ending]
  if (!type) throw new NotFound({ detail: { file: name } })
  return {
    'Content-Type': type, 'Content-Security-Policy': ALONE, 'X-Content-Type-Options': 'nosniff', 'Accept-Ranges': 'bytes', ETag: etag,
    // The address holds the ticket, so the browser alone may keep it; a file of this name never changes.
    'Cache-Control': 'private, max-age=43200, immutable',
    ...(SAVED[ending] ? { 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name.split('/').at(-1) ?? name)}` } : {}),
  }
}

/** Sends a file of a content, or the part of it that was asked for. @throws NotFound for whatever isn't such a file. */
export const sendContentFile = async (req: Request, res: Response, { store, files }: { store: FileStore; files: Map<string, ContentFile> }, segments: string[]): Promise<void> => {
  const name = segments.join('/')
  const file = files.get(name)
  if (!file) throw new NotFound({ detail: { file: name } })
  const headers = headersOf(name, `"${file.key}"`)
  const range = rangeOf(req, file.bytes, `"${file.key}"`)
  if (range === 'unsatisfiable') return void res.status(416).set('Content-Range', `bytes */${file.bytes}`).end()
  if (req.get('if-none-match')?.split(/\s*,\s*/).some((each) => each === '*' || each.replace(/^W\//, '') === headers.ETag)) return void res.status(304).set(headers).end()
  // Opened first: what is missing is answered by a page of ours, under its own policy.
  const bytes = req.method === 'HEAD' ? undefined : await store.get(file.key, range)
  res.status(range ? 206 : 200).set(headers).set('Content-Length', String(range ? range.end - range.start + 1 : file.bytes))
  if (range) res.set('Content-Range', `bytes ${range.start}-${range.end}/${file.bytes}`)
  if (!bytes) return void res.end()
  await pipeline(bytes, res).catch((error: NodeJS.ErrnoException) => {
    // Who seeks in a video goes away from what was being sent.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE' && !res.destroyed) throw error
  })
}
