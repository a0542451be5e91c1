import type { Response } from 'express'
import { NotFound } from '../infra/index.js'

/** What a content may show, by ending; the type is ours to say, whatever is inside. No JSON: it holds the keys. */
const TYPES: Record<string, string> = {
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', svg: 'image/svg+xml',
  mp4: 'video/mp4', webm: 'video/webm', ogv: 'video/ogg', mp3: 'audio/mpeg', m4a: 'audio/mp4', ogg: 'audio/ogg', oga: 'audio/ogg', wav: 'audio/wav',
  vtt: 'text/vtt', woff: 'font/woff', woff2: 'font/woff2',
}
/** Looked at by itself, a file can run nothing, load nothing and has no origin. */
const ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

const isPlain = (segment: string): boolean => /^[^.\\/:\0][^\\/:\0]*$/.test(segment)

/** Sends a file of a content, with ranges for media. @throws NotFound for whatever isn't such a file. */
export const sendContentFile = (res: Response, folder: string, segments: string[]): Promise<void> => {
  const type = TYPES[/\.(\w+)$/.exec(segments.at(-1) ?? '')?.[1]?.toLowerCase() ?? '']
  if (!type || !segments.every(isPlain)) throw new NotFound({ detail: { file: segments.join('/') } })
  const ours = res.getHeader('Content-Security-Policy')
  res.set({ 'Content-Type': type, 'Content-Security-Policy': ALONE, 'X-Content-Type-Options': 'nosniff' })
  return new Promise((resolve, reject) => {
    // The address holds the ticket, so the browser alone may keep it; a content's file never changes.
    const options = { root: folder, dotfiles: 'deny', cacheControl: false, headers: { 'Cache-Control': 'private, max-age=43200, immutable' } } as const
    res.sendFile(segments.join('/'), options, (error?: Error & { status?: number; code?: string }) => {
      if (!error || error.code === 'ECONNABORTED' || res.headersSent) return resolve()
      // What comes now is a page of ours.
      if (ours) res.setHeader('Content-Security-Policy', ours)
      else res.removeHeader('Content-Security-Policy')
      reject(error.status === 416 ? error : new NotFound({ detail: { file: segments.join('/') }, cause: error }))
    })
  })
}
