import { afterAll, beforeAll, expect, it } from 'vitest'
import { freshMongo } from '../support/mongo.js'
import { aNode, type Node } from './world.js'

let here: Node
let there: Node
let run: string
const listed = (...users: string[]) => users.map((user) => ({ user, platform: 'p', sub: user, role: 'participant' as const }))
const list = (...users: string[]) => here.courses.takeRoster(run, listed(...users), { began: new Date(Date.now() + 1000), complete: true })
const seenAt = async ({ ladders }: Node): Promise<string[]> => (await ladders.top(run, 10)).rows.map(({ user, rank }) => `${rank} ${user}`)

beforeAll(async () => {
  const mongo = await freshMongo()
  here = await aNode(mongo)
  there = await aNode(mongo)
  run = await here.run()
  for (const [user, xp] of [['ada', 30], ['ben', 20], ['cy', 10]] as const) {
    await here.join(run, user)
    await here.award(run, user, xp)
  }
  await list('ada', 'ben', 'cy', 'never-came')
  for (const node of [here, there]) expect(await seenAt(node)).toEqual(['1 ada', '2 ben', '3 cy'])
})
afterAll(() => Promise.all([here.close(), there.close()]))

it('who left is off the ladder of every node, earns no place by going on, and is back where they stood when they return', async () => {
  await list('ben', 'cy', 'never-came')
  for (const node of [here, there]) await expect.poll(() => seenAt(node)).toEqual(['1 ben', '2 cy'])
  await here.award(run, 'ada', 5)
  await here.award(run, 'cy', 1)
  for (const node of [here, there]) await expect.poll(async () => (await node.ladders.top(run, 10)).rows.map(({ user, xp }) => `${user} ${xp}`)).toEqual(['ben 20', 'cy 11'])
  await list('ada', 'ben', 'cy', 'never-came')
  for (const node of [here, there]) await expect.poll(() => seenAt(node)).toEqual(['1 ada', '2 ben', '3 cy'])
})
it('a ladder first read after they left has them not', async () => {
  await list('ada', 'cy')
  const later = await aNode(here.kit.mongo)
  expect(await seenAt(later)).toEqual(['1 ada', '2 cy'])
  await later.close()
})
