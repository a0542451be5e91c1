import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { toolFrame } from '../support/browser-player.js'
import { aWorld, type World } from '../support/keyroom.js'
import { aCourse, addActivity, deleteTool, signIn, toolType } from './moodle.js'

const MOODLE = process.env.MOODLE_URL ?? 'http://localhost:8088'
const COURSE = `REG${Date.now()}`
let world: World
let browser: Browser
let client: string | undefined

beforeAll(async () => {
  world = await aWorld({ host: '127.0.0.1', log: 'warn' })
  browser = await launchChromium({ blocked: true })
  aCourse(COURSE)
})
afterAll(async () => {
  await browser?.close()
  if (client) deleteTool(client)
  await world?.close()
})
const signedIn = async (username: string): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  await signIn(context, MOODLE, username)
  return context.newPage()
}
const platforms = async () => (await world.keyroom.rooms.lti.registry.list()).filter(({ issuer }) => issuer === MOODLE)

it('Moodle’s tool URL box takes Keyroom’s link: registered on both sides as pending, activated on both, and a student is in', async () => {
  const { token } = await world.keyroom.rooms.lti.links.make({ issuer: MOODLE, name: 'Our Moodle', trust: false })
  const page = await signedIn('admin')
  await page.goto(`${MOODLE}/mod/lti/toolconfigure.php`)
  await page.locator('#tool-url').fill(`${world.url}/lti/register?token=${token}`)
  await page.locator('#tool-create-button').click()
  const frame = page.frameLocator('#external-registration-page-container iframe, #external-registration-container iframe')
  // A tool of the same host may be here from before: then Moodle asks whether this is that one.
  const asNew = frame.getByRole('link', { name: /new/i }).or(frame.getByRole('button', { name: /new/i }))
  await asNew.or(frame.locator('#close-registration')).first().waitFor()
  if (!(await frame.locator('#close-registration').count())) await asNew.first().click()
  await frame.locator('#close-registration').click()

  const [platform, ...more] = await platforms()
  if (!platform) throw new Error('Keyroom knows no Moodle')
  client = platform.clientId
  expect(more).toEqual([])
  expect(platform).toMatchObject({ name: 'Our Moodle', state: 'pending', product: 'moodle', authUrl: `${MOODLE}/mod/lti/auth.php`, tokenUrl: `${MOODLE}/mod/lti/token.php`, jwksUrl: `${MOODLE}/mod/lti/certs.php` })
  const type = toolType(client)
  expect(platform.deployments).toEqual([String(type.id)])
  expect({ name: type.name, pending: type.state === 2, icon: type.icon }).toEqual({ name: 'Keyroom', pending: true, icon: `${world.url}/assets/look/icon.png` })
  expect(type.config).toMatchObject({ contentitem: '1', ltiservice_gradesynchronization: '2', ltiservice_memberships: '1', sendname: '1' })
  expect(type.config.customparameters).toContain('context_history=$Context.id.history')

  // Moodle's own page shows the tool, and its administrator activates it there.
  await page.reload()
  const card = page.locator(`.tool-card[data-clientid="${client}"]`)
  // A press before Moodle's script has come does nothing.
  await expect.poll(async () => {
    if (await card.locator('a.activate').isVisible()) await card.locator('a.activate').click()
    return toolType(client ?? '').state
  }, { timeout: 30_000, interval: 1000 }).toBe(1)
  await world.keyroom.rooms.lti.registry.add({ ...platform, state: 'active' })

  const [activity] = addActivity(client, COURSE, 'The rooms')
  const student = await signedIn('student1')
  await student.goto(activity?.url ?? '')
  expect(await (await toolFrame(student, world.url)).locator('main').innerText()).toContain(world.course.rooms[0]?.title)
}, 300_000)

it('a registration without a token of Moodle’s own is refused there, and leaves nothing here', async () => {
  const { token } = await world.keyroom.rooms.lti.links.make({ issuer: MOODLE, name: 'Once', trust: false })
  const before = (await platforms()).length
  const tries = [1, 2].map(() => fetch(`${world.url}/lti/register?token=${token}&openid_configuration=${encodeURIComponent(`${MOODLE}/mod/lti/openid-configuration.php`)}&registration_token=made-up`))
  for (const answer of await Promise.all(tries)) expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(await platforms()).toHaveLength(before)
}, 60_000)
