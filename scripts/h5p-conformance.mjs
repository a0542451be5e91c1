// npm run h5p:conformance -- FOLDER: plays the .h5p packages of a folder on a whole Keyroom, and says what is true of each. docs/h5p.md.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { ensureInstall, ROOT } from './ensure-install.mjs'

ensureInstall()
const ran = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), path.join(ROOT, 'test', 'conformance', 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' })
process.exit(ran.status ?? 1)
