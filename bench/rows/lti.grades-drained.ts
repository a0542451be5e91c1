import { createPublicKey } from 'node:crypto'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { exportJWK } from 'jose'
import { createCourses, type Column } from '../../src/courses/index.js'
import { connectMongo, makeI18n, makeLog, makeSecrets } from '../../src/infra/index.js'
import { createAgs, SCOPES, type Score } from '../../src/lti/ags.js'
import { createGradeService } from '../../src/lti/grade-service.js'
import { openToolKeys } from '../../src/lti/key.js'
import { createRegistry } from '../../src/lti/registry.js'
import { createServices } from '../../src/lti/services.js'
import { inTurns, rate } from '../measure.js'
import type { Ctx, Row } from '../model.js'
import { COURSE, openLedger } from '../support/answers.js'
import { freePort, ROOT, startPart } from '../support/process.js'

/** To one platform at once, as Keyroom does it. */
const CALLERS = 4
/** Grades a round; more by the environment. */
const GRADES = Number(process.env.GRADES ?? 1000)

interface Known { told: string; registration: { issuer: string; clientId: string; deployment: string; authUrl: string; tokenUrl: string; jwksUrl: string }; learners: string[]; lineitems: string; scope: string[] }
interface Job { sub: string; column: Column }

const startLms = async (ctx: Ctx, tool: string): Promise<Known> => {
  const port = await freePort()
  const ready = `http://127.0.0.1:${port}/known`
  await startPart(ctx, { file: 'bench/peers/demo-lms.ts', ready, env: { PORT: String(port), TOOL: tool } })
  return { ...((await (await fetch(ready)).json()) as Omit<Known, 'told'>), told: ready.replace(/known$/, 'grades') }
}
/** Serves our key set, by which the LMS knows us. */
const serveKeys = async (ctx: Ctx, keys: () => Promise<{ kid: string; publicPem: string }[]>): Promise<string> => {
  const server = createServer((_req, res) => {
    void keys().then(async (all) => res.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: await Promise.all(all.map(async ({ kid, publicPem }) => ({ ...(await exportJWK(createPublicKey(publicPem))), kid, alg: 'RS256', use: 'sig' }))) })))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ctx.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Keyroom's grade service on a database of its own, with a learner's run that has so many columns; and the LMS that it sends to. */
const openWorld = async (ctx: Ctx) => {
  const mongo = await connectMongo(ctx.database())
  ctx.after(() => mongo.close())
  const now = (): Date => new Date()
  const keys = await openToolKeys(mongo, makeSecrets('a secret of the bench, long enough to sign with'), now)
  const lms = await startLms(ctx, await serveKeys(ctx, () => keys.published()))
  const { deployment, ...platform } = lms.registration
  const [registry, courses] = await Promise.all([createRegistry(mongo, now), createCourses({ mongo, now })])
  const registered = await registry.add({ ...platform, deployments: [deployment], name: 'LMS' })
  await courses.saveCourse(COURSE, new Map())
  const services = createServices({ keys, now })
  const ags = createAgs(services)
  const container = { url: lms.lineitems, scope: lms.scope }
  const columns: [Column, string][] = []
  await rate(Array.from({ length: Math.ceil(GRADES / lms.learners.length) }, (_, n) => n), CALLERS, async (n) => {
    columns.push([`room:${n}`, (await ags.create(registered, container, { label: `${n}`, scoreMaximum: 100, resourceId: `bench/${n}`, tag: 'keyroom' })) ?? ''])
  })
  // First grades: of later ones it would be asked what stands there, which the floor isn't.
  const scope = lms.scope.filter((each) => each !== SCOPES.result)
  const { _id: run } = await courses.ensureRun({ platform: registered._id, deployment: '1', context: '1', resourceLink: '1', ags: { lineitems: lms.lineitems, scope } })
  await mongo.db.collection<{ _id: string }>('runs').updateOne({ _id: run }, { $set: { columns: Object.fromEntries(columns), grading: { course: false, rooms: true, credential: false } } })
  for (const sub of lms.learners) await courses.upsertMember({ run, user: `u${sub}`, platform: registered._id, sub, role: 'participant', lastLaunch: now() })
  const jobs = lms.learners.flatMap((sub) => columns.map(([column]): Job => ({ sub, column }))).slice(0, GRADES)
  return { mongo, registered, registry, services, now, run, jobs, addresses: new Map(columns), told: lms.told }
}
type World = Awaited<ReturnType<typeof openWorld>>

