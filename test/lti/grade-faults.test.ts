import { describe, expect, it } from 'vitest'
import type { Ledger, OutboxRow } from '../../src/ledger/index.js'
import { gradeWorld, HOUR, PEOPLE, SOON, type Services } from './grade-world.js'
import type { Fault } from './unruly-lms.js'

const w = gradeWorld()

describe('a fault that passes delays a grade and changes nothing else:', () => {
  const PASSING: [string, 'scores' | 'token', Fault, Partial<OutboxRow['problem']>][] = [
    ['500', 'scores', { status: 500 }, { code: 'lti/platform-busy', status: 500 }],
    ['502 of a proxy', 'scores', { status: 502, body: '<html>' }, { code: 'lti/platform-busy', status: 502 }],
    ['503', 'scores', { status: 503 }, { code: 'lti/platform-busy', status: 503 }],
    ['408', 'scores', { status: 408 }, { code: 'lti/score-refused', status: 408 }],
    ['429', 'scores', { status: 429 }, { code: 'lti/platform-busy', status: 429 }],
    ['an answer that never comes', 'scores', 'hang', { code: 'lti/platform-unreachable' }],
    ['a connection that breaks', 'scores', 'drop', { code: 'lti/platform-unreachable' }],
    ['an answer lost after the LMS has accepted', 'scores', 'drop-answer', { code: 'lti/platform-unreachable' }],
    ['a redirect, which is not followed', 'scores', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, { code: 'lti/platform-unreachable' }],
    ['500 instead of a token', 'token', { status: 500 }, { code: 'lti/platform-busy', status: 500 }],
    ['no answer instead of a token', 'token', 'hang', { code: 'lti/platform-unreachable' }],
    ['404 instead of a token, as Moodle answers while it can’t read our keys', 'token', { status: 404, body: '<html>' }, { code: 'lti/token-refused', status: 404 }],
    ['a page instead of a token', 'token', { status: 200, body: '<html>' }, { code: 'lti/platform-busy', status: 502 }],
  ]
  it.each(PASSING)('%s', async (_what, where, fault, problem) => {
    const node = await w.aNode(fault === 'hang' ? 1500 : undefined)
    w.unruly.faults[where].push(fault)
    await w.earn(node, 50)
    await w.tried(1)
    expect(await w.rowOf()).toMatchObject({ state: 'waiting', problem })
    await w.whenDue()
    await w.becomes('delivered')
    expect(w.gradeOf()).toMatchObject([{ points: 50, timestamp: '2030-01-01T10:00:00.000Z', comment: 'Rooms finished: 2 of 4' }])
    expect(w.taken()).toHaveLength(1)
    expect((await w.rowOf())?.problem).toBeUndefined()
  })
  it('a token that ended early, within the same try', async () => {
    const node = await w.aNode()
    w.unruly.faults.scores.push({ status: 401 })
    await w.earn(node, 50)
    await w.becomes('delivered')
    expect([(await w.rowOf())?.attempts, w.taken().length]).toEqual([1, 1])
  })
  it('a busy LMS is left alone for as long as it asks', async () => {
    const node = await w.aNode()
    w.unruly.faults.scores.push({ status: 429, headers: { 'retry-after': '120' } })
    await w.earn(node, 50)
    await w.tried(1)
    expect((await w.rowOf())?.nextAt.getTime()).toBe(w.clock + 120_000)
    await w.whenDue()
    await w.becomes('delivered')
  })
})

