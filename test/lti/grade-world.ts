import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest'
import type { Column, Course } from '../../src/courses/index.js'
import { createLedger, type Ledger, type OutboxRow } from '../../src/ledger/index.js'
import { createLti, type Lti } from '../../src/lti/index.js'
import { gradeId, gradesOf, playedIn } from '../../src/play/index.js'
import { quiet, testSlices } from '../support/ledger.js'
import { anUnrulyLms, type UnrulyLms } from './unruly-lms.js'
import { aWayIn, listening, type WayIn } from './world.js'

const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint'
export const HOUR = 3_600_000
export const SOON = { timeout: 15_000, interval: 20 }
export type Services = { lineitem?: string; lineitems: string; scope: string[] }
export const PEOPLE = ['21', '22', '23', '24', '25']

const activity = (id: string) => ({ id, title: id, content: id, outcomes: [], choice: false, pass: 1, selfReported: false })
const room = (id: string) => ({ id, title: `Room ${id}`, scene: 'library' as const, intro: '', activities: [activity(`${id}-a`)], choose: 0, tips: [], links: [] })
const COURSE: Course = {
  id: 'case@1', slug: 'case', title: 'The case', summary: '', lang: 'en', outcomes: [], rooms: [room('one'), room('two')],
  xp: { activity: 20, firstTry: 10, room: 40, finish: 100, levels: { base: 120, factor: 1.3 } },
  finish: { title: '', message: '', attendancePrefix: 'C', credential: { name: 'The badge', description: '', criteria: '' } },
}

/** Ledger, outbox and grade service as they run, against an LMS behind a bad line; the clock is ours, and moves when told. */
export class GradeWorld {
  clock = Date.parse('2030-01-01T10:00:00.400Z')
  declare way: WayIn
  declare unruly: UnrulyLms
  declare run: string
  declare platform: string
  nodes: Ledger[] = []
  ltis: Lti[] = []
  private keys = 0
  private declare site: Awaited<ReturnType<typeof listening>>
  readonly now = (): Date => new Date(this.clock)

