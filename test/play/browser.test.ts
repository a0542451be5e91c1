import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { aPlayWorld, manyRooms, type PlayWorld, type Visitor } from './world.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let browser: Browser
let world: PlayWorld
beforeAll(async () => {
  ;[browser, world] = await Promise.all([launchChromium(), aPlayWorld()])
})
afterAll(async () => {
  await browser.close()
  await world.close()
})

interface Sight { width?: number; scheme?: 'light' | 'dark'; lang?: string; still?: boolean }
/** A browser of one's own, and what its pages complained about. */
const browse = async (visitor: Visitor, { width = 1280, scheme = 'light', lang = 'en', still = true }: Sight = {}, at = world): Promise<{ page: Page; complaints: string[]; go(to: string): Promise<void>; close(): Promise<void> }> => {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme, reducedMotion: still ? 'reduce' : 'no-preference' })
  await context.addCookies([{ ...visitor.cookie, url: at.url }, { name: 'kr-lang', value: lang, url: at.url }])
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && !/status of 4\d\d/.test(message.text()) && complaints.push(message.text()))
  return { page, complaints, go: async (to) => void (await page.goto(`${at.url}/play/${at.run._id}/${to}`)), close: () => context.close() }
}
const faultsOn = async (page: Page): Promise<string[]> => {
  // The check runs as the tester's own code, past the page's policy.
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: { run(context: object, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run(
      { exclude: [['iframe']] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    )
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
  })
}

describe('for everyone', () => {
  let half: Visitor
  let done: Visitor
  beforeAll(async () => {
    ;[half, done] = [await world.visitor('half', { back: 'https://lms.example/' }), await world.visitor('done')]
    await half.finishes('hall')
    for (const room of ['hall', 'library', 'attic']) {
      if (room !== 'hall') await done.enters(room)
      await done.finishes(room)
    }
  })
  const PAGES: [string, () => Visitor][] = [['', () => half], ['rooms/hall', () => half], ['rooms/library', () => half], ['rooms/attic', () => half], ['finish', () => half], ['', () => done], ['rooms/library?opened=1', () => done], ['finish', () => done]]
  const SIGHTS: [string, Sight][] = [['a phone by day', { width: 320 }], ['a phone by night, in Arabic', { width: 320, scheme: 'dark', lang: 'ar' }], ['a desk by night, in Chinese', { width: 1600, scheme: 'dark', lang: 'zh-CN' }]]
  it.each(SIGHTS)('every page on %s has no fault axe knows, and none scrolls sideways', async (_name, sight) => {
    for (const [to, who] of PAGES) {
      const { page, complaints, go, close } = await browse(who(), sight)
      await go(to)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), to).toBeLessThanOrEqual(0)
      expect(await faultsOn(page), to).toEqual([])
      expect(complaints, to).toEqual([])
      await close()
    }
  }, 180_000)
  it('text at 200 % on a narrow screen loses nothing to the side', async () => {
    const { page, go, close } = await browse(half, { width: 640 })
    for (const to of ['', 'rooms/hall', 'rooms/library']) {
      await go(to)
      await page.evaluate(() => (document.documentElement.style.fontSize = '32px'))
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), to).toBeLessThanOrEqual(0)
    }
    await close()
  })
  it('what one presses is 44 px high or more on a phone', async () => {
    const { page, go, close } = await browse(half, { width: 320 })
    for (const to of ['', 'rooms/hall', 'rooms/library']) {
      await go(to)
      const small = await page.evaluate(() => [...document.querySelectorAll('main .btn, main input:not([type=hidden]), .steps a, header a, header summary, .back, main summary')].filter((each) => each.getBoundingClientRect().height < 43.5 && each.getClientRects().length > 0).map((each) => each.outerHTML.slice(0, 120)))
      expect(small, to).toEqual([])
    }
    await close()
  })
})

