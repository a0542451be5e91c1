import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLedger, type Ledger, type OutboxRow } from '../../src/ledger/index.js'
import { createLti } from '../../src/lti/index.js'
import { quiet, testSlices } from '../support/ledger.js'
import { anUnrulyLms, type Fault, type UnrulyLms } from './unruly-lms.js'
import { aWayIn, listening, type WayIn } from './world.js'

const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint'
const HOUR = 3_600_000
type Services = { lineitem?: string; lineitems: string; scope: string[] }

/** Ledger, outbox and grade service as they run, against an LMS behind a bad line; the clock is ours, and moves when told. */
let clock: number
let way: WayIn
let site: Awaited<ReturnType<typeof listening>>
let unruly: UnrulyLms
let nodes: Ledger[]
let run: string
let keys = 0
const now = (): Date => new Date(clock)

const aNode = async (serviceTimeoutMs = 1500): Promise<Ledger> => {
  const ledger = await createLedger({ mongo: way.mongo, slices: testSlices, log: quiet, now })
  nodes.push(ledger)
  const lti = await createLti(way.kit, { courses: way.courses, outbox: ledger.outbox, onLaunch: async () => undefined, serviceTimeoutMs })
  lti.startGrades({ concurrency: 3, pollMs: 15 })
  return ledger
}
const services = (): Services => unruly.lms.claims('21', 'n')[AGS] as Services
const aRun = async (ags: Services = services(), resourceLink = '41'): Promise<string> => {
  const [platform] = await way.lti.registry.list()
  return (await way.courses.ensureRun({ platform: platform?._id ?? '', deployment: '1', context: '7', resourceLink, ags }))._id
}
const enrol = async (sub: string, role: 'participant' | 'instructor' = 'participant'): Promise<void> =>
  way.courses.upsertMember({ run, user: `u${sub}`, platform: (await way.courses.run(run)).platform, sub, role, lastLaunch: now() })

beforeEach(async () => {
  clock = Date.parse('2030-01-01T10:00:00.400Z')
  nodes = []
  site = await listening()
  way = await aWayIn({ publicUrl: `http://127.0.0.1:${site.port}`, now })
  site.use(way.app)
  unruly = await anUnrulyLms(`http://127.0.0.1:${site.port}`, now)
  const { deployment, ...platform } = unruly.lms.registration()
  await way.lti.registry.add({ ...platform, deployments: [deployment], name: 'LMS' })
  run = await aRun()
  for (const sub of ['21', '22', '23', '24', '25']) await enrol(sub)
})
afterEach(async () => {
  unruly.held.splice(0).forEach((letGo) => letGo())
  await unruly.close()
  await Promise.all(nodes.map((node) => node.close()))
  await site.close()
})

const earn = (ledger: Ledger, score: number, sub = '21'): Promise<unknown> =>
  ledger.record({
    run, learner: `u${sub}`, key: `k${++keys}`, at: now(),
    decide: () => ({ events: [{ type: 'noted', data: {} }], outbox: [{ kind: 'grade', id: `grade:${run}:u${sub}`, payload: { score, max: 100, activityProgress: score === 100 ? 'Completed' : 'InProgress', comment: { rooms: score / 25, of: 4 } } }] }),
  })
