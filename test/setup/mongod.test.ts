import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
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

  it('keeps what was written over kill -9 of Keyroom itself, whose mongod is left behind', async () => {
    const dataDir = await folder()
    const program = `import { startMongod } from './src/infra/mongod.ts'
      const { uri } = await startMongod({ dataDir: ${JSON.stringify(dataDir)} }); console.log(uri); setInterval(() => undefined, 1000)`
    const keyroom = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [uri] = (await once(keyroom.stdout, 'data')) as [Buffer]
    await put(String(uri).trim(), 'a')
    keyroom.kill('SIGKILL')
    await once(keyroom, 'exit')

    const next = await startMongod({ dataDir })
    expect(next.uri).toBe(String(uri).trim()) // same port: what was told to others still holds
    expect(await all(next.uri)).toEqual(['a'])
    await next.stop()
  }, 60_000)

  it('starts on another port when a stranger took its own', async () => {
    const dataDir = await folder()
    const first = await startMongod({ dataDir })
    await put(first.uri, 'a')
    await first.stop()
    // It answers nothing for a while, then hangs up: mongod does not know its own set till then.
    const stranger = net.createServer((socket) => setTimeout(() => socket.destroy(), 2000)).listen(Number(new URL(first.uri).port), '127.0.0.1')
    await once(stranger, 'listening')
    const second = await startMongod({ dataDir })
    expect(second.uri).not.toBe(first.uri)
    expect(await all(second.uri)).toEqual(['a'])
    await second.stop()
    stranger.close()
  }, 90_000)

  it('leaves a stranger alone that got the number of its last process', async () => {
    const dataDir = await folder()
    const stranger = spawn('sleep', ['60'])
    await mkdir(path.join(dataDir, 'mongo'), { recursive: true })
    await writeFile(path.join(dataDir, 'mongo/running.json'), JSON.stringify({ port: 1, pid: stranger.pid, parent: 1 }))
    const mongod = await startMongod({ dataDir })
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    await mongod.stop()
    stranger.kill()
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
