import { beforeEach, describe, expect, it } from 'vitest'
import type { Ledger } from '../../src/ledger/index.js'
import { gradeWorld, SOON } from './grade-world.js'

const w = gradeWorld()
let node: Ledger
const column = (): string => w.gradeOf()[0]?.lineItem ?? ''
const shown = (): number | undefined => w.unruly.lms.result(column(), '21')
const earned = async (score: number): Promise<void> => {
  await w.earn(node, score)
  await w.becomes('delivered')
}
beforeEach(async () => {
  node = await w.aNode()
  await earned(50)
  w.clock += 60_000
})

describe('a grade that a teacher has changed in the LMS', () => {
  it('stays: ours is not sent over it, and that is said', async () => {
    w.unruly.lms.override(column(), '21', 90)
    await earned(75)
    expect([(await w.rowOf())?.problem?.code, (await w.rowOf())?.memo?.overridden, shown(), w.taken().length]).toEqual(['lti/overridden', true, 90, 1])
  })
  it('goes on staying, whatever is earned later', async () => {
    w.unruly.lms.override(column(), '21', 90)
    await earned(75)
    await earned(100)
    expect([(await w.rowOf())?.problem?.code, w.taken().length]).toEqual(['lti/overridden', 1])
  })
  it('is followed by ours once a person asks', async () => {
    w.unruly.lms.override(column(), '21', 90)
    await earned(75)
    expect(await w.ltis[0]?.grades.resend(w.run, { learner: 'u21' })).toBe(1)
    await expect.poll(() => w.taken().length, SOON).toBe(2)
    await w.becomes('delivered')
    expect((await w.rowOf())?.problem).toBeUndefined()
  })
  it('and taken back is as it was: the next result is sent', async () => {
    w.unruly.lms.override(column(), '21', 90)
    await earned(75)
    w.unruly.lms.override(column(), '21', undefined)
    await earned(100)
    expect([(await w.rowOf())?.problem, shown()]).toEqual([undefined, 100])
  })
})

describe('what nobody has changed', () => {
  it('is followed by the better result, also where the column counts otherwise', async () => {
    w.unruly.faults.results.push({ status: 200, body: JSON.stringify([{ id: 'x', userId: '21', resultScore: 5, resultMaximum: 10 }]) })
    await earned(75)
    expect(shown()).toBe(75)
  })
  it('is followed though the LMS shows it rounded', async () => {
    await earned(66.67)
    w.unruly.faults.results.push({ status: 200, body: JSON.stringify([{ id: 'x', userId: '21', resultScore: 67, resultMaximum: 100 }]) })
    await earned(75)
    expect(shown()).toBe(75)
  })
  it('is followed where the LMS has nothing any more', async () => {
    w.unruly.faults.results.push({ status: 200, body: '[]' })
    await earned(75)
    expect(shown()).toBe(75)
  })
  it('is not asked for where the LMS doesn’t let us', async () => {
    const { scope, ...services } = w.services()
    await w.aRun({ ...services, scope: scope.filter((each) => !each.includes('result')) })
    w.unruly.lms.override(column(), '21', 90)
    await earned(75)
    expect(w.taken().length).toBe(2)
  })
  it('waits for an LMS that can’t say what it has, but not for ever', async () => {
    w.unruly.faults.results.push({ status: 500 }, { status: 200, body: 'garbage' }, 'drop', { status: 500 })
    await w.earn(node, 75)
    for (let times = 1; times < 4; times++) {
      await w.tried(times)
      expect(w.taken().length).toBe(1)
      await w.whenDue()
    }
    await w.becomes('delivered')
    expect(shown()).toBe(75)
  })
  it('and is the same again is not sent again', async () => {
    await earned(50)
    await w.tried(1)
    expect(w.unruly.knocks).toBe(1)
  })
})
