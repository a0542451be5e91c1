import path from 'node:path'
import express, { type Express } from 'express'
import request from 'supertest'
import { afterAll } from 'vitest'
import { createCourses, type Course, type Courses } from '../../src/courses/index.js'
import { createCredentials, credentialSlice, type Credentials } from '../../src/credentials/index.js'
import { answerProblem, assets, makeI18n, makeLimits, makeSecrets, makeSessions, makeViews, requestId, securityHeaders, type Kit, type Mongo } from '../../src/infra/index.js'
import { createLedger, type EventDraft, type Ledger, type OutboxRow } from '../../src/ledger/index.js'
import { quiet, testSlices } from '../support/ledger.js'

export const ROOT = path.resolve(import.meta.dirname, '../..')

/** A course of two rooms; `talk` may be self-reported, `quiz` may not. */
export const aCourse = (change: Partial<Course> = {}): Course => ({
  id: 'active-learning@0123456789abcdef', slug: 'active-learning', title: 'Active Learning', summary: '', lang: 'en',
  outcomes: [{ id: 'explain', text: 'Explain what makes learning active.' }, { id: 'design', text: 'Design an activity from an outcome.' }],
  rooms: [
    { id: 'screening-room', title: 'The screening room', subtitle: 'Interactive video', scene: 'screening', intro: '', choose: 0, tips: [], links: [],
      activities: [{ id: 'quiz', title: 'Check *the* ground', content: 'quiz', outcomes: ['explain'], choice: false, pass: 0.6, selfReported: false }] },
    { id: 'library', title: 'The library', scene: 'library', intro: '', choose: 0, tips: [], links: [],
      activities: [{ id: 'talk', title: 'Tell a colleague', content: 'talk', outcomes: ['design'], choice: false, pass: 0.6, selfReported: true }] },
  ],
  xp: { activity: 30, firstTry: 10, room: 40, finish: 100, levels: { base: 100, factor: 1.4 } },
  finish: {
    title: 'The house is lit', message: '', attendancePrefix: 'ALSE',
    credential: { name: 'Designing for Active Learning', description: 'The holder can explain what makes learning active, and design for it.', criteria: 'Both rooms completed, with the answers **scored by the server**.' },
  },
  ...change,
})

export const completed = (room: string, activity: string, change: object = {}): EventDraft =>
  ({ type: 'completed', data: { room, activity, score: 5, max: 6, kind: 'verified', firstTry: true, ...change } })
export const roomCompleted = (room: string): EventDraft => ({ type: 'room-completed', data: { room, score: 5, max: 6, firstTry: true } })

/** A course played to its end: one room verified, one on the learner's word, as its author allows. */
export const PLAYED: EventDraft[] = [
  completed('screening-room', 'quiz'), roomCompleted('screening-room'),
  completed('library', 'talk', { kind: 'self-reported', score: 0, max: 0 }), roomCompleted('library'),
  { type: 'finished', data: { score: 91.67, max: 100 } },
]

export interface World {
  app: Express
  kit: Kit
  ledger: Ledger
  courses: Courses
  credentials: Credentials
  run: string
  /** Tells the ledger that the learner has played, and asks for the credential, as play does. */
  finishes(learner: string, who?: { name?: string; email?: string }, events?: EventDraft[]): Promise<void>
  /** Once the outbox has settled the learner's row: delivered or failed. */
  settled(learner: string): Promise<OutboxRow>
  /** Finishes, waits, and gives the credential's id. */
  holds(learner: string, who?: { name?: string; email?: string }, events?: EventDraft[]): Promise<string>
  json(id: string): Promise<IssuedJson>
}
/** As a verifier reads it. */
export type IssuedJson = Record<string, unknown> & {
  id: string
  issuer: { id: string }
  credentialStatus: { statusListIndex: string; statusListCredential: string }
  credentialSubject: Record<string, unknown> & { id?: string; identifier?: { identityType: string; identityHash: string; hashed: boolean; salt?: string }[]; achievement: { id: string; image?: { id: string } } & Record<string, unknown> }
  evidence: { name: string; genre: string; narrative: string }[]
  proof: { verificationMethod: string; proofValue: string }[]
}
export interface WorldOptions {
  mongo: Mongo
  publicUrl?: string
  course?: Course
  pictures?: Map<string, Buffer>
  /** Something that breaks, put in the place of what works. */
  broken?: (parts: { kit: Kit; ledger: Ledger; courses: Courses }) => { kit: Kit; ledger: Ledger; courses: Courses }
}

export const aKit = (mongo: Mongo, publicUrl = 'https://keyroom.example'): Kit => {
  const secrets = makeSecrets('a secret of the tests, long enough to sign with')
  const i18n = makeI18n(path.join(ROOT, 'locales'), quiet)
  return {
    config: { publicUrl, dataDir: '/nowhere', demo: true }, log: quiet, mongo, secrets, i18n, sessions: makeSessions(secrets), limits: makeLimits(), now: () => new Date(),
    views: makeViews({ dir: path.join(ROOT, 'views'), publicDir: path.join(ROOT, 'public'), i18n }),
  }
}

const appOf = (kit: Kit, { routes }: Credentials): Express => {
  const app = express()
  app.use(requestId, securityHeaders({ https: true, framers: () => [] }))
  app.use('/assets', assets(path.join(ROOT, 'public'), path.join(ROOT, 'node_modules')))
  app.use(routes)
  app.use(answerProblem(kit))
  return app
}

/** The room of credentials on a real ledger, with its worker running. */
export const aWorld = async ({ mongo, publicUrl, course = aCourse(), pictures = new Map(), broken = (parts) => parts }: WorldOptions): Promise<World> => {
  const kit = aKit(mongo, publicUrl)
  const ledger = await createLedger({ mongo, slices: { ...testSlices, credentials: credentialSlice }, log: quiet })
  afterAll(() => ledger.close())
  const courses = await createCourses(kit)
  await courses.saveCourse(course, pictures)
  const { _id: run } = await courses.ensureRun({ platform: 'p', deployment: '1', context: 'c', resourceLink: 'r', slug: course.slug })
  const parts = broken({ kit, ledger, courses })
  const credentials = await createCredentials(parts.kit, { ...parts, issuerName: 'University of the House' })
  credentials.start({ pollMs: 50 })

  const finishes: World['finishes'] = async (learner, who, events = PLAYED) => {
    if (who) await courses.upsertMember({ run, user: learner, platform: 'p', sub: learner, role: 'participant', lastLaunch: new Date(), ...who })
    await ledger.record({
      run, learner, key: 'played', at: new Date('2026-05-12T10:00:00Z'),
      decide: () => ({ events, outbox: [{ kind: 'credential', id: `credential:${run}:${learner}`, payload: { achievement: 'course' } }] }),
    })
  }
  const settled: World['settled'] = async (learner) => {
    const id = `credential:${run}:${learner}`
    for (;;) {
      const [row] = await ledger.outbox.rows({ id })
      if (row && row.state !== 'waiting') return row
      // A try that broke waits for seconds before the next: here it needn't.
      if (row?.problem) await ledger.outbox.retry(id)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const app = appOf(kit, credentials)
  return {
    app, kit, ledger, courses, credentials, run, finishes, settled,
    holds: async (learner, who, events) => {
      await finishes(learner, who, events)
      const row = await settled(learner)
      const [held] = await credentials.of(run, learner)
      if (!held) throw new Error(`no credential was issued: ${JSON.stringify(row.problem)}`)
      return held.id
    },
    json: async (id) => (await request(app).get(`/verify/${id}`).set('Accept', 'application/ld+json').expect(200)).body as IssuedJson,
  }
}
