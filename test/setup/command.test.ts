import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandOf } from '../../src/command.js'
import { readConfig, type Config } from '../../src/config.js'
import { freshUri } from '../support/mongo.js'

let config: Config
beforeAll(async () => {
  config = readConfig({ KEYROOM_DEMO: '1', LOG_LEVEL: 'silent', MONGODB_URI: freshUri(), DATA_DIR: await mkdtemp(path.join(os.tmpdir(), 'keyroom-command-')) })
})
afterAll(() => rm(config.dataDir, { recursive: true, force: true }))

const run = async (...[name = '', ...args]: string[]) => {
  const out: string[] = []
  const err: string[] = []
  const code = await commandOf(name)?.(args, { config, print: (line) => void out.push(line), complain: (line) => void err.push(line) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

it('says in words what it refuses, and what to do; the code is there for programs', async () => {
  expect(await run('course', 'export', 'no-such', '/tmp/none')).toMatchObject({ code: 1, err: expect.stringMatching(/^The course “no-such” isn’t here\. .*\(courses\/unknown-course\)$/) as string })
  const { out } = await run('credential', 'revoke', 'no-such', '--reason', 'x', '--json')
  expect(JSON.parse(out)).toMatchObject({ ok: false, code: 'credentials/not-found' })
})
