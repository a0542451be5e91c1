import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ctx } from '../model.js'

export const ROOT = path.resolve(import.meta.dirname, '../..')

export const freePort = async (): Promise<number> => {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  return port
}

export interface Part { file: string; args?: string[]; env?: Record<string, string>; /** Answers 2xx once the part is up. */ ready: string }

/** Starts a part as a process of its own, TypeScript or built; it ends with the row, and with the bench however that ends. */
export const startPart = async (ctx: Ctx, { file, args = [], env = {}, ready }: Part): Promise<void> => {
  const said = path.join(await ctx.folder(), 'said.log')
  const out = await open(said, 'a')
  const loader = file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : []
  const child = spawn(process.execPath, [...loader, path.join(ROOT, file), ...args], { cwd: ROOT, stdio: ['ignore', out.fd, out.fd, 'ipc'], env: { ...process.env, NODE_ENV: 'production', ...env } })
  await out.close()
  const ended = once(child, 'exit')
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null
  ctx.after(async () => {
    if (!isOver()) child.kill('SIGTERM')
    await ended
  })
  while (!(await fetch(ready).then(async (res) => (await res.arrayBuffer(), res.ok), () => false))) {
    if (isOver()) throw new Error(`${file} ended before it was up: ${(await readFile(said, 'utf8')).slice(-2000)}`)
    await sleep(50)
  }
}
