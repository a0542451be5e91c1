import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { NotFound } from '../../infra/index.js'
import { missing } from '../files.js'
import { isKey, Measure, type FileStore } from './file-store.js'

/** Files below a folder of one node, or of several that share it. */
export const createDiskFiles = async (dir: string): Promise<FileStore> => {
  // On the same file system, so that what is whole can be moved in at once.
  const incoming = path.join(dir, 'incoming')
  await mkdir(incoming, { recursive: true })
  const pathOf = (key: string): string => {
    if (!isKey(key)) throw new NotFound({ detail: { key } })
    return path.join(dir, key.slice(0, 2), key)
  }
  const found = async (key: string): Promise<string> => {
    const file = pathOf(key)
    if (!(await stat(file).catch(missing))) throw new NotFound({ detail: { key } })
    return file
  }
  const statOf = async (key: string) => {
    const known = isKey(key) ? await stat(pathOf(key)).catch(missing) : undefined
    return known && { key, bytes: known.size, at: known.mtime }
  }
  return {
    async put(source, limit) {
      const [part, measure] = [path.join(incoming, randomUUID()), new Measure(limit)]
      try {
        await pipeline(source, (chunks: AsyncIterable<Buffer>) => measure.pass(chunks), createWriteStream(part, { flags: 'wx', flush: true }))
        const stored = measure.done()
        const file = pathOf(stored.key)
        await mkdir(path.dirname(file), { recursive: true })
        // Known bytes are wanted again: the sweep must see that.
        if (await utimes(file, new Date(), new Date()).then(() => true, missing)) return stored
        await rename(part, file)
        return stored
      } finally {
        await rm(part, { force: true })
      }
    },
    async get(key, range) {
      // Opened before it is promised: what is missing is told now, not in the middle of an answer.
      const handle = await open(pathOf(key)).catch(missing)
      if (!handle) throw new NotFound({ detail: { key } })
      return createReadStream('', { fd: handle, ...range })
    },
    stat: statOf,
    async *list() {
      for (const folder of (await readdir(dir)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
        for (const key of await readdir(path.join(dir, folder))) {
          const known = await statOf(key)
          if (known) yield known
        }
      }
    },
    async delete(key, before) {
      const known = await statOf(key)
      if (known && (!before || known.at < before)) await rm(pathOf(key), { force: true })
    },
    local: found,
    async tidy(before) {
      for (const name of await readdir(incoming)) {
        const part = path.join(incoming, name)
        const known = await stat(part).catch(missing)
        if (known && known.mtime < before) await rm(part, { force: true })
      }
    },
  }
}