describe('a refusal is kept and shown, not retried for ever:', () => {
  it.each([400, 403, 404, 405, 415, 422])('%i', async (status) => {
    const node = await w.aNode()
    w.unruly.faults.scores.push({ status, body: 'Incorrect score received {"userId":"21"}' })
    await w.earn(node, 50)
    await w.becomes('failed')
    expect(await w.rowOf()).toMatchObject({ problem: { code: 'lti/score-refused', status } })
    expect(JSON.stringify([await w.rowOf(), w.way.lines])).not.toContain('Incorrect score')
    w.clock += 30 * 24 * HOUR
    await w.earn(node, 25, '22')
    await w.becomes('delivered', '22')
    expect([w.unruly.knocks, (await w.rowOf())?.state]).toEqual([2, 'failed'])
  })
  it('a person who can’t be graded, as the LMS itself says', async () => {
    await w.enrol('12')
    const node = await w.aNode()
    await w.earn(node, 50, '12')
    await w.becomes('failed', '12')
    expect((await w.rowOf('12'))?.problem).toMatchObject({ code: 'lti/score-refused', status: 400 })
  })
  it('a tool that the LMS gives no token', async () => {
    const node = await w.aNode()
    w.unruly.faults.token.push({ status: 400, body: '{"error":"invalid_scope"}' })
    await w.earn(node, 50)
    await w.becomes('failed')
    expect((await w.rowOf())?.problem).toMatchObject({ code: 'lti/token-refused', status: 400 })
  })
  it('a 401 that doesn’t pass, after two days of tries', async () => {
    const node = await w.aNode()
    w.unruly.faults.scores.push(...Array.from({ length: 100 }, (): Fault => ({ status: 401 })))
    await w.earn(node, 50)
    const begun = w.clock
    for (let times = 1; times < 24; times++) {
      await w.tried(times)
      await w.whenDue()
    }
    await w.becomes('failed')
    expect(await w.rowOf()).toMatchObject({ attempts: 24, problem: { code: 'lti/score-refused', status: 401 } })
    expect(w.clock - begun).toBeGreaterThan(24 * HOUR)
  })
  it('what was refused goes once a person asks, or the learner earns more', async () => {
    const node = await w.aNode()
    w.unruly.faults.scores.push({ status: 403 }, { status: 403 })
    await w.earn(node, 50)
    await w.becomes('failed')
    await w.earn(node, 75)
    await expect.poll(async () => (await w.rowOf())?.rev, SOON).toBe(2)
    await w.becomes('failed')
    await node.outbox.retry(`grade:${w.run}:u21`)
    await w.becomes('delivered')
    expect(w.gradeOf()).toMatchObject([{ points: 75 }])
  })
})

describe('a later time in the column', () => {
  /** A grade of 10 that we know nothing of. */
  const byAnother = async (timestamp: string): Promise<Ledger> => {
    const node = await w.aNode()
    const before = w.clock
    w.clock = Date.parse(timestamp)
    await w.earn(node, 10)
    await w.becomes('delivered')
    w.clock = before
    await w.way.mongo.db.collection('outbox').updateOne({ kind: 'grade' }, { $unset: { memo: '' } })
    return node
  }
  it('from another hand is followed by ours, as of now', async () => {
    const node = await byAnother('2030-01-01T10:00:05Z')
    w.unruly.faults.scores.push({ status: 503 }) // what was earned at 10:00:00 is sent at 10:00:30
    await w.earn(node, 50)
    await w.tried(1)
    w.clock += 30_000
    await w.becomes('delivered')
    expect(w.gradeOf()).toMatchObject([{ points: 50, timestamp: '2030-01-01T10:00:30.000Z' }])
  })
  it('in the future blocks ours; that is shown, and never taken for an arrival', async () => {
    const node = await byAnother('2030-01-01T12:00:00Z')
    await w.earn(node, 50)
    await w.becomes('failed')
    expect((await w.rowOf())?.problem).toMatchObject({ code: 'lti/score-refused', status: 409 })
    await node.outbox.retry(`grade:${w.run}:u21`)
    await w.tried(1)
    await w.becomes('failed')
    expect(w.gradeOf()).toMatchObject([{ points: 10 }])
    w.clock += 3 * HOUR
    await node.outbox.retry(`grade:${w.run}:u21`)
    await w.becomes('delivered')
    expect(w.gradeOf()).toMatchObject([{ points: 50 }])
  })
})

