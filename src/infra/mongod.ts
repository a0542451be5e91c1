import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import mongoose from 'mongoose'
import { findMongod } from './mongod-binary.js'
import { MongodFault } from './mongod-fault.js'

export { MongodFault } from './mongod-fault.js'

export interface EmbeddedMongod { uri: string; stop(): Promise<void> }
export interface MongodOptions {
  /** Data, log, port and pid are kept below it, in `mongo/`. */
  dataDir: string
  /** MONGOD_BINARY */
  binary?: string
  /** Said while it takes long: a download, a recovery. */
  say?: (sentence: string) => void
}
interface Kept { port: number; pid: number }

const run = promisify(execFile)
const SET = 'keyroom'
const NEEDED_BYTES = 400 * 1024 * 1024

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = net.createServer().once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const commandOf = (pid: number): Promise<string> =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => run('ps', ['-ww', '-p', String(pid), '-o', 'command=']).then(({ stdout }) => stdout, () => ''))
/** The pid is our mongod's, not a stranger's that got its number: that one must not be stopped. */
const isOurs = async (pid: number, data: string): Promise<boolean> => {
  if (!isAlive(pid)) return false
  const command = await commandOf(pid)
  return command.includes('mongod') && command.includes(data)
}

interface SetConfig { version: number; members: { host: string }[] }

/**
 * The set's stored configuration; undefined where there never was one. mongod first asks the address stored last time whether that
 * is itself, and where a stranger took that port and says nothing, it doesn't know its own configuration for half a minute.
 */
const configOf = async (connection: mongoose.Connection): Promise<SetConfig | undefined> => {
  const stored = await connection.getClient().db('local').collection('system.replset').findOne()
  if (!stored) return undefined
  for (const end = Date.now() + 60_000; ; await sleep(200)) {
    try {
      const { config } = (await connection.getClient().db('admin').command({ replSetGetConfig: 1 })) as unknown as { config: SetConfig }
      return config
    } catch (cause) {
      if (Date.now() > end) throw new MongodFault('start', 'mongod started but did not find its replica set within a minute.', cause)
    }
  }
}

/** Waits till the set has its primary; starts the set where it never was, and tells it of another port where that changed. */
const makePrimary = async (port: number, died: () => string | undefined): Promise<void> => {
  const connection = await connectDirect(port, died)
  try {
    const admin = connection.db?.admin()
    if (!admin) throw new MongodFault('start', 'mongod answered, but offers no database.')
    const host = `127.0.0.1:${port}`
    const config = await configOf(connection)
    if (!config) await admin.command({ replSetInitiate: { _id: SET, members: [{ _id: 0, host }] } })
    else if (config.members[0]?.host !== host) {
      const members = config.members.slice(0, 1).map((member) => ({ ...member, host }))
      await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members }, force: true })
    }
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
      const hello = await admin.command({ hello: 1 })
      if (hello.isWritablePrimary) return
    }
    throw new MongodFault('start', 'mongod started but did not become the primary of its replica set within a minute.')
  } finally {
    await connection.close()
  }
}
const connectDirect = async (port: number, died: () => string | undefined): Promise<mongoose.Connection> => {
  for (const end = Date.now() + 90_000; ; await sleep(50)) {
    const why = died()
    if (why) throw new MongodFault('start', why)
    const connection = mongoose.createConnection(`mongodb://127.0.0.1:${port}/?directConnection=true`, { serverSelectionTimeoutMS: 1000 })
    const open = await connection.asPromise().then(() => true, () => false)
    if (open) return connection
    await connection.close()
    if (Date.now() > end) throw new MongodFault('start', 'mongod did not answer within 90 seconds; its log is mongo/mongod.log in the data folder.')
  }
}

/** What mongod's own log says of its end, as a sentence with the mend. */
const reasonOf = async (logFile: string, code: number | null): Promise<string> => {
  const log = (await readFile(logFile, 'utf8').catch(() => '')).slice(-40_000)
  if (/DBPathInUse|Unable to lock the lock file/.test(log)) return 'The data folder is in use by another mongod. Stop the other Keyroom, or set DATA_DIR to another folder.'
  if (/No space left|OutOfDiskSpace/.test(log)) return 'The disk is full: free some space (Keyroom needs about 400 MB) and start again.'
  if (/WT_PANIC|InvalidBSON|storage engine metadata|Fatal assertion|Corrupt|unsupported|UnrecoverableRollback|BadValue|not a valid|incompatible|Failed to start up WiredTiger/i.test(log))
    return 'The data folder holds something that mongod can not read. Restore it from a backup, or move it away to begin anew; the log is mongo/mongod.log in it.'
  if (/Permission denied|EACCES|Operation not permitted/i.test(log)) return 'mongod may not write to the data folder: give it to the user that runs Keyroom.'
  return `mongod ended at once (code ${code ?? 'none'}); its log is mongo/mongod.log in the data folder.`
}

