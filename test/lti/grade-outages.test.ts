import { describe, expect, it } from 'vitest'
import { spawnPart } from '../support/process.js'
import { gradeWorld, HOUR, PEOPLE, SOON } from './grade-world.js'
import { SECRET } from './world.js'

const w = gradeWorld()
const states = async () => (await Promise.all(PEOPLE.map((sub) => w.rowOf(sub)))).map((row) => row?.state)
/** Moves the clock to the end of each rest, as long as somebody waits. */
const untilAllArrive = async (): Promise<number> => {
  for (let rests = 0; ; rests++) {
    await expect.poll(async () => (await states()).every((state) => state === 'delivered') || (await w.rowOf())?.rest !== undefined || (await w.nodes[0]?.outbox.resting())?.length, SOON).toBeTruthy()
    await w.untilNothingIsSent(PEOPLE)
    if ((await states()).every((state) => state === 'delivered')) return rests
    const [rest] = (await w.nodes[0]?.outbox.resting()) ?? []
    w.clock = Math.max(w.clock, rest?.until.getTime() ?? 0) + 1
  }
}

describe('an LMS that is down for three days', () => {
  it('is asked some thirty times, by one grade for all, and gets each grade once when it’s back', async () => {
    const node = await w.aNode()
    w.unruly.lms.off({ seconds: 72 * 3600 })
    const begun = w.clock
    for (const sub of PEOPLE) await w.earn(node, 50, sub)
    const rests = await untilAllArrive()
    expect(w.clock - begun).toBeGreaterThan(72 * HOUR)
    expect(rests).toBeGreaterThan(20)
    expect(rests).toBeLessThan(40)
    // Those that were under way when the first one failed, and one for each time it was tried.
    expect(w.unruly.tokens).toBeLessThan(rests + 5)
    expect(w.unruly.lms.grades().map(({ points }) => points)).toEqual([50, 50, 50, 50, 50])
    expect(PEOPLE.map((sub) => w.taken(sub).length)).toEqual([1, 1, 1, 1, 1])
  })
  it('is tried at once when somebody asks, but not before the time that it named itself', async () => {
    const node = await w.aNode()
    w.unruly.lms.off({ seconds: HOUR })
    await w.earn(node, 50)
    for (let times = 0; times < 6; times++) {
      await expect.poll(async () => (await w.rowOf())?.rest, SOON).toBeDefined()
      await w.whenDue()
    }
    await expect.poll(async () => (await w.rowOf())?.rest, SOON).toBeDefined()
    w.unruly.lms.on()
    await node.outbox.retry(`grade:${w.run}:u21`)
    await w.becomes('delivered')

    w.unruly.faults.scores.push({ status: 429, headers: { 'retry-after': '120' } })
    w.clock += 60_000
    await w.earn(node, 75)
    await expect.poll(async () => (await w.rowOf())?.rest?.problem.status, SOON).toBe(429)
    const knocks = w.unruly.knocks
    await node.outbox.retry(`grade:${w.run}:u21`)
    await w.earn(node, 75, '22')
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(w.unruly.knocks).toBe(knocks)
    w.clock += 121_000
    for (const sub of ['21', '22']) await w.becomes('delivered', sub)
  })
  it('holds up no other LMS', async () => {
    const node = await w.aNode()
    w.unruly.lms.off({ seconds: 3600 })
    for (const sub of PEOPLE) await w.earn(node, 50, sub)
    await expect.poll(async () => (await w.rowOf())?.rest, SOON).toBeDefined()
    await node.record({ run: w.run, learner: 'u12', key: 'other', at: w.now(), decide: () => ({ events: [], outbox: [{ kind: 'grade', id: `grade:${w.run}:u12`, lane: 'another', payload: { score: 1, max: 1, activityProgress: 'Completed', comment: {} } }] }) })
    await w.becomes('failed', '12') // nobody knows them: it was looked at
    expect(await states()).toEqual(PEOPLE.map(() => 'waiting'))
  })
})

describe('the token endpoint', () => {
  it('that fails for a while delays all and loses nothing', async () => {
    const node = await w.aNode()
    w.unruly.faults.token.push({ status: 500 }, 'drop', { status: 403 }, { status: 200, body: 'garbage' }, { status: 400, headers: { 'content-type': 'application/json' }, body: '{"error":"invalid_client"}' })
    for (const sub of PEOPLE) await w.earn(node, 50, sub)
    await untilAllArrive()
    expect(w.unruly.faults.token).toEqual([])
    expect(PEOPLE.map((sub) => w.taken(sub).length)).toEqual([1, 1, 1, 1, 1])
  })
  it('that is reached late, when what we signed has run out, is asked again', async () => {
    const node = await w.aNode()
    w.unruly.faults.token.push('hold')
    await w.earn(node, 50)
    await expect.poll(() => w.unruly.held.length, SOON).toBe(1)
    w.clock += HOUR // a machine that slept, a clock set right
    w.unruly.held.splice(0).forEach((letGo) => letGo())
    await expect.poll(async () => (await w.rowOf())?.rest?.problem, SOON).toMatchObject({ code: 'lti/token-refused', status: 400, text: 'invalid_client' })
    await w.whenDue()
    await w.becomes('delivered')
    expect(w.taken()).toHaveLength(1)
  })
  it('hears our new key when the keys rotate between launch and grade', async () => {
    const node = await w.aNode()
    await w.earn(node, 50)
    await w.becomes('delivered') // it has our key set, with the old key
    await w.ltis[0]?.rotateKey()
    w.clock += 25 * HOUR // the new one signs, and the token has run out
    for (const sub of PEOPLE) await w.earn(node, 75, sub)
    await untilAllArrive()
    expect(w.unruly.lms.grades().map(({ points }) => points)).toEqual([75, 75, 75, 75, 75])
    expect(w.unruly.tokens).toBeGreaterThan(1)
  })
})

it('the app, killed between sending and marking: the LMS has the grade once, and it is marked', async () => {
  const ledger = await w.aLedger()
  const { db, uri } = { db: w.way.mongo.db, uri: w.mongoUri() }
  w.unruly.faults.scores.push('hold-answer')
  await w.earn(ledger, 50)
  const child = spawnPart('test/lti/sending-node.ts', { MONGODB_URI: uri, SECRET, CLOCK: String(w.clock) })
  await expect.poll(() => [w.unruly.held.length, child.output()], { ...SOON, timeout: 60_000 }).toEqual([1, ''])
  await child.kill()
  expect(await db.collection('outbox').countDocuments({ state: 'waiting' })).toBe(1)
  await w.aNode()
  w.clock += 61_000
  await w.becomes('delivered')
  expect(w.unruly.heard.map(({ status, timestamp }) => [status, timestamp])).toEqual([[200, '2030-01-01T10:00:00.000Z'], [409, '2030-01-01T10:00:00.000Z']])
  expect(w.gradeOf()).toMatchObject([{ points: 50 }])
})
