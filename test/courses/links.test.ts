import { beforeEach, expect, it } from 'vitest'
import { createCourses, type Courses } from '../../src/courses/index.js'
import { aCourse, aRoom } from '../play/world.js'
import { freshMongo } from '../support/mongo.js'

const PLACE = { platform: 'p', deployment: '1', context: '7', resourceLink: 'a link' }
let courses: Courses
const takeIn = (slug: string): Promise<void> => courses.saveCourse(aCourse([aRoom('hall')], { id: `${slug}@1`, slug }), new Map())

beforeEach(async () => {
  courses = await createCourses({ mongo: await freshMongo(), now: () => new Date() })
  await takeIn('house')
})

it('a link that names no course leads to the only one, and goes on leading there when others are imported', async () => {
  const { _id: run } = await courses.ensureRun(PLACE)
  await courses.ensureRun({ ...PLACE, resourceLink: 'another link' })
  await takeIn('garden')
  expect((await courses.ensureRun(PLACE))._id).toBe(run)
  expect((await courses.ensureRun({ ...PLACE, resourceLink: 'another link' }))._id).toBe(run)
})
it('a new link has to name one of several; one that names it gets its own', async () => {
  const { _id: run } = await courses.ensureRun(PLACE)
  await takeIn('garden')
  await expect(courses.ensureRun({ ...PLACE, resourceLink: 'a new link' })).rejects.toMatchObject({ code: 'courses/no-course' })
  await expect(courses.ensureRun({ ...PLACE, context: '8' })).rejects.toMatchObject({ code: 'courses/no-course' })
  const named = await courses.ensureRun({ ...PLACE, slug: 'garden' })
  expect(named).toMatchObject({ course: 'garden@1' })
  expect(named._id).not.toBe(run)
})
