import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { connectMongo, runningMongod, startMongod } from '../../src/infra/index.js'

const folders: string[] = []
const folder = async (): Promise<string> => {
  const made = await mkdtemp(path.join(os.tmpdir(), 'keyroom-mongod-'))
  folders.push(made)
  return made
}
afterAll(() => Promise.all(folders.map((each) => rm(each, { recursive: true, force: true }))))

const put = async (uri: string, _id: string): Promise<void> => {
  const mongo = await connectMongo(uri)
  await mongo.db.collection<{ _id: string }>('kept').insertOne({ _id })
  await mongo.close()
}
const all = async (uri: string): Promise<string[]> => {
  const mongo = await connectMongo(uri)
  const found = await mongo.db.collection<{ _id: string }>('kept').find().sort({ _id: 1 }).toArray()
  await mongo.close()
  return found.map(({ _id }) => _id)
}

describe('the embedded mongod', () => {
  it('keeps what was written over a stop, and over kill -9 of it', async () => {
    const dataDir = await folder()
    const first = await startMongod({ dataDir })
    await put(first.uri, 'a')
    expect(await runningMongod(dataDir)).toBe(first.uri)
    await first.stop()
    expect(await runningMongod(dataDir)).toBeUndefined()

    const second = await startMongod({ dataDir })
    await put(second.uri, 'b')
    const { pid } = JSON.parse(await readFile(path.join(dataDir, 'mongo/running.json'), 'utf8')) as { pid: number }
    process.kill(pid, 'SIGKILL')
    await sleep(200)

    const third = await startMongod({ dataDir })
    expect(await all(third.uri)).toEqual(['a', 'b'])
    await third.stop()
  }, 60_000)

  it('says in a sentence that its data folder is broken', async () => {
    const dataDir = await folder()
    await mkdir(path.join(dataDir, 'mongo/data'), { recursive: true })
    await writeFile(path.join(dataDir, 'mongo/data/storage.bson'), 'not a database')
    await expect(startMongod({ dataDir })).rejects.toThrow(/Restore it from a backup, or move it away/)
  })

  it('says in a sentence that the data folder can’t be written', async () => {
    const dataDir = path.join(await folder(), 'a-file')
    await writeFile(dataDir, '')
    await expect(startMongod({ dataDir })).rejects.toThrow(/can't write to its data folder/)
  })

  it('says in a sentence that the named program is none', async () => {
    await expect(startMongod({ dataDir: await folder(), binary: '/no/such/mongod' })).rejects.toThrow(/MONGOD_BINARY names \/no\/such\/mongod/)
  })

  it('is refused to a second Keyroom on the same folder', async () => {
    const dataDir = await folder()
    const first = await startMongod({ dataDir })
    const file = path.join(dataDir, 'mongo/running.json')
    const kept = JSON.parse(await readFile(file, 'utf8')) as object
    await writeFile(file, JSON.stringify({ ...kept, parent: process.ppid }))
    await expect(startMongod({ dataDir })).rejects.toThrow(/Another Keyroom/)
    await first.stop()
  })
})
