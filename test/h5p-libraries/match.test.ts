import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aTheatre, axe, launch, sampleOf, type Theatre } from './world.js'

let browser: Browser
let theatre: Theatre
beforeAll(async () => {
  browser = await launch()
  theatre = await aTheatre(browser)
})
afterAll(() => browser?.close())

const PAIRS = [['Find out what they believe already', 'Prediction before a demonstration'], ['Hear from everyone', 'Think–pair–share'], ['See what is still unclear', 'Muddiest point']] as const
const card = (page: Page, name: string) => page.locator('.kr-card', { hasText: name })
const place = (page: Page, name: string) => page.getByRole('group', { name, exact: true })
const put = async (page: Page, name: string, target: string) => {
  await card(page, name).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: `Put it here: “${name}” to “${target}”` }).focus()
  await page.keyboard.press('Enter')
}

describe('matching', () => {
  it('is done by keyboard, said aloud, scored by the server, and there again on return', async () => {
    const id = await theatre.add('Match', sampleOf('Match').params)
    const { page, faults, bytes, close } = await theatre.show(id, { width: 320 })
    await put(page, 'Roll call', 'Hear from everyone')
    await page.getByText('Roll call is now beside Hear from everyone.').waitFor()
    for (const [target, name] of PAIRS.slice(0, 1)) await put(page, name, target)
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('1 of 3 so far').waitFor()
    await put(page, 'Think–pair–share', 'Hear from everyone')
    expect(await place(page, 'Hear from everyone').locator('.kr-card').count()).toBe(1)
    expect(await place(page, 'Cards').getByText('Roll call').isVisible()).toBe(true)
    await put(page, 'Muddiest point', 'See what is still unclear')
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('That’s right.').waitFor()
    const last = (await theatre.said(page)).filter(({ verb }) => verb.id.endsWith('/answered')).at(-1)
    expect(last).toMatchObject({ object: { definition: { interactionType: 'matching' } }, result: { success: true, score: { raw: 3, max: 3 }, response: expect.stringMatching(/^\d\[\.\]\d(\[,\]\d\[\.\]\d){2}$/) as string } })
    expect(last?.object.definition).not.toHaveProperty('correctResponsesPattern')
    expect(await axe(page)).toEqual([])
    expect(faults).toEqual([])
    const again = await theatre.show(id, { lang: 'ar', dark: true })
    await again.page.getByText('إجابة صحيحة.').waitFor()
    for (const [target, name] of PAIRS) expect(await place(again.page, target).getByText(name).isVisible()).toBe(true)
    expect(await axe(again.page)).toEqual([])
    expect(await bytes()).not.toMatch(/"right"|"left"|"pairs":\[/)
    await Promise.all([close(), again.close()])
  })
  it('is done by dragging too, and a card can be dragged back', async () => {
    const { page, close } = await theatre.show(await theatre.add('Match', sampleOf('Match').params), { user: 'ben' })
    const drag = async (name: string, target: string) => {
      const [from, to] = [await card(page, name).boundingBox(), await place(page, target).boundingBox()]
      if (!from || !to) throw new Error('nothing to drag')
      await page.mouse.move(from.x + 40, from.y + 20)
      await page.mouse.down()
      await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 6 })
      await page.mouse.up()
    }
    await drag('Roll call', 'Hear from everyone')
    expect(await place(page, 'Hear from everyone').locator('.kr-card').textContent()).toContain('Roll call')
    await drag('Roll call', 'Cards')
    expect(await place(page, 'Hear from everyone').locator('.kr-card').count()).toBe(0)
    for (const [target, name] of PAIRS) await drag(name, target)
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('That’s right.').waitFor()
    await close()
  })
  it('sorts into categories, several cards each', async () => {
    const params = { kind: 'categories', task: '<p>Active or not?</p>', categories: [{ title: 'Active', cards: [{ text: 'Explaining' }, { text: 'Deciding' }] }, { title: 'Passive', cards: [{ text: 'Watching' }] }] }
    const { page, close } = await theatre.show(await theatre.add('Match', params), { user: 'cleo' })
    for (const [name, target] of [['Explaining', 'Active'], ['Watching', 'Active'], ['Deciding', 'Active']] as const) await put(page, name, target)
    await page.getByText('All cards are placed.').waitFor()
    await put(page, 'Watching', 'Passive')
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('That’s right.').waitFor()
    expect(await axe(page)).toEqual([])
    await close()
  })
  it('elsewhere than in Keyroom it scores itself', async () => {
    const { page, close } = await theatre.show(await theatre.add('Match', sampleOf('Match').params), { user: 'dina' })
    const result = await page.evaluate((params) => {
      delete (window.H5PIntegration as { keyroom?: object }).keyroom
      const { H5P } = window as unknown as { H5P: { newRunnable(library: object, id: number): { attach(at: object): void; getMaxScore(): number; getScore(): number; getXAPIData(): { statement: { object: { definition: object } } } }; jQuery(at: Element): object } }
      const type = H5P.newRunnable({ library: 'Keyroom.Match 1.0', params }, 7)
      type.attach(H5P.jQuery(document.body))
      return [type.getMaxScore(), type.getScore(), type.getXAPIData().statement.object.definition]
    }, sampleOf('Match').params)
    expect(result).toMatchObject([3, 0, { correctResponsesPattern: ['0[.]0[,]1[.]1[,]2[.]2'] }])
    await close()
  })
})
