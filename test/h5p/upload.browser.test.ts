import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { anAdmin, type AdminWorld } from './admin-world.js'
import { aLibrary, zipOf } from './store-world.js'
import { tempDir } from './world.js'

let world: AdminWorld
let browser: Browser
let page: Page
beforeAll(async () => {
  ;[world, browser] = await Promise.all([anAdmin(), launchChromium()])
  const context = await browser.newContext({ viewport: { width: 320, height: 800 } })
  const [name = '', value = ''] = world.cookie.split('=')
  await context.addCookies([{ name, value, url: world.url }])
  page = await context.newPage()
  await page.goto(`${world.url}/admin/h5p/`)
}, 60_000)
afterAll(() => browser?.close())

const file = async (name: string, needed: string[] = []): Promise<string> => {
  const named = path.join(await tempDir(), `${name}.h5p`)
  await copyFile(await zipOf(aLibrary(name, { preloadedDependencies: needed.map((machineName) => ({ machineName, majorVersion: 1, minorVersion: 0 })) })), named)
  return named
}

it('several files are sent one after the other, again where one needs a later one; what is refused is named, the rest is installed', async () => {
  await page.setInputFiles('#file', [await file('Test.First', ['Test.Second']), await file('Test.Second'), await file('Test.Lonely', ['Test.Absent'])])
  await page.getByRole('button', { name: 'Install', exact: true }).click()
  const state = page.locator('#upload-state')
  await expect.poll(() => state.innerText(), { timeout: 20_000 }).toMatch(/^Test\.Lonely\.h5p: .*Test\.Absent 1\.0.*\nWhat is not named here is installed\.$/s)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
  await page.setInputFiles('#file', [await file('Test.Third'), await file('Test.Fourth')])
  await page.getByRole('button', { name: 'Install', exact: true }).click()
  await page.waitForURL('**/?said=installed&count=2')
  for (const name of ['First', 'Second', 'Third', 'Fourth']) expect(await page.locator(`tr[data-library="Test.${name} 1.0"]`).count()).toBe(1)
  expect(await page.locator('tr[data-library="Test.Lonely 1.0"]').count()).toBe(0)
}, 60_000)
