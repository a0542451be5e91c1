import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { playCourse, toolFrame } from '../support/browser-player.js'
import { aWorld, type World } from '../support/keyroom.js'
import { grades, register, signIn, unregister, type Registered } from './moodle.js'

const NAME = `Keyroom ${Date.now()}`
let world: World
let moodle: Registered
let browser: Browser

beforeAll(async () => {
  // Moodle is on localhost; 127.0.0.1 is another site to a browser.
  world = await aWorld({ host: '127.0.0.1', log: 'warn' })
  moodle = register(world.url, NAME)
  const { issuer, client_id, deployment_id, auth_url, token_url, jwks_url } = moodle.platform
  await world.keyroom.rooms.lti.registry.add({ issuer, clientId: client_id, deployments: [deployment_id], authUrl: auth_url, tokenUrl: token_url, jwksUrl: jwks_url, name: 'Moodle' })
  browser = await launchChromium({ blocked: true })
})
afterAll(async () => {
  await browser?.close()
  unregister(NAME)
  await world?.close()
})

const launchAs = async (username: string): Promise<{ page: Page; frame: Frame }> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  await signIn(context, moodle.platform.issuer, username)
  const page = await context.newPage()
  await page.goto(moodle.activity.url)
  return { page, frame: await toolFrame(page, world.url) }
}
const columnOf = (user: string) => grades(user).items.find((item) => item.module === 'lti' && item.instance === moodle.activity.resource_link_id)

it('a student plays to the end in Moodle’s frame, on another site, third-party cookies blocked, and the grade stands in the gradebook', async () => {
  const { page, frame } = await launchAs('student1')
  await playCourse(frame, world.course)
  expect(await frame.locator('.code').innerText()).toMatch(/^ALSE-/)
  await expect.poll(() => columnOf('student1')?.final, { timeout: 60_000, interval: 1000 }).toBe(100)
  expect(grades('student1').completion[NAME]).toBeGreaterThan(0)
  console.log('grade.php', JSON.stringify(columnOf('student1')))
  await page.context().close()
}, 300_000)

it('a teacher enters as instructor, sees the student, and reads the grade on Moodle’s own page', async () => {
  const { page, frame } = await launchAs('teacher1')
  await frame.locator('table').first().waitFor()
  expect(await frame.locator('main').innerText()).toContain('Sam Student')
  await page.goto(moodle.course.gradebook)
  const row = page.locator('tr', { hasText: 'Sam Student' }).first()
  expect(await row.textContent()).toContain('100.00')
  await page.context().close()
}, 120_000)
