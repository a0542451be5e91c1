import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import request from 'supertest'
import express from 'express'
import { beforeAll, describe, expect, it } from 'vitest'
import { installPart, readRecord } from '../../src/h5p/setup/index.js'
import type { Mongo } from '../../src/infra/index.js'
import { freshMongo } from '../support/mongo.js'
import { serve } from '../support/serve.js'
import { aNode } from './store-world.js'
import { tempDir } from './world.js'

const NAMES = ['js/jquery.js', 'js/h5p.js', 'js/h5p-event-dispatcher.js', 'js/h5p-x-api.js', 'js/h5p-content-type.js', 'styles/h5p.css', 'fonts/a.woff2']
/** An unpacked core whose files say which it is. */
const aCore = async (which: string): Promise<string> => {
  const dir = await tempDir()
  for (const name of NAMES) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true })
    writeFileSync(path.join(dir, name), `/* ${which} ${name} */`)
  }
  return dir
}
const setUp = (dataDir: string, source: string, at: string) => installPart(path.join(dataDir, 'h5p'), { part: 'core', source }, new Date(at))
/** The core that a node serves, by what its script says. */
const servedBy = async (dataDir: string, mongo: Mongo): Promise<string> => {
  const { h5p } = await aNode({ mongo, dataDir, where: 'gridfs' })
  const { url } = await serve(express().use('/h5p', h5p.publicRoutes))
  const { text } = await request(url).get('/h5p/core/js/h5p.js')
  return /^\/\* (\w+) /.exec(text)?.[1] ?? 'the embedded one'
}

describe('several nodes with their files in MongoDB', () => {
  let mongo: Mongo
  let here: string
  let there: string
  beforeAll(async () => {
    ;[mongo, here, there] = [await freshMongo(), await tempDir(), await tempDir()]
    await setUp(here, await aCore('first'), '2026-01-01')
  })
  it('run the core that was set up on one of them, each from its next start on', async () => {
    expect(await servedBy(there, mongo)).toBe('the embedded one')
    expect(await servedBy(here, mongo)).toBe('first')
    expect(await servedBy(there, mongo)).toBe('first')
    const [mine, theirs] = [await readRecord(path.join(here, 'h5p')), await readRecord(path.join(there, 'h5p'))]
    expect(theirs).toEqual(mine)
    expect(readdirSync(path.join(there, 'h5p')).filter((name) => name.startsWith('.setup'))).toEqual([])
  })
  it('the one that was set up last counts, wherever it was; an older one doesn’t come back', async () => {
    await setUp(there, await aCore('second'), '2026-01-02')
    expect([await servedBy(there, mongo), await servedBy(here, mongo), await servedBy(there, mongo)]).toEqual(['second', 'second', 'second'])
  })
  it('a node that lost its folder has it again', async () => {
    const { core } = await readRecord(path.join(here, 'h5p'))
    const folder = path.join(here, 'h5p', core?.folder ?? '-')
    rmSync(folder, { recursive: true })
    expect(await servedBy(here, mongo)).toBe('second')
    expect(NAMES.every((name) => existsSync(path.join(folder, name)))).toBe(true)
    expect(readFileSync(path.join(folder, 'fonts/a.woff2'), 'utf8')).toBe('/* second fonts/a.woff2 */')
  })
  it('two that start at once, each with one of its own, end with the newer', async () => {
    await setUp(here, await aCore('third'), '2026-01-03')
    await setUp(there, await aCore('fourth'), '2026-01-04')
    await Promise.all([servedBy(here, mongo), servedBy(there, mongo)])
    expect([await servedBy(here, mongo), await servedBy(there, mongo)]).toEqual(['fourth', 'fourth'])
  })
  it('the sweep leaves the shared files alone', async () => {
    const { store } = await aNode({ mongo, dataDir: here, where: 'gridfs' })
    await store.sweep(new Date(Date.now() + 60_000))
    expect(await servedBy(await tempDir(), mongo)).toBe('fourth')
  })
})
