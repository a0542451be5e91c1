import type { Mongo } from '../../infra/index.js'
import type { FileStore } from './file-store.js'

const DAY_MS = 86_400_000
/** Who refers to files: collection, and where the key stands. */
const REFERENCES = [['h5p_contents', 'files.key'], ['h5p_libraries', 'files.key'], ['h5p_temporary', 'key']] as const

/**
 * Clears away what nobody refers to: files of contents that are gone, and what was cut off while it came in. Nothing younger
 * than a day goes, since a file is stored before the document that names it.
 */
export const sweep = async ({ db }: Pick<Mongo, 'db'>, store: FileStore, before = new Date(Date.now() - DAY_MS)): Promise<number> => {
  await store.tidy(before)
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