const rowOf = async (sub = '21'): Promise<OutboxRow | undefined> => (await nodes[0]?.outbox.rows({ id: `grade:${run}:u${sub}` }))?.[0]
const SOON = { timeout: 15_000, interval: 20 }
const becomes = (state: OutboxRow['state'], sub = '21') => expect.poll(async () => (await rowOf(sub))?.state, SOON).toBe(state)
const tried = (times: number, sub = '21') => expect.poll(async () => (await rowOf(sub))?.attempts, SOON).toBe(times)
/** Moves the clock to when the row is due. */
const whenDue = async (sub = '21'): Promise<void> => void (clock = Math.max(clock, ((await rowOf(sub))?.nextAt.getTime() ?? clock) + 1))
/** Nothing is under way: a clock that leaps over a lease would let a second worker send beside the first. */
const untilNothingIsSent = async (people: string[]): Promise<void> => {
  for (const sub of people) await expect.poll(async () => (await rowOf(sub))?.leaseUntil, SOON).toBeUndefined()
}
const gradeOf = (sub = '21') => unruly.lms.grades().filter(({ userId }) => userId === sub)
const taken = (sub = '21') => unruly.heard.filter(({ userId, status }) => userId === sub && status === 200)

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
    const node = await aNode()
    unruly.faults[where].push(fault)
    await earn(node, 50)
    await tried(1)
    expect(await rowOf()).toMatchObject({ state: 'waiting', problem })
    await whenDue()
    await becomes('delivered')
    expect(gradeOf()).toMatchObject([{ points: 50, timestamp: '2030-01-01T10:00:00.000Z', comment: 'Rooms finished: 2 of 4' }])
    expect(taken()).toHaveLength(1)
    expect((await rowOf())?.problem).toBeUndefined()
  })
  it('a token that ended early, within the same try', async () => {
    const node = await aNode()
    unruly.faults.scores.push({ status: 401 })
    await earn(node, 50)
    await becomes('delivered')
    expect([(await rowOf())?.attempts, taken().length]).toEqual([1, 1])
  })
  it('a busy LMS is left alone for as long as it asks', async () => {
    const node = await aNode()
    unruly.faults.scores.push({ status: 429, headers: { 'retry-after': '120' } })
    await earn(node, 50)
    await tried(1)
    expect((await rowOf())?.nextAt.getTime()).toBe(clock + 120_000)
    await whenDue()
    await becomes('delivered')
  })
})

describe('a refusal is kept and shown, not retried for ever:', () => {
  it.each([400, 403, 404, 405, 415, 422])('%i', async (status) => {
    const node = await aNode()
    unruly.faults.scores.push({ status, body: 'Incorrect score received {"userId":"21"}' })
    await earn(node, 50)
    await becomes('failed')
    expect(await rowOf()).toMatchObject({ problem: { code: 'lti/score-refused', status } })
    expect(JSON.stringify([await rowOf(), way.lines])).not.toContain('Incorrect score')
    clock += 30 * 24 * HOUR
    await earn(node, 25, '22')
    await becomes('delivered', '22')
    expect([unruly.knocks, (await rowOf())?.state]).toEqual([2, 'failed'])
  })
  it('a person who can’t be graded, as the LMS itself says', async () => {
    await enrol('12')
    const node = await aNode()
    await earn(node, 50, '12')
    await becomes('failed', '12')
    expect((await rowOf('12'))?.problem).toMatchObject({ code: 'lti/score-refused', status: 400 })
  })
  it('a tool that the LMS gives no token', async () => {
    const node = await aNode()
    unruly.faults.token.push({ status: 400, body: '{"error":"invalid_scope"}' })
    await earn(node, 50)
    await becomes('failed')
    expect((await rowOf())?.problem).toMatchObject({ code: 'lti/token-refused', status: 400 })
  })
  it('a 401 that doesn’t pass, after two days of tries', async () => {
    const node = await aNode()
    unruly.faults.scores.push(...Array.from({ length: 100 }, (): Fault => ({ status: 401 })))
    await earn(node, 50)
    const begun = clock
    for (let times = 1; times < 24; times++) {
      await tried(times)
      await whenDue()
    }
    await becomes('failed')
    expect(await rowOf()).toMatchObject({ attempts: 24, problem: { code: 'lti/score-refused', status: 401 } })
    expect(clock - begun).toBeGreaterThan(24 * HOUR)
  })
  it('what was refused goes once a person asks, or the learner earns more', async () => {
    const node = await aNode()
    unruly.faults.scores.push({ status: 403 }, { status: 403 })
    await earn(node, 50)
    await becomes('failed')
    await earn(node, 75)
    await expect.poll(async () => (await rowOf())?.rev, SOON).toBe(2)
    await becomes('failed')
    await node.outbox.retry(`grade:${run}:u21`)
    await becomes('delivered')
    expect(gradeOf()).toMatchObject([{ points: 75 }])
  })
})

