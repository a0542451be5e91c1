import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { missing } from './files.js'

const require = createRequire(import.meta.url)

/** H5P's browser core, as Lumi asks for it; a file it lists and we lack is one whose content another of ours holds. */
export interface Core {
  dir: string
  version: string
  has(file: string): boolean
  /** Styles it has beside those that Lumi lists. */
  styles: string[]
  /** «1.28»: what it offers to content types, where it says so. */
  api?: string
}

const SCRIPT = 'js/jquery.js'
const STYLE = 'styles/h5p.css'

/** Lays the core out in `dir`, from npm's h5p-standalone, unless this version is there: no registry holds it as Lumi wants it. */
export const layOutCore = async (dir: string): Promise<Core> => {
  const dist = path.dirname(require.resolve('h5p-standalone'))
  const { version } = JSON.parse(await readFile(path.join(dist, '..', 'package.json'), 'utf8')) as { version: string }
  const core: Core = { dir, version, has: (file) => file === SCRIPT || file === STYLE, styles: [] }
  const stamp = path.join(dir, 'version.txt')
  if ((await readFile(stamp, 'utf8').catch(missing)) === version) return core
  await rm(dir, { recursive: true, force: true })
  await mkdir(path.join(dir, path.dirname(SCRIPT)), { recursive: true })
  // jQuery and the nine scripts of the core in one, and all styles in one.
  await cp(path.join(dist, 'frame.bundle.js'), path.join(dir, SCRIPT))
  for (const folder of ['styles', 'fonts', 'images']) await cp(path.join(dist, folder), path.join(dir, folder), { recursive: true })
  // Last, so that what was cut off half-way is done again.
  await writeFile(stamp, version)
  return core
}
