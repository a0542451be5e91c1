import type { Readable } from 'node:stream'
import yazl from 'yazl'
import type { Piece, Pieces } from '../store/index.js'

/** One time for all, so that the same files are the same zip. */
const MTIME = new Date('2020-01-01T00:00:00Z')
/** Media is compressed already. */
const PACKED = /\.(png|jpe?g|gif|webp|avif|mp4|webm|ogg|ogv|mp3|m4a|aac|woff2?|h5p|zip)$/i

/** Files as a zip: streamed, one after the other. A file that breaks breaks the stream. */
export const zipOf = (files: Pieces): Readable => {
  const zip = new yazl.ZipFile()
  const out = zip.outputStream as Readable
  let reading: Readable | undefined
  const open = async (piece: Piece): Promise<Readable> => {
    // yazl listens to no stream that it is given later: unheard, its fault would end the program.
    reading = (await piece.open()).on('error', (error) => out.destroy(error))
    if (out.destroyed) reading.destroy()
    return reading
  }
  // Who goes away half-way leaves no file open.
  out.once('close', () => reading?.destroy())
  zip.on('error', (error: Error) => out.destroy(error))
  for (const [name, piece] of files)
    zip.addReadStreamLazy(name, { mtime: MTIME, compress: !PACKED.test(name) }, (give) => void open(piece).then((stream) => give(null, stream), (error: unknown) => give(error as Error, undefined as never)))
  zip.end()
  return out
}
