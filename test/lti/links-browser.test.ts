import type { Browser, BrowserContext, Frame } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import type { Link } from '../../src/demo/index.js'
import { axeFaults } from '../support/axe.js'
import { aWorld, type World } from '../support/keyroom.js'

let world: World
let browser: Browser
let contexts: BrowserContext[] = []
let link: Link
/** One that names its course. */
let named: Link

beforeAll(async () => {
  world = await aWorld()
  // A second course, so that a link has to say which.
  await world.keyroom.rooms.courses.saveCourse({ ...world.course, id: 'garden@1', slug: 'garden', title: 'A garden of questions' }, new Map())
  browser = await launchChromium({ blocked: true })
  const context = world.lms.contexts()[0]?.id ?? ''
  link = world.lms.addLink(context, { title: 'Our escape rooms', custom: {} })
  named = world.lms.addLink(context, { title: 'The case', custom: { course: world.course.slug } })
}, 120_000)
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()))
  contexts = []
})
afterAll(async () => {
  await browser.close()
  await world.close()
})

const SLOW = { timeout: 30_000 }
/** Somebody who opens the link in the LMS's frame. */
const opens = async (person: string, { context: course, id } = link): Promise<Frame> => {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 } })
  contexts.push(context)
  const page = await context.newPage()
  await context.request.post(`${world.lms.url}/session`, { form: { person } })
  await page.goto(`${world.lms.url}/courses/${course}/links/${id}`)
  const frame = page.frame('tool')
  if (!frame) throw new Error('the LMS shows no frame')
  return frame
}

it('in the LMS’s frame with third-party cookies blocked: who comes first is told, the instructor sets the link up and goes in, and a reload lets the first one in', async () => {
  const early = await opens('24')
  await early.getByRole('heading', { name: 'This link isn’t set up yet' }).waitFor(SLOW)
  const teacher = await opens('12')
  await teacher.getByRole('heading', { name: 'Where shall this link lead?' }).waitFor(SLOW)
  expect(await axeFaults(teacher as never)).toEqual([])
  await teacher.getByRole('radio', { name: 'A garden of questions' }).check()
  await teacher.locator('#open-garden').selectOption('room:theatre')
  await teacher.getByRole('button', { name: 'Set it up and go in' }).click()
  await teacher.getByRole('heading', { name: 'Who is where' }).or(teacher.locator('.totals')).first().waitFor(SLOW)
  expect(teacher.url()).toMatch(/\/insights\/\w+\/\?room=theatre$/)
  await early.page().reload()
  const frame = early.page().frame('tool')
  await frame?.getByRole('heading', { name: 'That room is still locked' }).waitFor(SLOW)
  expect(frame && (await axeFaults(frame as never))).toEqual([])
}, 120_000)

it('a copied link may lead elsewhere, also for who has chosen first how the copy goes on', async () => {
  const copy = world.lms.copyContext(link.context)
  const copied = world.lms.links(copy.id).find(({ title }) => title === link.title)
  const teacher = await opens('12', copied)
  await teacher.getByRole('radio', { name: /^Carry on/ }).check(SLOW)
  await teacher.getByRole('button', { name: 'Choose another course' }).click()
  await teacher.getByRole('heading', { name: 'Where shall this link lead?' }).waitFor(SLOW)
  expect(await teacher.getByRole('alert').count()).toBe(0)
}, 120_000)

it('a teacher who switched to student sees that nothing counts, begins afresh, and takes part after all, in the frame', async () => {
  world.lms.setRoles('12', ['Instructor'])
  await (await opens('12', named)).locator('.totals').first().waitFor(SLOW)
  world.lms.setRoles('12', ['Learner'])
  const frame = await opens('12', named)
  const banner = frame.getByRole('complementary', { name: 'Student view: nothing here counts.' })
  await banner.waitFor(SLOW)
  expect(await axeFaults(frame as never)).toEqual([])
  await banner.getByRole('button', { name: 'Begin afresh' }).click()
  await expect.poll(() => frame.url(), SLOW).toMatch(/~preview\/$/)
  await banner.getByRole('button', { name: 'I really take part' }).click()
  await expect.poll(() => frame.url(), SLOW).toMatch(/\/play\/\w+\/$/)
  await frame.locator('.next').waitFor(SLOW)
  expect(await banner.count()).toBe(0)
}, 120_000)
