// Compiles src/ to dist/ where anything changed since the last time.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fail, ROOT } from './ensure-install.mjs'

const STAMP = path.join(ROOT, 'dist', '.built')

/** Names every file's size and time: cheap, and another whenever a file was touched. */
const stampOf = () => {
  const hash = createHash('sha256')
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = path.join(folder, entry.name)
      if (entry.isDirectory()) walk(file)
      else hash.update(`${file} ${statSync(file).size} ${statSync(file).mtimeMs}\n`)
    }
  }
  for (const folder of ['src', 'types']) walk(path.join(ROOT, folder))
  for (const file of ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json']) hash.update(readFileSync(path.join(ROOT, file)))
  return hash.digest('hex')
}
const built = () => {
  try {
    return readFileSync(STAMP, 'utf8')
  } catch {
    return undefined
  }
}

export const ensureBuild = ({ say = () => {} } = {}) => {
  const stamp = stampOf()
  if (built() === stamp) return
  say('Building …')
  rmSync(path.join(ROOT, 'dist'), { recursive: true, force: true })
  const done = spawnSync(process.execPath, [path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' })
  if (done.status !== 0) fail('The build failed; the compiler says above where.')
  mkdirSync(path.dirname(STAMP), { recursive: true })
  writeFileSync(STAMP, stamp)
}

if (process.argv[1] === import.meta.filename) ensureBuild()
