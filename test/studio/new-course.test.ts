import { afterAll, beforeAll, expect, it } from 'vitest'
import { newCourse } from '../../src/studio/index.js'
import { aWorld, type World } from '../support/keyroom.js'

let world: World
beforeAll(async () => void (world = await aWorld()), 60_000)
afterAll(() => world.close())

const start = (title: string, lang: string, slug = `made-${lang.toLowerCase()}`) => newCourse({ slug, title, lang }, { studio: world.keyroom.rooms.studio, i18n: world.keyroom.rooms.kit.i18n })

it.each(['en', 'zh-CN', 'ar'])('a course begun in %s has one room with one activity of our own, in its language, that can be played', async (lang) => {
  const { courses, h5p, studio } = world.keyroom.rooms
  const course = await start('Teaching: “all” of it', lang)
  expect(course).toMatchObject({ title: 'Teaching: “all” of it', lang, rooms: [{ id: 'room-1', activities: [{ id: 'first-words' }] }] })
  expect((await courses.current(course.slug))?.id).toBe(course.id)
  const content = course.rooms[0]?.activities[0]?.content ?? ''
  expect(await h5p.items(content)).toHaveLength(1)
  expect([...(await studio.source(course)).keys()].sort()).toEqual(['course.yaml', 'h5p/first-words/content/content.json', 'h5p/first-words/h5p.json'])
  // Every word is there, none is a key of the catalogue.
  expect(JSON.stringify(course)).not.toContain('deep-linking.')
})
it('the same again changes nothing; a long title fits all the same', async () => {
  const [first, second] = [await start('x'.repeat(200), 'en', 'long'), await start('x'.repeat(200), 'en', 'long')]
  expect(second.id).toBe(first.id)
})
