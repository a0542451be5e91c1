import { beforeEach, describe, expect, it } from 'vitest'
import type { Ledger } from '../../src/ledger/index.js'
import type { GradesConsole } from '../../src/lti/index.js'
import { gradeWorld, PEOPLE, SOON } from './grade-world.js'

const w = gradeWorld()
let node: Ledger
let grades: GradesConsole
beforeEach(async () => {
  node = await w.aNode()
  const [lti] = w.ltis
  if (!lti) throw new Error('no node')
  grades = lti.grades
})

/** Half of the first room of two, and all of it that there is to do. */
const plays = async (sub: string): Promise<unknown> =>
  node.record({
    run: w.run, learner: `u${sub}`, key: `played-${sub}`, at: w.now(),
    decide: () => ({ events: [
      { type: 'launched', data: { resourceLink: '41' } },
      { type: 'answered', data: { room: 'one', activity: 'one-a', item: '_', score: 1, max: 2, correct: false, kind: 'verified', response: 0 } },
      { type: 'completed', data: { room: 'one', activity: 'one-a', score: 1, max: 2, kind: 'verified', firstTry: false } },
      { type: 'room-completed', data: { room: 'one', score: 1, max: 2, firstTry: false } },
    ] }),
  })

describe('compare', () => {
  it('says what each has and what differs, by page after page of the LMS', async () => {
    const { scope, ...services } = w.services()
    w.run = await w.aRun({ ...services, lineitem: `${services.lineitem}&limit=2`, scope })
    for (const sub of PEOPLE.slice(0, 4)) await w.earn(node, 50, sub)
    for (const sub of PEOPLE.slice(0, 4)) await w.becomes('delivered', sub)
    w.unruly.lms.override('1', '22', 90)
    const { rows, problems, at } = await grades.compare(w.run)
    expect([problems, at]).toEqual([[], w.now()])
    expect(rows.sort((a, b) => a.learner.localeCompare(b.learner))).toEqual([
      { learner: 'u21', column: 'course', ours: 50, theirs: 50, overridden: false },
      { learner: 'u22', column: 'course', ours: 50, theirs: 90, overridden: true },
      { learner: 'u23', column: 'course', ours: 50, theirs: 50, overridden: false },
      { learner: 'u24', column: 'course', ours: 50, theirs: 50, overridden: false },
      { learner: 'u25', column: 'course', overridden: false },
    ])
  })
  it('shows what has not arrived', async () => {
    w.unruly.faults.scores.push({ status: 403 })
    await w.earn(node, 50)
    await w.becomes('failed')
    expect((await grades.compare(w.run)).rows[0]).toEqual({ learner: 'u21', column: 'course', ours: 50, overridden: false })
  })
  it('says which column can’t be read, and why; and makes none', async () => {
    await w.way.courses.setGrading(w.run, { course: true, rooms: false, credential: true })
    w.unruly.faults.results.push({ status: 403 })
    expect((await grades.compare(w.run)).problems).toEqual([{ column: 'course', code: 'lti/result-refused', status: 403 }, { column: 'credential', code: 'lti/no-line-item' }])
    const { scope, ...services } = w.services()
    await w.aRun({ ...services, scope: scope.filter((each) => !each.includes('result')) })
    expect((await grades.compare(w.run)).problems[0]).toEqual({ column: 'course', code: 'lti/no-result-scope' })
    expect(w.columns()).toHaveLength(1)
  })
  it('waits once for an LMS that doesn’t answer, however many columns there are', async () => {
    await w.way.courses.setGrading(w.run, { course: true, rooms: true, credential: true })
    w.unruly.faults.results.push('drop')
    const { problems, rows } = await grades.compare(w.run)
    expect(problems).toEqual(['course', 'room:one', 'room:two', 'credential'].map((column) => ({ column, code: 'lti/platform-unreachable' })))
    expect(rows).toEqual([])
  })
})

describe('sending anew', () => {
  it('sends one learner’s or all, whatever their state, and says how many', async () => {
    w.unruly.faults.scores.push({ status: 403 })
    for (const sub of ['21', '22', '23']) {
      await w.earn(node, 50, sub)
      await w.becomes(sub === '21' ? 'failed' : 'delivered', sub)
    }
    expect(await grades.resend(w.run, {})).toBe(0)
    expect(await grades.resend(w.run, { learner: 'u21' })).toBe(1)
    await w.becomes('delivered')
    const before = w.unruly.knocks
    w.clock += 10_000
    expect(await grades.resend(w.run, { all: true })).toBe(3)
    await expect.poll(() => w.unruly.knocks, SOON).toBe(before + 3)
    expect(await grades.resend(w.run, { all: true, column: 'credential' })).toBe(0)
  })
})

