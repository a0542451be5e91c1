import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPlay } from '../../src/play/index.js'
import { aPlayWorld, pretendH5P, type PlayWorld } from './world.js'

/** A launch is in its member's row before it is answered, and in the ledger soon after: once, whatever happens between. */
let world: PlayWorld
beforeAll(async () => {
  world = await aPlayWorld()
})
afterAll(() => world.close())

const AT = new Date('2026-03-09T19:00:00Z')
const joins = async (user: string, key: string) => {
  const launch = { run: world.run._id, user, key, resourceLink: 'l', at: AT }
  expect(await world.courses.joinMember({ run: world.run._id, user, platform: 'p', sub: user, role: 'participant', lastLaunch: AT }, launch)).toBe(true)
  return launch
}
const launches = async (user: string) => (await world.ledger.events(world.run._id, user)).filter(({ type }) => type === 'launched')
const noted = (user: string) => world.courses.notedLaunches({ run: world.run._id, user })

it('is recorded behind the answer, before their first page is shown, and the row forgets it', async () => {
  const who = { run: world.run._id, user: 'ana' }
  world.play.arrivals.take(await joins('ana', 'k1'))
  world.play.arrivals.take(await joins('ana', 'k2'))
  expect((await world.play.look(who)).standing.play.launched).toEqual(AT)
  await world.play.arrivals.close()
  expect([(await launches('ana')).length, await noted('ana')]).toEqual([2, []])
})

it('of a node that ended in between is recorded when their page is asked for, with its own time', async () => {
  await joins('ben', 'k1')
  const { standing } = await world.play.look({ run: world.run._id, user: 'ben' })
  expect(standing.play.launched).toEqual(AT)
  expect(Object.values(standing.play.rooms).some(({ opened }) => opened)).toBe(true)
})

it('of a node that ended in between is recorded by the next one, though nobody asks', async () => {
  await joins('cem', 'k1')
  await world.play.arrivals.sweep()
  await world.play.arrivals.close()
  expect([(await launches('cem')).map(({ at }) => at), await noted('cem')]).toEqual([[AT], []])
})

it('by two nodes at once is one', async () => {
  const launch = await joins('dia', 'k1')
  const twin = createPlay({ kit: world.kit, courses: world.courses, ledger: world.ledger, h5p: pretendH5P })
  world.play.arrivals.take(launch)
  twin.arrivals.take(launch)
  await Promise.all([world.play.look(launch), twin.look(launch)])
  await Promise.all([world.play.arrivals.close(), twin.arrivals.close()])
  expect([(await launches('dia')).length, await noted('dia')]).toEqual([1, []])
})

it('of staff is none: nothing is noted where they look on', async () => {
  await world.courses.upsertMember({ run: world.run._id, user: 'eva', platform: 'p', sub: 'eva', role: 'instructor', lastLaunch: AT })
  expect(await world.courses.joinMember({ run: world.run._id, user: 'eva', platform: 'p', sub: 'eva', role: 'participant', lastLaunch: AT }, { run: world.run._id, user: 'eva', key: 'k1', resourceLink: 'l', at: AT })).toBe(false)
  expect(await noted('eva')).toEqual([])
})
