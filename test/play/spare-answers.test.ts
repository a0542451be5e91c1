import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { aPlayWorld, type PlayWorld } from './world.js'

let world: PlayWorld
beforeAll(async () => void (world = await aPlayWorld()))
afterAll(() => world.close())

it('an answer sent again, and one after the right one, change nothing and are logged, without what was answered', async () => {
  const ana = await world.visitor('ana')
  const logged = vi.spyOn(world.kit.log, 'info').mockImplementation(() => undefined)
  const ticket = { run: world.run._id, user: ana.user, sid: 's', room: 'hall', activity: 'hall-a' }
  const say = (response: string, key: string) => world.play.answer(ticket, { item: '_', response, key })
  const eventsOf = async () => (await world.ledger.events(world.run._id, ana.user)).length

  await say('right', 'first-00001')
  const before = await eventsOf()
  expect(logged).not.toHaveBeenCalled()

  await say('right', 'first-00001')
  await say('an afterthought', 'later-00001')
  expect(await eventsOf()).toBe(before)
  const lines = logged.mock.calls.map(([line]) => line as unknown as Record<string, unknown>)
  expect(lines.map(({ spare }) => spare)).toEqual(['sent again', 'after the right one'])
  expect(lines.map(({ activity, item }) => `${String(activity)} ${String(item)}`)).toEqual(['hall-a _', 'hall-a _'])
  expect(JSON.stringify(lines)).not.toContain('afterthought')
})
