import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { freePort } from '../support/keyroom.js'
import { freshMongo } from '../support/mongo.js'
import { aCourse, aWorld, type World } from './world.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
interface Finding { id: string; nodes: { target: string[]; failureSummary?: string }[] }

let world: World
let server: Server
let browser: Browser
let url: string
let valid: string
let revoked: string

beforeAll(async () => {
  const port = await freePort()
  url = `http://localhost:${port}`
  const outcomes = ['explain', 'choose', 'design', 'judge', 'plan', 'teach'].map((id) => ({ id, text: `Be able to ${id} what was met in the rooms, and say on which evidence that stands.` }))
  world = await aWorld({ mongo: await freshMongo(), publicUrl: url, course: aCourse({ outcomes }) })
  server = createServer(world.app).listen(port)
  valid = await world.holds('ana', { name: 'Dr. Ana Ruiz Fernández de la Vega', email: 'ana@uni.example' })
  revoked = await world.holds('rita')
  await world.credentials.revoke(revoked, 'Issued by mistake', 'admin')
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  server?.close()
})

/** A browser that has never been here. */
const visit = async (address: string, { lang = 'en', width = 1280, dark = false } = {}): Promise<Page> => {
  const context = await browser.newContext({ locale: lang, viewport: { width, height: 900 }, colorScheme: dark ? 'dark' : 'light', permissions: ['clipboard-read', 'clipboard-write'] })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  const answer = await page.goto(`${url}${address}`)
  expect(answer?.status()).toBe(200)
  expect(faults).toEqual([])
  return page
}
const findings = async (page: Page): Promise<string[]> => {
  await page.evaluate(AXE)
  const violations = await page.evaluate<Finding[]>('axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((found) => found.violations)')
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary ?? ''}`))
}

it('a fresh browser reads who has earned what, and that it is valid', async () => {
  const page = await visit(`/verify/${valid}`)
  expect(await page.locator('.verdict').innerText()).toContain('Valid')
  expect(await page.locator('.certificate').innerText()).toMatch(/Dr. Ana Ruiz[^]*Designing for Active Learning[^]*University of the House/)
  expect(await page.context().cookies()).toEqual([])
  await page.context().close()
})

it('without a name it says so in words, and nothing is made up', async () => {
  const page = await visit(`/verify/${revoked}`)
  const text = await page.locator('main').innerText()
  expect(text).toContain('the holder of this credential')
  expect(text).not.toMatch(/\bundefined\b|\bnull\b/)
  await page.context().close()
})

describe.each([['en', false], ['zh-CN', true], ['ar', false]] as const)('in %s (dark: %s)', (lang, dark) => {
  it.each(['valid', 'revoked', 'form', 'achievement', 'issuer'])('the page «%s» has nothing that axe finds, at 320 pixels as at 1600', async (which) => {
    const addresses: Record<string, string> = { valid: `/verify/${valid}`, revoked: `/verify/${revoked}`, form: '/verify', achievement: '/issuers/keyroom/achievements/active-learning/course', issuer: '/issuers/keyroom' }
    for (const width of [320, 1600]) {
      const page = await visit(addresses[which] ?? '', { lang, width, dark })
      expect(await findings(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth'), `${width} wide`).toBeLessThanOrEqual(width)
      await page.context().close()
    }
  }, 60_000)
})

it('its address is copied, and said to be', async () => {
  const page = await visit(`/verify/${valid}`)
  await page.getByRole('button', { name: 'Copy the link' }).click()
  await page.getByText('Copied.').waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${url}/verify/${valid}`)
  await page.context().close()
})

it('the file that was downloaded is checked when it is chosen', async () => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-file-'))
  const page = await visit(`/verify/${valid}`)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download the file' }).click()])
  const file = path.join(dir, 'credential.json')
  await download.saveAs(file)
  await page.goto(`${url}/verify`)
  await page.getByLabel('Or choose its file').setInputFiles(file)
  await page.getByText('The file is in the box above.').waitFor()
  await page.getByRole('button', { name: 'Check it' }).click()
  expect(await page.locator('.verdict').getAttribute('data-state')).toBe('valid')
  await page.goto(`${url}/verify`)
  await writeFile(file, 'x'.repeat(70_000))
  await page.getByLabel('Or choose its file').setInputFiles(file)
  await page.getByText('That file is too large').waitFor()
  await page.context().close()
  await rm(dir, { recursive: true })
})

it('on A4 paper the certificate is the first page, whole, and its evidence the next', async () => {
  const page = await visit(`/verify/${valid}`, { dark: true })
  await page.emulateMedia({ media: 'print' })
  for (const gone of ['.top', '.take', '.verdict']) expect(await page.locator(gone).isVisible(), gone).toBe(false)
  const pdf = (await page.pdf({ format: 'A4', printBackground: true })).toString('latin1')
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(2)
  await page.context().close()
})