  /** What all tests of a file share: Keyroom's door, its key and its database. */
  async build(): Promise<void> {
    this.site = await listening()
    this.way = await aWayIn({ publicUrl: `http://127.0.0.1:${this.site.port}`, now: this.now })
    this.site.use(this.way.app)
    await this.way.courses.saveCourse(COURSE, new Map())
  }
  /** And what each has anew: the LMS, the run and its grades. */
  async open(): Promise<void> {
    this.clock = Date.parse('2030-01-01T10:00:00.400Z')
    this.nodes = []
    this.ltis = []
    for (const name of ['outbox', 'outbox_lanes', 'lti_columns', 'events', 'standings']) await this.way.mongo.db.collection(name).deleteMany({})
    this.unruly = await anUnrulyLms(`http://127.0.0.1:${this.site.port}`, this.now)
    const { deployment, ...platform } = this.unruly.lms.registration()
    this.platform = (await this.way.lti.registry.add({ ...platform, deployments: [deployment], name: 'LMS' }))._id
    this.run = await this.aRun()
    for (const sub of PEOPLE) await this.enrol(sub)
  }
  async close(): Promise<void> {
    this.unruly.held.splice(0).forEach((letGo) => letGo())
    await this.unruly.close()
    await Promise.all(this.nodes.map((node) => node.close()))
    this.way.lines.length = 0
  }
  end(): Promise<void> {
    return this.site.close()
  }
  async aNode(serviceTimeoutMs = 10_000): Promise<Ledger> {
    const ledger = await this.aLedger()
    const lti = await createLti(this.way.kit, { courses: this.way.courses, ledger, gradesOf: (run, course, standing) => gradesOf(playedIn(course, run), standing), onLaunch: async () => undefined, serviceTimeoutMs })
    this.ltis.push(lti)
    lti.startGrades({ concurrency: 3, pollMs: 15 })
    return ledger
  }
  /** Writes down what is to be sent, and sends nothing. */
  async aLedger(): Promise<Ledger> {
    const ledger = await createLedger({ mongo: this.way.mongo, slices: testSlices, log: quiet, now: this.now })
    this.nodes.push(ledger)
    return ledger
  }
  mongoUri(): string {
    const uri = new URL(inject('mongodbUri'))
    uri.pathname = `/${this.way.mongo.db.databaseName}`
    return uri.href
  }
  services(): Services {
    return this.unruly.lms.claims('21', 'n')[AGS] as Services
  }
  async aRun(ags: Services = this.services(), resourceLink = '41'): Promise<string> {
    return (await this.way.courses.ensureRun({ platform: this.platform, deployment: '1', context: `of-${resourceLink}`, resourceLink, ags }))._id
  }
  async enrol(sub: string, role: 'participant' | 'instructor' = 'participant'): Promise<void> {
    return this.way.courses.upsertMember({ run: this.run, user: `u${sub}`, platform: this.platform, sub, role, lastLaunch: this.now() })
  }
  earn(ledger: Ledger, score: number, sub = '21', { column = 'course', ...more }: { column?: Column; pending?: true } = {}): Promise<unknown> {
    const comment = column === 'course' ? { rooms: score / 25, of: 4 } : column === 'credential' ? { verify: 'https://keyroom.example/verify/x' } : { pages: 1, of: 2 }
    const payload = { column, score, max: 100, activityProgress: score === 100 ? 'Completed' : 'InProgress', comment, ...more }
    return ledger.record({
      run: this.run, learner: `u${sub}`, key: `k${++this.keys}`, at: this.now(),
      decide: () => ({ events: [{ type: 'noted', data: {} }], outbox: [{ kind: 'grade', id: gradeId(this.run, `u${sub}`, column), lane: 'lms', payload }] }),
    })
  }
  /** The columns of the LMS, with what Keyroom named them. */
  columns() {
    return this.unruly.lms.lineItems().map(({ label, scoreMaximum, resourceId, tag }) => ({ label, scoreMaximum, resourceId, tag }))
  }
  async rowOf(sub = '21', column: Column = 'course'): Promise<OutboxRow | undefined> {
    return (await this.nodes[0]?.outbox.rows({ id: gradeId(this.run, `u${sub}`, column) }))?.[0]
  }
  becomes(state: OutboxRow['state'], sub = '21', column: Column = 'course') {
    return expect.poll(async () => (await this.rowOf(sub, column))?.state, SOON).toBe(state)
  }
  tried(times: number, sub = '21') {
    return expect.poll(async () => (await this.rowOf(sub))?.attempts, SOON).toBe(times)
  }
  /** Moves the clock to when the row is due. */
  async whenDue(sub = '21'): Promise<void> {
    const row = await this.rowOf(sub)
    this.clock = Math.max(this.clock, (row?.nextAt.getTime() ?? 0) + 1, (row?.rest?.until.getTime() ?? 0) + 1)
  }
  /** Nothing is under way: a clock that leaps over a lease would let a second worker send beside the first. */
  async untilNothingIsSent(people: string[]): Promise<void> {
    for (const sub of people) await expect.poll(async () => (await this.rowOf(sub))?.leaseUntil, SOON).toBeUndefined()
  }
  gradeOf(sub = '21') {
    return this.unruly.lms.grades().filter(({ userId }) => userId === sub)
  }
  taken(sub = '21') {
    return this.unruly.heard.filter(({ userId, status }) => userId === sub && status === 200)
  }
}

/** A fresh one for each test. */
export const gradeWorld = (): GradeWorld => {
  const world = new GradeWorld()
  beforeAll(() => world.build())
  afterAll(() => world.end())
  beforeEach(() => world.open())
  afterEach(() => world.close())
  return world
}
