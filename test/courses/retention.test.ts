import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { createCourses, previewOf, type Courses } from '../../src/courses/index.js'
import type { Mongo } from '../../src/infra/index.js'
import type { Ledger } from '../../src/ledger/index.js'
import { retain, startRetention } from '../../src/retention.js'
import { aCourse, aRoom } from '../play/world.js'
import { aLedger, quiet } from '../support/ledger.js'
import { freshMongo } from '../support/mongo.js'

const clock = { at: new Date('2028-02-29T12:00:00Z') }
const now = (): Date => clock.at
let mongo: Mongo
let courses: Courses
let ledger: Ledger
const rooms = () => ({ courses, ledger, kit: { mongo, now, log: quiet } })
const later = (days: number): void => void (clock.at = new Date(clock.at.getTime() + days * 86_400_000))
const listed = (...users: string[]) => users.map((user) => ({ user, platform: 'p', sub: user, role: 'participant' as const, name: `Name of ${user}`, email: `${user}@lms.example` }))
const list = (run: string, ...users: string[]) => courses.takeRoster(run, listed(...users), { began: now(), complete: true })

/** Everybody has launched, has an alias, a saved state, a grade and a revocation on its way. */
const aRun = async (...users: string[]): Promise<string> => {
  const run = randomUUID()
  await list(run, ...users)
  for (const learner of users) {
    await ledger.record({ run, learner, key: 'k', at: now(), decide: () => ({
      events: [{ type: 'launched', data: { resourceLink: 'l' } }],
      outbox: [{ kind: 'grade', id: `grade:${run}:${learner}`, payload: {} }, { kind: 'revocation', id: `revocation:${run}:${learner}`, payload: {} }],
    }) })
    await mongo.db.collection<{ _id: string; run: string }>('aliases').insertOne({ _id: `${run}:${learner}`, run })
    await mongo.db.collection('h5p_states').insertOne({ run, user: learner, data: 'x' })
  }
  return run
}
/** What is still known of someone, by collection. */
const traces = async (run: string, user: string): Promise<string[]> => {
  const found = await Promise.all(['members', 'events', 'standings', 'outbox', 'aliases', 'h5p_states'].map(async (name) =>
    Array<string>(await mongo.db.collection(name).countDocuments({ $or: [{ _id: `${run}:${user}` as never }, { run, user }, { run, learner: user }] })).fill(name)))
  return found.flat()
}

beforeAll(async () => {
  mongo = await freshMongo()
  courses = await createCourses({ mongo, now })
  ledger = await aLedger(mongo)
})

describe('who left', () => {
  it('is kept until the rule’s time is over, and then forgotten but for a revocation on its way', async () => {
    const run = await aRun('ada', 'ben')
    await list(run, 'ben')
    later(700)
    expect(await retain(rooms(), 24)).toMatchObject({ people: 0, erased: 0 })
    expect((await traces(run, 'ada')).length).toBe(7)
    later(40)
    expect(await retain(rooms(), 24, { dryRun: true })).toMatchObject({ people: 1, erased: 0 })
    expect((await traces(run, 'ada')).length).toBe(7)
    expect(await retain(rooms(), 24)).toMatchObject({ people: 1, erased: 1 })
    expect(await traces(run, 'ada')).toEqual(['outbox'])
    expect(await ledger.outbox.rows({ run, learner: 'ada' })).toMatchObject([{ kind: 'revocation' }])
    expect((await traces(run, 'ben')).length).toBe(7)
    expect((await ledger.rebuild({ dryRun: true })).differed).toEqual([])
  })
  it('and came back is kept', async () => {
    const run = await aRun('ada')
    await list(run)
    later(800)
    await courses.upsertMember({ run, user: 'ada', platform: 'p', sub: 'ada', role: 'participant', lastLaunch: now() })
    expect(await retain(rooms(), 24)).toMatchObject({ people: 0, erased: 0 })
    expect((await traces(run, 'ada')).length).toBe(7)
  })
  it('begins anew when they come back after all was forgotten', async () => {
    const run = await aRun('ada')
    await list(run)
    later(800)
    await retain(rooms(), 24)
    await list(run, 'ada')
    expect(await courses.member(run, 'ada')).toMatchObject({ status: 'active', name: 'Name of ada' })
    expect((await ledger.standing(run, 'ada')).v).toBe(0)
  })
})

describe('a student view', () => {
  it('ends so long after its last use, also one that was begun afresh; a younger one stays', async () => {
    await courses.saveCourse(aCourse([aRoom('hall')]), new Map())
    const { _id: run } = await courses.ensureRun({ platform: 'p', deployment: '1', context: randomUUID(), resourceLink: 'l' })
    const beside = previewOf(run)
    const does = async (learner: string): Promise<string> => {
      await ledger.record({ run: beside, learner, key: randomUUID(), at: now(), decide: () => ({ events: [{ type: 'launched', data: { resourceLink: 'l' } }] }) })
      await mongo.db.collection('h5p_states').insertOne({ run: beside, user: learner, data: 'x' })
      return learner
    }
    const looksOn = async (user: string) => does(await courses.studentView(run, user, { run, user, platform: 'p', sub: user, name: `Name of ${user}`, role: 'participant' }))
    const first = await looksOn('tomas')
    const again = await does(await courses.afresh(first))
    later(700)
    const young = await looksOn('margit')
    later(60)
    const left = () => Promise.all([first, again, young].map(async (learner) => (await traces(beside, learner)).length))
    const known = async () => (await courses.studentViews(run)).map(({ user }) => user)
    expect(await retain(rooms(), 24, { dryRun: true })).toMatchObject({ views: 2 })
    expect([await left(), await known()]).toEqual([[3, 3, 3], ['margit', 'tomas']])
    expect(await retain(rooms(), 24)).toMatchObject({ views: 2, erased: 0 })
    expect([await left(), await known()]).toEqual([[0, 0, 3], ['margit']])
    // Who looks on again begins from nothing.
    expect((await ledger.standing(beside, await looksOn('tomas'))).v).toBe(1)
  })
})

describe('the daily job', () => {
  it('is one node’s, once a day', async () => {
    const run = await aRun('ada', 'ben')
    await list(run, 'ben')
    later(800)
    const nodes = [startRetention(rooms(), 24, 20), startRetention(rooms(), 24, 20)]
    await expect.poll(() => traces(run, 'ada')).toEqual(['outbox'])
    await list(run)
    later(0.5)
    await mongo.db.collection('members').updateOne({ run, user: 'ben' }, { $set: { leftAt: new Date(0) } })
    await new Promise((next) => setTimeout(next, 100))
    expect((await traces(run, 'ben')).length).toBe(7)
    later(0.6)
    await expect.poll(() => traces(run, 'ben')).toEqual(['outbox'])
    await Promise.all(nodes.map((stop) => stop()))
  })
  it('is nobody’s where all is to be kept', async () => {
    const run = await aRun('ada')
    await list(run)
    later(4000)
    const stop = startRetention(rooms(), 0, 5)
    await new Promise((next) => setTimeout(next, 50))
    await stop()
    expect((await traces(run, 'ada')).length).toBe(7)
  })
})
