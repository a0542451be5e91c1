import type { Readable } from 'node:stream'
import yazl from 'yazl'
import { folderOf, type ContentDoc, type Store } from '../store/index.js'

/** One time for all, so that the same content is the same package. */
const MTIME = new Date('2020-01-01T00:00:00Z')
/** Media is compressed already. */
const PACKED = /\.(png|jpe?g|gif|webp|avif|mp4|webm|ogg|ogv|mp3|m4a|aac|woff2?)$/i

const readWhole = async (stream: Readable): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** A content as a folder of a course file. */
export const folderOfContent = async ({ files: store }: Pick<Store, 'files'>, { metadata, params, files }: ContentDoc): Promise<Map<string, Buffer>> => {
  const folder = new Map<string, Buffer>([['h5p.json', Buffer.from(metadata)], ['content/content.json', Buffer.from(params)]])
  for (const { name, key } of files) folder.set(`content/${name}`, await readWhole(await store.get(key)))
  return folder
}

/** A content as a `.h5p`: streamed, one file after the other, with all libraries it needs to be played and edited elsewhere. */
export const exportPackage = async ({ files: store, libraries }: Pick<Store, 'files' | 'libraries'>, { metadata, params, files, libraries: names }: ContentDoc): Promise<Readable> => {
  const needed = await libraries.closure(names, { editor: true })
  const zip = new yazl.ZipFile()
  const out = zip.outputStream as Readable
  zip.on('error', (error: Error) => out.destroy(error))
  const add = (name: string, key: string): void =>
    zip.addReadStreamLazy(name, { mtime: MTIME, compress: !PACKED.test(name) }, (give) => void store.get(key).then((stream) => give(null, stream), (error: unknown) => give(error as Error, undefined as never)))
  zip.addBuffer(Buffer.from(metadata), 'h5p.json', { mtime: MTIME })
  zip.addBuffer(Buffer.from(params), 'content/content.json', { mtime: MTIME })
  for (const { name, key } of files) add(`content/${name}`, key)
  for (const library of needed) for (const [name, { key }] of library.files) add(`${folderOf(library.manifest)}/${name}`, key)
  zip.end()
  return out
}
