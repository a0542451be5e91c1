import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Row, Sample } from '../model.js'
import { freePort, ROOT } from '../support/process.js'

/** Runs the demo until it says it is ready, and stops it as Ctrl-C does. Gives the seconds to ready. */
const untilReady = async (env: Record<string, string>): Promise<number> => {
  const start = performance.now()
  const child = spawn(process.execPath, [path.join(ROOT, 'scripts', 'demo.mjs')], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const ended = once(child, 'exit')
  let said = ''
  let seconds: number | undefined
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      said += part.toString()
      if (seconds !== undefined || !/^Ready: http/m.test(said)) return
      seconds = (performance.now() - start) / 1000
      child.kill('SIGINT')
    })
  }
  await ended
  if (seconds === undefined) throw new Error(`the demo ended before it was ready: ${said.slice(-2000)}`)
  return seconds
}

/** Seconds from `npm run demo` to its link, where it has run before. The first start, which fills the database, is the warm-up. */
export default {
  name: 'demo.second-start', aim: 10, better: 'lower', unit: 's',
  async run(ctx) {
    const [port, lmsPort] = [await freePort(), await freePort()]
    const env = { PORT: String(port), DEMO_LMS_PORT: String(lmsPort), DATA_DIR: await ctx.folder(), NODE_ENV: '' }
    await untilReady(env)
    const samples: Sample[] = []
    for (let round = 0; round < ctx.rounds; round++) samples.push({ value: await untilReady(env), floor: 1 })
    return samples
  },
} satisfies Row
