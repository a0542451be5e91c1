import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { filesBelow } from '../files.js'
import { isContentPath, type ContentFile } from './content-docs.js'
import type { FileStore, StoredFile } from './file-store.js'
import { inTurns } from './turns.js'

/** A file, wherever it lies: nothing of it is in memory until it is opened. */
export interface Piece {
  bytes: number
  /** Where it is in the store already. */
  key?: string
  open(): Promise<Readable>
}
/** Files by their path, with `/`. */
export type Pieces = Map<string, Piece>

export const pieceOf = (bytes: Buffer): Piece => ({ bytes: bytes.length, open: () => Promise.resolve(Readable.from([bytes])) })
export const pieceOnDisk = async (file: string): Promise<Piece> => ({ bytes: (await stat(file)).size, open: () => Promise.resolve(createReadStream(file)) })
export const pieceInStore = (store: Pick<FileStore, 'get'>, { key, bytes }: StoredFile): Piece => ({ key, bytes, open: () => store.get(key) })

/** All files below a folder. */
export const piecesBelow = async (dir: string): Promise<Pieces> =>
  new Map(await inTurns(8, await filesBelow(dir), async ({ name, file }): Promise<[string, Piece]> => [name, await pieceOnDisk(file)]))

/** Those below a folder, by their path in it. */
export const piecesIn = (files: Pieces, folder: string): Pieces =>
  new Map([...files].flatMap(([name, piece]) => (name.startsWith(`${folder}/`) ? [[name.slice(folder.length + 1), piece]] : [])))

/** The whole of it: for what is known to be small. */
export const readPiece = async (piece: Piece): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of await piece.open()) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** Into the store, where it isn't there already. */
export const storePiece = async (store: Pick<FileStore, 'put'>, { key, bytes, open }: Piece): Promise<StoredFile> => (key === undefined ? store.put(await open()) : { key, bytes })

/** The files of a content's folder into the store; its two JSON files aside. */
export const storeContentFiles = (store: FileStore, files: Pieces, at: Date): Promise<ContentFile[]> =>
  inTurns(8, [...files].filter(([name]) => isContentPath(name)), async ([name, piece]) => ({ name, ...(await storePiece(store, piece)), at }))