describe('playing', () => {
  it('tells each step’s XP and why, and refreshes the page around the activity without touching it', async () => {
    const ana = await world.visitor('ana')
    const { page, complaints, go, close } = await browse(ana)
    await go('rooms/hall')
    const frame = page.frameLocator('#frame')
    await page.evaluate(() => ((document.getElementById('frame') as HTMLIFrameElement).dataset.same = 'yes'))
    await frame.locator('button').click()
    await page.locator('.moment', { hasText: '+40 XP' }).waitFor()
    expect(await page.locator('#moments').innerText()).toContain('Right at the first try')
    await page.locator('nav a[href*="activity=hall-a"][data-done=true]').waitFor()
    expect(await page.locator('#me').innerText()).toContain('40 XP')
    expect(await page.locator('#frame').getAttribute('data-same')).toBe('yes')
    await page.locator('a', { hasText: 'Next: ' }).click()
    await page.frameLocator('#frame').locator('button').click()
    await page.locator('.moment', { hasText: 'Room 1 is done' }).waitFor()
    await page.locator('.moment', { hasText: 'Level up!' }).waitFor()
    await page.locator('.moment', { hasText: 'Flawless room' }).waitFor()
    expect(await page.locator('[data-earned-key]').getAttribute('data-earned-key')).toBe('amber tandem 27')
    await page.locator('h1').click()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('.moment').count()).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })
  it('on a phone tells one thing after the other, and what Escape in the activity says stills them', async () => {
    const eve = await world.visitor('eve')
    const { page, go, close } = await browse(eve)
    await page.setViewportSize({ width: 375, height: 700 })
    await go('rooms/hall')
    await page.frameLocator('#frame').locator('button').click()
    await page.locator('a', { hasText: 'Next: ' }).waitFor()
    await page.goto(await page.locator('a', { hasText: 'Next: ' }).evaluate((link: HTMLAnchorElement) => link.href))
    await page.frameLocator('#frame').locator('button').click()
    await page.locator('.moment', { hasText: 'Room 1 is done' }).waitFor()
    expect(await page.locator('.moment').count()).toBe(1)
    await page.locator('.shut-moment').click()
    await page.locator('.moment', { hasText: 'Level up!' }).waitFor()
    expect(await page.locator('.moment').count()).toBe(1)
    await page.frameLocator('#frame').locator('html').evaluate(() => window.parent.postMessage({ keyroom: 'escape' }, '*')) // as the bridge says it
    await expect.poll(() => page.locator('.moment').count()).toBe(0)
    await close()
  })
  it('says nothing twice: a page that comes anew tells no old news', async () => {
    const bea = await world.visitor('bea')
    await bea.finishes('hall')
    const { page, go, close } = await browse(bea)
    await go('rooms/hall')
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await page.waitForResponse((response) => response.url().includes('/rooms/hall?activity='))
    await page.frameLocator('#frame').locator('h1').waitFor()
    expect(await page.locator('.moment').count()).toBe(0)
    await close()
  })
  it('believes no message of another window: only what the server says is told', async () => {
    const cid = await world.visitor('cid')
    const { page, go, close } = await browse(cid)
    await go('rooms/hall')
    await page.frameLocator('#frame').locator('h1').waitFor()
    await page.evaluate(() => window.postMessage({ keyroom: 'outcome', outcome: { xp: 9999, levelUp: true, gains: [{ xp: 9999, reason: 'finish', ref: 'x' }] } }, '*'))
    await page.evaluate(() => window.postMessage({ keyroom: 'resize', height: 15_000 }, '*'))
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    expect(await page.locator('.moment').count()).toBe(0)
    expect((await page.locator('#frame').boundingBox())?.height ?? 0).toBeLessThan(5000)
    await close()
  })
  it('goes from the map through a door by keyboard alone', async () => {
    const dan = await world.visitor('dan')
    await dan.finishes('hall')
    const { page, go, close } = await browse(dan)
    await go('')
    await page.locator('.next .btn').focus()
    await page.keyboard.press('Enter')
    await page.locator('#key').focus()
    await page.keyboard.type('amber tandem 28')
    await page.keyboard.press('Enter')
    await page.getByText('Very close').waitFor()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('key')
    await page.keyboard.type('amber tandem 27')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'The door opens' }).waitFor()
    await page.locator('.moment', { hasText: 'First key' }).waitFor()
    await page.waitForURL((url) => !url.search.includes('opened'))
    await page.locator('.shut-moment').first().focus()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('.moment').count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    await close()
  })
  it('holds a key that is typed too soon, and tries it by itself when the wait is over', async () => {
    const eli = await world.visitor('eli')
    for (let i = 0; i < 3; i++) await eli.post('rooms/library/key', { key: `guess ${i}` })
    const { page, go, close } = await browse(eli)
    await go('rooms/library')
    await page.locator('#key').fill('amber tandem 27')
    await page.locator('form[data-door] .btn').click()
    await page.getByText('Your key will be tried then').waitFor()
    world.clock.now = new Date(world.clock.now.getTime() + 5000)
    await page.getByRole('heading', { name: 'The door opens' }).waitFor()
    await close()
  })
  it('works without scripts: every step is a link or a form', async () => {
    const fay = await world.visitor('fay')
    await fay.finishes('hall')
    const context = await browser.newContext({ javaScriptEnabled: false })
    await context.addCookies([{ ...fay.cookie, url: world.url }])
    const page = await context.newPage()
    await page.goto(`${world.url}/play/${world.run._id}/`)
    await page.locator('.next .btn').click()
    await page.locator('#key').fill('amber tandem 27')
    await page.locator('form[data-door] .btn').click()
    await page.getByRole('heading', { name: 'The door opens' }).waitFor()
    expect(await page.locator('#content-wait').isVisible()).toBe(false)
    await context.close()
  })
})

it.each([1, 13, 40])('a house of %i rooms is drawn whole, each reached room a link in it', async (count) => {
  const big = await aPlayWorld(manyRooms(count))
  const ana = await big.visitor('ana')
  const { page, complaints, go, close } = await browse(ana, { width: 320 }, big)
  await go('')
  expect(await page.locator('.house .room').count()).toBe(count)
  expect(await page.locator('.house a.room').count()).toBe(Math.min(2, count))
  const inside = await page.evaluate(() => {
    const house = document.querySelector('.house')?.getBoundingClientRect()
    return [...document.querySelectorAll('.house .room .wall')].every((room) => {
      const box = room.getBoundingClientRect()
      return house && box.width > 10 && box.left >= house.left && box.right <= house.right + 1 && box.top >= house.top && box.bottom <= house.bottom + 1
    })
  })
  expect(inside).toBe(true)
  expect(complaints).toEqual([])
  await close()
  await big.close()
})
