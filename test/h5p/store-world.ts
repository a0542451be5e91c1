import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createWriteStream } from 'node:fs'
import yazl from 'yazl'
import { createH5P, type H5P, type Pieces } from '../../src/h5p/index.js'
import { createStore, type Store } from '../../src/h5p/store/index.js'
import type { Mongo } from '../../src/infra/index.js'
import { freshMongo } from '../support/mongo.js'
import { aKit, tempDir } from './world.js'

export type Where = 'disk' | 'gridfs'

/** A node of an installation: the same database makes it the same installation. */
export const aNode = async ({ mongo, dataDir, where = 'disk', librariesDir }: { mongo?: Mongo; dataDir?: string; where?: Where; librariesDir?: string } = {}): Promise<{ h5p: H5P; store: Store; mongo: Mongo; dataDir: string }> => {
  const [db, dir] = [mongo ?? (await freshMongo()), dataDir ?? (await tempDir())]
  const kit = aKit(db, dir)
  const here = { ...kit, config: { ...kit.config, h5pFiles: where } }
  const h5p = await createH5P(here, librariesDir ? { librariesDir } : {})
  return { h5p, store: await createStore(here, path.join(dir, 'h5p')), mongo: db, dataDir: dir }
}

/** A file of a zip, as one wants it there. */
export interface Zipped { name: string; bytes: Buffer | string; mode?: number }

/** A `.h5p` of these files, in their order. */
export const zipOf = async (files: Zipped[]): Promise<string> => {
  const zip = new yazl.ZipFile()
  for (const { name, bytes, mode } of files) zip.addBuffer(Buffer.from(bytes), name, mode === undefined ? {} : { mode })
  zip.end()
  const file = path.join(await tempDir(), 'package.h5p')
  await pipeline(zip.outputStream, createWriteStream(file))
  return file
}

export const h5pJson = (machineName: string, more: object = {}): string =>
  JSON.stringify({ title: 'A package', language: 'en', mainLibrary: machineName, embedTypes: ['div'], license: 'U', preloadedDependencies: [{ machineName, majorVersion: 1, minorVersion: 0 }], ...more })

/** A small library of somebody else's, as it lies in a package. */
export const aLibrary = (machineName: string, { version = [1, 0, 0], ...more }: { version?: [number, number, number]; [field: string]: unknown } = {}): Zipped[] => {
  const [majorVersion, minorVersion, patchVersion] = version
  const folder = `${machineName}-${majorVersion}.${minorVersion}`
  const manifest = { title: machineName, machineName, majorVersion, minorVersion, patchVersion, runnable: 1, preloadedJs: [{ path: 'run.js' }], ...more }
  return [
    { name: `${folder}/library.json`, bytes: JSON.stringify(manifest) },
    { name: `${folder}/run.js`, bytes: `window.H5P = window.H5P || {}; /* ${machineName} ${patchVersion} */` },
    { name: `${folder}/semantics.json`, bytes: JSON.stringify([{ name: 'text', type: 'text', label: 'Text', widget: 'html', tags: ['p', 'strong'] }]) },
    { name: `${folder}/language/ar.json`, bytes: JSON.stringify({ semantics: [{ label: 'نص' }] }) },
  ]
}

/** A one-pixel picture. */
export const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
export const streamOf = (...parts: (Buffer | string)[]): Readable => Readable.from(parts.map((part) => Buffer.from(part)))
export const readAll = async (stream: Readable): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(Buffer.from(part as Buffer))
  return Buffer.concat(parts)
}
export const save = async (stream: Readable): Promise<string> => {
  const file = path.join(await tempDir(), 'saved.h5p')
  await writeFile(file, await readAll(stream))
  return file
}
/** Files of a content's folder, read. */
export const readFiles = async (files: Pieces): Promise<Record<string, Buffer>> =>
  Object.fromEntries(await Promise.all([...files].map(async ([name, piece]) => [name, await readAll(await piece.open())] as const)))
export const fileStream = createReadStream