describe('a later time in the column', () => {
  /** A grade of 10 that we know nothing of. */
  const byAnother = async (timestamp: string): Promise<Ledger> => {
    const node = await aNode()
    const before = clock
    clock = Date.parse(timestamp)
    await earn(node, 10)
    await becomes('delivered')
    clock = before
    await way.mongo.db.collection('outbox').updateOne({ kind: 'grade' }, { $unset: { memo: '' } })
    return node
  }
  it('from another hand is followed by ours, as of now', async () => {
    const node = await byAnother('2030-01-01T10:00:05Z')
    unruly.faults.scores.push({ status: 503 }) // what was earned at 10:00:00 is sent at 10:00:30
    await earn(node, 50)
    await tried(1)
    clock += 30_000
    await becomes('delivered')
    expect(gradeOf()).toMatchObject([{ points: 50, timestamp: '2030-01-01T10:00:30.000Z' }])
  })
  it('in the future blocks ours; that is shown, and never taken for an arrival', async () => {
    const node = await byAnother('2030-01-01T12:00:00Z')
    await earn(node, 50)
    await becomes('failed')
    expect((await rowOf())?.problem).toMatchObject({ code: 'lti/score-refused', status: 409 })
    await node.outbox.retry(`grade:${run}:u21`)
    await tried(1)
    await becomes('failed')
    expect(gradeOf()).toMatchObject([{ points: 10 }])
    clock += 3 * HOUR
    await node.outbox.retry(`grade:${run}:u21`)
    await becomes('delivered')
    expect(gradeOf()).toMatchObject([{ points: 50 }])
  })
})

describe('whatever happens to whoever sends, one final state stands in the LMS:', () => {
  it('an LMS down for an hour loses nothing, and gets only the newest of each', async () => {
    const node = await aNode()
    const people = ['21', '22', '23', '24', '25']
    unruly.lms.off({ seconds: 3600 })
    for (const score of [25, 50, 75]) {
      for (const sub of people) await earn(node, score, sub)
      for (const sub of people) await expect.poll(async () => (await rowOf(sub))?.attempts, SOON).toBeGreaterThan(0)
      await untilNothingIsSent(people)
      clock += HOUR / 4
    }
    for (const sub of people) await expect.poll(async () => (await rowOf(sub))?.problem?.status, SOON).toBe(503)
    expect(unruly.lms.grades()).toEqual([])
    await untilNothingIsSent(people)
    clock += HOUR
    for (const sub of people) await becomes('delivered', sub)
    expect(unruly.lms.grades().map(({ points }) => points)).toEqual([75, 75, 75, 75, 75])
    expect(people.map((sub) => taken(sub).length)).toEqual([1, 1, 1, 1, 1])
  })
  it('a node killed between sending and marking: another takes over, and the LMS has it once', async () => {
    const dying = await aNode()
    unruly.faults.scores.push('hold-answer')
    await earn(dying, 50)
    await expect.poll(() => unruly.held.length, SOON).toBe(1)
    await aNode()
    clock += 61_000
    await becomes('delivered')
    expect(unruly.heard.map(({ status, timestamp }) => [status, timestamp])).toEqual([[200, '2030-01-01T10:00:00.000Z'], [409, '2030-01-01T10:00:00.000Z']])
    expect(gradeOf()).toMatchObject([{ points: 50 }])
  })
  it('a node that sleeps while another sends something newer does not send its older afterwards', async () => {
    const sleepy = await aNode(60_000)
    unruly.faults.scores.push('hold-answer')
    await earn(sleepy, 25)
    await expect.poll(() => unruly.held.length, SOON).toBe(1)
    clock += 61_000
    await aNode()
    await earn(sleepy, 100)
    await becomes('delivered')
    expect(gradeOf()).toMatchObject([{ points: 100 }])
    clock += 61_000
    unruly.held.shift()?.({ status: 409 }) // the sleeper wakes up to a conflict, to which it would answer with a later time
    unruly.faults.scores.push('hold-answer')
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(taken().map(({ scoreGiven }) => scoreGiven)).toEqual([25, 100])
    expect(gradeOf()).toMatchObject([{ points: 100 }])
  })
  it('a newer state while the older is on its way: the newer follows, a second later', async () => {
    const node = await aNode()
    unruly.faults.scores.push('hold-answer')
    await earn(node, 25)
    await expect.poll(() => unruly.held.length, SOON).toBe(1)
    await earn(node, 50)
    unruly.held.shift()?.({ status: 200 })
    await becomes('delivered')
    expect(gradeOf()).toMatchObject([{ points: 50, timestamp: '2030-01-01T10:00:01.000Z' }])
    expect(taken().map(({ scoreGiven }) => scoreGiven)).toEqual([25, 50])
  })
  it('a newer state whose older was lost on the way: the newer alone', async () => {
    const node = await aNode()
    unruly.faults.scores.push('drop')
    await earn(node, 25)
    await tried(1)
    await earn(node, 50)
    await becomes('delivered')
    expect(taken().map(({ scoreGiven }) => scoreGiven)).toEqual([50])
  })
  it('two nodes at once, many learners and a bad line: the right grade for each, and never an older after a newer', async () => {
    const [a, b] = [await aNode(), await aNode()]
    const people = ['21', '22', '23', '24', '25']
    unruly.faults.scores.push({ status: 500 }, 'drop-answer', { status: 429 }, 'drop', 'drop-answer', { status: 503 }, 'drop-answer')
    for (const score of [25, 50, 75, 100]) {
      await Promise.all(people.map((sub, index) => earn(index % 2 ? a : b, score, sub)))
      clock += 700
    }
    for (let round = 0; round < 40 && !(await Promise.all(people.map((sub) => rowOf(sub)))).every((row) => row?.state === 'delivered'); round++) {
      await new Promise((resolve) => setTimeout(resolve, 120))
      clock += 20_000
    }
    for (const sub of people) {
      await becomes('delivered', sub)
      expect(gradeOf(sub)).toMatchObject([{ points: 100 }])
      const scores = taken(sub).map(({ scoreGiven }) => scoreGiven)
      expect(scores).toEqual([...scores].sort((x, y) => x - y))
    }
  })
  it('staff have no grade: nothing is sent, nothing waits', async () => {
    await enrol('12', 'instructor')
    const node = await aNode()
    await earn(node, 50, '12')
    await becomes('delivered', '12')
    expect(unruly.knocks).toBe(0)
  })
})

