// Installs what's missing, with nothing but Node at hand. Imported first by every script, so it may only use Node's own modules.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

export const fail = (sentence) => {
  console.error(`\n${sentence}`)
  process.exit(1)
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 12)) fail(`Keyroom needs Node 20.12 or newer; this is ${process.versions.node}.`)

const lockOf = (file) => {
  try {
    return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')).packages
  } catch {
    return undefined
  }
}

/** npm keeps what it installed in node_modules/.package-lock.json; what is optional may be for another kind of machine. */
const isInstalled = () => {
  const wanted = lockOf('package-lock.json')
  const found = lockOf('node_modules/.package-lock.json')
  if (!wanted || !found) return false
  return Object.entries(wanted).every(([name, { version, optional }]) => name === '' || optional || found[name]?.version === version)
}

/** `npm ci`, unless what is installed is what the lock file says. */
export const ensureInstall = () => {
  if (isInstalled()) return
  console.log('Installing packages (a minute or two, the first time) …')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] })
  if (done.error) fail(`npm can't be run (${done.error.message}). It comes with Node; is it on PATH?`)
  if (done.status !== 0) fail('The packages could not be installed; npm says above why. Most often the package registry is not reachable, or the disk is full.')
}
