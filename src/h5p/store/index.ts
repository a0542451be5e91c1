/** Store: files, contents and libraries that every node shares, in MongoDB and either on disk or in GridFS. */
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { IContentStorage, ILibraryStorage, ITemporaryFileStorage } from '@lumieducation/h5p-server'
import type { Kit } from '../../infra/index.js'
import { adopt } from './adopt.js'
import { createContentDocs, type ContentDocs } from './content-docs.js'
import { createDiskFiles } from './disk-files.js'
import type { FileStore } from './file-store.js'
import { createGridFiles } from './gridfs-files.js'
import { makeLeases, type Leases } from './lease.js'
import { createLibraries, type Libraries } from './libraries.js'
import { lumiContents } from './lumi-contents.js'
import { lumiLibraries } from './lumi-libraries.js'
import { lumiTemporary } from './lumi-temporary.js'
import { makeRoom, type Room } from './room.js'
import { sweep } from './sweep.js'

export type { ContentDoc, ContentDocs, ContentFile } from './content-docs.js'
export { isContentPath } from './content-docs.js'
export type { FileStore, Range, StoredFile } from './file-store.js'
export type { Leases } from './lease.js'
export type { Brought, Installed, Libraries } from './libraries.js'
export { dependenciesOf, hashFolder } from './libraries.js'
export { byVersion, folderOf, isLibraryName, isOwn, libraryOf, Manifest, nameOf, type Library } from './library-model.js'
export { isTooDeep } from './json.js'
export { installAtOnce } from './lumi-libraries.js'
export { courseFull, type Room } from './room.js'
export { draftId, isDraftId, type Author } from './lumi-contents.js'
export { librariesIn, librariesOf, mainOf, metadataOf } from './metadata.js'
export { publish } from './adopt.js'
export { pieceInStore, pieceOf, pieceOnDisk, piecesBelow, piecesIn, readPiece, storeContentFiles, storePiece, type Piece, type Pieces } from './pieces.js'
export { inTurns } from './turns.js'

/**
 * All that is kept of H5P, and the same as Lumi's server wants it. `lumi` is for a player, an editor, a library manager: the
 * contents of an editor are drafts, for a user that is an `Author`; `leases.provider` is its lock, and `installAtOnce` its way to
 * install. What comes as a package passes `checkPackage` (packages/) before Lumi sees it.
 */
export interface Store {
  files: FileStore
  docs: ContentDocs
  libraries: Libraries
  leases: Leases
  room: Room
  /** A folder of this node's for what is only on its way. */
  work: string
  lumi: { libraries: ILibraryStorage; contents: IContentStorage; temporary: ITemporaryFileStorage }
  /** Clears away files nobody refers to. @returns how many */
  sweep(before?: Date): Promise<number>
}

/** Opens the store below `dir`, and takes in what an earlier version left there. */
export const createStore = async ({ mongo, config, now }: Pick<Kit, 'mongo' | 'config' | 'now'>, dir: string): Promise<Store> => {
  const files = config.h5pFiles === 'gridfs' ? await createGridFiles(mongo, path.join(dir, 'cache')) : await createDiskFiles(path.join(dir, 'files'))
  const [docs, libraries] = await Promise.all([createContentDocs(mongo, files, now), createLibraries(mongo, files)])
  const [leases, work] = [makeLeases(mongo), path.join(dir, 'work')]
  const room = makeRoom(docs, leases)
  const temporary = await lumiTemporary(mongo, files, room, now)
  await mkdir(work, { recursive: true })
  await leases.alone('h5p adopt', () => adopt(dir, { docs, store: files, libraries, at: now() }))
  return {
    files, docs, libraries, leases, room, work,
    lumi: { libraries: lumiLibraries(libraries, files), contents: lumiContents(docs, files, now), temporary },
    sweep: (before) => sweep({ mongo, store: files, work }, before),
  }
}
