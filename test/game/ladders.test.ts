import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LadderView } from '../../src/game/index.js'
import type { Mongo } from '../../src/infra/index.js'
import { aLedger } from '../support/ledger.js'
import { freshMongo } from '../support/mongo.js'
import { aNode, type Node } from './world.js'

/** A slow machine is no fault: what must become true has time to. */
const until = <T>(value: () => T) => expect.poll(value, { timeout: 20_000 })

let mongo: Mongo
let here: Node
let there: Node
beforeAll(async () => {
  mongo = await freshMongo()
  ;[here, there] = [await aNode(mongo), await aNode(mongo)]
})
afterAll(() => Promise.all([here.close(), there.close()]))

const names = ({ rows }: LadderView): string[] => rows.map(({ user }) => user)
const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 1, 10, minute))
const aLadder = async (...totals: [user: string, xp: number, minute?: number][]): Promise<string> => {
  const run = await here.run()
  for (const [user, xp, minute = 0] of totals) {
    await here.join(run, user)
    if (xp > 0) await here.award(run, user, xp, at(minute))
  }
  return run
}

describe('a run’s ladder', () => {
  it('puts more XP higher, and of equal XP who reached it first', async () => {
    const run = await aLadder(['ana', 40, 5], ['ben', 60, 9], ['cai', 40, 3], ['dot', 0])
    expect(await here.ladders.top(run, 10, 'cai')).toMatchObject({
      total: 4, me: { rank: 2 },
      rows: [{ rank: 1, user: 'ben', xp: 60, me: false }, { rank: 2, user: 'cai', me: true }, { rank: 3, user: 'ana' }, { rank: 4, user: 'dot', xp: 0 }],
    })
  })

  it('shows an award in the answer to it', async () => {
    const run = await aLadder(['ana', 40], ['ben', 60])
    await here.ladders.top(run, 1)
    await here.award(run, 'ana', 30)
    expect((await here.ladders.near(run, 'ana')).me).toEqual({ rank: 1 })
  })

  it('shows whoever is launched for the first time at once', async () => {
    const run = await aLadder(['ana', 40])
    await here.ladders.top(run, 1)
    await here.join(run, 'new')
    expect((await here.ladders.near(run, 'new')).me).toEqual({ rank: 2 })
  })

  it('shows the neighbours on both sides, and at an end more of the other side', async () => {
    const run = await aLadder(...Array.from({ length: 9 }, (_, i): [string, number] => [`l${i + 1}`, 90 - i * 10]))
    expect(names(await here.ladders.near(run, 'l5', 1))).toEqual(['l4', 'l5', 'l6'])
    expect(names(await here.ladders.near(run, 'l1', 1))).toEqual(['l1', 'l2', 'l3'])
    expect(names(await here.ladders.near(run, 'l9', 1))).toEqual(['l7', 'l8', 'l9'])
    expect(names(await here.ladders.near(run, 'nobody', 1))).toEqual(['l1', 'l2', 'l3'])
    expect(names(await here.ladders.page(run, 4, 2))).toEqual(['l4', 'l5'])
  })

  it('knows nothing of other runs', async () => {
    const [one, other] = [await aLadder(['ana', 40]), await aLadder(['ana', 10], ['ben', 20])]
    expect(await here.ladders.top(one, 10)).toMatchObject({ total: 1, rows: [{ xp: 40 }] })
    expect(names(await here.ladders.top(other, 10))).toEqual(['ben', 'ana'])
  })

  it('holds no staff, not even those who tried the rooms, and leaves nobody who isn’t a member on it', async () => {
    const run = await aLadder(['ana', 40])
    await here.join(run, 'prof', 'instructor')
    await here.award(run, 'prof', 500)
    await here.award(run, 'stranger', 500)
    expect(names(await here.ladders.top(run, 10))).toEqual(['ana'])
    await here.award(run, 'prof', 500)
    await here.award(run, 'stranger', 500)
    expect(names(await here.ladders.top(run, 10))).toEqual(['ana'])
    expect(names(await there.ladders.top(run, 10))).toEqual(['ana'])
  })

  it('lets go who comes back as staff, and takes who comes back as a participant', async () => {
    const run = await aLadder(['ana', 40], ['ben', 60])
    await here.ladders.top(run, 1)
    await here.join(run, 'ben', 'author')
    here.ladders.leave(run, 'ben')
    expect(names(await here.ladders.top(run, 10))).toEqual(['ana'])
    await here.join(run, 'ben', 'participant')
    expect(names(await here.ladders.top(run, 10))).toEqual(['ben', 'ana'])
  })

  it('leaves who opted out to be seen by themselves alone, with the rank they would have', async () => {
    const run = await aLadder(['ana', 60], ['ben', 40], ['cai', 20])
    await here.ladders.top(run, 1)
    await here.tell(run, 'ben', { type: 'profile-changed', data: { onLadder: false } })
    expect(await here.ladders.top(run, 10, 'cai')).toMatchObject({ total: 2, me: { rank: 2 }, rows: [{ user: 'ana' }, { user: 'cai' }] })
    const own = await here.ladders.top(run, 10, 'ben')
    expect(own).toMatchObject({ total: 3, me: { rank: 2 } })
    expect(own.rows.map(({ user, rank, me }) => [user, rank, me])).toEqual([['ana', 1, false], ['ben', 2, true], ['cai', 3, false]])
    await here.tell(run, 'ben', { type: 'profile-changed', data: { onLadder: true } })
    expect(names(await here.ladders.top(run, 10))).toEqual(['ana', 'ben', 'cai'])
  })
})

