import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { missing } from './files.js'

const require = createRequire(import.meta.url)

/** H5P's browser core, as Lumi asks for it; a file it lists and we lack is one whose content another of ours holds. */
export interface Core { dir: string; version: string; has(file: string): boolean }

const SCRIPT = 'js/jquery.js'
const STYLE = 'styles/h5p.css'

const fill = async (dir: string, dist: string): Promise<void> => {
  await mkdir(path.join(dir, 'js'), { recursive: true })
  // jQuery and the nine scripts of the core in one, and all styles in one.
  await cp(path.join(dist, 'frame.bundle.js'), path.join(dir, SCRIPT))
  for (const folder of ['styles', 'fonts', 'images']) await cp(path.join(dist, folder), path.join(dir, folder), { recursive: true })
}

/** Lays the core out in `dir`, from npm's h5p-standalone, unless this version is there. Many nodes may at once. */
export const layOutCore = async (dir: string): Promise<Core> => {
  const dist = path.dirname(require.resolve('h5p-standalone'))
  const { version } = JSON.parse(await readFile(path.join(dist, '..', 'package.json'), 'utf8')) as { version: string }
  const core: Core = { dir, version, has: (file) => file === SCRIPT || file === STYLE }
  const stamp = path.join(dir, 'version.txt')
  if ((await readFile(stamp, 'utf8').catch(missing)) === version) return core
  await mkdir(path.dirname(dir), { recursive: true })
  const fresh = await mkdtemp(`${dir}-`)
  try {
    await fill(fresh, dist)
    await writeFile(path.join(fresh, 'version.txt'), version)
    await rm(dir, { recursive: true, force: true })
    await rename(fresh, dir)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    // Another node was first: what it laid out is the same.
    if ((await readFile(stamp, 'utf8').catch(missing)) !== version) throw error
  }
  return core
}
