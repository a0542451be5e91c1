import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { connectMongo, startMongod } from '../src/infra/index.js'
import type { Ctx, Row, Sample } from './model.js'

/** The bench's own mongod and folders; nothing of them stays. */
export interface World {
  run(row: Row, rounds: number): Promise<Sample[]>
  close(): Promise<void>
}

const dropped = async (uri: string): Promise<void> => {
  const mongo = await connectMongo(uri)
  await mongo.db.dropDatabase()
  await mongo.close()
}

export const openWorld = async (say: (sentence: string) => void): Promise<World> => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'keyroom-bench-'))
  const mongod = await startMongod({ dataDir: home, binary: process.env.MONGOD_BINARY, say })
  const undo: (() => unknown)[] = []
  const tidy = async (): Promise<void> => {
    for (let last = undo.pop(); last; last = undo.pop()) await last()
  }
  const ctx: Omit<Ctx, 'rounds'> = {
    database() {
      const uri = new URL(mongod.uri)
      uri.pathname = `/bench-${randomUUID().slice(0, 13)}`
      undo.push(() => dropped(uri.href))
      return uri.href
    },
    folder: () => mkdtemp(path.join(home, 'row-')),
    after: (step) => void undo.push(step),
  }
  return {
    async run(row, rounds) {
      try {
        return await row.run({ ...ctx, rounds })
      } finally {
        await tidy()
      }
    },
    async close() {
      await tidy()
      await mongod.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}
