import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { readSeedCourse } from '../../src/demo/course-file.js'
import { tell } from '../../src/demo/history.js'
import { launchAs } from '../../src/demo/participant.js'
import { axeFaults } from '../support/axe.js'
import { aWorld, type World } from '../support/keyroom.js'
import { DEMO_COURSE } from '../support/root.js'

let world: World
let browser: Browser
let open: BrowserContext[] = []

beforeAll(async () => {
  world = await aWorld()
  browser = await launchChromium({ blocked: true })
}, 120_000)
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()))
  open = []
})
afterAll(async () => {
  await browser.close()
  await world.close()
})

const SLOW = { timeout: 30_000 }
const inLms = async (person: string, path: string, width = 1100): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width, height: 900 } })
  open.push(context)
  const page = await context.newPage()
  await context.request.post(`${world.lms.url}/session`, { form: { person } })
  await page.goto(`${world.lms.url}${path}`)
  return page
}
const frameIn = (page: Page): Frame => {
  const frame = page.frame('tool') ?? page.frames()[1]
  if (!frame) throw new Error('the LMS shows no frame')
  return frame
}

it('in the LMS’s frame, without third-party cookies: two rooms and the course are picked, become links, one opens its room, and what is done there arrives in its own column', async () => {
  const course = world.lms.addContext({ title: 'Autumn' })
  const frame = frameIn(await inLms('12', `/courses/${course.id}/add`))
  await frame.getByRole('heading', { name: 'Choose what to link' }).waitFor(SLOW)
  expect(await axeFaults(frame as never)).toEqual([])
  for (const name of ['The whole course', /^Room 1/, /^Room 2/]) {
    const box = frame.getByRole('checkbox', { name })
    await box.check()
    await frame.locator('.pick', { has: box }).locator('.options > summary').click()
  }
  expect(await axeFaults(frame as never)).toEqual([])
  await frame.getByLabel('Name of the link').nth(1).fill('Week 1: the film')
  for (const room of ['screening-room', 'library']) await frame.locator(`input[name="graded.${world.course.slug}/room:${room}"]`).check()
  await frame.locator(`input[name="until.${world.course.slug}/room:screening-room"]`).fill('2099-06-01T23:59')
  await frame.getByRole('button', { name: 'Give the links to the LMS' }).click()
  await expect.poll(() => world.lms.links(course.id).map(({ title }) => title), SLOW).toEqual([world.course.title, 'Week 1: the film', 'The library'])
  expect(world.lms.deepLinked().map(({ refused, message }) => refused ?? message)).toEqual(['3 links of Keyroom were chosen.'])

  // The LMS shows each link with the icon that came with it.
  const icons = (await inLms('24', `/courses/${course.id}`)).locator('.activity img')
  await expect.poll(() => icons.evaluateAll((all) => all.map((each) => [(each as HTMLImageElement).src, (each as HTMLImageElement).naturalWidth])), SLOW).toEqual(['map', 'room', 'room'].map((kind) => [`${world.url}/assets/lti/icons/${kind}.png`, 128]))

  const [, film] = world.lms.links(course.id)
  expect(film).toMatchObject({ custom: { course: world.course.slug, open: 'room:screening-room' }, available: { endDateTime: expect.stringMatching(/^2099-06-01T23:59:00[+-]\d\d:\d\d$/) } })
  expect(world.lms.lineItems(course.id).map(({ label, resourceId, resourceLinkId }) => [label, resourceId, resourceLinkId])).toContainEqual(['Week 1: the film', `${world.course.slug}/room:screening-room`, film?.id])
  const room = frameIn(await inLms('24', `/courses/${course.id}/links/${film?.id}`))
  await expect.poll(() => room.url(), SLOW).toContain('/rooms/screening-room')
  const playing = await launchAs('24', { lms: world.lms.url, keyroom: world.url }, `/courses/${course.id}/links/${film?.id}/window`)
  await tell({ person: '24', rooms: 1, activities: 0, stumbles: 0 }, readSeedCourse(DEMO_COURSE), playing)
  const column = world.lms.lineItems(course.id).find(({ resourceLinkId }) => resourceLinkId === film?.id)
  await expect.poll(() => world.lms.result(column?.id ?? '', '24'), SLOW).toBe(100)
}, 120_000)

it('without scripts the same is chosen: what isn’t, is left out here, and a button sends the answer', async () => {
  const course = world.lms.addContext({ title: 'Spring' })
  const context = await browser.newContext({ javaScriptEnabled: false })
  open.push(context)
  const page = await context.newPage()
  await context.request.post(`${world.lms.url}/session`, { form: { person: '12' } })
  await page.goto(`${world.lms.url}/courses/${course.id}/add/launch?tool=keyroom-demo`)
  // What a script would press: the LMS's own forms, and ours.
  for (let form = 0; form < 5 && (await page.locator('[name=pick]').count()) === 0; form += 1) await page.locator('form button').first().click(SLOW)
  await page.getByRole('checkbox', { name: 'The whole course' }).check()
  await page.getByRole('checkbox', { name: /^Room 1/ }).check()
  await page.getByRole('button', { name: 'Give the links to the LMS' }).click()
  await page.locator('form[method=post] button').first().click()
  await expect.poll(() => world.lms.links(course.id).map(({ custom }) => custom.open), SLOW).toEqual(['map', 'room:screening-room'])
}, 120_000)

it('at 320 px nothing scrolls sideways; what doesn’t fit is said in the frame, and cancelling makes nothing', async () => {
  const course = world.lms.addContext({ title: 'Winter' })
  const frame = frameIn(await inLms('12', `/courses/${course.id}/add`, 320))
  await frame.getByRole('checkbox', { name: 'The whole course' }).check(SLOW)
  await frame.locator('.options > summary').first().click()
  expect(await frame.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
  await frame.getByLabel('Name of the link').first().fill('')
  await frame.getByRole('button', { name: 'Give the links' }).click()
  await frame.getByText('Give it a name of 1 to 200 characters.').waitFor(SLOW)
  await frame.getByRole('button', { name: 'Cancel' }).click()
  await expect.poll(() => world.lms.deepLinked().at(-1), SLOW).toMatchObject({ context: course.id, links: [] })
}, 120_000)
