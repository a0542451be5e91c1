import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Mongo } from '../../infra/index.js'
import { missing } from '../files.js'
import type { FileStore } from './file-store.js'

const DAY_MS = 86_400_000
/** Who refers to files: collection, and where the key stands. */
const REFERENCES = [['h5p_contents', 'files.key'], ['h5p_libraries', 'files.key'], ['h5p_temporary', 'key'], ['h5p_parts', 'kept.key'], ['course_sources', 'stored.key']] as const

/** What a node that was killed left on its way. */
const tidyFolder = async (dir: string, before: Date): Promise<void> => {
  for (const name of await readdir(dir)) {
    const known = await stat(path.join(dir, name)).catch(missing)
    if (known && known.mtime < before) await rm(path.join(dir, name), { recursive: true, force: true })
  }
}

/**
 * Clears away what nobody refers to: files of contents that are gone, and what was cut off while it came in. Nothing younger
 * than a day goes, since a file is stored before the document that names it.
 */
export const sweep = async ({ mongo: { db }, store, work }: { mongo: Pick<Mongo, 'db'>; store: FileStore; work: string }, before = new Date(Date.now() - DAY_MS)): Promise<number> => {
  await store.tidy(before)
  await tidyFolder(work, before)
  let swept = 0
  const drop = async (keys: string[]): Promise<void> => {
    const used = new Set<string>()
    for (const [name, field] of REFERENCES) for (const key of (await db.collection(name).distinct(field, { [field]: { $in: keys } })) as string[]) used.add(key)
    for (const key of keys) {
      if (used.has(key)) continue
      await store.delete(key, before)
      swept += 1
    }
  }
  let old: string[] = []
  for await (const { key, at } of store.list()) {
    if (at < before) old.push(key)
    if (old.length === 500) {
      await drop(old)
      old = []
    }
  }
  await drop(old)
  return swept
}