describe('two nodes', () => {
  it('hear of each other’s awards', async () => {
    const run = await aLadder(['ana', 40], ['ben', 60])
    expect(names(await there.ladders.top(run, 10))).toEqual(['ben', 'ana'])
    await here.award(run, 'ana', 100)
    await until(async () => names(await there.ladders.top(run, 10))).toEqual(['ana', 'ben'])
    await there.award(run, 'ben', 200)
    await until(async () => names(await here.ladders.top(run, 10))).toEqual(['ben', 'ana'])
  })

  it('have the same ladder once all is quiet, and it is the ledger’s', async () => {
    const people = Array.from({ length: 30 }, (_, i) => `l${i}`)
    const run = await aLadder(...people.map((user): [string, number] => [user, 0]))
    // Read in the middle of it, so that the reading and the stream overlap.
    const reading = Promise.all([here.ladders.top(run, 1), there.ladders.top(run, 1)])
    await Promise.all(Array.from({ length: 300 }, (_, i) => (i % 2 ? here : there).award(run, `l${(i * 7) % 30}`, 1 + (i % 3), at(i % 5))))
    await reading
    const own: [string, number][] = []
    for await (const { learner, game } of here.ledger.standings(run)) own.push([learner, game.xp])
    const totals = async (node: Node) => (await node.ladders.top(run, 100)).rows.map(({ user, xp }): [string, number] => [user, xp])
    const byName = (pairs: [string, number][]) => [...pairs].sort(([a], [b]) => (a < b ? -1 : 1))
    await until(async () => byName(await totals(there))).toEqual(byName(own))
    await until(async () => await totals(here)).toEqual(await totals(there))
  })
})

describe('a ladder', () => {
  it('nobody looks at is forgotten, and read anew when somebody does', async () => {
    let minute = 0
    const ledger = await aLedger(mongo)
    const read: string[] = []
    const node = await aNode(mongo, { now: () => at(minute), ledger: { ...ledger, standings: (run, fields) => (read.push(run), ledger.standings(run, fields)) } })
    const [run, other] = [await aLadder(['ana', 40]), await aLadder(['ben', 40])]
    await node.ladders.top(run, 1)
    minute = 10
    await node.ladders.top(run, 1)
    minute = 20
    await node.ladders.top(other, 1)
    await node.ladders.top(run, 1)
    expect(read).toEqual([run, other])
    minute = 40
    await node.ladders.top(other, 1)
    await here.award(run, 'ana', 7)
    expect((await node.ladders.top(run, 1)).rows).toMatchObject([{ xp: 47 }])
    expect(read).toEqual([run, other, other, run])
    await node.close()
    await ledger.close()
  })

  it('whose stream broke is read again', async () => {
    const ledger = await aLedger(mongo)
    let gap = (): void => undefined
    const deaf = { ...ledger, watch: async (_: unknown, onGap: () => void) => ((gap = onGap), async () => undefined) }
    const node = await aNode(mongo, { ledger: deaf, courses: (courses) => ({ ...courses, watchMembers: async () => async () => undefined }) })
    const run = await aLadder(['ana', 40], ['ben', 60])
    expect(names(await node.ladders.top(run, 10))).toEqual(['ben', 'ana'])
    await here.award(run, 'ana', 100)
    await here.join(run, 'ben', 'instructor')
    expect(names(await node.ladders.top(run, 10))).toEqual(['ben', 'ana'])
    gap()
    expect(names(await node.ladders.top(run, 10))).toEqual(['ana'])
    await node.close()
    await ledger.close()
  })

  it('that can’t be read is tried again, not remembered as empty', async () => {
    const ledger = await aLedger(mongo)
    let down = true
    const flaky = { ...ledger, standings: (run: string, fields?: readonly string[]) => { if (down) throw new Error('down'); return ledger.standings(run, fields) } }
    const node = await aNode(mongo, { ledger: flaky as typeof ledger })
    const run = await aLadder(['ana', 40])
    await expect(node.ladders.top(run, 1)).rejects.toThrow('down')
    down = false
    expect(names(await node.ladders.top(run, 1))).toEqual(['ana'])
    await node.close()
    await ledger.close()
  })
})