const prepare = async (dataDir: string): Promise<{ home: string; data: string }> => {
  const home = path.join(dataDir, 'mongo')
  const data = path.join(home, 'data')
  try {
    await mkdir(data, { recursive: true })
    await writeFile(path.join(home, '.probe'), 'ok')
    await rm(path.join(home, '.probe'))
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOSPC') throw new MongodFault('disk', 'The disk is full: free some space (Keyroom needs about 400 MB) and start again.', cause)
    throw new MongodFault('data', `Keyroom can't write to its data folder ${dataDir} (${code}). Give it to the user that runs Keyroom, or set DATA_DIR to another folder.`, cause)
  }
  const { bavail, bsize } = await statfs(home)
  if (bavail * bsize < NEEDED_BYTES) throw new MongodFault('disk', 'There is too little room on the disk: Keyroom needs about 400 MB for its database.')
  return { home, data }
}

/** Ends a mongod that a killed Keyroom left behind; refuses where the Keyroom that owns it still runs. */
const endOrphan = async (home: string, data: string, kept: (Kept & { parent?: number }) | undefined): Promise<void> => {
  if (!kept || !(await isOurs(kept.pid, data))) return
  if (kept.parent && kept.parent !== process.pid && isAlive(kept.parent)) {
    throw new MongodFault('in-use', `Another Keyroom (process ${kept.parent}) uses the data folder ${path.dirname(home)}. Stop it, or set DATA_DIR to another folder.`)
  }
  process.kill(kept.pid, 'SIGTERM')
  for (let i = 0; i < 200 && isAlive(kept.pid); i++) await sleep(50)
  if (isAlive(kept.pid)) process.kill(kept.pid, 'SIGKILL')
}

/** The address of the mongod that a running Keyroom keeps for this data folder; undefined when none runs. For the command line. */
export const runningMongod = async (dataDir: string): Promise<string | undefined> => {
  const home = path.join(path.resolve(dataDir), 'mongo')
  const kept = await readKept(home)
  return kept && (await isOurs(kept.pid, path.join(home, 'data'))) ? uriOf(kept.port) : undefined
}
const uriOf = (port: number): string => `mongodb://127.0.0.1:${port}/keyroom?replicaSet=${SET}`
const readKept = async (home: string): Promise<(Kept & { parent?: number }) | undefined> => {
  const text = await readFile(path.join(home, 'running.json'), 'utf8').catch(() => undefined)
  try {
    return text ? (JSON.parse(text) as Kept & { parent?: number }) : undefined
  } catch {
    return undefined // half written by a process that was killed: as good as none
  }
}

/**
 * Starts a real mongod under `dataDir`: a replica set of one, WiredTiger, journaled, on 127.0.0.1 alone. What an earlier one
 * left is kept, also after `kill -9`.
 * @throws MongodFault with a plain sentence.
 */
export const startMongod = async ({ dataDir, binary, say }: MongodOptions): Promise<EmbeddedMongod> => {
  const { home, data } = await prepare(dataDir)
  const kept = await readKept(home)
  await endOrphan(home, data, kept)
  const program = await findMongod({ binary, say })
  const port = kept && (await isFree(kept.port)) ? kept.port : await freePort()
  const logFile = path.join(home, 'mongod.log')
  if (existsSync(logFile)) await rename(logFile, `${logFile}.1`)
  const out = openSync(logFile, 'a')
  const args = ['--dbpath', data, '--port', String(port), '--bind_ip', '127.0.0.1', '--replSet', SET, '--wiredTigerCacheSizeGB', '0.5', '--unixSocketPrefix', home]
  // Its own process group: Ctrl-C reaches Keyroom, and Keyroom stops it after the last write.
  const child = spawn(program, args, { stdio: ['ignore', out, out], detached: true })
  closeSync(out)
  // In a group of its own it would outlive a process that ends before its time: while starting, or by a fault.
  const takeAlong = (): void => void child.kill('SIGINT')
  process.once('exit', takeAlong)
  child.once('exit', () => process.off('exit', takeAlong))
  let ended: string | undefined
  let exited = false
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => ((ended = `mongod can't be run: ${error.message}`), (exited = true), resolve()))
    child.once('exit', (code) => void reasonOf(logFile, code).then((why) => ((ended = why), (exited = true), resolve())))
  })
  const file = path.join(home, 'running.json')
  await writeFile(`${file}.new`, JSON.stringify({ port, pid: child.pid, parent: process.pid }))
  await rename(`${file}.new`, file)
  try {
    await makePrimary(port, () => ended)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return { uri: uriOf(port), stop: () => stopChild(child, gone, () => exited) }
}

const stopChild = async (child: ChildProcess, gone: Promise<void>, exited: () => boolean): Promise<void> => {
  if (!exited()) child.kill('SIGINT')
  const killer = globalThis.setTimeout(() => child.kill('SIGKILL'), 20_000)
  await gone
  clearTimeout(killer)
}
