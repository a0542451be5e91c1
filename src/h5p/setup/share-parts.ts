import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Kit } from '../../infra/index.js'
import { filesBelow, missing } from '../files.js'
import { inTurns, type FileStore, type StoredFile } from '../store/index.js'
import { place } from './install-part.js'
import { PARTS, readRecord, type Installed, type PartName } from './parts.js'

/** Core or editor as all nodes have it: what was installed, and where its files are in the store. */
interface PartDoc extends Omit<Installed, 'folder'> { _id: PartName; kept: (StoredFile & { name: string })[] }

const give = (dir: string, { folder, ...said }: Installed, files: FileStore): Promise<Omit<PartDoc, '_id'>> =>
  filesBelow(path.join(dir, folder))
    .then((found) => inTurns(8, found, async ({ name, file }) => ({ name, ...(await files.put(createReadStream(file))) })))
    .then((kept) => ({ ...said, kept }))

const take = async (dir: string, { _id: part, kept, ...said }: PartDoc, files: FileStore): Promise<void> => {
  const work = await mkdtemp(path.join(dir, '.setup-'))
  const into = path.join(work, 'taken')
  try {
    await mkdir(into)
    await inTurns(8, kept, async ({ name, key }) => {
      const to = path.join(into, name)
      await mkdir(path.dirname(to), { recursive: true })
      await pipeline(await files.get(key), createWriteStream(to))
    })
    await place(dir, part, into, said)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/**
 * One core and one editor for all nodes: what `h5p:setup` installed last, on whichever of them. A node that starts gives what it
 * has that is newer, and takes what is newer than it has. The caller lets one node at a time do so.
 */
export const shareParts = async (dir: string, { mongo, files, log }: Pick<Kit, 'mongo' | 'log'> & { files: FileStore }): Promise<void> => {
  const docs = mongo.db.collection<PartDoc>('h5p_parts')
  await docs.createIndex({ 'kept.key': 1 })
  const record = await readRecord(dir)
  for (const part of PARTS) {
    const [recorded, shared] = [record[part], await docs.findOne({ _id: part })]
    // What was deleted by hand is fetched again.
    const mine = recorded && (await stat(path.join(dir, recorded.folder)).catch(missing)) ? recorded : undefined
    if (mine && (!shared || mine.at > shared.at)) {
      await docs.replaceOne({ _id: part }, await give(dir, mine, files), { upsert: true })
      log.info({ part, version: mine.version, sha256: mine.sha256 }, 'this node’s installation is for all nodes')
    } else if (shared && mine?.sha256 !== shared.sha256) {
      await take(dir, shared, files)
      log.info({ part, version: shared.version, sha256: shared.sha256 }, 'another node’s installation was taken')
    }
  }
}
