import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { startMongod } from '../../src/infra/mongod.js'

declare module 'vitest' {
  interface ProvidedContext { mongodbUri: string }
}

/** One real mongod for the whole run; each test file takes a database of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.MONGODB_TEST_URI
  if (given) {
    project.provide('mongodbUri', given)
    return async () => undefined
  }
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-test-'))
  const mongod = await startMongod({ dataDir, binary: process.env.MONGOD_BINARY, say: (sentence) => console.log(sentence) })
  project.provide('mongodbUri', mongod.uri)
  return async () => {
    await mongod.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