describe('whatever happens to whoever sends, one final state stands in the LMS:', () => {
  it('an LMS down for an hour loses nothing, and gets only the newest of each', async () => {
    const node = await w.aNode()
    w.unruly.lms.off({ seconds: 3600 })
    for (const score of [25, 50, 75]) {
      for (const sub of PEOPLE) await w.earn(node, score, sub)
      // One has tried it for all, and all wait.
      await expect.poll(async () => (await Promise.all(PEOPLE.map((sub) => w.rowOf(sub)))).map((row) => row?.rest?.problem.status), SOON).toEqual([503, 503, 503, 503, 503])
      await w.untilNothingIsSent(PEOPLE)
      w.clock += HOUR / 4
    }
    expect(w.unruly.lms.grades()).toEqual([])
    w.clock += HOUR
    for (const sub of PEOPLE) await w.becomes('delivered', sub)
    expect(w.unruly.lms.grades().map(({ points }) => points)).toEqual([75, 75, 75, 75, 75])
    expect(PEOPLE.map((sub) => w.taken(sub).length)).toEqual([1, 1, 1, 1, 1])
  })
  it('a node killed between sending and marking: another takes over, and the LMS has it once', async () => {
    const dying = await w.aNode()
    w.unruly.faults.scores.push('hold-answer')
    await w.earn(dying, 50)
    await expect.poll(() => w.unruly.held.length, SOON).toBe(1)
    await w.aNode()
    w.clock += 61_000
    await w.becomes('delivered')
    expect(w.unruly.heard.map(({ status, timestamp }) => [status, timestamp])).toEqual([[200, '2030-01-01T10:00:00.000Z'], [409, '2030-01-01T10:00:00.000Z']])
    expect(w.gradeOf()).toMatchObject([{ points: 50 }])
  })
  it('a node that sleeps while another sends something newer does not send its older afterwards', async () => {
    const sleepy = await w.aNode(60_000)
    w.unruly.faults.scores.push('hold-answer')
    await w.earn(sleepy, 25)
    await expect.poll(() => w.unruly.held.length, SOON).toBe(1)
    w.clock += 61_000
    await w.aNode()
    await w.earn(sleepy, 100)
    await w.becomes('delivered')
    expect(w.gradeOf()).toMatchObject([{ points: 100 }])
    w.clock += 61_000
    w.unruly.held.shift()?.({ status: 409 }) // the sleeper wakes up to a conflict, to which it would answer with a later time
    w.unruly.faults.scores.push('hold-answer')
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(w.taken().map(({ scoreGiven }) => scoreGiven)).toEqual([25, 100])
    expect(w.gradeOf()).toMatchObject([{ points: 100 }])
  })
  it('a newer state while the older is on its way: the newer follows, a second later', async () => {
    const node = await w.aNode()
    w.unruly.faults.scores.push('hold-answer')
    await w.earn(node, 25)
    await expect.poll(() => w.unruly.held.length, SOON).toBe(1)
    await w.earn(node, 50)
    w.unruly.held.shift()?.({ status: 200 })
    await w.becomes('delivered')
    expect(w.gradeOf()).toMatchObject([{ points: 50, timestamp: '2030-01-01T10:00:01.000Z' }])
    expect(w.taken().map(({ scoreGiven }) => scoreGiven)).toEqual([25, 50])
  })
  it('a newer state whose older was lost on the way: the newer alone', async () => {
    const node = await w.aNode()
    w.unruly.faults.scores.push('drop')
    await w.earn(node, 25)
    await w.tried(1)
    await w.earn(node, 50)
    await w.whenDue()
    await w.becomes('delivered')
    expect(w.taken().map(({ scoreGiven }) => scoreGiven)).toEqual([50])
  })
  it('two nodes at once, many learners and a bad line: the right grade for each, and never an older after a newer', async () => {
    const [a, b] = [await w.aNode(), await w.aNode()]
    const people = ['21', '22', '23', '24', '25']
    w.unruly.faults.scores.push({ status: 500 }, 'drop-answer', { status: 429 }, 'drop', 'drop-answer', { status: 503 }, 'drop-answer')
    for (const score of [25, 50, 75, 100]) {
      await Promise.all(people.map((sub, index) => w.earn(index % 2 ? a : b, score, sub)))
      w.clock += 700
    }
    for (let round = 0; round < 40 && !(await Promise.all(people.map((sub) => w.rowOf(sub)))).every((row) => row?.state === 'delivered'); round++) {
      await new Promise((resolve) => setTimeout(resolve, 120))
      w.clock += 20_000
    }
    for (const sub of people) {
      await w.becomes('delivered', sub)
      expect(w.gradeOf(sub)).toMatchObject([{ points: 100 }])
      const scores = w.taken(sub).map(({ scoreGiven }) => scoreGiven)
      expect(scores).toEqual([...scores].sort((x, y) => x - y))
    }
  })
  it('staff have no grade: nothing is sent, nothing waits', async () => {
    await w.enrol('12', 'instructor')
    const node = await w.aNode()
    await w.earn(node, 50, '12')
    await w.becomes('delivered', '12')
    expect(w.unruly.knocks).toBe(0)
  })
})

