import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { missing } from '../files.js'
import type { ContentDocs, ContentFile } from './content-docs.js'
import type { FileStore } from './file-store.js'
import type { Libraries } from './libraries.js'
import { isOwn, libraryOf, nameOf } from './library-model.js'
import { librariesOf, mainOf } from './metadata.js'
import { piecesBelow, storeContentFiles } from './pieces.js'

/** A published content under an id; its files are in the store. What is there already stays as it is. */
export const publish = async (docs: ContentDocs, id: string, { metadata, params, files, at }: { metadata: object; params: object; files: ContentFile[]; at: Date }): Promise<void> => {
  const { library, title } = mainOf(metadata)
  await docs.insert({
    _id: id, library, title, metadata: JSON.stringify(metadata), params: JSON.stringify(params), libraries: librariesOf(library, params),
    files, revision: 1, at, by: 'course',
  })
}

/** Takes in what an earlier version kept in folders, once: contents, and libraries that aren't our own. The folders stay. */
export const adopt = async (dir: string, { docs, store, libraries, at }: { docs: ContentDocs; store: FileStore; libraries: Libraries; at: Date }): Promise<void> => {
  const contents = path.join(dir, 'content')
  const ids = (await readdir(contents).catch(missing)) ?? []
  const known = new Set((await docs.collection.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id))
  for (const id of ids.filter((each) => !known.has(each) && !each.startsWith('draft-'))) {
    const files = path.join(contents, id)
    const [metadata, params] = await Promise.all(['h5p.json', 'content.json'].map((name) => readFile(path.join(files, name), 'utf8').catch(missing)))
    if (metadata && params) await publish(docs, id, { metadata: JSON.parse(metadata) as object, params: JSON.parse(params) as object, files: await storeContentFiles(store, await piecesBelow(files), at), at })
  }
  const there = await libraries.all()
  const folders = ((await readdir(path.join(dir, 'libraries')).catch(missing)) ?? []).filter((folder) => {
    const name = libraryOf(folder)
    return name && !isOwn(name) && !there.has(nameOf(name))
  })
  if (folders.length > 0) await libraries.install(folders.map((folder) => ({ folder: path.join(dir, 'libraries', folder) })))
}
