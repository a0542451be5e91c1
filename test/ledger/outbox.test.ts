import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Mongo } from '../../src/infra/index.js'
import { backoffSeconds, type Delivery, type Ledger, type OutboxRow } from '../../src/ledger/index.js'
import { aLedger } from '../support/ledger.js'
import { freshMongo } from '../support/mongo.js'

let mongo: Mongo
let ledger: Ledger
beforeEach(async () => {
  mongo = await freshMongo()
  ledger = await aLedger(mongo)
})
afterEach(() => ledger.close())

let keys = 0
const draft = (payload: object): Promise<unknown> =>
  ledger.record({ run: 'r', learner: 'ana', key: `k${++keys}`, at: new Date(), decide: () => ({ events: [{ type: 'noted', data: {} }], outbox: [{ kind: 'grade', id: 'g', payload }] }) })
const row = async (): Promise<OutboxRow | undefined> => (await ledger.outbox.rows({ id: 'g' }))[0]
const due = (): Promise<unknown> => mongo.db.collection('outbox').updateOne({ kind: 'grade' }, { $set: { nextAt: new Date(0) } })

describe('the outbox', () => {
  it('delivers what was committed, once', async () => {
    const sent: object[] = []
    ledger.outbox.deliver('grade', async ({ payload }) => (sent.push(payload), { state: 'delivered' }))
    await draft({ score: 1 })
    await expect.poll(async () => (await row())?.state).toBe('delivered')
    await sleep(100)
    expect(sent).toEqual([{ score: 1 }])
  })

  it('gives a delivery all that was committed with its row, however soon it begins', async () => {
    const found: number[] = []
    ledger.outbox.deliver('credential', async ({ run, learner }) => (found.push((await ledger.events(run, learner)).length), { state: 'delivered' }), { concurrency: 4, pollMs: 0 })
    const finishes = (learner: string) => ledger.record({ run: 'r', learner, key: 'k', at: new Date(0), decide: () => ({ events: [{ type: 'finished', data: {} }], outbox: [{ kind: 'credential', id: learner, payload: {} }] }) })
    for (let n = 0; n < 150; n++) await finishes(`l${n}`)
    await expect.poll(() => found.length).toBe(150)
    expect(new Set(found)).toEqual(new Set([1]))
  })

  it('sends the newest state again when it changed during the sending', async () => {
    const sent: unknown[] = []
    ledger.outbox.deliver('grade', async ({ payload }) => {
      sent.push(payload)
      if (sent.length === 1) await draft({ score: 2 })
      return { state: 'delivered' }
    }, { pollMs: 20 })
    await draft({ score: 1 })
    await expect.poll(async () => [(await row())?.state, sent.length]).toEqual(['delivered', 2])
    expect(sent).toEqual([{ score: 1 }, { score: 2 }])
  })

  it('keeps what the other side refused, and does not send it again by itself', async () => {
    let sends = 0
    ledger.outbox.deliver('grade', async () => (sends++, { state: 'failed', problem: { code: 'lti/not-gradable', status: 400 } }), { pollMs: 20 })
    await draft({ score: 1 })
    await expect.poll(async () => (await row())?.state).toBe('failed')
    await due()
    await sleep(150)
    expect(sends).toBe(1)
    expect((await row())?.problem).toMatchObject({ code: 'lti/not-gradable', status: 400 })
  })

  it('sends it again when a person asks', async () => {
    const answers: Delivery[] = [{ state: 'failed', problem: { code: 'x' } }, { state: 'delivered' }]
    ledger.outbox.deliver('grade', async () => answers.shift() ?? { state: 'delivered' }, { pollMs: 20 })
    await draft({ score: 1 })
    await expect.poll(async () => (await row())?.state).toBe('failed')
    expect(await ledger.outbox.retry('g')).toBe(true)
    await expect.poll(async () => (await row())?.state).toBe('delivered')
  })

  it('waits as long as it is asked to, and counts its tries', async () => {
    ledger.outbox.deliver('grade', async () => ({ state: 'retry', problem: { code: 'down', status: 503 }, afterSeconds: 3600 }), { pollMs: 20 })
    await draft({ score: 1 })
    await expect.poll(async () => (await row())?.attempts).toBe(1)
    const found = await row()
    expect(found?.state).toBe('waiting')
    expect((found?.nextAt.getTime() ?? 0) - Date.now()).toBeGreaterThan(3_500_000)
  })

  it('takes over what a killed node was sending, with the note it made before', async () => {
    await draft({ score: 1 })
    await mongo.db.collection('outbox').updateOne({ kind: 'grade' }, { $set: { lease: 'dead', leaseUntil: new Date(Date.now() - 1), memo: { second: 7 } } })
    const memos: unknown[] = []
    ledger.outbox.deliver('grade', async ({ memo }) => (memos.push(memo), { state: 'delivered' }), { pollMs: 20 })
    await expect.poll(async () => (await row())?.state).toBe('delivered')
    expect(memos).toEqual([{ second: 7 }])
  })

  it('gives one row to one worker at a time', async () => {
    let now = 0
    let most = 0
    ledger.outbox.deliver('grade', async () => {
      most = Math.max(most, ++now)
      await sleep(30)
      now--
      return { state: 'delivered' }
    }, { pollMs: 5, concurrency: 8 })
    for (let i = 0; i < 5; i++) await draft({ score: i })
    await expect.poll(async () => (await row())?.state).toBe('delivered')
    expect(most).toBe(1)
  })

  it('tries again when its own code breaks', async () => {
    let calls = 0
    ledger.outbox.deliver('grade', async () => {
      if (++calls === 1) throw new Error('broken')
      return { state: 'delivered' }
    }, { pollMs: 20 })
    await draft({ score: 1 })
    await expect.poll(async () => (await row())?.problem?.code).toBe('unforeseen')
    await due()
    await expect.poll(async () => (await row())?.state).toBe('delivered')
  })
})

it('backs off from seconds to hours', () => {
  expect([1, 2, 3, 5, 8, 12, 40].map(backoffSeconds)).toEqual([5, 10, 20, 80, 640, 10_240, 14_400])
})