/** Each score must be later than the last of its column: a round has a second of its own. */
const secondOf = (turn: number): Date => new Date(Date.UTC(2026, 0, 1) + turn * 10_000)

/** Looks each grade up at the LMS. @throws where one is missing, or isn't what was sent last */
const verify = async ({ jobs, addresses, told }: World, given: number): Promise<void> => {
  const stands = (await (await fetch(told)).json()) as { column: string; userId: string; given?: number }[]
  const found = new Map(stands.map((each) => [`${each.userId} ${each.column}`, each.given]))
  const wrong = jobs.filter(({ sub, column }) => found.get(`${sub} ${addresses.get(column)}`) !== given)
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${jobs.length} grades don't stand in the LMS as they were sent last`)
}

/** Writes the rows down, untimed; then drains them by a node that has just begun. Grades a second. */
const drained = async (world: World, turn: number): Promise<number> => {
  const { mongo, registry, services, now, run, jobs, registered } = world
  const ledger = await openLedger(mongo)
  await Promise.all(jobs.map(({ sub, column }) => ledger.record({
    run, learner: `u${sub}`, key: `${turn} ${column}`, at: secondOf(turn),
    decide: () => ({ events: [], outbox: [{ kind: 'grade', id: `grade:${run}:u${sub}:${column}`, lane: registered._id, payload: { column, score: turn, max: 100, activityProgress: 'InProgress', comment: { pages: turn, of: 100 } } }] }),
  })))
  const kit = { log: makeLog('silent'), now, i18n: makeI18n(path.join(ROOT, 'locales'), makeLog('silent')) }
  const grades = createGradeService({ kit, db: mongo.db, services, registry, courses: await createCourses({ mongo, now }), ledger, gradesOf: () => [] })
  const start = performance.now()
  await new Promise<void>((resolve, reject) => {
    let left = jobs.length
    ledger.outbox.onSettled(({ state, problem }) => {
      if (state !== 'delivered' || problem) reject(new Error(`a grade was not taken: ${problem?.code}`))
      else if (--left === 0) resolve()
    })
    grades.start({ concurrency: CALLERS })
  })
  const seconds = (performance.now() - start) / 1000
  await ledger.close()
  await verify(world, turn)
  return jobs.length / seconds
}
/** The same scores, posted and nothing else. */
const bare = ({ services, registered, jobs, addresses }: World, turn: number): Promise<number> => {
  const ags = createAgs(services)
  const score: Omit<Score, 'userId'> = { timestamp: secondOf(turn).toISOString(), scoreGiven: turn, scoreMaximum: 100, activityProgress: 'InProgress', gradingProgress: 'FullyGraded', comment: `Pages done: ${turn} of 100` }
  return rate(jobs, CALLERS, ({ sub, column }) => ags.postScore(registered, addresses.get(column) ?? '', { userId: sub, ...score }))
}

/** Grades that wait in the outbox, sent to the demo LMS in a process of its own and marked; against its grade service called bare. */
export default {
  name: 'lti.grades-drained', aim: 0.3, better: 'higher', unit: 'grades/s',
  async run(ctx) {
    if (!Number.isInteger(GRADES) || GRADES < 1) throw new Error('GRADES must be a whole number, 1 or more.')
    const world = await openWorld(ctx)
    let turn = 1
    return inTurns(ctx.rounds, () => drained(world, turn++), () => bare(world, turn++))
  },
} satisfies Row
