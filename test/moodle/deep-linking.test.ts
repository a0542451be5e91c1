import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { playFirstRoom, toolFrame } from '../support/browser-player.js'
import { aWorld, type World } from '../support/keyroom.js'
import { aCourse, activities, grades, register, signIn, unregister, type Registered } from './moodle.js'

const NAME = `Keyroom links ${Date.now()}`
const COURSE = `DL${Date.now()}`
let world: World
let moodle: Registered
let browser: Browser
let course: { id: number; url: string }

beforeAll(async () => {
  world = await aWorld({ host: '127.0.0.1', log: 'warn' })
  moodle = register(world.url, NAME, { activity: false, deepLink: true })
  const { issuer, client_id, deployment_id, auth_url, token_url, jwks_url } = moodle.platform
  await world.keyroom.rooms.lti.registry.add({ issuer, clientId: client_id, deployments: [deployment_id], authUrl: auth_url, tokenUrl: token_url, jwksUrl: jwks_url, name: 'Moodle' })
  browser = await launchChromium({ blocked: true })
  course = aCourse(COURSE).course
})
afterAll(async () => {
  await browser?.close()
  unregister(NAME)
  await world?.close()
})
const signedIn = async (username: string): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  await signIn(context, moodle.platform.issuer, username)
  return context.newPage()
}

it('“Select content” in Moodle’s editor: the map and a room become two activities, each with its column, and the room’s grade arrives in its own', async () => {
  const [room] = world.course.rooms
  const teacher = await signedIn('teacher1')
  await teacher.goto(`${moodle.platform.issuer}/course/modedit.php?add=lti&course=${course.id}&section=1&typeid=${moodle.platform.deployment_id}&return=0`)
  await teacher.locator('[name=selectcontent]').click()
  const frame = teacher.frameLocator('iframe#contentitem-page-iframe')
  for (const key of [`${world.course.slug}/map`, `${world.course.slug}/room:${room?.id}`]) {
    const choice = frame.locator('.pick').filter({ has: teacher.locator(`input[name=pick][value="${key}"]`) })
    await frame.locator('form[data-choosing]').waitFor()
    if (!(await choice.isVisible())) await frame.locator('details.course > summary').first().click()
    await choice.locator('input[name=pick]').check()
    if (!(await choice.locator('input[name^="graded."]').isVisible())) await choice.locator('details.options > summary').click()
    await choice.locator('input[name^="graded."]').check()
  }
  await frame.locator('button[name=do][value=choose]').click()
  await teacher.getByText(room?.title ?? '?').first().waitFor()
  await teacher.locator('#id_submitbutton2').click()
  await teacher.waitForURL(/\/course\/view\.php/)

  const made = activities(COURSE)
  expect(made).toHaveLength(2)
  const [map, ofRoom] = made
  expect(map?.custom).toContain(`course=${world.course.slug}`)
  expect(map?.custom).toContain('open=map')
  expect(ofRoom?.custom).toContain(`open=room:${room?.id}`)
  expect(made.map(({ icon }) => icon)).toEqual([`${world.url}/assets/lti/icons/map.png`, `${world.url}/assets/lti/icons/room.png`])
  for (const { column } of made) expect(column).toMatchObject({ max: 100, tag: 'keyroom', resource: expect.stringContaining(world.course.slug) as string })
  expect(map?.column?.resource).not.toBe(ofRoom?.column?.resource)

  // Both lead into the same run; what is played by one link counts in the columns of both.
  const student = await signedIn('student1')
  await student.goto(ofRoom?.url ?? '')
  const there = await toolFrame(student, world.url)
  expect(there.url()).toContain(`/rooms/${room?.id}`)
  await student.goto(map?.url ?? '')
  await playFirstRoom(await toolFrame(student, world.url))
  const columnOf = (link: string | undefined) => grades('student1', COURSE).items.find(({ module, instance }) => module === 'lti' && instance === link)
  await expect.poll(() => columnOf(ofRoom?.resource_link_id)?.final, { timeout: 60_000, interval: 1000 }).toBe(100)
  await expect.poll(() => columnOf(map?.resource_link_id)?.final, { timeout: 60_000, interval: 1000 }).toBeGreaterThan(0)
  expect(grades('student1', COURSE).items.filter(({ type }) => type !== 'course')).toHaveLength(2)
}, 300_000)
