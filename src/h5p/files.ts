import { randomUUID } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'

/** For `.catch`: what isn't there is undefined; any other fault stays one. */
export const missing = (error: unknown): undefined => {
  if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
  throw error
}

/** A reader finds the old file or the new one, never half of one. */
export const writeWhole = async (file: string, text: string): Promise<void> => {
  const fresh = `${file}.${randomUUID().slice(0, 8)}`
  await writeFile(fresh, text)
  await rename(fresh, file)
}
