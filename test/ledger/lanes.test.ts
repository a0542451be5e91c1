import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Mongo } from '../../src/infra/index.js'
import { createLedger, type Deliver, type Delivery, type Ledger, type OutboxRow } from '../../src/ledger/index.js'
import { quiet, testSlices } from '../support/ledger.js'
import { freshMongo } from '../support/mongo.js'

let mongo: Mongo
let nodes: Ledger[]
let clock: number
const aNode = async (): Promise<Ledger> => {
  const node = await createLedger({ mongo, slices: testSlices, log: quiet, now: () => new Date(clock) })
  nodes.push(node)
  return node
}
beforeEach(async () => {
  mongo = await freshMongo()
  nodes = []
  clock = Date.parse('2030-01-01T10:00:00Z')
})
afterEach(() => Promise.all(nodes.map((node) => node.close())))

let keys = 0
const draft = (node: Ledger, lane: string, ...ids: string[]): Promise<unknown> =>
  Promise.all(ids.map((id) => node.record({ run: 'r', learner: id, key: `k${++keys}`, at: new Date(clock), decide: () => ({ events: [], outbox: [{ kind: 'grade', id: `${lane}/${id}`, lane, payload: {} }] }) })))
const many = (count: number): string[] => Array.from({ length: count }, (_, n) => `l${n}`)
const DELIVERED: Delivery = { state: 'delivered' }
const BUSY: Delivery = { state: 'retry', problem: { code: 'busy', status: 503 }, holds: true }
/** Delivers as each lane is told to, and writes down what was tried. */
const by = (answers: Record<string, Delivery>, tried: string[]): Deliver => async ({ id, lane = '' }) => (tried.push(id), answers[lane] ?? DELIVERED)
const row = async (node: Ledger, id: string): Promise<OutboxRow | undefined> => (await node.outbox.rows({ id }))[0]

