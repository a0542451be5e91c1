import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import express from 'express'
import mongoose, { type mongo } from 'mongoose'
import { afterAll } from 'vitest'
import { createCourses, type Course, type Courses } from '../../src/courses/index.js'
import { answerProblem, assets, makeI18n, makeLimits, makeSecrets, makeSessions, makeViews, requestId, securityHeaders, type Kit, type Mongo, type Role } from '../../src/infra/index.js'
import { insightsRoutes } from '../../src/insights/index.js'
import type { Ledger } from '../../src/ledger/index.js'
import type { RosterState } from '../../src/lti/index.js'
import type { GradesConsole } from '../../src/lti/index.js'
import { createLive, liveAssets, type Live } from '../../src/live/index.js'
import { createPlay, type Play, type PlayDeps } from '../../src/play/index.js'
import { createStudio, studioRoutes, type Studio } from '../../src/studio/index.js'
import { aContentStore } from '../support/content-store.js'
import { aLedger, quiet } from '../support/ledger.js'
import { freshUri } from '../support/mongo.js'
import { ROOT } from '../support/root.js'

const activity = (id: string, title: string) => ({ id, title, content: `c-${id}`, outcomes: [], choice: false, pass: 1, selfReported: id === 'read' })

/** Three rooms: two locked, one of them with a key for each. */
export const COURSE: Course = {
  id: 'case@1', slug: 'case', title: 'Teaching well', summary: 'A case.', lang: 'en', outcomes: [{ id: 'o1', text: 'Teach' }],
  rooms: [
    { id: 'hall', title: 'The hall', scene: 'lounge', intro: 'Hello', choose: 0, tips: [], links: [], activities: [activity('film', 'The film'), activity('read', 'Reading')] },
    { id: 'library', title: 'The library', scene: 'library', intro: 'Books', choose: 0, tips: [], links: [], activities: [activity('book', 'The book')], lock: { kind: 'personal' } },
    { id: 'stage', title: 'The stage', scene: 'stage', intro: 'Lights', choose: 0, tips: [], links: [], activities: [activity('plan', 'The plan')], lock: { kind: 'personal' } },
  ],
  xp: { activity: 30, firstTry: 10, room: 40, finish: 100, levels: { base: 100, factor: 1.4 } },
  finish: { title: 'Lit', message: 'Well done', attendancePrefix: 'CASE', credential: { name: 'Case', description: 'd', criteria: 'c' } },
}

/** What «essay: …» is judged by. */
export const TASK = { question: '<p>Plan a session.</p>', sample: '<p>A good plan.</p>', criteria: [
  { title: 'Aim', levels: [{ title: 'Missing', points: 0 }, { title: 'Clear', points: 2 }] },
  { title: 'Activity', description: 'Who does what', levels: [{ title: 'Thin', points: 1 }, { title: 'Rich', points: 3 }] },
] }
/** Each content asks two questions, a and b, answered by «right», or by «essay: …» for a person to judge; the reading asks nothing. */
export const h5p: PlayDeps['h5p'] = {
  items: async (content) => (content === 'c-read' ? [] : [{ id: 'a', max: 1, kind: 'verified' as const }, { id: 'b', max: 1, kind: 'verified' as const }]),
  score: async (_content, _item, response) => {
    const pending = String(response).startsWith('essay:')
    return { correct: response === 'right', score: response === 'right' ? 1 : 0, max: pending ? 5 : 1, kind: 'verified' as const, ...(pending ? { pending } : {}) }
  },
  task: async (_content, item) => (item === 'a' ? TASK : undefined),
}

export interface Learner {
  user: string
  answers(activity: string, item: string, response: string, times?: number): Promise<void>
  reads(): Promise<void>
  /** Both questions of an activity, right. */
  solves(activity: string): Promise<void>
  opens(room: string): Promise<void>
  triesWrongKeys(room: string, times: number): Promise<void>
}
export interface Staff {
  get(path: string, headers?: Record<string, string>): Promise<{ status: number; text: string; headers: Headers; location: string }>
  post(path: string, fields?: Record<string, string>): Promise<{ status: number; text: string; location: string }>
  token: string
}
export interface World {
  url: string
  run: string
  kit: Kit
  mongo: Mongo
  courses: Courses
  ledger: Ledger
  play: Play
  studio: Studio
  /** What was told to staff's open pages. */
  told: { run: string; to: string; event: string }[]
  /** What is known of the LMS's list of members, and who asked for it. */
  roster: { state?: RosterState; asked: string[] }
  /** Sets Keyroom's clock. */
  clock: { at: Date }
  /** Database commands since the last look. */
  commands(): string[]
  learner(name: string | undefined, more?: { run?: string; email?: string; user?: string }): Promise<Learner>
  as(role: Role, options?: { run?: string; user?: string; lang?: string }): Staff
}

const connect = async (): Promise<{ mongo: Mongo; commands: () => string[] }> => {
  const uri = freshUri()
  const connection = await mongoose.createConnection(uri, { monitorCommands: true, writeConcern: { w: 'majority', journal: true }, readConcern: { level: 'majority' } }).asPromise()
  const client = connection.getClient() as unknown as mongo.MongoClient
  let seen: string[] = []
  client.on('commandStarted', ({ commandName }) => void seen.push(commandName))
  return { mongo: { connection, client, db: client.db(connection.name), close: () => connection.close() }, commands: () => [seen, (seen = [])][0] ?? [] }
}

