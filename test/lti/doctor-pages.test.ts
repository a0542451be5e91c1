import type { Browser, Page } from 'playwright-core'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFaults } from '../support/axe.js'
import { aWorld, type World } from '../support/keyroom.js'

/** `/admin/launches` as an administrator sees it. */
let world: World
let browser: Browser
let page: Page
const codes: Record<string, string> = {}

const knock = async (fields: Record<string, string>): Promise<string> => {
  const { issuer, clientId } = world.lms.registration()
  const answer = await request(world.url).post('/lti/login').type('form').send({ iss: issuer, client_id: clientId, login_hint: '21', target_link_uri: `${world.url}/lti/launch`, ...fields })
  return /data-trace="([^"]+)"/.exec(answer.text)?.[1] ?? ''
}

beforeAll(async () => {
  world = await aWorld()
  codes.stranger = await knock({ iss: 'https://stranger.example' })
  codes.elsewhere = await knock({ target_link_uri: 'https://elsewhere.example/' })
  const { launchChromium } = (await import('../../scripts/chromium.mjs' as string)) as { launchChromium(): Promise<Browser> }
  browser = await launchChromium()
  const context = await browser.newContext()
  page = await context.newPage()
  const { token } = await world.keyroom.rooms.admins.invite()
  await page.goto(`${world.url}/admin/enter?token=${token}`)
  await page.locator('form[action="/admin/enter"] button').click()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await world?.close()
})
const open = (path: string) => page.goto(`${world.url}/admin/launches/${path}`)

it('is for administrators alone', async () => {
  for (const path of ['', codes.stranger ?? '']) expect((await request(world.url).get(`/admin/launches/${path}`).set('Accept', 'text/html')).status).toBe(401)
})

describe('the list of launches that failed', () => {
  it('shows the newest first, of one LMS where that is asked', async () => {
    await open('')
    expect(await page.locator('.launches th[scope=row]').allTextContents()).toEqual([codes.elsewhere, codes.stranger])
    await page.getByLabel('LMS').selectOption({ index: 1 })
    await page.getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(/platform=/)
    expect(await page.locator('.launches th[scope=row]').allTextContents()).toEqual([codes.elsewhere])
  })
  it('finds one by its code, however it is typed; of another it says so', async () => {
    await open('')
    await page.getByLabel('Code').fill((codes.stranger ?? '').toLowerCase().replace('-', ' '))
    await page.getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(`**/admin/launches/${codes.stranger}`)
    await open('?code=AAA-AAA')
    expect(await page.getByRole('status').textContent()).toContain('AAA-AAA')
    expect((await open('AAA-AAA'))?.status()).toBe(404)
  })
})

it('a launch that failed shows each step, the one it failed at open, and the mend', async () => {
  await open(codes.elsewhere ?? '')
  expect(await page.locator('.trace-steps > li').count()).toBe(6)
  expect(await page.locator('.trace-steps details[open]').count()).toBe(1)
  const failed = await page.locator('[aria-current=step]').innerText()
  for (const words of ['Sign-in request', 'Failed here', 'https://elsewhere.example/', `${world.url}/lti/launch`]) expect(failed).toContain(words)
  expect(await page.locator('[data-mend]').innerText()).toContain('PUBLIC_URL')
})

it.each([['en', 1280], ['zh-CN', 320], ['ar', 320]] as const)('the pages have no fault of access and nothing sideways (%s, %i px)', async (lang, width) => {
  await page.setViewportSize({ width, height: 800 })
  for (const path of ['', codes.elsewhere ?? '']) {
    await open(`${path}?lang=${lang}`)
    await page.locator('.trace-steps details').evaluateAll((all) => all.forEach((each) => ((each as HTMLDetailsElement).open = true)))
    expect(await axeFaults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
    expect(await page.locator('main').innerText()).not.toMatch(/doctor\.|\{\w+\}|undefined/)
  }
}, 30_000)