describe('a column that the launch didn’t name', () => {
  const without = ({ lineitems, scope }: Services, link = '99'): Promise<string> => w.aRun({ lineitems, scope }, link)
  it('is made once for all who come at once, and used by all', async () => {
    w.run = await without(w.services())
    for (const sub of ['21', '22', '23', '24', '25']) await w.enrol(sub)
    const node = await w.aNode()
    await Promise.all(['21', '22', '23', '24', '25'].map((sub) => w.earn(node, 50, sub)))
    for (const sub of ['21', '22', '23', '24', '25']) await w.becomes('delivered', sub)
    expect(new Set(w.unruly.lms.grades().map(({ lineItem }) => lineItem))).toEqual(new Set(['2']))
  })
  it('is found where it is there', async () => {
    w.run = await without(w.services(), '41')
    await w.enrol('21')
    await w.earn(await w.aNode(), 50)
    await w.becomes('delivered')
    expect(w.gradeOf()).toMatchObject([{ lineItem: '1', points: 50 }])
  })
  it('is never another’s, though the LMS ignore what was asked', async () => {
    const { lineitems, scope } = w.services()
    w.run = await w.aRun({ lineitems, scope: scope.filter((each) => !each.endsWith('/lineitem')) }, '99')
    await w.enrol('21')
    w.unruly.faults.lineitems.push({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify([{ id: w.services().lineitem, label: 'The exam', scoreMaximum: 100 }]) })
    await w.earn(await w.aNode(), 50)
    await w.becomes('failed')
    expect([(await w.rowOf())?.problem?.code, w.unruly.knocks]).toEqual(['lti/no-line-item', 0])
  })
  it('that may neither be read nor made is said', async () => {
    w.run = await w.aRun({ lineitems: w.services().lineitems, scope: [] }, '99')
    await w.enrol('21')
    await w.earn(await w.aNode(), 50)
    await w.becomes('failed')
    expect((await w.rowOf())?.problem?.code).toBe('lti/no-line-item')
  })
  it('that is gone is looked for anew', async () => {
    w.run = await without(w.services(), '99')
    await w.enrol('21')
    const node = await w.aNode()
    await w.earn(node, 50)
    await w.becomes('delivered')
    w.unruly.faults.scores.push({ status: 404 })
    w.clock += 5000
    await w.earn(node, 75)
    await w.becomes('failed')
    await node.outbox.retry(`grade:${w.run}:u21`)
    await w.becomes('delivered')
    expect(w.gradeOf()).toMatchObject([{ points: 75 }])
  })
})
