import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { PEOPLE } from '../../src/demo/index.js'
import { playCourse, readKnowledge, toolFrame } from '../support/browser-player.js'
import { aWorld, type World } from '../support/keyroom.js'

let world: World
let browser: Browser
const refused: string[] = []

beforeAll(async () => {
  world = await aWorld()
  browser = await launchChromium({ blocked: true })
})
afterAll(async () => {
  await browser.close()
  await world.close()
})

const signIn = async (context: BrowserContext, person: string): Promise<Page> => {
  const page = await context.newPage()
  page.on('console', (message) => {
    if (/Content Security Policy|violates/i.test(message.text())) refused.push(message.text())
  })
  page.on('pageerror', (error) => refused.push(String(error)))
  await context.request.post(`${world.lms.url}/session`, { form: { person } })
  await page.goto(`${world.lms.url}/course/rooms`)
  return page
}

it('a participant plays all four rooms in the LMS’s frame with third-party cookies blocked; the grade and the credential follow', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const ada = PEOPLE.find(({ id }) => id === '21')
  const page = await signIn(context, '21')
  const frame = await toolFrame(page, world.url)
  await playCourse(frame, world.course)
  expect(await frame.locator('.code').innerText()).toMatch(/^ALSE-[A-Z0-9]{4}$/)
  const link = frame.locator('a[href*="/verify/"]')
  await link.waitFor()
  const address = new URL((await link.getAttribute('href')) ?? '', world.url).href

  // The LMS has the grade: in its service, and on the page that Ada sees.
  await expect.poll(() => world.lms.grades().find(({ userId }) => userId === '21')?.points, { timeout: 30_000 }).toBe(100)
  await page.goto(`${world.lms.url}/gradebook`)
  expect(await page.locator('main').innerText()).toMatch(/100/)

  // Anyone can check the credential, in a browser that has never been here.
  const stranger = await browser.newContext()
  const verify = await stranger.newPage()
  await verify.goto(address)
  const text = await verify.locator('main').innerText()
  expect(text).toContain(world.course.finish.credential.name)
  expect(text).toContain(ada?.name)
  const json = (await (await stranger.request.get(address, { headers: { accept: 'application/json' } })).json()) as { type: string[]; proof: unknown[] }
  expect(json.type).toContain('AchievementCredential')
  expect(json.proof).toHaveLength(1)
  expect(refused).toEqual([])
  await stranger.close()
  await context.close()
}, 240_000)

it('who leaves in the middle finds the place again on another device', async () => {
  const { known } = readKnowledge()
  const first = await browser.newContext()
  const frame = await toolFrame(await signIn(first, '32'), world.url)
  await frame.locator('.next a.btn').click()
  const content = frame.frameLocator('#frame')
  await content.locator('.kr-turn button:visible').first().waitFor()
  // Two scenes on: the second asks something, which is answered.
  for (let i = 0; i < 2; i++) await content.locator('.kr-turn button:visible').filter({ has: content.locator('.kr-icon-next') }).first().click()
  const prompt = (await content.locator('form.kr-question:visible .kr-prompt').innerText()).trim()
  const right = known.get(prompt.replace(/\s+/g, ' '))?.right as number[]
  await content.locator(`form.kr-question:visible input[value="${right[0]}"]`).check()
  await content.locator('form.kr-question:visible button[type=submit]').click()
  await content.locator('.kr-verdict.kr-right:visible').waitFor()
  const user = (await world.keyroom.rooms.courses.members((await world.keyroom.rooms.kit.mongo.db.collection<{ _id: string }>('runs').findOne({}))?._id ?? '')).find(({ sub }) => sub === '32')?.user
  await expect.poll(async () => JSON.stringify(await world.keyroom.rooms.kit.mongo.db.collection('h5p_states').find({ user }).toArray()), { timeout: 20_000 }).toContain('asking')
  await first.close()

  const phone = await browser.newContext({ viewport: { width: 360, height: 740 } })
  const again = await toolFrame(await signIn(phone, '32'), world.url)
  await again.locator('.next a.btn').click()
  const resumed = again.frameLocator('#frame')
  await resumed.locator('.kr-verdict.kr-right:visible').waitFor()
  expect((await resumed.locator('form.kr-question:visible .kr-prompt').innerText()).trim()).toBe(prompt)
  await phone.close()
}, 120_000)

it('an instructor opens a door from the frame, and reads who is where', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const page = await signIn(context, '12')
  const frame = await toolFrame(page, world.url)
  await frame.locator('table').first().waitFor()
  expect(await frame.locator('main').innerText()).toContain('Ada Okafor')
  await context.close()
}, 60_000)
