import { beforeEach, expect, it } from 'vitest'
import { createCourses, type Courses } from '../../src/courses/index.js'
import type { Mongo } from '../../src/infra/index.js'
import { aCourse, aRoom } from '../play/world.js'
import { freshMongo } from '../support/mongo.js'

const PLACE = { platform: 'p', deployment: '1', context: '7', resourceLink: 'a link' }
let courses: Courses
let mongo: Mongo
const takeIn = (slug: string): Promise<void> => courses.saveCourse(aCourse([aRoom('hall')], { id: `${slug}@1`, slug }), new Map())

beforeEach(async () => {
  mongo = await freshMongo()
  courses = await createCourses({ mongo, now: () => new Date() })
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
it('a run of a version that kept its links with it goes on, by each of them, and is known as what a copy came from', async () => {
  const run = { _id: 'older', ...PLACE, course: 'house@1', createdAt: new Date(), links: ['a link', 'another link'], ags: { lineitem: 'https://lms.example/1', lineitems: 'https://lms.example/', scope: [] } }
  await mongo.db.collection<{ _id: string }>('runs').insertOne(run)
  await takeIn('garden')
  const { links: _links, ...before } = run
  expect(await courses.ensureRun({ ...PLACE, resourceLink: 'another link' })).toMatchObject(before)
  expect(await courses.originOf({ ...PLACE, context: '8', resourceLink: 'new' }, { links: [], contexts: ['7'] })).toMatchObject({ run: { _id: 'older' }, slug: 'house' })
  // Its grades go where they went, until its home link says otherwise.
  expect((await courses.ensureRun({ ...PLACE, ags: { lineitems: 'https://lms.example/', scope: ['x'] } })).ags).toEqual({ lineitem: 'https://lms.example/1', lineitems: 'https://lms.example/', scope: ['x'] })
})
it('links set up at the same moment by two who choose differently lead one way', async () => {
  await takeIn('garden')
  const bound = await Promise.all(['house', 'garden', 'house', 'garden'].map((slug) => courses.bindLink(PLACE, { slug, target: { kind: 'map' } })))
  expect(new Set(bound.map(({ link }) => link.run)).size).toBe(1)
  expect((await courses.linkOf(PLACE))?.run).toBe(bound[0]?.link.run)
})
