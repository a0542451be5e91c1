import type { Server } from 'node:http'
import path from 'node:path'
import express, { Router } from 'express'
import { createCourses, SCENES, type Activity, type Course, type Courses, type Room, type Run } from '../../src/courses/index.js'
import { answerProblem, assets, makeI18n, makeLimits, makeSecrets, makeSessions, makeViews, requestId, securityHeaders, type Kit, type Role } from '../../src/infra/index.js'
import type { Ledger } from '../../src/ledger/index.js'
import { createPlay, phoneRoutes, playRoutes, type Play, type PlayPagesDeps } from '../../src/play/index.js'
import { aLedger, quiet } from '../support/ledger.js'
import { freshMongo } from '../support/mongo.js'
import { ROOT } from '../support/root.js'

const secrets = makeSecrets('a secret of the pages’ tests, long enough to sign with')

export const anActivity = (id: string, more: Partial<Activity> = {}): Activity => ({ id, title: `Title of ${id}`, content: `content-${id}`, outcomes: [], choice: false, pass: 1, selfReported: false, ...more })
export const aRoom = (id: string, more: Partial<Room> = {}): Room => ({
  id, title: `Room ${id}`, scene: 'library', intro: `Intro of ${id} with **force**.`, activities: [anActivity(`${id}-one`)], choose: 0,
  tips: [{ title: `Tip of ${id}`, text: `Why ${id} is so.` }], links: [{ title: `Link of ${id}`, url: `https://example.org/${id}` }], ...more,
})
export const sharedLock = (key: string, more: Partial<NonNullable<Room['lock']>> = {}): NonNullable<Room['lock']> => ({ kind: 'shared', sealedKey: secrets.encrypt('lock', key), ...more })
export const aCourse = (rooms: Room[], more: Partial<Course> = {}): Course => ({
  id: 'house@1', slug: 'house', title: 'A course of rooms', summary: 'One thing after another.', lang: 'en', outcomes: [{ id: 'o1', text: 'Explain what makes learning active.' }], rooms,
  xp: { activity: 30, firstTry: 10, room: 40, finish: 100, levels: { base: 100, factor: 1.4 } },
  finish: { title: 'The house is lit', message: 'Every window shines.', attendancePrefix: 'ALSE', credential: { name: 'Designing for Active Learning', description: 'The holder can.', criteria: 'All rooms.' } },
  ...more,
})
/** Three rooms: the second has a shared key, the third each learner's own and a choice of two. */
export const threeRooms = (): Course =>
  aCourse([
    aRoom('hall', { activities: [anActivity('hall-a'), anActivity('hall-b')], minutes: 15, subtitle: 'Interactive video', scene: 'screening' }),
    aRoom('library', { lock: sharedLock('amber tandem 27', { prompt: 'Two words and a number?', hint: 'Look at the hall’s card.' }), scene: 'library' }),
    aRoom('attic', { lock: { kind: 'personal', prompt: 'Your own key?' }, choose: 1, activities: [anActivity('attic-a', { choice: true }), anActivity('attic-b', { choice: true })], scene: 'stage' }),
  ])
/** As many rooms as asked for, each of another scene, no lock after the first. */
export const manyRooms = (count: number): Course =>
  aCourse(Array.from({ length: count }, (_, i) => aRoom(`room-${i + 1}`, { scene: SCENES[i % SCENES.length] ?? 'library', minutes: 10 + i, ...(i === 0 ? {} : { lock: { kind: 'personal' } }) })))

/**
 * Only for these tests of pages: contents of one question each (a lock, where its name says so), whose right answer is the word «right». What H5P really scores
 * and shows is tested in test/h5p and, whole, in test/whole.
 */
export const pretendH5P: Parameters<typeof createPlay>[0]['h5p'] & PlayPagesDeps['h5p'] = {
  items: async (content) => [{ id: '_', max: 1, kind: 'verified', ...(content.endsWith('-lock') ? { isLock: true as const } : {}) }],
  score: async (_content, _item, response) => ({ correct: response === 'right', score: response === 'right' ? 1 : 0, max: 1, kind: 'verified' }),
  task: async () => undefined,
  clues: async () => ({}),
  ahead: () => ({ scripts: [], styles: [] }),
  frameRoutes: (deps) =>
    Router({ mergeParams: true })
      .get('/frame', async (req, res) => {
        const { run, ticket } = req.params as { run: string; ticket: string }
        const { title } = await deps.open(ticket, run)
        res.send(`<!doctype html><html lang="en"><title>${title}</title><link rel="stylesheet" href="/assets/look/look.css"><main><h1>${title}</h1><p>A question.</p><button class="btn">Answer</button></main><script type="module" src="/pretend.js"></script>`)
      })
      .post('/answers', express.json(), async (req, res) => {
        const { run, ticket } = req.params as { run: string; ticket: string }
        res.json(await deps.answer(ticket, run, req.body as { item: string; response: unknown; key: string }))
      }),
}
const PRETEND_SCRIPT = `
const tell = (message) => parent.postMessage(message, location.origin)
tell({ keyroom: 'ready' })
tell({ keyroom: 'resize', height: document.body.scrollHeight })
document.querySelector('button').addEventListener('click', async () => {
  const sent = await fetch('answers', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ item: '_', response: 'right', key: 'press-00001' }) })
  tell({ keyroom: 'outcome', outcome: (await sent.json()).outcome })
})`

