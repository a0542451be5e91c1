import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Course, Courses } from '../../src/courses/index.js'
import { makeI18n, makeSecrets } from '../../src/infra/index.js'
import type { OutboxRow } from '../../src/ledger/index.js'
import { createAgs } from '../../src/lti/ags.js'
import { createColumns } from '../../src/lti/columns.js'
import { gradeDelivery } from '../../src/lti/grades.js'
import { openToolKeys } from '../../src/lti/key.js'
import type { Registry } from '../../src/lti/registry.js'
import { createServices } from '../../src/lti/services.js'
import { quiet } from '../support/ledger.js'
import { freshMongo } from '../support/mongo.js'
import { aPlatform, type TestPlatform } from '../support/platform.js'

let lms: TestPlatform
let deliver: ReturnType<typeof gradeDelivery>
let role = 'participant'
let lang = 'en'
let lineitem: string | undefined
let memo: Record<string, unknown> | undefined

beforeAll(async () => {
  lms = await aPlatform()
  const platform = { _id: 'p', issuer: lms.issuer, clientId: 'c', deployments: ['1'], authUrl: '', tokenUrl: `${lms.issuer}/token`, jwksUrl: '', name: '' }
  const courses = {
    run: async () => ({ _id: 'r', platform: 'p', course: 'c@1', resourceLink: 'l', ags: { lineitem, scope: [] } }),
    course: async () => ({ lang }),
    member: async () => ({ sub: 'u1', role }),
  } as unknown as Courses
  const mongo = await freshMongo()
  const now = (): Date => new Date()
  const ags = createAgs(createServices({ keys: await openToolKeys(mongo, makeSecrets('a secret for tests that is long enough'), now) }))
  const columns = createColumns({ db: mongo.db, ags, courseOf: async () => ({}) as Course, now })
  const registry = { byId: async () => platform, seen: async () => undefined } as unknown as Registry
  deliver = gradeDelivery({ ags, columns, registry, courses, i18n: makeI18n('locales', quiet), log: quiet, now })
})
afterAll(() => lms.close())
beforeEach(() => {
  role = 'participant'
  lang = 'en'
  lineitem = `${lms.issuer}/items/1/lineitem?type_id=3`
  memo = undefined
  lms.scores.length = lms.answers.length = lms.scoreAddresses.length = 0
})
const at = new Date('2026-01-02T03:04:05.678Z')
const send = (rev = 1, more: Partial<OutboxRow> = {}, score = 50) => {
  const payload = { score, max: 100, activityProgress: 'InProgress', comment: { rooms: 2, of: 4 } }
  return deliver({ id: 'grade:r:u', kind: 'grade', run: 'r', learner: 'u', rev, at, state: 'waiting', attempts: 0, nextAt: at, payload, memo, ...more }, async (noted) => void (memo = noted))
}

describe('a grade', () => {
  it('is sent with its event’s own second, to the scores of its column', async () => {
    expect(await send()).toMatchObject({ state: 'delivered' })
    expect(lms.scores).toMatchObject([{ userId: 'u1', scoreGiven: 50, scoreMaximum: 100, timestamp: '2026-01-02T03:04:05.000Z', gradingProgress: 'FullyGraded', comment: 'Rooms finished: 2 of 4' }])
    expect(lms.scoreAddresses).toEqual(['/items/1/lineitem/scores?type_id=3'])
  })
  it('that follows within the same second gets the next', async () => {
    await send(1)
    await send(2, {}, 75)
    expect(lms.scores.map(({ timestamp }) => timestamp)).toEqual(['2026-01-02T03:04:05.000Z', '2026-01-02T03:04:06.000Z'])
  })
  it('is told in the course’s language', async () => {
    lang = 'ar'
    await send()
    expect(lms.scores[0]?.comment).toBe('الغرف المنجزة: 2 من 4')
  })
  it('whose answer was lost is sent again as it was, and a 409 then means that it had arrived', async () => {
    lms.answers.push({ status: 500 }, { status: 409 })
    expect(await send()).toMatchObject({ state: 'retry', problem: { status: 500 } })
    expect(await send()).toMatchObject({ state: 'delivered' })
    expect(new Set(lms.scores.map(({ timestamp }) => timestamp)).size).toBe(1)
  })
  it.each([400, 403, 404, 422])('refused with %i is kept, not tried again', async (status) => {
    lms.answers.push({ status })
    expect(await send()).toEqual({ state: 'failed', problem: { code: 'lti/score-refused', status } })
  })
  it('waits as long as a busy platform asks', async () => {
    lms.answers.push({ status: 429, headers: { 'retry-after': '17' } })
    expect(await send()).toMatchObject({ state: 'retry', afterSeconds: 17 })
  })
  it('whose token ended early is sent with a new one', async () => {
    const before = lms.tokensGiven
    lms.answers.push({ status: 401 })
    expect(await send()).toMatchObject({ state: 'delivered' })
    expect(lms.tokensGiven).toBe(before + 1)
  })
  it('of staff is not sent', async () => {
    role = 'instructor'
    expect(await send()).toMatchObject({ state: 'delivered' })
    expect(lms.scores).toEqual([])
  })
  it('without a column says so', async () => {
    lineitem = undefined
    expect(await send()).toEqual({ state: 'failed', problem: { code: 'lti/no-line-item' } })
  })
})
