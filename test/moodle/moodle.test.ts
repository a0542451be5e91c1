import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { grades, register, signIn, unregister, type Registered } from './moodle.js'
import { aTool, type Tool } from './tool.js'

const NAME = `Keyroom ${Date.now()}`
let tool: Tool
let moodle: Registered
let browser: Browser

beforeAll(async () => {
  tool = await aTool()
  moodle = register(tool.url, NAME)
  const { issuer, client_id, deployment_id, auth_url, token_url, jwks_url } = moodle.platform
  await tool.lti.registry.add({ issuer, clientId: client_id, deployments: [deployment_id], authUrl: auth_url, tokenUrl: token_url, jwksUrl: jwks_url, name: 'Moodle' })
  const { launchChromium } = (await import('../../scripts/chromium.mjs' as string)) as { launchChromium(options: { blocked: boolean }): Promise<Browser> }
  browser = await launchChromium({ blocked: true })
})
afterAll(async () => {
  await browser?.close()
  unregister(NAME)
  await tool?.close()
})

const launchAs = async (username: string): Promise<{ page: Page; frame: Frame; said: string }> => {
  const context = await browser.newContext()
  await signIn(context, moodle.platform.issuer, username)
  const page = await context.newPage()
  await page.goto(moodle.activity.url)
  const frame = await expect.poll(() => page.frames().find((each) => /\/(play|insights)\//.test(each.url())), { timeout: 60_000 }).toBeTruthy()
    .then(() => page.frames().find((each) => each.url().startsWith(tool.url)))
  if (!frame) throw new Error('The tool has no frame')
  return { page, frame, said: (await frame.locator('h1').textContent()) ?? '' }
}
const columnOf = (user: string) => grades(user).items.find((item) => item.module === 'lti' && item.instance === moodle.activity.resource_link_id)
const earn = async (user: { run: string; user: string }, n: number, score: number) =>
  tool.ledger.record({
    run: user.run, learner: user.user, key: `score-${n}`, at: new Date(),
    decide: () => ({ events: [{ type: 'launched', data: { resourceLink: '' } }], outbox: [{
      kind: 'grade', id: `grade:${user.run}:${user.user}`,
      payload: { score, max: 100, activityProgress: score === 100 ? 'Completed' : 'InProgress', comment: { rooms: score / 25, of: 4 } },
    }] }),
  })

it('a student enters Moodle’s frame on another site, third-party cookies blocked, and the grade arrives in the gradebook', async () => {
  expect((await launchAs('student1')).said).toBe('Entered as participant')
  const student = tool.arrivals.at(-1)
  if (!student) throw new Error('nobody arrived')
  for (const [n, score] of [25, 50, 75, 100].entries()) await earn(student, n, score)
  await expect.poll(async () => (await tool.ledger.outbox.rows({ run: student.run }))[0]?.state, { timeout: 60_000 }).toBe('delivered')
  await expect.poll(() => columnOf('student1')?.final, { timeout: 20_000 }).toBe(100)
  expect(grades('student1').completion[NAME]).toBeGreaterThan(0)
  console.log('grade.php', JSON.stringify(columnOf('student1')))
})

it('a teacher enters as instructor, and reads the grade on Moodle’s own page', async () => {
  const { page, said } = await launchAs('teacher1')
  expect(said).toBe('Entered as instructor')
  await page.goto(moodle.course.gradebook)
  const row = page.locator('tr', { hasText: 'Sam Student' }).first()
  expect(await row.textContent()).toContain('100.00')
})
