import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { playFirstRoom, toolFrame } from '../support/browser-player.js'
import { aWorld, type World } from '../support/keyroom.js'
import { aCourse, addActivity, grades, leave, register, restoredAs, signIn, unregister, type Registered } from './moodle.js'

const NAME = `Keyroom courses ${Date.now()}`
let world: World
let moodle: Registered
let browser: Browser
let courses = 0

beforeAll(async () => {
  world = await aWorld({ host: '127.0.0.1', log: 'warn' })
  moodle = register(world.url, NAME, { activity: false, custom: ['context_history=$Context.id.history', 'timezone=$Person.address.timezone'] })
  const { issuer, client_id, deployment_id, auth_url, token_url, jwks_url } = moodle.platform
  await world.keyroom.rooms.lti.registry.add({ issuer, clientId: client_id, deployments: [deployment_id], authUrl: auth_url, tokenUrl: token_url, jwksUrl: jwks_url, name: 'Moodle' })
  browser = await launchChromium({ blocked: true })
})
afterAll(async () => {
  await browser?.close()
  unregister(NAME)
  await world?.close()
})

/** A Moodle course with people in it and one activity of ours. */
const aPlace = () => {
  const shortname = `K${Date.now()}-${++courses}`
  const { course } = aCourse(shortname)
  const [activity] = addActivity(moodle.platform.client_id, shortname, 'The rooms')
  if (!activity) throw new Error('Moodle made no activity')
  return { shortname, course, url: activity.url }
}
const signedIn = async (username: string): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  await signIn(context, moodle.platform.issuer, username)
  return context.newPage()
}
const opens = async (page: Page, url: string): Promise<Frame> => {
  await page.goto(url)
  return toolFrame(page, world.url)
}
/** Our page before anybody is in: a question, or a refusal. */
const inFrame = (page: Page) => page.frameLocator('iframe#contentframe')
const runIn = (frame: Frame): string => /\/(?:play|insights)\/([^/?]+)/.exec(frame.url())?.[1] ?? ''

it('a grade for each room and one for the course, where the instructor asked for both', async () => {
  const place = aPlace()
  const { lti } = world.keyroom.rooms
  const teacher = await signedIn('teacher1')
  const run = runIn(await opens(teacher, place.url))
  await lti.grades.setGrading(run, { course: true, rooms: true, credential: false }, 'teacher1')
  const student = await signedIn('student1')
  await playFirstRoom(await opens(student, place.url))
  const [first] = world.course.rooms
  const columns = () => grades('student1', place.shortname).items.filter(({ type }) => type !== 'course')
  const ofRoom = () => columns().find(({ name }) => name?.includes(first?.title ?? '?'))
  await expect.poll(() => ofRoom()?.final, { timeout: 60_000, interval: 1000 }).toBe(100)
  const course = columns().find(({ module }) => module === 'lti')
  expect(course?.final).toBeGreaterThan(0)
  expect(course?.final).toBeLessThan(100)
  // A column for the activity, and one for each room; of the rooms not begun there is no grade.
  expect(columns()).toHaveLength(1 + world.course.rooms.length)
  expect(columns().filter(({ final }) => final !== null)).toHaveLength(2)
  const { rows, problems } = await lti.grades.compare(run)
  expect(problems).toEqual([])
  expect(rows.filter(({ ours, theirs }) => ours !== undefined && ours !== theirs)).toEqual([])
}, 300_000)

