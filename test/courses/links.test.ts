import { beforeEach, describe, expect, it } from 'vitest'
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
describe('a fresh start', () => {
  const FRESH = { slug: 'house', target: { kind: 'map' as const }, fresh: true }
  const howMany = () => mongo.db.collection('runs').countDocuments({})
  const forgetLinks = async (): Promise<void> => {
    await mongo.db.collection('links').deleteMany({ resourceLink: { $ne: PLACE.resourceLink } })
    courses = await createCourses({ mongo, now: () => new Date() })
  }
  it('in another context is one run, by whichever links of the copy it is asked for at once or one after the other', async () => {
    const { _id: copiedFrom } = await courses.ensureRun(PLACE)
    const copies = ['x', 'y', 'x', 'z'].map((resourceLink) => ({ ...PLACE, context: '8', resourceLink }))
    const begun = await Promise.all(copies.map((place) => courses.bindLink(place, { ...FRESH, copiedFrom })))
    begun.push(await courses.bindLink({ ...PLACE, context: '8', resourceLink: 'later' }, { ...FRESH, copiedFrom }))
    expect(new Set(begun.map(({ run }) => run._id)).size).toBe(1)
    expect([begun[0]?.run.keysFrom === begun[0]?.run._id, await howMany()]).toEqual([true, 2])
  })
  it('is none of a copy’s run that carries on already', async () => {
    const { _id: copiedFrom } = await courses.ensureRun(PLACE)
    const carried = await courses.bindLink({ ...PLACE, context: '8', resourceLink: 'x' }, { ...FRESH, copiedFrom, fresh: false })
    const fresh = await courses.bindLink({ ...PLACE, context: '8', resourceLink: 'y' }, { ...FRESH, copiedFrom })
    expect([fresh.run._id === carried.run._id, fresh.run.keysFrom === fresh.run._id, carried.run.keysFrom]).toEqual([false, true, undefined])
  })
  it('beside its original is one run for a link, however often it is asked for; also where a node died before the link was kept', async () => {
    const { _id: copiedFrom } = await courses.ensureRun(PLACE)
    const twin = { ...PLACE, resourceLink: 'twin' }
    const begun = await Promise.all([1, 2, 3].map(() => courses.bindLink(twin, { ...FRESH, copiedFrom })))
    await forgetLinks()
    begun.push(await courses.bindLink(twin, { ...FRESH, copiedFrom }))
    expect(new Set(begun.map(({ run }) => run._id)).size).toBe(1)
    expect([begun[0]?.run.copy, await howMany()]).toEqual([2, 2])
    const other = await courses.bindLink({ ...PLACE, resourceLink: 'another' }, { ...FRESH, copiedFrom })
    expect([other.run.copy, other.run._id === begun[0]?.run._id]).toEqual([3, false])
  })
})
it('links set up at the same moment by two who choose differently lead one way', async () => {
  await takeIn('garden')
  const bound = await Promise.all(['house', 'garden', 'house', 'garden'].map((slug) => courses.bindLink(PLACE, { slug, target: { kind: 'map' } })))
  expect(new Set(bound.map(({ link }) => link.run)).size).toBe(1)
  expect((await courses.linkOf(PLACE))?.run).toBe(bound[0]?.link.run)
})
