import type { Socket } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { freshMongo } from '../support/mongo.js'
import { aNode, type Node } from './world.js'

let node: Node
let browser: Browser
beforeAll(async () => {
  node = await aNode(await freshMongo())
  browser = await launchChromium()
})
afterAll(async () => {
  await browser.close()
  await node.close()
})

interface Looking { page: Page; context: BrowserContext; faults: string[] }
const lookAs = async (run: string, user: string, path = ''): Promise<Looking> => {
  const { cookie } = node.session(run, user)
  const context = await browser.newContext({ locale: 'en', reducedMotion: 'reduce' })
  await context.addCookies([{ ...cookie, url: node.url, httpOnly: true, sameSite: 'Lax' }])
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => void faults.push(String(error)))
  page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())))
  await page.goto(`${node.url}/play/${run}/ladder${path}`)
  return { page, context, faults }
}
const aRace = async (): Promise<string> => {
  const run = await node.run()
  for (const [user, xp] of [['ana', 60], ['ben', 40], ['cai', 20]] as const) {
    await node.join(run, user)
    await node.award(run, user, xp)
    await node.tell(run, user, { type: 'profile-changed', data: { alias: user.toUpperCase() } })
  }
  return run
}
const listening = (run: string) => expect.poll(() => node.live.listeners({ run, to: 'everyone' }), { timeout: 20_000 })
const names = (page: Page): Promise<string[]> => page.locator('.ladder tbody th').allInnerTexts()

describe('the ladder in a browser', () => {
  it('moves when someone elsewhere earns XP, and keeps the keyboard where it was', async () => {
    const run = await aRace()
    const [ana, ben] = await Promise.all([lookAs(run, 'ana'), lookAs(run, 'ben')])
    await listening(run).toBe(2)
    await ana.page.locator('#alias').fill('half a na')
    await node.award(run, 'cai', 100)
    for (const { page } of [ana, ben]) await page.locator('.ladder tbody tr').first().filter({ hasText: 'CAI' }).waitFor()
    expect((await names(ben.page)).map((name) => name.replace(/[\u2066-\u2069]/g, ''))).toEqual(['CAI', 'ANA', 'You (BEN)'])
    expect(await ana.page.locator('.ladder-rank').innerText()).toBe('Place 2 of 3')
    expect(await ana.page.locator('#alias').inputValue()).toBe('half a na')
    expect(await ana.page.evaluate(() => document.activeElement?.id)).toBe('alias')
    expect([ana.faults, ben.faults]).toEqual([[], []])
    await Promise.all([ana.context.close(), ben.context.close()])
  })

  it('shows a new name, and lets go who hides, while one looks on', async () => {
    const run = await aRace()
    const { page, context } = await lookAs(run, 'ana')
    await listening(run).toBe(1)
    await node.tell(run, 'ben', { type: 'profile-changed', data: { alias: '<b>Bold</b>' } })
    await page.locator('.ladder bdi', { hasText: '<b>Bold</b>' }).waitFor()
    await node.tell(run, 'ben', { type: 'profile-changed', data: { onLadder: false } })
    await page.locator('.ladder bdi', { hasText: 'Bold' }).waitFor({ state: 'detached' })
    expect(await page.locator('.ladder-rank').innerText()).toBe('Place 1 of 2')
    await context.close()
  })

  it('catches up after the connection was lost', async () => {
    const run = await aRace()
    const lines = new Set<Socket>()
    node.server.on('connection', (line: Socket) => lines.add(line))
    const { page, context } = await lookAs(run, 'ana')
    await listening(run).toBe(1)
    await context.setOffline(true)
    lines.forEach((line) => line.destroy())
    await listening(run).toBe(0)
    await node.award(run, 'cai', 100)
    await context.setOffline(false)
    await page.locator('.ladder tbody tr').first().filter({ hasText: 'CAI' }).waitFor()
    await context.close()
  })

  it('takes a name by the form, and says no at the field', async () => {
    const run = await aRace()
    const { authorization } = node.session(run, 'ben')
    await request(node.app).post(`/play/${run}/ladder/profile`).set({ authorization }).type('form').send({ alias: 'Ben', onLadder: 'on', key: 'k' }).expect(303)
    const { page, context } = await lookAs(run, 'ana')
    await page.locator('#alias').fill('ben')
    await page.locator('form .btn').first().click()
    await page.locator('#alias-fault').waitFor()
    expect(await page.locator('#alias').evaluate((input: HTMLInputElement) => [input.value, input.getAttribute('aria-invalid')])).toEqual(['ben', 'true'])
    await page.locator('#alias').fill('Annie')
    await page.locator('form .btn').first().click()
    await page.locator('.profile [role=status]').waitFor()
    expect(await page.locator('.ladder .me').innerText()).toContain('Annie')
    await context.close()
  })
})
