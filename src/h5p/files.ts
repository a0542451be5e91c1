import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** For `.catch`: what isn't there is undefined; any other fault stays one. */
export const missing = (error: unknown): undefined => {
  if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
  throw error
}

/** Signs that turn the direction of what follows make a program's name look like a picture's. */
export const turns = (name: string): boolean => /[\u202a-\u202e\u2066-\u2069]/.test(name)

/** All files below a folder: their names in it, with `/`, and where they lie. */
export const filesBelow = async (dir: string): Promise<{ name: string; file: string }[]> => {
  const entries = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  return entries.map((entry) => {
    const file = path.join(entry.parentPath, entry.name)
    return { file, name: path.relative(dir, file).split(path.sep).join('/') }
  })
}

/** A reader finds the old file or the new one, never half of one. */
export const writeWhole = async (file: string, text: string): Promise<void> => {
  const fresh = `${file}.${randomUUID().slice(0, 8)}`
  await writeFile(fresh, text)
  await rename(fresh, file)
}

/** A lock older than this was left by a node that crashed. */
const STALE_MS = 60_000

/** Does the work while no other node that shares the folder does its own. */
export const alone = async <T>(dir: string, work: () => Promise<T>): Promise<T> => {
  const lock = path.join(dir, '.lock')
  await mkdir(dir, { recursive: true })
  // Making a folder fails where it is there already, on every file system.
  const taken = (): Promise<boolean> => mkdir(lock).then(() => false, (error: NodeJS.ErrnoException) => error.code === 'EEXIST' || Promise.reject(error))
  while (await taken()) {
    const since = (await stat(lock).catch(missing))?.mtimeMs
    if (since !== undefined && Date.now() - since > STALE_MS) await rm(lock, { recursive: true, force: true })
    else await wait(100)
  }
  try {
    return await work()
  } finally {
    await rm(lock, { recursive: true, force: true })
  }
}
