import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { missing } from './files.js'
import type { Leases, Libraries } from './store/index.js'

export { nameOf } from './store/index.js'

/** Installs the project's own content types wherever their bytes have changed; a newer program's are left as they are. */
export const installOwn = async ({ libraries, leases }: { libraries: Libraries; leases: Leases }, dir: string): Promise<void> => {
  const folders = (await readdir(dir)).map((name) => path.join(dir, name))
  const there = await Promise.all(folders.map((folder) => stat(path.join(folder, 'library.json')).catch(missing)))
  const brought = folders.filter((_folder, index) => there[index]).map((folder) => ({ folder, always: true }))
  await leases.alone('h5p libraries', () => libraries.install(brought))
}
