// npm run bench: installs what's missing, builds, then measures each row of bench/rows against its floor. docs/bench.md says what each is.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { ensureBuild } from './build.mjs'
import { ensureInstall, ROOT } from './ensure-install.mjs'

ensureInstall()
ensureBuild({ say: console.log })
const ran = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), path.join(ROOT, 'bench', 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit', env: { ...process.env, NODE_ENV: 'production' } })
process.exit(ran.status ?? 1)
