import { beforeAll, describe, expect, it } from 'vitest'
import { aWorld, type Staff, type World } from './world.js'

let world: World
let tutor: Staff
const commandsFor = async (path: string): Promise<string[]> => {
  world.commands()
  expect((await tutor.get(`/insights/${world.run}${path}`)).status).toBe(200)
  return world.commands()
}
beforeAll(async () => {
  world = await aWorld()
  tutor = world.as('instructor')
  await Promise.all(
    Array.from({ length: 1000 }, async (_, index) => {
      const each = await world.learner(`Person ${index + 1}`)
      if (index % 2) await each.solves('film')
    }),
  )
})

describe('with a thousand participants', () => {
  it.each(['/', '/?sort=xp&show=stuck&q=person&page=7', '/part', '/ladder', '/participants.csv', '/grades/', '/grades/part?state=delivered&q=person&page=7'])('%s asks the database as little as with ten', async (path) => {
    // The run, which lanes rest, and three lists of a first batch and the rest each.
    expect((await commandsFor(path)).filter((name) => name !== 'endSessions').length).toBeLessThanOrEqual(8)
  })
  it('a page holds fifty of them, each in its place', async () => {
    const namesOn = async (page: number) => [...(await tutor.get(`/insights/${world.run}/part?page=${page}`)).text.matchAll(/<a class="who[^>]*><bdi>([^<]*)/g)].map(([, name]) => name)
    const numbered = (from: number) => Array.from({ length: 50 }, (_, index) => `Person ${from + index}`)
    expect(await namesOn(1)).toEqual(numbered(1))
    expect(await namesOn(2)).toEqual(numbered(51))
    expect(await namesOn(20)).toEqual(numbered(951))
    expect(await namesOn(21)).toEqual(numbered(951))
  })
  it('a page is no larger than it has to be', async () => {
    expect((await tutor.get(`/insights/${world.run}/`)).text.length).toBeLessThan(200_000)
  })
  it('the export has all of them', async () => {
    expect((await tutor.get(`/insights/${world.run}/participants.csv`)).text.trim().split('\r\n')).toHaveLength(1001)
  })
})
