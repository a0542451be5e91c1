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

const lastAnswer = () => theatre.world.door.answered.at(-1)?.response
const answered = async (page: Page) => (await theatre.said(page)).filter(({ verb }) => verb.id.endsWith('/answered')).at(-1)
const LONG = 'Before the demonstration each student writes down what will happen, then we look.'

describe('an open answer', () => {
  it('is a draft that is there on return, then is sent and waits', async () => {
    const id = await theatre.add('OpenAnswer', sampleOf('OpenAnswer').params)
    const stage = await theatre.show(id)
    await stage.page.getByLabel('Your answer').fill('Half a thought')
    await theatre.leave(stage)
    const { page, faults, bytes, close } = await theatre.show(id)
    expect(await page.getByLabel('Your answer').inputValue()).toBe('Half a thought')
    await page.getByRole('button', { name: 'Send it' }).click()
    await page.getByText('Write a little more first: 10 words at least.').waitFor()
    expect(theatre.world.door.answered.length).toBe(0)
    await page.getByLabel('Your answer').fill(LONG)
    await page.getByText('Words: 13').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('It waits for a person to read it.').waitFor()
    expect(lastAnswer()).toBe(LONG)
    expect(await answered(page)).toMatchObject({ object: { definition: { interactionType: 'long-fill-in' } }, result: { response: LONG, completion: true } })
    expect((await answered(page))?.result).not.toHaveProperty('score')
    expect(await page.getByRole('button', { name: 'Write it again' }).isVisible()).toBe(false)
    expect(await bytes()).not.toContain('writes a prediction')
    expect(await axe(page)).toEqual([])
    expect(faults).toEqual([])
    await close()
  })
  it('comes back judged: levels, points, what the reader says and the sample; and can be written again', async () => {
    const id = await theatre.add('OpenAnswer', sampleOf('OpenAnswer').params)
    theatre.world.open(id, { user: 'ben' })
    const items = theatre.world.door.opens.get(`ben.r1.${id}`)?.items ?? {}
    items._ = { tries: 1, correct: false, response: LONG, review: { score: 2, max: 3, comment: 'Say what they do <b>then</b>.', criteria: [{ title: 'A step that fits the aim', level: 'A step that serves a stated aim', points: 2 }, { title: 'What students do', level: 'Not said', points: 0 }] } }
    const { page, close } = await theatre.show(id, { user: 'ben', lang: 'ar', width: 320 })
    await page.getByText('قُرئت: 2 من 3 نقطة.').waitFor()
    await page.getByText('Say what they do <b>then</b>.').waitFor()
    await page.getByText('A step that serves a stated aim: 2').last().waitFor()
    await page.getByText('each student writes a prediction').waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'اكتبها مجددًا' }).click()
    await page.getByLabel('إجابتك').fill(`${LONG} They compare in pairs.`)
    await page.getByRole('button', { name: 'أرسلها مجددًا' }).click()
    await page.getByText('وهي بانتظار من يقرؤها').waitFor()
    expect(lastAnswer()).toBe(`${LONG} They compare in pairs.`)
    await close()
  })
  it('tells its sample at once only where the author says so', async () => {
    const id = await theatre.add('OpenAnswer', { ...sampleOf('OpenAnswer').params, reveal: 'submitted', min: 1 })
    const { page, bytes, close } = await theatre.show(id, { user: 'cleo' })
    expect(await bytes()).not.toContain('writes a prediction')
    await page.getByLabel('Your answer').fill('A short one')
    await page.getByRole('button', { name: 'Send it' }).click()
    await page.getByText('each student writes a prediction').waitFor()
    await close()
  })
})

/** Sent while the line is down; on the way nothing in it can be changed, so what was sent is what stands there. */
const sentLater = async (page: Page, name: string): Promise<boolean> => {
  await page.route('**/answers', (route) => route.abort())
  await page.getByRole('button', { name }).click()
  await page.locator('#frame-status', { hasText: 'offline' }).waitFor()
  const fixed = await page.locator('textarea').first().evaluate((area: HTMLTextAreaElement) => area.readOnly)
  await page.unroute('**/answers')
  return fixed
}
it.each([['OpenAnswer', {}, 'Send it', 'It waits for a person'], ['Reflection', { audience: 'instructor', min: 2 }, 'Done', 'Written and sent.']])('%s: what a reader gets is what the writer is shown, however long it takes', async (type, params, press, told) => {
  const id = await theatre.add(type, { ...sampleOf(type).params, ...params })
  const { page, close } = await theatre.show(id, { user: 'finn' })
  await page.locator('textarea').first().fill(LONG)
  expect(await sentLater(page, press)).toBe(true)
  await page.getByText(told).waitFor()
  expect([lastAnswer()].flat()[0]).toBe(LONG)
  await close()
})

describe('a reflection', () => {
  it('for oneself leaves no word of it in an answer or a statement, is done by writing, and can be taken away', async () => {
    const id = await theatre.add('Reflection', sampleOf('Reflection').params)
    const stage = await theatre.show(id, { user: 'dina' })
    const { page, faults } = stage
    await page.getByText('Only you can read this.').waitFor()
    await page.getByLabel('What will you try in your next class?').fill('A hippopotamus of an idea')
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByText('Write a little more first: 12 words at least.').waitFor()
    await page.getByLabel('What could stand in its way?').fill('Only that it is too big for the room')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('Written. You can go on writing').waitFor()
    await page.getByText('Put it where you will see it').waitFor()
    expect(lastAnswer()).toEqual({ words: 14 })
    expect(JSON.stringify(await theatre.said(page))).not.toContain('hippopotamus')
    expect(await answered(page)).toMatchObject({ object: { definition: { interactionType: 'long-fill-in' } }, result: { success: true, score: { raw: 1, max: 1 } } })
    await page.getByRole('button', { name: 'Copy my text' }).click()
    await page.getByText('Copied.').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('hippopotamus of an idea')
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as a file' }).click()])
    expect(file.suggestedFilename()).toMatch(/\.txt$/)
    await page.getByLabel('What could stand in its way?').fill('Nothing any more')
    expect(await axe(page)).toEqual([])
    expect(faults).toEqual([])
    await theatre.leave(stage)
    const again = await theatre.show(id, { user: 'dina', lang: 'zh-CN', dark: true })
    await again.page.getByText('已写下').waitFor()
    expect(await again.page.locator('textarea').first().inputValue()).toContain('hippopotamus')
    expect(await again.page.locator('textarea').last().inputValue()).toBe('Nothing any more')
    expect(await axe(again.page)).toEqual([])
    await again.close()
  })
  it('that the instructor may read says so, and is sent as it stands', async () => {
    const { page, close } = await theatre.show(await theatre.add('Reflection', { ...sampleOf('Reflection').params, audience: 'instructor', min: 2 }), { user: 'eve' })
    await page.getByText('Your instructor can read this.').waitFor()
    await page.locator('textarea').first().fill('Two words')
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByText('Written and sent.').waitFor()
    expect(lastAnswer()).toEqual(['Two words', ''])
    expect(await page.locator('textarea').first().evaluate((area: HTMLTextAreaElement) => area.readOnly)).toBe(true)
    await close()
  })
})
