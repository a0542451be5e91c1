import { beforeAll, expect, it } from 'vitest'
import type { OutboxRow } from '../../src/ledger/index.js'
import { freshMongo } from '../support/mongo.js'
import { aWorld, type World } from './world.js'

/** The LMS's column for the credential: what is drafted for it. */
let world: World
const WITH = { course: true, rooms: false, credential: true }
const WITHOUT = { ...WITH, credential: false }
const rowsOf = (learner: string): Promise<OutboxRow[]> => world.ledger.outbox.rows({ run: world.run, learner, kind: 'grade' })
const heldGrade = (learner: string, id: string) => ({
  kind: 'grade', id: `grade:${world.run}:${learner}:credential`, lane: 'p', run: world.run, learner, state: 'waiting',
  payload: { column: 'credential', score: 1, max: 1, activityProgress: 'Completed', comment: { verify: `https://keyroom.example/verify/${id}` } },
})
const takenBack = { state: 'waiting', payload: { column: 'credential', score: 0, max: 1, activityProgress: 'Initialized', comment: {}, reset: true } }

beforeAll(async () => {
  world = await aWorld({ mongo: await freshMongo() })
})

it('the issue of a credential fills its column, with the address that verifies it', async () => {
  await world.courses.setGrading(world.run, WITH)
  const id = await world.holds('ana')
  const rows = await rowsOf('ana')
  expect(rows).toMatchObject([heldGrade('ana', id)])
  expect(rows[0]?.rev).toBe(1)
})
it('its revocation takes the point back, once', async () => {
  await world.courses.setGrading(world.run, WITH)
  const id = await world.holds('ben')
  await world.credentials.revoke(id, 'Issued by mistake', 'admin')
  await world.credentials.revoke(id, 'Issued by mistake', 'admin')
  const rows = await rowsOf('ben')
  expect(rows).toMatchObject([{ id: `grade:${world.run}:ben:credential`, lane: 'p', ...takenBack }])
  expect(rows[0]?.rev).toBe(2)
})
it('without the column, neither says anything', async () => {
  await world.courses.setGrading(world.run, WITHOUT)
  const id = await world.holds('cleo')
  await world.credentials.revoke(id, 'Issued by mistake', 'admin')
  expect(await rowsOf('cleo')).toEqual([])
})
it('a column that comes later says what is so by then: who holds it, and who no more', async () => {
  await world.courses.setGrading(world.run, WITHOUT)
  const [held, revoked] = [await world.holds('dan'), await world.holds('eve')]
  await world.credentials.revoke(revoked, 'Issued by mistake', 'admin')
  await world.courses.setGrading(world.run, WITH)
  const run = await world.courses.run(world.run)
  const draftsOf = async (learner: string) => world.credentials.gradesOf(run, await world.ledger.standing(world.run, learner))
  const { payload } = heldGrade('dan', held)
  expect(await draftsOf('dan')).toMatchObject([{ payload }])
  expect(await draftsOf('eve')).toMatchObject([{ payload: takenBack.payload }])
  expect(await draftsOf('nobody')).toEqual([])
})
