import type { Readable } from 'node:stream'
import { PackageRefused } from '../refusals.js'
import { folderOf, pieceInStore, pieceOf, type ContentDoc, type Pieces, type Store } from '../store/index.js'
import { zipOf } from './zip.js'

/** A content as a folder of a course file; its files stay in the store. */
export const folderOfContent = ({ files: store }: Pick<Store, 'files'>, { metadata, params, files }: ContentDoc): Pieces =>
  new Map([['h5p.json', pieceOf(Buffer.from(metadata))], ['content/content.json', pieceOf(Buffer.from(params))], ...files.map((file) => [`content/${file.name}`, pieceInStore(store, file)] as const)])

/** A content as a `.h5p`: streamed, one file after the other, with all libraries it needs to be played and edited elsewhere. @throws PackageRefused where one isn't installed */
export const exportPackage = async (store: Pick<Store, 'files' | 'libraries'>, content: ContentDoc): Promise<Readable> => {
  const installed = await store.libraries.all()
  const missing = content.libraries.filter((name) => !installed.has(name))
  if (missing.length > 0) throw new PackageRefused('library-missing', 'h5p.json', { libraries: missing.join(', '), count: missing.length })
  const needed = await store.libraries.closure(content.libraries, { editor: true })
  const carried = needed.flatMap(({ manifest, files }) => [...files].map(([name, file]) => [`${folderOf(manifest)}/${name}`, pieceInStore(store.files, file)] as const))
  return zipOf(new Map([...folderOfContent(store, content), ...carried]))
}
