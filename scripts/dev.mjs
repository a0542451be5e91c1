// npm run dev: the demo's parts from source, started again when a file changes. Views and locales reload with the process.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { ensureInstall, ROOT } from './ensure-install.mjs'

ensureInstall()
const port = process.env.PORT || '3000'
const lmsPort = process.env.DEMO_LMS_PORT || '3100'
const dataDir = path.resolve(ROOT, process.env.DATA_DIR || '.data')
const env = {
  ...process.env, KEYROOM_DEMO: '1', PORT: port, PUBLIC_URL: `http://localhost:${port}`, DATA_DIR: dataDir, LOG_LEVEL: process.env.LOG_LEVEL || 'info',
  DEMO_LMS_PORT: lmsPort, DEMO_LMS_URL: `http://127.0.0.1:${lmsPort}`, DEMO_LMS_DATA: path.join(dataDir, 'lms'), KEYROOM_URL: `http://localhost:${port}`,
}
const watched = ['views/**/*', 'locales/**/*', 'public/**/*'].flatMap((glob) => ['--include', glob])
const children = ['src/main.ts', 'src/demo/main.ts'].map((file) =>
  spawn(process.execPath, [path.join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs'), 'watch', '--clear-screen=false', ...watched, file], { cwd: ROOT, env, stdio: 'inherit' }),
)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => children.forEach((child) => child.kill(signal)))
console.log(`Keyroom: http://localhost:${port}   demo LMS: http://127.0.0.1:${lmsPort}   (npm run demo once first: it registers the LMS and imports the course)`)
await Promise.all(children.map((child) => new Promise((resolve) => child.once('exit', resolve))))