it('a course restored from its backup asks the instructor how to go on; started fresh, nobody’s progress comes along', async () => {
  const place = aPlace()
  const teacher = await signedIn('teacher1')
  const student = await signedIn('student1')
  const old = runIn(await opens(teacher, place.url))
  await playFirstRoom(await opens(student, place.url))

  const shortname = `${place.shortname}-copy`
  const [copy] = restoredAs(place.shortname, shortname).activities
  aCourse(shortname) // the same people
  await student.goto(copy?.url ?? '')
  await expect.poll(() => inFrame(student).locator('[data-code]').getAttribute('data-code')).toBe('lti/not-set-up')

  await teacher.goto(copy?.url ?? '')
  await inFrame(teacher).locator('input[name=way][value=fresh]').check()
  await inFrame(teacher).locator('form.setup button.btn').first().click()
  const fresh = await toolFrame(teacher, world.url)
  expect(runIn(fresh)).not.toBe(old)
  expect(await fresh.locator('main').innerText()).not.toContain('Sam Student')
  const anew = await opens(student, copy?.url ?? '')
  expect(runIn(anew)).toBe(runIn(fresh))
  await anew.locator('.next a.btn').waitFor()
  expect((await world.keyroom.rooms.courses.run(runIn(fresh))).context).not.toBe((await world.keyroom.rooms.courses.run(old)).context)
  // The first course goes on as it was.
  expect(runIn(await opens(student, place.url))).toBe(old)
}, 300_000)

it('a teacher who switched their role to student plays without a trace: no row, no grade; and is a teacher again after', async () => {
  const place = aPlace()
  const teacher = await signedIn('teacher1')
  const run = runIn(await opens(teacher, place.url))
  await teacher.goto(`${moodle.platform.issuer}/course/switchrole.php?id=${place.course.id}&switchrole=-1`)
  await teacher.getByRole('button', { name: 'Student', exact: true }).click()
  const asStudent = await opens(teacher, place.url)
  expect(asStudent.url()).toContain('/play/')
  expect(runIn(asStudent)).not.toBe(run)
  await playFirstRoom(asStudent)

  await teacher.goto(`${moodle.platform.issuer}/course/view.php?id=${place.course.id}`)
  const sesskey = await teacher.evaluate(() => (window as unknown as { M: { cfg: { sesskey: string } } }).M.cfg.sesskey)
  await teacher.goto(`${moodle.platform.issuer}/course/switchrole.php?id=${place.course.id}&switchrole=0&sesskey=${sesskey}`)
  const back = await opens(teacher, place.url)
  expect(runIn(back)).toBe(run)
  expect(await back.locator('main').innerText()).not.toContain('Tara')
  // The students are known by Moodle's own list; nobody has taken part.
  expect((await world.keyroom.rooms.courses.members(run)).filter(({ role, lastLaunch }) => role === 'participant' && lastLaunch)).toEqual([])
  expect((await world.keyroom.rooms.ledger.outbox.rows({ kind: 'grade' })).filter((row) => row.run === run || row.run === runIn(asStudent))).toEqual([])
  expect(grades('teacher1', place.shortname).items.filter(({ final }) => final !== null)).toEqual([])
}, 300_000)

it('Moodle’s list of members: who hasn’t come yet is shown by name, who was taken off the course has left, and their record stays', async () => {
  const place = aPlace()
  const { courses: kept, lti } = world.keyroom.rooms
  const student = await signedIn('student1')
  await opens(student, place.url)
  const teacher = await signedIn('teacher1')
  const run = runIn(await opens(teacher, place.url))
  await lti.roster.sync(run)
  const participants = async () => (await kept.members(run)).filter(({ role }) => role === 'participant')
  const named = async () => Object.fromEntries((await participants()).map(({ name, status = 'active' }) => [name, status]))
  expect(await named()).toMatchObject({ 'Sam Student': 'active', 'Sofía Núñez': 'active', 'Søren 李': 'active' })
  expect(await (await opens(teacher, place.url)).locator('main').innerText()).toContain('Sofía Núñez')
  expect(await named()).not.toHaveProperty('Tara Teacher')

  leave(place.shortname, 'student2')
  expect((await lti.roster.sync(run)).left).toBe(1)
  expect(await named()).toMatchObject({ 'Sam Student': 'active', 'Sofía Núñez': 'left' })
}, 300_000)
