import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT } from './root.js'

/** A part of Keyroom as the process it is in life, built or not. */
export interface Running { child: ChildProcess; output(): string; kill(signal?: NodeJS.Signals): Promise<void> }

/** Only what a process needs of this one's surroundings, and what the test says. */
export const spawnPart = (file: string, env: Record<string, string>, args: string[] = []): Running => {
  const { PATH = '', HOME = '', XDG_CACHE_HOME, LD_LIBRARY_PATH } = process.env
  const child = spawn(process.execPath, [...(file.endsWith('.ts') ? ['--import', 'tsx'] : []), path.join(ROOT, file), ...args], {
    cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, ...(XDG_CACHE_HOME ? { XDG_CACHE_HOME } : {}), ...(LD_LIBRARY_PATH ? { LD_LIBRARY_PATH } : {}), ...env },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => void (said += part.toString()))
  const ended = once(child, 'exit')
  return {
    child,
    output: () => said,
    async kill(signal = 'SIGKILL') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await ended
    },
  }
}

/** Waits till the address answers. @throws with what the process said when it ends before. */
export const untilReady = async ({ child, output }: Running, url: string): Promise<void> => {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${output()}`)
    if (await fetch(url).then(async (res) => (await res.body?.cancel(), res.ok), () => false)) return
    await sleep(50)
  }
}
