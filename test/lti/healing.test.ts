import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Ledger, OutboxRow } from '../../src/ledger/index.js'
import { aPlatform, type TestPlatform } from '../support/platform.js'
import { frontDoor, PUBLIC_URL, register } from './front-door.js'
import { aWayIn, type WayIn } from './world.js'

/** Grades that the settings stopped go again once somebody comes in from a link that has grades. */
let way: WayIn
let lms: TestPlatform
let door: ReturnType<typeof frontDoor>
const retried: string[] = []
const asked: object[] = []
const stopped = (id: string, code: string, state: OutboxRow['state'] = 'failed', status?: number) => ({ id, state, problem: { code, status, at: new Date() } }) as OutboxRow
const rows = [stopped('column', 'lti/no-line-item'), stopped('token', 'lti/token-refused'), stopped('refused', 'lti/score-refused', 'failed', 403), stopped('gone', 'lti/score-refused', 'failed', 404), stopped('stranger', 'lti/no-member'), stopped('waiting', 'lti/no-line-item', 'waiting'), stopped('sent', 'lti/no-line-item', 'delivered')]

beforeAll(async () => {
  const outbox = {
    rows: async (filter: object) => (asked.push(filter), rows),
    retryAll: async (ids: string[]) => (retried.push(...ids), ids.length),
  } as unknown as Ledger['outbox']
  const ledger = { outbox } as unknown as Ledger
  way = await aWayIn({ publicUrl: PUBLIC_URL, ledger })
  lms = await aPlatform()
  await register(way.lti, lms)
  door = frontDoor(way.app, lms)
})
afterAll(() => lms.close())
beforeEach(() => void (retried.length = asked.length = 0))

const withGrades = (...roles: string[]) => (claims: Record<string, unknown>): void =>
  void Object.assign(claims, {
    'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': { lineitem: `${lms.issuer}/items/1`, scope: [] },
    'https://purl.imsglobal.org/spec/lti/claim/roles': roles,
  })

it('a learner’s launch tries that learner’s again, and only what the settings stopped', async () => {
  await door.launch(withGrades('Learner'))
  await expect.poll(() => retried).toEqual(['column', 'token', 'gone', 'stranger'])
  expect(asked).toEqual([{ run: way.arrivals.at(-1)?.run, kind: 'grade', learner: way.arrivals.at(-1)?.user }])
})
it('a launch of staff tries everybody’s', async () => {
  await door.launch(withGrades('Instructor'))
  await expect.poll(() => retried).toEqual(['column', 'token', 'gone', 'stranger'])
  expect(asked).toEqual([{ run: way.arrivals.at(-1)?.run, kind: 'grade' }])
})
it('a launch without grades tries nothing', async () => {
  expect((await door.launch()).status).toBe(200)
  expect(asked).toEqual([])
})
