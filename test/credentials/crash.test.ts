import { beforeAll, describe, expect, it } from 'vitest'
import type { Courses } from '../../src/courses/index.js'
import type { Kit, Mongo } from '../../src/infra/index.js'
import type { Ledger } from '../../src/ledger/index.js'
import { freshMongo } from '../support/mongo.js'
import { aWorld, PLAYED, type World } from './world.js'

/** Breaks at one step: the n-th call to the database, the ledger or the courses, before or after it took effect. */
class Breaker {
  calls = 0
  private at = 0
  private when: 'before' | 'after' = 'before'
  arm(at: number, when: 'before' | 'after'): void {
    Object.assign(this, { calls: 0, at, when })
  }
  wrap<T extends object>(target: T, names: string[]): T {
    return new Proxy(target, {
      get: (of, name) => {
        const value: unknown = Reflect.get(of, name)
        if (typeof value !== 'function') return value
        const call = (...args: unknown[]): unknown => value.apply(of, args)
        return names.includes(String(name)) ? (...args: unknown[]) => this.step(async () => call(...args)) : call
      },
    })
  }
  private async step<T>(run: () => Promise<T>): Promise<T> {
    const breaks = ++this.calls === this.at
    if (breaks && this.when === 'before') throw new Error('the power went out')
    const result = await run()
    if (breaks) throw new Error('the power went out')
    return result
  }
}

const breaking = (breaker: Breaker) => ({ kit, ledger, courses }: { kit: Kit; ledger: Ledger; courses: Courses }) => {
  const collections = new Proxy(kit.mongo.db, {
    get: (db, name) => {
      if (name !== 'collection') return Reflect.get(db, name) as unknown
      return (named: string) => (named === 'credentials' ? breaker.wrap(db.collection(named), ['findOne', 'insertOne', 'updateOne', 'estimatedDocumentCount']) : db.collection(named))
    },
  })
  const mongo: Mongo = { ...kit.mongo, db: collections }
  return { kit: { ...kit, mongo }, ledger: breaker.wrap(ledger, ['record', 'events']), courses: breaker.wrap(courses, ['run', 'course', 'member']) }
}

const breaker = new Breaker()
let world: World
let steps: number

beforeAll(async () => {
  world = await aWorld({ mongo: await freshMongo(), broken: breaking(breaker) })
  breaker.arm(0, 'before')
  await world.holds('calm', { name: 'Calm' })
  steps = breaker.calls
})

/** Waits until the worker has met the break, and gives what was in the world then. */
const broke = async (learner: string): Promise<string | undefined> => {
  for (;;) {
    const [row] = await world.ledger.outbox.rows({ run: world.run, learner, kind: 'credential' })
    if (row?.problem) break
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  breaker.arm(0, 'before')
  const [held] = await world.credentials.of(world.run, learner)
  return held ? JSON.stringify(await world.json(held.id)) : undefined
}

describe('wherever an issue breaks', () => {
  it('the next try ends at one credential, the same that anyone may have seen before', async () => {
    expect(steps).toBeGreaterThan(8)
    let seen = 0
    for (const when of ['before', 'after'] as const) {
      for (let step = 1; step <= steps; step++) {
        const learner = `${when}-${step}`
        breaker.arm(step, when)
        await world.finishes(learner, { name: learner })
        const before = await broke(learner)
        if (before) seen++
        expect((await world.settled(learner)).state, learner).toBe('delivered')
        const held = await world.credentials.of(world.run, learner)
        expect(held, learner).toHaveLength(1)
        const [mine] = held
        if (before) expect(JSON.stringify(await world.json(mine?.id ?? '')), learner).toBe(before)
        const issued = (await world.ledger.events(world.run, learner)).filter(({ type }) => type === 'issued')
        expect(issued.map(({ data }) => data), learner).toEqual([{ achievement: 'course', credential: mine?.id }])
      }
    }
    // Between the store and the ledger, too.
    expect(seen).toBeGreaterThan(1)
  }, 60_000)
})

it('two nodes that issue the same at once end at one credential', async () => {
  const mongo = await freshMongo()
  const [one, two] = [await aWorld({ mongo }), await aWorld({ mongo })]
  await one.ledger.record({
    run: one.run, learner: 'ana', key: 'twice', at: new Date(),
    decide: () => ({ events: PLAYED, outbox: ['a', 'b', 'c', 'd'].map((n) => ({ kind: 'credential', id: `credential:${n}`, payload: { achievement: 'course' } })) }),
  })
  const rows = () => one.ledger.outbox.rows({ run: one.run, learner: 'ana' })
  while ((await rows()).some(({ state, problem }) => state === 'waiting' && !problem)) await new Promise((resolve) => setTimeout(resolve, 20))
  expect((await rows()).map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered', 'delivered'])
  expect(await two.credentials.of(one.run, 'ana')).toHaveLength(1)
  expect((await one.ledger.events(one.run, 'ana')).filter(({ type }) => type === 'issued')).toHaveLength(1)
})

it('a revocation that breaks after the ledger knew of it is finished by the outbox', async () => {
  const id = await world.holds('rita')
  let broken = 0
  for (let step = 1; !broken; step++) {
    breaker.arm(step, 'after')
    await world.credentials.revoke(id, 'Taken back', 'admin').catch(() => undefined)
    breaker.arm(0, 'before')
    broken = (await world.ledger.events(world.run, 'rita')).filter(({ type }) => type === 'revoked').length
  }
  for (;;) {
    const [held] = await world.credentials.of(world.run, 'rita')
    if (held?.revoked) {
      expect(held.revoked).toMatchObject({ reason: 'Taken back', actor: 'admin' })
      break
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect((await world.ledger.standing(world.run, 'rita')).credentials.issued.course?.revoked).toBeInstanceOf(Date)
})

it('standings are what the ledger says after all of it', async () => {
  expect((await world.ledger.rebuild({ dryRun: true })).differed).toEqual([])
})
