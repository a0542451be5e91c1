// npm test: installs what's missing, builds, then runs everything: unit, HTTP, real mongod, Chromium.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { ensureBuild } from './build.mjs'
import { ensureInstall, ROOT } from './ensure-install.mjs'

ensureInstall()
const bin = (name) => path.join(ROOT, 'node_modules', '.bin', name)
ensureBuild()
const tested = spawnSync(bin('vitest'), ['run', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' })
process.exit(tested.status ?? 1)
