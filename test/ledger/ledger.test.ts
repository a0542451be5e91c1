import { beforeAll, describe, expect, it } from 'vitest'
import type { Mongo } from '../../src/infra/index.js'
import type { Command, EventDraft, Ledger, Standing } from '../../src/ledger/index.js'
import { aLedger } from '../support/ledger.js'
import { freshMongo } from '../support/mongo.js'

let mongo: Mongo
let ledger: Ledger
beforeAll(async () => {
  mongo = await freshMongo()
  ledger = await aLedger(mongo)
})

let runs = 0
const aRun = (): string => `run${++runs}`
const earned = (xp: number, ref: string): EventDraft => ({ type: 'earned', data: { xp, reason: 'room', ref, level: 1, levelUp: false } })
const command = (run: string, learner: string, key: string, decide: (standing: Standing) => EventDraft[], outbox = false): Command => ({
  run, learner, key, at: new Date('2026-03-01T10:00:00Z'),
  decide: (standing) => ({ events: decide(standing), outbox: outbox ? [{ kind: 'test', id: `${run}:${learner}`, payload: { xp: standing.game.xp } }] : [] }),
})

describe('the ledger', () => {
  it('answers after the event, the standing and the outbox row are there', async () => {
    const run = aRun()
    const { events, standing } = await ledger.record(command(run, 'ana', 'k', () => [earned(40, 'r1')], true))
    expect(events.map(({ type, v }) => [type, v])).toEqual([['earned', 1]])
    expect(standing.game.xp).toBe(40)
    expect((await ledger.standing(run, 'ana')).game.xp).toBe(40)
    expect(await ledger.outbox.rows({ run })).toMatchObject([{ id: `${run}:ana`, state: 'waiting', rev: 1 }])
  })

  it('takes twenty of one key at once for one, and gives each the same outcome', async () => {
    const run = aRun()
    const all = await Promise.all(Array.from({ length: 20 }, () => ledger.record(command(run, 'ana', 'same', () => [earned(10, 'x')]))))
    expect(new Set(all.map(({ events }) => events[0]?._id)).size).toBe(1)
    expect(all.filter(({ replayed }) => !replayed)).toHaveLength(1)
    expect((await ledger.standing(run, 'ana')).game.xp).toBe(10)
  })

  it('gives the first outcome of a key again, whatever the command would decide by now, and none beside it suffers', async () => {
    const run = aRun()
    await ledger.record(command(run, 'ana', 'k', () => [earned(10, 'a'), earned(5, 'b')]))
    const now: (() => EventDraft[])[] = [() => [earned(99, 'c')], () => [], () => { throw new Error('no') }]
    const alone = []
    for (const decide of now) alone.push(await ledger.record(command(run, 'ana', 'k', decide)))
    const [ben, ...together] = await Promise.all([ledger.record(command(run, 'ben', 'k', () => [earned(1, 'd')])), ...now.map((decide) => ledger.record(command(run, 'ana', 'k', decide)))])
    for (const recorded of [...alone, ...together]) {
      expect(recorded.replayed).toBe(true)
      expect(recorded.events.map(({ _id }) => _id)).toEqual([`${run}:ana:k#0`, `${run}:ana:k#1`])
    }
    expect(ben).toMatchObject({ replayed: false, standing: { game: { xp: 1 } } })
    expect((await ledger.events(run, 'ana')).map(({ v }) => v)).toEqual([1, 2])
    expect((await ledger.standing(run, 'ana')).game.xp).toBe(15)
  })

  it('lets the second command of a batch see what the first did', async () => {
    const run = aRun()
    const seen: number[] = []
    await Promise.all(['a', 'b', 'c'].map((key) => ledger.record(command(run, 'ana', key, ({ game }) => (seen.push(game.xp), [earned(5, key)])))))
    expect(seen.slice(-3)).toEqual([0, 5, 10])
  })

  it('refuses a command whose decision throws, and none beside it', async () => {
    const run = aRun()
    const results = await Promise.allSettled([
      ledger.record(command(run, 'ana', 'ok', () => [earned(1, 'a')])),
      ledger.record(command(run, 'ben', 'bad', () => { throw new Error('no') })),
      ledger.record(command(run, 'cai', 'ok', () => [earned(1, 'c')])),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await ledger.events(run, 'ben')).toEqual([])
  })

  it('writes the neighbours of a command that the database refuses', async () => {
    const run = aRun()
    const poison = { big: 'x'.repeat(17 * 1024 * 1024) } // no document may be larger than 16 MB
    const results = await Promise.allSettled([
      ledger.record(command(run, 'ana', 'ok', () => [earned(1, 'a')])),
      ledger.record(command(run, 'ben', 'bad', () => [{ type: 'poison', data: poison }])),
      ledger.record(command(run, 'cai', 'ok', () => [earned(1, 'c')])),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await ledger.standing(run, 'cai')).game.xp).toBe(1)
  })

  it('lets two nodes write to one learner at once, and loses nothing', async () => {
    const run = aRun()
    const other = await aLedger(mongo)
    await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 ? ledger : other).record(command(run, 'ana', `k${i}`, () => [earned(1, `r${i}`)]))))
    const events = await ledger.events(run, 'ana')
    expect(events.map(({ v }) => v)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
    expect((await ledger.standing(run, 'ana')).game.xp).toBe(40)
    await other.close()
  })

  it('rebuilds every standing from the events, says what differed and mends it', async () => {
    const run = aRun()
    for (let i = 0; i < 30; i++) await ledger.record(command(run, `l${i % 4}`, `k${i}`, () => [earned(i, `r${i}`)]))
    expect((await ledger.rebuild({ dryRun: true })).differed).toEqual([])
    await mongo.db.collection<{ _id: string }>('standings').updateOne({ _id: `${run}:l1` }, { $set: { 'game.xp': 99999 } })
    expect((await ledger.rebuild()).differed).toEqual([{ id: `${run}:l1`, paths: ['game.xp'] }])
    expect((await ledger.rebuild()).differed).toEqual([])
  })

  it('tells of each standing that changes, on whichever node', async () => {
    const run = aRun()
    const other = await aLedger(mongo)
    const seen: number[] = []
    const stop = await other.watch((standing) => void (standing.run === run && seen.push(standing.game.xp)), () => undefined)
    await expect.poll(async () => {
      await ledger.record(command(run, 'ana', `k${Math.random()}`, () => [earned(1, `${Math.random()}`)]))
      return seen.length
    }).toBeGreaterThan(0)
    await stop()
    await other.close()
  })
})
