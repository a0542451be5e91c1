import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import type { Role } from '../../src/infra/index.js'
import { axeFaults } from '../support/axe.js'
import { aCrowd } from './crowd.js'
import { aWorld, type World } from './world.js'

let world: World
let browser: Browser
let users: string[]
beforeAll(async () => {
  world = await aWorld()
  users = await aCrowd(world, 60)
  browser = await launchChromium()
})
afterAll(() => browser?.close())

const open = async (path: string, options: { lang?: string; width?: number; dark?: boolean; role?: Role } = {}): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: options.width ?? 1280, height: 900 }, colorScheme: options.dark ? 'dark' : 'light' })
  const { token } = world.as(options.role ?? 'author', { lang: options.lang })
  await context.setExtraHTTPHeaders({ authorization: `Bearer ${token}` })
  const page = await context.newPage()
  await page.goto(`${world.url}${path}`)
  return page
}
const names = (page: Page): Promise<string[]> => page.locator('.people .who').allInnerTexts()

describe.each([['en', {}], ['zh-CN', { dark: true }], ['ar', { width: 320 }]] as const)('staff pages in %s', (lang, look) => {
  const pages = (): [name: string, path: string][] => [
    ['the list', `/insights/${world.run}/`], ['its grade problems', `/insights/${world.run}/?show=grade-problem&said=sent`], ['the ladder', `/insights/${world.run}/ladder`],
    ['a participant', `/insights/${world.run}/participants/${users[4]}`], ['the course', `/studio/${world.run}/`],
  ]
  it('have no fault that axe finds, nor anything wider than the window', async () => {
    for (const [name, path] of pages()) {
      const page = await open(path, { lang, ...look })
      expect(await page.getAttribute('html', 'lang')).toBe(lang)
      expect([name, ...(await axeFaults(page))]).toEqual([name])
      expect([name, await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)]).toEqual([name, 0])
      await page.context().close()
    }
  }, 120_000)
  it('have no fault when a release comes back filled', async () => {
    const page = await open(`/insights/${world.run}/participants/${users[3]}`, { lang, ...look })
    await page.fill('#reason', 'x')
    await page.click('form[action$="/releases"] button')
    await page.waitForSelector('#reason-fault')
    expect(await page.inputValue('#reason')).toBe('x')
    expect(await axeFaults(page)).toEqual([])
    await page.context().close()
  }, 60_000)
})

describe('the list in a browser', () => {
  it('shows what a learner does while it is open, and leaves focus, scroll and what is being typed alone', async () => {
    const page = await open(`/insights/${world.run}/`)
    await page.fill('#q', 'Newcomer')
    await page.waitForSelector('.empty')
    const scrolled = await page.evaluate(() => (window.scrollTo(0, 120), window.scrollY))
    const late = await world.learner('Newcomer')
    await page.waitForSelector('.who:has-text("Newcomer")')
    expect(await page.evaluate(() => [document.activeElement?.id, (document.activeElement as HTMLInputElement).value, window.scrollY])).toEqual(['q', 'Newcomer', scrolled])
    expect(new URL(page.url()).search).toBe('?q=Newcomer')
    await late.answers('film', 'a', 'right')
    await page.waitForSelector(`tr[data-user="${late.user}"][data-status="playing"]`)
    await page.context().close()
  })
  it('is sorted, filtered and turned without a new page, and the keyboard stays where it was', async () => {
    const page = await open(`/insights/${world.run}/`)
    await page.evaluate(() => Object.assign(window, { same: true }))
    await page.focus('#sort-xp')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[aria-sort=descending] #sort-xp')
    await page.waitForFunction(() => document.activeElement?.id === 'sort-xp')
    const [most] = await names(page)
    await page.keyboard.press('Enter')
    await page.waitForSelector('[aria-sort=ascending] #sort-xp')
    expect((await names(page))[0]).not.toBe(most)
    await page.click('#page-after')
    await page.waitForSelector('#page-2[aria-current=page]')
    expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same)).toBe(true)
    expect(new URL(page.url()).search).toBe('?sort=xp&dir=asc&page=2')
    await page.click('#show-finished')
    await page.waitForSelector('#show-finished[aria-current=true]')
    expect(await page.locator('.people tbody tr').evaluateAll((rows) => rows.every((row) => row.getAttribute('data-status') === 'finished'))).toBe(true)
    await page.waitForFunction(() => document.getElementById('heard')?.textContent === document.getElementById('found')?.textContent)
    await page.context().close()
  })
  it('works without scripts', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, extraHTTPHeaders: { authorization: `Bearer ${world.as('instructor').token}` } })
    const page = await context.newPage()
    await page.goto(`${world.url}/insights/${world.run}/`)
    await page.click('#show-stuck')
    await page.fill('#q', 'okafor')
    await page.click('#find button')
    expect(new URL(page.url()).searchParams.get('show')).toBe('stuck')
    expect((await names(page)).every((name) => name.includes('Okafor'))).toBe(true)
    await context.close()
  })
  it('can be touched: nothing that acts is smaller than 44 px, but for links in a line of text', async () => {
    const page = await open(`/insights/${world.run}/?show=grade-problem`, { width: 320 })
    const small = await page.locator('main button, main select, main input:not([type=hidden]), nav a, .shows a').evaluateAll((all) => all.filter((each) => each.getClientRects().length > 0 && each.getBoundingClientRect().height < 43.9).map((each) => each.outerHTML.slice(0, 120)))
    expect(small).toEqual([])
    await page.context().close()
  })
})
