// npm run demo: everything on one machine. Keyroom and a small LMS as two processes on two sites, with people and some history.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureInstall, fail, ROOT } from './ensure-install.mjs'
import { ensureBuild } from './build.mjs'

const started = Date.now()
const say = (sentence) => console.log(`[${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s] ${sentence}`)

const portOf = (name, fallback) => {
  const port = Number(process.env[name] || fallback)
  if (!Number.isInteger(port) || port < 1 || port > 65535) fail(`${name} must be a port number.`)
  return port
}
const ports = { PORT: portOf('PORT', 3000), DEMO_LMS_PORT: portOf('DEMO_LMS_PORT', 3100) }
const dataDir = path.resolve(ROOT, process.env.DATA_DIR || '.data')
// localhost and 127.0.0.1 are two sites to a browser: the LMS's frame holds a real third party.
const keyroomUrl = `http://localhost:${ports.PORT}`
const lmsUrl = `http://127.0.0.1:${ports.DEMO_LMS_PORT}`
const env = {
  ...process.env, KEYROOM_DEMO: '1', PORT: String(ports.PORT), PUBLIC_URL: keyroomUrl, DATA_DIR: dataDir, LOG_LEVEL: process.env.LOG_LEVEL || 'warn',
  DEMO_LMS_PORT: String(ports.DEMO_LMS_PORT), DEMO_LMS_URL: lmsUrl, DEMO_LMS_DATA: path.join(dataDir, 'lms'), KEYROOM_URL: keyroomUrl,
}

const isFree = (port) =>
  new Promise((resolve) => {
    const server = net.createServer().once('error', (error) => resolve(error.code === 'EACCES' ? 'denied' : false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
/** Some ports belong to other protocols, and every browser refuses them, as `fetch` does: https://fetch.spec.whatwg.org/#port-blocking */
const isBlocked = (port) => fetch(`http://127.0.0.1:${port}/`).then(() => false, (error) => error.cause?.message === 'bad port')
const needPorts = async () => {
  for (const [name, port] of Object.entries(ports)) {
    const free = await isFree(port)
    if (free === 'denied') fail(`Port ${port} can't be used by this user. Set ${name} to one above 1023.`)
    if (!free) fail(`Port ${port} is taken: stop what listens there, or choose another, such as: ${name}=${port + 10} npm run demo`)
    // Asked of a free port only: what listens on a taken one may never answer.
    if (await isBlocked(port)) fail(`Port ${port} can't be used: browsers refuse it. Choose another for ${name}.`)
  }
}

const children = []
let stopping = false
const stopAll = async (code) => {
  if (stopping) return
  stopping = true
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
  await Promise.all(children.map((child) => child.ended))
  process.exit(code)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!stopping) console.log('\nStopping …')
    void stopAll(0)
  })
}

/** A process of the demo. It ends with this one, also when this one is killed: its line to us breaks then. */
const launch = (name, file) => {
  // A group of its own: Ctrl-C reaches us alone, and we stop everything in order.
  const child = spawn(process.execPath, [path.join(ROOT, file)], { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true })
  child.ended = new Promise((resolve) => child.once('exit', resolve))
  child.ended.then((code) => {
    if (stopping) return
    console.error(`\n${name} ended (code ${code ?? 'none'}); it says above why. The demo stops.`)
    void stopAll(1)
  })
  children.push(child)
  return child
}
const answers = async (url) => {
  while (!stopping) {
    if (await fetch(url, { signal: AbortSignal.timeout(2000) }).then((res) => res.ok, () => false)) return
    await sleep(100)
  }
  await new Promise(() => {}) // stopAll ends the process
}
/** A step that does its work and ends. */
const step = (file, args = []) =>
  new Promise((resolve) => {
    if (stopping) return
    const child = spawn(process.execPath, [path.join(ROOT, file), ...args], { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true })
    child.ended = new Promise((ended) => child.once('exit', ended))
    children.push(child)
    child.once('exit', (code) => {
      if (code === 0) resolve()
      else if (!stopping) {
        console.error(`\nA step of the demo failed: ${path.basename(file)} ${args.slice(0, 2).join(' ')}`)
        void stopAll(1)
      }
    })
  })

/** The course and the registration are put in once, and again when they changed. */
const installed = () => {
  const hash = createHash('sha256').update(JSON.stringify([keyroomUrl, lmsUrl]))
  const folder = path.join(ROOT, 'h5p-content')
  for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
    try {
      hash.update(name).update(readFileSync(path.join(folder, name)))
    } catch (error) {
      if (error.code !== 'EISDIR') throw error
    }
  }
  return hash.digest('hex')
}
const stampFile = path.join(dataDir, 'demo.stamp')
const stampIn = () => {
  try {
    return readFileSync(stampFile, 'utf8')
  } catch {
    return undefined
  }
}

ensureInstall()
await needPorts()
ensureBuild({ say })
try {
  mkdirSync(dataDir, { recursive: true })
} catch (error) {
  fail(error.code === 'ENOSPC' ? 'The disk is full: free some space and start again.' : `The data folder ${dataDir} can't be made or written (${error.code}). Give it to this user, or set DATA_DIR to another folder.`)
}
say('Starting Keyroom, its database, and the demo LMS …')
launch('Keyroom', 'dist/main.js')
launch('The demo LMS', 'dist/demo/main.js')
await Promise.all([answers(`${keyroomUrl}/readyz`), answers(`${lmsUrl}/healthz`)])
const stamp = installed()
if (stampIn() !== stamp) {
  say('Registering the LMS and importing the course …')
  await step('dist/cli.js', ['platform', 'add', '--issuer', lmsUrl, '--client-id', 'keyroom-demo', '--deployment', '1', '--name', 'Demo LMS', '--auth-url', `${lmsUrl}/lti/auth`, '--token-url', `${lmsUrl}/lti/token`, '--jwks-url', `${lmsUrl}/lti/jwks`])
  await step('dist/cli.js', ['course', 'import', path.join('h5p-content', 'demo-course')])
  writeFileSync(stampFile, stamp)
}
await step('dist/demo/seed.js')
await Promise.all([answers(`${keyroomUrl}/readyz`), answers(`${lmsUrl}/course`)])
console.log(`
Sign in at the demo LMS as one of these (no password), then open “The escape rooms”:
  to play from the start   Ada Okafor · Đặng Thị Mai · Zoë van der Berg
  half-way through         Søren Lindqvist · Priya Raghavan · Kwame Mensah
  finished                 李雨桐 · نور الحداد
  and 4 more participants; the instructor Tomás Oliveira; the author Margit Halász
Keyroom itself is ${keyroomUrl}. Data is kept in ${path.relative(process.cwd(), dataDir) || '.'}. Ctrl-C stops everything.
`)
say('All parts answer.')
console.log(`Ready: ${lmsUrl}/`)