describe('a reset', () => {
  it('takes the grade out of the LMS, is written down with who did it, and the next result sends again', async () => {
    await w.earn(node, 50)
    await w.becomes('delivered')
    w.clock += 5000
    await grades.reset(w.run, 'u21', 'teacher')
    await expect.poll(() => w.unruly.heard.length, SOON).toBe(2)
    await w.becomes('delivered')
    expect(w.unruly.heard[1]).toMatchObject({ activityProgress: 'Initialized', gradingProgress: 'NotReady' })
    expect(Object.keys(w.unruly.heard[1] ?? {})).not.toContain('scoreGiven')
    expect(w.gradeOf()[0]?.points).toBeUndefined()
    expect((await node.events(w.run, 'u21')).at(-1)).toMatchObject({ type: 'grade-reset', actor: 'teacher' })
    w.clock += 5000
    await w.earn(node, 75)
    await expect.poll(() => w.gradeOf()[0]?.points, SOON).toBe(75)
  })
  it('takes out what was sent, and says nothing of what nobody has begun', async () => {
    await w.way.courses.setGrading(w.run, { course: true, rooms: true, credential: true })
    await w.earn(node, 50)
    await w.becomes('delivered')
    await grades.reset(w.run, 'u21', 'teacher')
    expect((await node.outbox.rows({ run: w.run, kind: 'grade' })).map(({ id }) => id)).toEqual([`grade:${w.run}:u21`])
    expect((await node.events(w.run, 'u21')).at(-1)?.data).toEqual({ columns: ['course'] })
  })
  describe('of one who has nothing left to earn', () => {
    const reset = async (): Promise<void> => {
      w.clock += 5000
      const before = w.unruly.heard.length
      await grades.reset(w.run, 'u21', 'teacher')
      await expect.poll(() => w.unruly.heard.length, SOON).toBe(before + 1)
      await w.becomes('delivered')
      w.clock += 5000
    }
    beforeEach(async () => {
      await plays('21')
      await w.earn(node, 50)
      await w.becomes('delivered')
      await reset()
    })
    it('is undone by who asks for theirs: what they have earned is given again', async () => {
      expect(await grades.resend(w.run, { learner: 'u21', column: 'course' })).toBe(1)
      await expect.poll(() => w.gradeOf()[0]?.points, SOON).toBe(25)
    })
    it('is not undone by sending everybody’s again', async () => {
      expect(await grades.resend(w.run, { all: true })).toBe(1)
      await expect.poll(() => w.unruly.heard.length, SOON).toBe(3)
      await w.becomes('delivered')
      expect(w.gradeOf()[0]?.points).toBeUndefined()
    })
    it('is undone, and a grade that a teacher has set since stays', async () => {
      w.unruly.lms.override('1', '21', 90)
      expect(await grades.resend(w.run, { learner: 'u21' })).toBe(1)
      await expect.poll(async () => (await w.rowOf())?.problem?.code, SOON).toBe('lti/overridden')
      expect(w.unruly.lms.result('1', '21')).toBe(90)
    })
  })
})

describe('choosing columns', () => {
  const titles = (): string[] => w.columns().map(({ label }) => label)

  it('makes them, sends what is known of all learners, and makes those nobody has begun in a moment', async () => {
    for (const sub of PEOPLE) await plays(sub)
    await grades.setGrading(w.run, { course: false, rooms: true, credential: false }, 'teacher')
    for (const sub of PEOPLE) await w.becomes('delivered', sub, 'room:one')
    expect(w.gradeOf()).toMatchObject([{ points: 50, activityProgress: 'Completed' }])
    w.clock += 7000
    await expect.poll(titles, SOON).toEqual(['Rooms', 'Room one', 'Room two'].map((title, index) => (index === 0 ? titles()[0] : title)))
    expect(w.unruly.knocks).toBe(PEOPLE.length)
  })
  it('again changes nothing; and what was earned while a column was off is sent when it is on again', async () => {
    await plays('21')
    const on = { course: false, rooms: true, credential: false }
    await grades.setGrading(w.run, on, 'teacher')
    await w.becomes('delivered', '21', 'room:one')
    await grades.setGrading(w.run, on, 'teacher')
    await grades.setGrading(w.run, { ...on, rooms: false }, 'teacher')
    await w.earn(node, 90, '21', { column: 'room:one' }) // by a node that didn't know yet
    await expect.poll(async () => (await w.rowOf('21', 'room:one'))?.problem?.code, SOON).toBe('lti/column-off')
    expect(w.unruly.knocks).toBe(1)
    w.clock += 7000
    await grades.setGrading(w.run, on, 'teacher')
    await expect.poll(async () => (await w.rowOf('21', 'room:one'))?.problem, SOON).toBeUndefined()
    expect(w.gradeOf()).toMatchObject([{ points: 50 }])
  })
  it('says why they can’t be made, and makes them when they can', async () => {
    w.unruly.lms.off({ seconds: 60 })
    await grades.setGrading(w.run, { course: true, rooms: true, credential: true }, 'teacher')
    w.clock += 7000
    const asked = async () => (await node.outbox.rows({ run: w.run, kind: 'grading' }))[0]
    await expect.poll(async () => (await asked())?.problem?.status, SOON).toBe(503)
    w.clock += 90_000
    await expect.poll(async () => (await asked())?.state, SOON).toBe('delivered')
    expect(titles().slice(1)).toEqual(['Room one', 'Room two', 'The badge'])
  })
})
