import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkCourse } from '../../src/studio/index.js'
import { DEMO_COURSE } from '../support/root.js'
import { aWorld, type World } from '../insights/world.js'

let world: World
let run: string
let home: string
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'studio-page-'))
  world = await aWorld()
  const course = await world.studio.importCourse(DEMO_COURSE)
  run = (await world.courses.ensureRun({ platform: 'p', deployment: '1', context: 'c', resourceLink: 'l', slug: course.slug }))._id
})
afterAll(() => rm(home, { recursive: true, force: true }))

describe('the author’s page of a course', () => {
  it('shows rooms, activities, outcomes, the kind of each lock, and how to take a changed file in', async () => {
    const { status, text } = await world.as('author', { run }).get(`/studio/${run}/`)
    expect(status).toBe(200)
    for (const part of ['Active Learning and Student Engagement', 'The screening room', 'Case: cookbook lab', 'Locked, one key for all', 'Locked, a key for each learner', 'npx keyroom course import active-learning.zip'])
      expect(text).toContain(part)
  })
  it('holds no key', async () => {
    const { text } = await world.as('author', { run }).get(`/studio/${run}/`)
    for (const key of ['amber tandem', 'copper heron', 'sealedKey']) expect(text).not.toContain(key)
  })
  it('gives the course’s file, which goes in again without a fault', async () => {
    const headers = { authorization: `Bearer ${world.as('author', { run }).token}` }
    const res = await fetch(`${world.url}/studio/${run}/course.zip`, { headers })
    expect(res.headers.get('content-disposition')).toMatch(/^attachment; filename="?active-learning\.zip"?$/)
    const zip = path.join(home, 'course.zip')
    await writeFile(zip, Buffer.from(await res.arrayBuffer()))
    expect(await checkCourse(zip)).toEqual([])
    expect((await world.studio.importCourse(zip)).id).toBe((await world.courses.current('active-learning'))?.id)
  })
  it.each(['/', '/course.zip'])('at %s is for authors alone', async (way) => {
    const statusFor = async (role: 'participant' | 'instructor', of = run): Promise<number> => (await world.as(role, { run: of }).get(`/studio/${run}${way}`)).status
    expect(await statusFor('instructor')).toBe(403)
    expect(await statusFor('participant')).toBe(403)
    expect((await world.as('author', { run: world.run }).get(`/studio/${run}${way}`)).status).toBe(401)
  })
  it('is linked for authors, and not for instructors', async () => {
    const page = async (role: 'author' | 'instructor'): Promise<string> => (await world.as(role).get(`/insights/${world.run}/`)).text
    expect(await page('author')).toContain(`href="/studio/${world.run}/"`)
    expect(await page('instructor')).not.toContain('/studio/')
  })
})
