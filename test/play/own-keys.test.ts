import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../src/courses/index.js'
import { aPlayWorld, type PlayWorld } from './world.js'

const AUTHORED = 'amber tandem 27'

let world: PlayWorld
let fresh: Run
let steps = 0

const bind = async (context: string, copiedFrom: string, isFresh: boolean): Promise<Run> =>
  (await world.courses.bindLink({ platform: 'p', deployment: '1', context, resourceLink: `link-${context}-${++steps}` }, { slug: 'house', target: { kind: 'map' }, copiedFrom, fresh: isFresh })).run
/** Whoever has come in and done all of the hall, which gives the library's key. */
const doesTheHall = async (run: string, user: string) => {
  const who = { run, user }
  await world.play.launched(who, 'l', 'first')
  for (const activity of ['hall-a', 'hall-b']) await world.play.answer({ ...who, sid: 's', room: 'hall', activity }, { item: '_', response: 'right', key: `${activity}-${user}` })
  return who
}

beforeAll(async () => {
  world = await aPlayWorld()
  fresh = await bind('autumn', world.run._id, true)
})
afterAll(() => world.close())

describe('a run that was begun with new secrets', () => {
  it('gives a shared key of its own: words and a number, the same for all in it', async () => {
    const [ana, ben] = [await doesTheHall(fresh._id, 'ana'), await doesTheHall(fresh._id, 'ben')]
    const key = await world.play.earnedKey(ana, 'library')
    expect(key).toMatch(/^[a-z]+ [a-z]+ \d\d$/)
    expect(key).not.toBe(AUTHORED)
    expect(await world.play.earnedKey(ben, 'library')).toBe(key)
    expect((await world.play.tryKey(ana, 'library', AUTHORED, 'try-1')).refusal).toBe('wrong')
    expect((await world.play.tryKey(ana, 'library', key?.toUpperCase() ?? '', 'try-2')).opened).toBe(true)
  })
  it('shows it to its staff, and only there is anything to show', async () => {
    const key = await world.play.earnedKey({ run: fresh._id, user: 'ana' }, 'library')
    expect(world.play.ownKeys(fresh, world.course)).toEqual({ library: key })
    expect(world.play.ownKeys(world.run, world.course)).toEqual({})
  })
  it('is opened by no key of another: neither the original’s nor another fresh one’s', async () => {
    const other = await bind('winter', world.run._id, true)
    const words = [world.play.ownKeys(fresh, world.course).library, world.play.ownKeys(other, world.course).library]
    expect(new Set([...words, AUTHORED]).size).toBe(3)
    const original = await doesTheHall(world.run._id, 'zoe')
    expect(await world.play.earnedKey(original, 'library')).toBe(AUTHORED)
    expect((await world.play.tryKey(original, 'library', words[0] ?? '', 'try-1')).opened).toBe(false)
  })
  it('has a copy that carries on with the same shared key, and personal keys anew', async () => {
    const carried = await bind('spring', fresh._id, false)
    expect(world.play.ownKeys(carried, world.course)).toEqual(world.play.ownKeys(fresh, world.course))
    const finishes = async (run: string) => {
      const who = await doesTheHall(run, 'kim')
      await world.play.tryKey(who, 'library', (await world.play.earnedKey(who, 'library')) ?? '', 'open')
      await world.play.answer({ ...who, sid: 's', room: 'library', activity: 'library-one' }, { item: '_', response: 'right', key: 'library-kim' })
      return world.play.earnedKey(who, 'attic')
    }
    const [mine, yours] = [await finishes(fresh._id), await finishes(carried._id)]
    expect(mine).toMatch(/^\w{4}-\w{4}$/)
    expect(yours).not.toBe(mine)
  })
  it('derives words in the course’s language, always the same for the same door', () => {
    const inLang = (lang: string) => world.play.ownKeys(fresh, { ...world.course, lang }).library ?? ''
    expect(inLang('zh-CN')).toMatch(/^\p{Script=Han}+ \p{Script=Han}+ \d\d$/u)
    expect(inLang('ar')).toMatch(/^\p{Script=Arabic}+ \p{Script=Arabic}+ \d\d$/u)
    expect(inLang('hu')).toBe(inLang('en'))
  })
})

describe('a link of the LMS to a room', () => {
  it('shows the room once it is open, its door when one stands before it, and else the map with a word', async () => {
    const { get } = await world.visitor('lin')
    expect((await get('rooms/hall?link=1')).text).toContain('<h1')
    expect((await get('rooms/library?link=1')).text).toContain('data-door')
    const locked = await get('rooms/attic?link=1')
    expect([locked.status, locked.text.includes('That room is still locked'), locked.text.includes('Title of attic-a')]).toEqual([200, true, false])
    const gone = await get('rooms/cellar?link=1')
    expect([gone.status, gone.text.includes('no longer in this course')]).toEqual([200, true])
    expect([(await get('rooms/attic')).status, (await get('rooms/cellar')).status]).toEqual([403, 404])
  })
})
