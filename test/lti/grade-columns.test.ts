import { describe, expect, it } from 'vitest'
import type { Grading } from '../../src/courses/index.js'
import { createAgs } from '../../src/lti/ags.js'
import { ColumnUnderWay, createColumns } from '../../src/lti/columns.js'
import { openToolKeys } from '../../src/lti/key.js'
import { createServices } from '../../src/lti/services.js'
import { gradeWorld, PEOPLE, SOON } from './grade-world.js'

const w = gradeWorld()
const ALL: Grading = { course: true, rooms: true, credential: true }
const ROOM = 'room:one'

describe('a column for each room and the credential', () => {
  it('is made by our own name for it, and has its own scores', async () => {
    await w.way.courses.setGrading(w.run, ALL)
    const node = await w.aNode()
    await w.earn(node, 50)
    await w.earn(node, 80, '21', { column: ROOM })
    await w.earn(node, 100, '21', { column: 'credential' })
    for (const column of ['course', ROOM, 'credential'] as const) await w.becomes('delivered', '21', column)
    expect(w.columns().slice(-2).sort((a, b) => a.label.localeCompare(b.label))).toEqual([
      { label: 'Room one', scoreMaximum: 100, resourceId: 'case/room:one', tag: 'keyroom' },
      { label: 'The badge', scoreMaximum: 1, resourceId: 'case/credential', tag: 'keyroom' },
    ])
    expect(w.gradeOf().map(({ points }) => points).sort()).toEqual([1, 50, 80])
    expect(w.gradeOf().map(({ comment }) => comment)).toEqual(expect.arrayContaining(['Pages done: 1 of 2', 'Credential: https://keyroom.example/verify/x']))
  })
  it('is found again, though it stand on the second page', async () => {
    await w.way.courses.setGrading(w.run, ALL)
    const first = await w.aNode()
    await w.earn(first, 80, '21', { column: ROOM })
    await w.earn(first, 10, '21', { column: 'room:two' })
    for (const column of [ROOM, 'room:two'] as const) await w.becomes('delivered', '21', column)
    const before = w.columns()
    const { lineitems, scope } = w.services()
    w.run = await w.aRun({ lineitems: `${lineitems}?limit=1`, scope }, '77')
    await w.way.courses.setGrading(w.run, ALL)
    await w.enrol('21')
    for (const column of [ROOM, 'room:two'] as const) {
      await w.earn(first, 90, '21', { column })
      w.clock += 5000
      await w.becomes('delivered', '21', column)
    }
    expect(w.columns()).toEqual(before)
  })
  it('is one, though two nodes make it at once; one that died while making it holds nobody up for long', async () => {
    const { mongo, kit, courses, lti } = w.way
    const services = createServices({ keys: await openToolKeys(mongo, kit.secrets, w.now), now: w.now })
    const aNode = () => createColumns({ db: mongo.db, ags: createAgs(services), courseOf: (run) => courses.course(run.course), now: w.now })
    const [run, platform] = [await courses.run(w.run), await lti.registry.byId(w.platform)]
    if (!platform) throw new Error('no platform')
    const [a, b] = [aNode(), aNode()]
    w.unruly.faults.lineitems.push('hold', 'hold')
    const both = Promise.allSettled([a.of(run, platform, ROOM), b.of(run, platform, ROOM)])
    await expect.poll(() => w.unruly.held.length, SOON).toBe(2)
    w.unruly.held.splice(0).forEach((letGo) => letGo()) // both have looked, and both have found none
    await both
    const address = await b.of(run, platform, ROOM)
    expect(await a.of(run, platform, ROOM)).toBe(address)
    expect(w.columns().filter(({ label }) => label === 'Room one')).toHaveLength(1)

    await mongo.db.collection('lti_columns').insertOne({ _id: `${w.run} room:two`, until: new Date(w.clock + 60_000) } as never)
    await expect(a.of(run, platform, 'room:two')).rejects.toBeInstanceOf(ColumnUnderWay)
    w.clock += 60_001
    expect(await a.of(run, platform, 'room:two')).toMatch(/^http/)
  })
  it('that a link’s launch named is the one that is used', async () => {
    const made = w.unruly.lms.lineItems()[0]?.url
    await w.way.courses.setGrading(w.run, ALL)
    await w.way.mongo.db.collection('runs').updateOne({ _id: w.run as never }, { $set: { [`columns.${ROOM}`]: made } })
    await w.way.courses.setGrading(w.run, ALL) // what was kept is read anew
    await w.earn(await w.aNode(), 80, '21', { column: ROOM })
    await w.becomes('delivered', '21', ROOM)
    expect([w.columns().length, w.gradeOf()[0]?.points]).toEqual([1, 80])
  })
  it('that is switched off gets nothing more, and says so', async () => {
    const node = await w.aNode()
    await w.earn(node, 80, '21', { column: ROOM })
    await w.becomes('delivered', '21', ROOM)
    expect([(await w.rowOf('21', ROOM))?.problem?.code, w.unruly.knocks]).toEqual(['lti/column-off', 0])
  })
  it('of a learner who waits for nothing else is sent by one token for all', async () => {
    const node = await w.aNode()
    w.unruly.faults.token.push('hold')
    for (const sub of PEOPLE) await w.earn(node, 50, sub)
    await expect.poll(() => w.unruly.held.length, SOON).toBe(1)
    w.unruly.held.splice(0).forEach((letGo) => letGo())
    for (const sub of PEOPLE) await w.becomes('delivered', sub)
    expect(w.unruly.tokens).toBe(1)
  })
})

describe('an answer that waits for its review', () => {
  const progress = (): string[] => w.unruly.heard.map(({ gradingProgress, scoreGiven }) => `${gradingProgress} ${scoreGiven}`)
  const pending = async (): Promise<void> => {
    const node = await w.aNode()
    await w.earn(node, 40, '21', { pending: true })
    await w.becomes('delivered')
    await w.earn(node, 60)
    await expect.poll(() => w.unruly.heard.length, SOON).toBe(2)
    await w.becomes('delivered')
    await w.earn(node, 70, '21', { pending: true })
    await expect.poll(() => w.unruly.heard.length, SOON).toBe(3)
  }
  it('is said as the standard says, with the score so far', async () => {
    await w.way.lti.registry.seen(w.platform, { launch: true, product: 'canvas' })
    await pending()
    expect(progress()).toEqual(['PendingManual 40', 'FullyGraded 60', 'PendingManual 70'])
    expect(w.unruly.heard[0]?.comment).toBe('Rooms finished: 1.6 of 4 An answer waits for its review; this is the score so far.')
  })
  it.each(['moodle', undefined])('never takes a grade away from one that stands in %s', async (product) => {
    await w.way.lti.registry.seen(w.platform, { launch: true, product })
    await pending()
    expect(progress()).toEqual(['PendingManual 40', 'FullyGraded 60', 'FullyGraded 70'])
    expect(w.gradeOf()[0]?.points).toBe(70)
  })
})