export interface Answer { status: number; text: string; location?: string; headers: Headers }
/** Someone in a browser that keeps cookies. */
export interface Visitor {
  user: string
  cookie: { name: string; value: string }
  csrf: string
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>
  /** Plays a room's activities to the end, and says the key it gave. */
  finishes(room: string): Promise<string | undefined>
  answers(room: string, activity: string, response?: string): Promise<void>
  enters(room: string): Promise<void>
}
export interface PlayWorld { url: string; kit: Kit; run: Run; course: Course; play: Play; ledger: Ledger; courses: Courses; visitor(user: string, more?: { role?: Role; lang?: string; back?: string }): Promise<Visitor>; clock: { now: Date }; close(): Promise<void> }

const makeKit = async (url: string, clock: { now: Date }): Promise<Kit> => {
  const i18n = makeI18n(path.join(ROOT, 'locales'), quiet)
  return {
    config: { publicUrl: url, dataDir: '', demo: true }, log: quiet, mongo: await freshMongo(), secrets, sessions: makeSessions(secrets, { secure: false }), i18n,
    views: makeViews({ dir: path.join(ROOT, 'views'), publicDir: path.join(ROOT, 'public'), i18n }), limits: makeLimits(), now: () => clock.now,
  }
}
const startServer = (app: express.Express): Promise<{ server: Server; url: string }> =>
  new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve({ server, url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` })
    })
  })

let answered = 0

/** The participants' pages as they are, over HTTP, on a real database. */
export const aPlayWorld = async (course: Course = threeRooms(), more: { pictures?: Map<string, Buffer>; ladders?: PlayPagesDeps['ladders'] } = {}): Promise<PlayWorld> => {
  const app = express()
  const { server, url } = await startServer(app)
  const clock = { now: new Date('2026-03-09T20:00:00Z') }
  const kit = await makeKit(url, clock)
  const [courses, ledger] = [await createCourses(kit), await aLedger(kit.mongo)]
  await courses.saveCourse(course, more.pictures ?? new Map())
  const run = await courses.ensureRun({ platform: 'p', deployment: '1', context: 'c', resourceLink: 'l', slug: course.slug })
  const play = createPlay({ kit, courses, ledger, h5p: pretendH5P })
  app.use(requestId, securityHeaders({ https: false, framers: () => [] }))
  app.get('/pretend.js', (_req, res) => void res.type('js').send(PRETEND_SCRIPT))
  app.use('/assets', assets(path.join(ROOT, 'public'), path.join(ROOT, 'node_modules')))
  app.use('/play/qr', phoneRoutes({ kit, play }))
  app.use('/play/:run', playRoutes({ kit, play, courses, ledger, h5p: pretendH5P, ladders: more.ladders }))
  app.use(answerProblem(kit))

  const visitor: PlayWorld['visitor'] = async (user, { role = 'participant', lang = 'en', back } = {}) => {
    const { session, token } = kit.sessions.issue({ run: run._id, user, role, lang, back })
    const who = { run: run._id, user }
    await courses.upsertMember({ run: run._id, user, platform: 'p', sub: user, role, lastLaunch: clock.now })
    if (role === 'participant') await play.launched(who, 'l', 'first')
    const cookie = { name: `kr-${run._id}`, value: encodeURIComponent(token) }
    const csrf = kit.sessions.csrfFor(session)
    const ask = async (to: string, init: RequestInit): Promise<Answer> => {
      const res = await fetch(`${url}${to.startsWith('/') ? to : `/play/${run._id}/${to}`}`, { ...init, redirect: 'manual', headers: { accept: 'text/html', cookie: `${cookie.name}=${cookie.value}`, ...(init.headers as Record<string, string>) } })
      return { status: res.status, text: await res.text(), location: res.headers.get('location') ?? undefined, headers: res.headers }
    }
    const answers: Visitor['answers'] = async (room, activity, response = 'right') => {
      answered += 1
      clock.now = new Date(clock.now.getTime() + 30_000)
      await play.answer({ ...who, sid: session.sid, room, activity }, { item: '_', response, key: `answer-${answered}` })
    }
    return {
      user, cookie, csrf, answers,
      get: (to, headers = {}) => ask(to, { headers }),
      post: (to, fields, headers = {}) => ask(to, { method: 'POST', headers, body: new URLSearchParams({ _csrf: csrf, ...fields }) }),
      async finishes(id) {
        const at = course.rooms.findIndex((room) => room.id === id)
        for (const activity of course.rooms[at]?.activities.slice(0, (course.rooms[at]?.choose || undefined)) ?? []) await answers(id, activity.id)
        const next = course.rooms[at + 1]
        return next && play.earnedKey(who, next.id)
      },
      async enters(id) {
        const key = await play.earnedKey(who, id)
        await play.tryKey(who, id, key ?? '', `enter-${id}`)
      },
    }
  }
  return {
    url, kit, run, course, play, ledger, courses, visitor, clock,
    close: async () => {
      await ledger.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
