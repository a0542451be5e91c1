// npm run h5p:setup -- --core URL|FILE|FOLDER --editor URL|FILE|FOLDER [--sha256 SUM …]
// The same as `npx keyroom h5p setup`, built first where it must be.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { ensureBuild } from './build.mjs'
import { ensureInstall, ROOT } from './ensure-install.mjs'

ensureInstall()
ensureBuild({ say: console.error })
const { status } = spawnSync(process.execPath, [path.join(ROOT, 'dist', 'cli.js'), 'h5p', 'setup', ...process.argv.slice(2)], { stdio: 'inherit' })
process.exit(status ?? 1)
