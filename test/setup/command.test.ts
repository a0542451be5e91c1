import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandOf } from '../../src/command.js'
import { readConfig, type Config } from '../../src/config.js'
import { connectMongo } from '../../src/infra/index.js'
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

describe('retention', () => {
  /** Somebody who left long ago. */
  const leaves = async (): Promise<void> => {
    const mongo = await connectMongo(config.mongodbUri ?? '')
    await mongo.db.collection<{ _id: string }>('members').insertOne({ _id: 'r:ada', run: 'r', user: 'ada', role: 'participant', name: 'Ada', status: 'left', leftAt: new Date('2020-01-01') } as { _id: string })
    await mongo.close()
  }
  it('says how many it would be, and forgets them only when that is meant', async () => {
    await leaves()
    expect(await run('retention', '--dry-run')).toMatchObject({ code: 0, out: expect.stringMatching(/^1 left before \d{4}-\d\d-\d\dT\S+; 0 forgotten\. Student views last used before that: 0\.$/) as string })
    expect(JSON.parse((await run('retention', '--json')).out)).toMatchObject({ ok: true, months: 24, people: 1, erased: 1, views: 0 })
    expect(JSON.parse((await run('retention', '--json')).out)).toMatchObject({ people: 0, erased: 0 })
  })
  it('keeps all where RETENTION_MONTHS says so, and knows no other words', async () => {
    await leaves()
    config.retentionMonths = 0
    expect(await run('retention')).toMatchObject({ code: 0, out: 'RETENTION_MONTHS is 0: nobody is forgotten.' })
    config.retentionMonths = undefined
    expect(JSON.parse((await run('retention', '--dry-run', '--json')).out)).toMatchObject({ people: 1, erased: 0 })
    expect(await run('retention', '--all')).toMatchObject({ code: 2, err: expect.stringContaining('keyroom retention [--dry-run]') as string })
  })
})

it('says in words what it refuses, and what to do; the code is there for programs', async () => {
  expect(await run('course', 'export', 'no-such', '/tmp/none')).toMatchObject({ code: 1, err: expect.stringMatching(/^The course “no-such” isn’t here\. .*\(courses\/unknown-course\)$/) as string })
  const { out } = await run('credential', 'revoke', 'no-such', '--reason', 'x', '--json')
  expect(JSON.parse(out)).toMatchObject({ ok: false, code: 'credentials/not-found' })
})
