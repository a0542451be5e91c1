// npm run test:moodle: against a real Moodle 4.5, which MOODLE_SCRIPTS (up.sh, register.php, grade.php) starts.
// MOODLE_SOURCE, a git directory or folder with Moodle's tree, is needed the first time.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { ensureInstall, fail, ROOT } from './ensure-install.mjs'

const scripts = path.resolve(ROOT, process.env.MOODLE_SCRIPTS || '../shared/moodle')
const up = path.join(scripts, 'up.sh')
if (!existsSync(up)) fail(`There is no up.sh in ${scripts}. Set MOODLE_SCRIPTS to the folder with the Moodle scripts.`)
ensureInstall()
const started = spawnSync(up, process.env.MOODLE_SOURCE ? [process.env.MOODLE_SOURCE] : [], { stdio: 'inherit' })
if (started.status !== 0) fail('Moodle did not start; its script says above why.')
const vitest = path.join(ROOT, 'node_modules', '.bin', 'vitest')
const tested = spawnSync(vitest, ['run', '--root', ROOT, '--config', path.join(ROOT, 'test/moodle/vitest.config.ts')], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, MOODLE_SCRIPTS: scripts } })
process.exit(tested.status ?? 1)