describe('a column that the launch didn’t name', () => {
  const without = ({ lineitems, scope }: Services, link = '99'): Promise<string> => aRun({ lineitems, scope }, link)
  it('is made once for all who come at once, and used by all', async () => {
    run = await without(services())
    for (const sub of ['21', '22', '23', '24', '25']) await enrol(sub)
    const node = await aNode()
    await Promise.all(['21', '22', '23', '24', '25'].map((sub) => earn(node, 50, sub)))
    for (const sub of ['21', '22', '23', '24', '25']) await becomes('delivered', sub)
    expect(new Set(unruly.lms.grades().map(({ lineItem }) => lineItem))).toEqual(new Set(['2']))
  })
  it('is found where it is there', async () => {
    run = await without(services(), '41')
    await enrol('21')
    await earn(await aNode(), 50)
    await becomes('delivered')
    expect(gradeOf()).toMatchObject([{ lineItem: '1', points: 50 }])
  })
  it('is never another’s, though the LMS ignore what was asked', async () => {
    const { lineitems, scope } = services()
    run = await aRun({ lineitems, scope: scope.filter((each) => !each.endsWith('/lineitem')) }, '99')
    await enrol('21')
    unruly.faults.lineitems.push({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify([{ id: services().lineitem, label: 'The exam', scoreMaximum: 100 }]) })
    await earn(await aNode(), 50)
    await becomes('failed')
    expect([(await rowOf())?.problem?.code, unruly.knocks]).toEqual(['lti/no-line-item', 0])
  })
  it('that may neither be read nor made is said', async () => {
    run = await aRun({ lineitems: services().lineitems, scope: [] }, '99')
    await enrol('21')
    await earn(await aNode(), 50)
    await becomes('failed')
    expect((await rowOf())?.problem?.code).toBe('lti/no-line-item')
  })
  it('that is gone is looked for anew', async () => {
    run = await without(services(), '99')
    await enrol('21')
    const node = await aNode()
    await earn(node, 50)
    await becomes('delivered')
    unruly.faults.scores.push({ status: 404 })
    clock += 5000
    await earn(node, 75)
    await becomes('failed')
    await node.outbox.retry(`grade:${run}:u21`)
    await becomes('delivered')
    expect(gradeOf()).toMatchObject([{ points: 75 }])
  })
})