const ROOM_OF: Record<string, string> = Object.fromEntries(COURSE.rooms.flatMap((room) => room.activities.map(({ id }) => [id, room.id])))

/** An LMS that has nothing to say; test/insights/grades.test.ts has a real one. */
export const silent: GradesConsole = {
  compare: async () => ({ at: new Date(), rows: [], problems: [] }), resend: async () => 0, reset: async () => undefined, setGrading: async () => undefined,
  rights: () => ({ send: true, columns: true, compare: true }),
}

/** Insights over HTTP on real play, ledger and database; only the contents' questions are made up. */
export const aWorld = async (): Promise<World> => {
  const { mongo, commands } = await connect()
  const clock = { at: new Date('2026-03-02T09:00:00Z') }
  const app = express()
  const server = await new Promise<Server>((resolve) => {
    const starting = app.listen(0, '127.0.0.1', () => resolve(starting))
  })
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const now = (): Date => clock.at
  const secrets = makeSecrets('a secret of the insights test, long enough to sign')
  const i18n = makeI18n(`${ROOT}/locales`, quiet)
  const kit: Kit = {
    config: { publicUrl: url, dataDir: '', demo: true }, log: quiet, mongo, secrets, i18n, sessions: makeSessions(secrets),
    views: makeViews({ dir: `${ROOT}/views`, publicDir: `${ROOT}/public`, i18n }), limits: makeLimits(), now,
  }
  const courses = await createCourses(kit)
  await courses.saveCourse(COURSE, new Map())
  const { _id: run } = await courses.ensureRun({ platform: 'p', deployment: '1', context: 'spring', contextTitle: 'Spring 2026', resourceLink: 'l', slug: 'case' })
  const ledger = await aLedger(mongo)
  const play = createPlay({ kit, courses, ledger, h5p })
  const studio = await createStudio(kit, { courses, h5p: aContentStore() })
  const line = await createLive({ ...kit, now: () => new Date() })
  line.attach(server)
  const told: World['told'] = []
  const roster: World['roster'] = { asked: [] }
  const list = { state: async () => roster.state, sync: async (of: string) => (roster.asked.push(of), { members: 0, added: 0, left: 0 }) }
  const live: Pick<Live, 'ticketFor' | 'publish'> = {
    ticketFor: line.ticketFor,
    publish: (audience, event, payload) => {
      told.push({ ...audience, event })
      line.publish(audience, event, payload)
    },
  }
  app.use(requestId, securityHeaders({ https: false, framers: () => [] }))
  app.use('/assets', liveAssets, assets(`${ROOT}/public`, `${ROOT}/node_modules`))
  app.use('/insights/:run', express.urlencoded({ extended: false }), insightsRoutes({ kit, roster: list, lmsNameOf: async () => 'Moodle', courses, ledger, play, live, h5p, grades: silent }))
  app.use('/studio/:run', studioRoutes({ kit, courses, studio }))
  app.use(answerProblem(kit))
  afterAll(async () => {
    await line.close()
    server.closeAllConnections()
    server.close()
    await ledger.close()
    await mongo.db.dropDatabase()
    await mongo.close()
  })

  const learner: World['learner'] = async (name, more = {}) => {
    const user = more.user ?? `u-${randomUUID().slice(0, 8)}`
    const who = { run: more.run ?? run, user }
    await courses.upsertMember({ ...who, platform: 'p', sub: `sub-${user}`, name, email: more.email, role: 'participant', lastLaunch: now() })
    await play.launched(who, 'l', randomUUID())
    const ticket = (id: string) => ({ ...who, sid: 's', room: ROOM_OF[id] ?? '', activity: id })
    const mine: Learner = {
      user,
      async answers(id, item, response, times = 1) {
        for (let n = 0; n < times; n++) await play.answer(ticket(id), { item, response, key: randomUUID() })
      },
      reads: async () => void (await play.complete(ticket('read'), randomUUID())),
      async solves(id) {
        await mine.answers(id, 'a', 'right')
        await mine.answers(id, 'b', 'right')
      },
      async opens(room) {
        const key = await play.earnedKey(who, room)
        await play.tryKey(who, room, key ?? '', randomUUID())
      },
      async triesWrongKeys(room, times) {
        for (let n = 0; n < times; n++) {
          clock.at = new Date(clock.at.getTime() + 61_000)
          await play.tryKey(who, room, 'nothing like it', randomUUID())
        }
      },
    }
    return mine
  }
  const as: World['as'] = (role, options = {}) => {
    const { session, token } = kit.sessions.issue({ run: options.run ?? run, user: options.user ?? `staff-${role}`, role, lang: options.lang ?? 'en', back: 'https://lms.example/course/7' })
    const cookie = `kr-${session.run}=${token}`
    return {
      token,
      async get(path, headers = {}) {
        const res = await fetch(`${url}${path}`, { headers: { cookie, accept: 'text/html', ...headers }, redirect: 'manual' })
        return { status: res.status, text: await res.text(), headers: res.headers, location: res.headers.get('location') ?? '' }
      },
      async post(path, fields = {}) {
        const body = new URLSearchParams({ _csrf: kit.sessions.csrfFor(session), ...fields })
        const res = await fetch(`${url}${path}`, { method: 'POST', body, headers: { cookie, accept: 'text/html' }, redirect: 'manual' })
        return { status: res.status, text: await res.text(), location: res.headers.get('location') ?? '' }
      },
    }
  }
  return { url, run, kit, mongo, courses, ledger, play, studio, told, roster, clock, commands, learner, as }
}
