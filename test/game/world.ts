import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import express, { type Express } from 'express'
import { createCourses, type Course, type Courses } from '../../src/courses/index.js'
import { createLadders, gameRoutes, type Ladders } from '../../src/game/index.js'
import { answerProblem, assets, makeI18n, makeLimits, makeSecrets, makeSessions, makeViews, type Kit, type Mongo, type Role } from '../../src/infra/index.js'
import type { EventDraft, Ledger } from '../../src/ledger/index.js'
import { createLive, liveAssets, type Live } from '../../src/live/index.js'
import { aLedger, quiet } from '../support/ledger.js'
import { ROOT } from '../support/root.js'

export const COURSE: Course = {
  id: 'teaching@1', slug: 'teaching', title: 'Teaching', summary: '', lang: 'en', outcomes: [], rooms: [],
  xp: { activity: 20, firstTry: 10, room: 40, finish: 100, levels: { base: 120, factor: 1.3 } },
  finish: { title: '', message: '', attendancePrefix: 'T', credential: { name: '', description: '', criteria: '' } },
}

/** One node: the rooms from the ledger to the ladder, and its pages on a port of its own. */
export interface Node {
  kit: Kit
  ledger: Ledger
  courses: Courses
  live: Live
  ladders: Ladders
  app: Express
  server: Server
  url: string
  /** A run of the course that nobody else plays. */
  run(): Promise<string>
  join(run: string, user: string, role?: Role): Promise<void>
  /** XP for someone; answered once it is in the ledger. */
  award(run: string, user: string, xp: number, at?: Date): Promise<void>
  tell(run: string, user: string, event: EventDraft, at?: Date): Promise<void>
  /** The headers of a browser that someone came in with. */
  session(run: string, user: string, role?: Role): { token: string; authorization: string; ticket: string; cookie: { name: string; value: string } }
  close(): Promise<void>
}

const SECRET = 'a secret for tests that is long enough'
let runs = 0
let keys = 0

export const aNode = async (mongo: Mongo, { now = () => new Date(), redisUrl, ...replaced }: { now?: () => Date; redisUrl?: string; ledger?: Ledger; courses?: (real: Courses) => Courses } = {}): Promise<Node> => {
  const app = express()
  const server = createServer(app)
  await new Promise<void>((ready) => server.listen(0, 'localhost', ready))
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  const secrets = makeSecrets(SECRET)
  const i18n = makeI18n(path.join(ROOT, 'locales'), quiet)
  const kit: Kit = {
    config: { publicUrl: url, dataDir: '', demo: false, redisUrl }, log: quiet, mongo, secrets, sessions: makeSessions(secrets), i18n, limits: makeLimits(), now,
    views: makeViews({ dir: path.join(ROOT, 'views'), publicDir: path.join(ROOT, 'public'), i18n }),
  }
  const ledger = replaced.ledger ?? (await aLedger(mongo))
  const courses = await createCourses(kit)
  await courses.saveCourse(COURSE, new Map())
  const live = await createLive(kit)
  live.attach(server)
  const ladders = await createLadders({ kit, ledger, courses: replaced.courses?.(courses) ?? courses, live })
  const tell: Node['tell'] = async (run, user, event, at = now()) => void (await ledger.record({ run, learner: user, key: `k${++keys}`, at, decide: () => ({ events: [event] }) }))
  app.use('/assets', liveAssets, assets(path.join(ROOT, 'public'), path.join(ROOT, 'node_modules')))
  app.use('/play/:run/ladder', express.urlencoded({ extended: false }), gameRoutes({
    kit, ladders, courses, live,
    changeProfile: async ({ run, user }, change, key) => void (await ledger.record({ run, learner: user, key, at: now(), decide: () => ({ events: [{ type: 'profile-changed', data: change }] }) })),
  }))
  app.use(answerProblem(kit))
  return {
    kit, ledger, courses, live, ladders, app, server, url, tell,
    run: async () => (await courses.ensureRun({ platform: 'p', deployment: '1', context: `c${++runs}-${process.pid}`, resourceLink: 'l' }))._id,
    async join(run, user, role = 'participant') {
      await courses.upsertMember({ run, user, platform: 'p', sub: user, role, lastLaunch: now() })
      if (role === 'participant') await tell(run, user, { type: 'launched', data: { resourceLink: 'l' } })
    },
    award: async (run, user, xp, at) => {
      const { game } = await ledger.standing(run, user)
      await tell(run, user, { type: 'earned', data: { xp, reason: 'room', ref: `r${++keys}`, level: 1 + Math.floor((game.xp + xp) / 100), levelUp: false } }, at)
    },
    session: (run, user, role = 'participant') => {
      const { session, token } = kit.sessions.issue({ run, user, role })
      return { token, authorization: `Bearer ${token}`, ticket: live.ticketFor(session), cookie: { name: `kr-${run}`, value: token } }
    },
    close: async () => {
      await live.close()
      await ladders.close()
      if (!replaced.ledger) await ledger.close()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