describe('a lane', () => {
  it('that rests holds up no other, and is tried by one row when it’s due', async () => {
    const node = await aNode()
    const tried: string[] = []
    const answers: Record<string, Delivery> = { ill: BUSY }
    node.outbox.deliver('grade', by(answers, tried), { concurrency: 3, pollMs: 10 })
    await draft(node, 'ill', ...many(20))
    await expect.poll(() => node.outbox.resting()).toMatchObject([{ lane: 'ill', problem: { code: 'busy', status: 503 }, until: new Date(clock + 5000) }])
    await draft(node, 'well', ...many(20))
    await expect.poll(() => tried.filter((id) => id.startsWith('well')).length).toBe(20)
    const first = tried.filter((id) => id.startsWith('ill')).length
    expect(first).toBeLessThanOrEqual(3)
    expect((await row(node, 'ill/l19'))?.rest).toMatchObject({ until: new Date(clock + 5000) })
    clock += 5001
    await expect.poll(() => tried.filter((id) => id.startsWith('ill')).length).toBe(first + 1)
    await sleep(60)
    expect(tried.filter((id) => id.startsWith('ill'))).toHaveLength(first + 1)
    delete answers.ill
    clock += 10_001
    await expect.poll(async () => (await node.outbox.rows({ kind: 'grade' })).filter(({ state }) => state === 'delivered').length).toBe(40)
    expect(await node.outbox.resting()).toEqual([])
  })
  it('rests on all nodes', async () => {
    const [a, b] = [await aNode(), await aNode()]
    const tried: string[] = []
    a.outbox.deliver('grade', by({ ill: { ...BUSY, afterSeconds: 60 } }, tried), { concurrency: 1, pollMs: 10 })
    await draft(a, 'ill', 'ana')
    await expect.poll(() => a.outbox.resting()).toMatchObject([{ until: new Date(clock + 60_000) }])
    const other: string[] = []
    b.outbox.deliver('grade', by({}, other), { pollMs: 10 })
    await draft(b, 'ill', 'ben')
    await sleep(100)
    expect(other).toEqual([])
    clock += 60_001
    await expect.poll(() => [...other, ...tried].length).toBeGreaterThan(2)
  })
  it('has no more than a few on their way at once, and uses them all', async () => {
    const node = await aNode()
    const now: Record<string, number> = { one: 0, two: 0 }
    const most: Record<string, number> = { one: 0, two: 0 }
    await draft(node, 'one', ...many(12))
    await draft(node, 'two', ...many(12))
    node.outbox.deliver('grade', async ({ lane = '' }) => {
      now[lane] = (now[lane] ?? 0) + 1
      most[lane] = Math.max(most[lane] ?? 0, now[lane] ?? 0)
      await sleep(20)
      now[lane] = (now[lane] ?? 0) - 1
      return DELIVERED
    }, { concurrency: 3, pollMs: 10 })
    await expect.poll(async () => (await node.outbox.rows({ kind: 'grade' })).every(({ state }) => state === 'delivered')).toBe(true)
    expect(most).toEqual({ one: 3, two: 3 })
  })
  it('is not held up by one row that always breaks there', async () => {
    const node = await aNode()
    const tried: string[] = []
    node.outbox.deliver('grade', async ({ id }) => (tried.push(id), id === 'lms/poison' ? BUSY : DELIVERED), { concurrency: 2, pollMs: 10 })
    await draft(node, 'lms', 'poison', ...many(10))
    for (let n = 0; n < 200 && tried.length < 12; n++) {
      clock += 1000
      await sleep(10)
    }
    await expect.poll(async () => (await node.outbox.rows({ kind: 'grade' })).filter(({ state }) => state === 'delivered').length).toBe(10)
  })
  it('that rests is passed by without its rows being looked at, however many they are', async () => {
    const node = await aNode()
    const at = new Date(clock)
    await mongo.db.collection('outbox').insertMany(many(5000).map((learner) => ({ _id: learner, kind: 'grade', lane: 'ill', run: 'r', learner, rev: 1, at, nextAt: at, state: 'waiting', attempts: 0, payload: {} })) as never[])
    await draft(node, 'well', 'ana')
    await mongo.db.command({ profile: 2 })
    await mongo.db.collection('outbox_lanes').insertOne({ _id: 'grade:ill', kind: 'grade', lane: 'ill', until: new Date(clock + 60_000), problem: { code: 'busy', at }, failures: 1, told: false, since: at } as never)
    const tried: string[] = []
    node.outbox.deliver('grade', by({}, tried), { pollMs: 10 })
    await expect.poll(() => tried).toEqual(['well/ana'])
    await sleep(60)
    await mongo.db.command({ profile: 0 })
    const looks = await mongo.db.collection('system.profile').find({ ns: `${mongo.db.databaseName}.outbox`, $or: [{ 'command.distinct': 'outbox' }, { 'command.findAndModify': 'outbox' }] }).toArray()
    expect(looks.length).toBeGreaterThan(3)
    expect(Math.max(...looks.map(({ keysExamined, docsExamined }) => Number(keysExamined ?? 0) + Number(docsExamined ?? 0)))).toBeLessThan(20)
  })
})

describe('what a person asks for', () => {
  it('goes anew, also what was delivered, and tells the worker that somebody asked', async () => {
    const node = await aNode()
    const asked: unknown[] = []
    node.outbox.deliver('grade', async (each) => (asked.push(each.asked), DELIVERED), { pollMs: 10 })
    await draft(node, 'lms', 'ana')
    await expect.poll(async () => (await row(node, 'lms/ana'))?.state).toBe('delivered')
    expect(await node.outbox.resend(['lms/ana', 'lms/nobody'])).toBe(1)
    await expect.poll(async () => (await row(node, 'lms/ana'))?.deliveredAt && asked).toEqual([undefined, true])
    await expect.poll(async () => (await row(node, 'lms/ana'))?.asked).toBeUndefined()
  })
})

it('whoever wants to hears what became of a row', async () => {
  const node = await aNode()
  const heard: string[] = []
  const stop = node.outbox.onSettled(({ id, state, problem }) => heard.push(`${id} ${state} ${problem?.code ?? ''}`))
  node.outbox.onSettled(() => {
    throw new Error('a listener that breaks keeps nothing up')
  })
  node.outbox.deliver('grade', async ({ lane }) => (lane === 'no' ? { state: 'failed', problem: { code: 'refused' } } : { state: 'delivered', problem: { code: 'kept' } }), { pollMs: 10 })
  await draft(node, 'no', 'ana')
  await draft(node, 'yes', 'ana')
  await expect.poll(() => heard.sort()).toEqual(['no/ana failed refused', 'yes/ana delivered kept'])
  stop()
  await draft(node, 'yes', 'ben')
  await expect.poll(async () => (await row(node, 'yes/ben'))?.state).toBe('delivered')
  expect(heard).toHaveLength(2)
})
