import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LockResting } from '../../src/play/refusals.js'
import { aWorld, demoContents, secretsOf, tempDir, trace, type World } from './world.js'

const ITEM = '28ab69f7-2e73-4d5f-a70b-7b7b05580bd1'
let world: World
let browser: Browser
let around: Server
let origin: string
beforeAll(async () => {
  const { launchChromium } = (await import('../../scripts/chromium.mjs' as string)) as { launchChromium(): Promise<Browser> }
  // The page around the frame, on another origin: as with CONTENT_ORIGIN.
  around = createServer((req, res) => {
    const frame = new URL(req.url ?? '/', 'http://x').searchParams.get('frame') ?? ''
    res.setHeader('content-type', 'text/html').end(`<!doctype html><title>Around</title><script>window.heard = []; addEventListener('message', (event) => heard.push({ origin: event.origin, ...event.data }))</script><iframe src="${frame}" width="700" height="900"></iframe>`)
  })
  await new Promise<void>((ready) => around.listen(0, '127.0.0.1', ready))
  origin = `http://127.0.0.1:${(around.address() as AddressInfo).port}`
  ;[world, browser] = await Promise.all([aWorld((url) => ({ publicUrl: origin, contentOrigin: url })), launchChromium()])
})
afterAll(async () => {
  await browser?.close()
  around?.close()
})

interface Keyroom { answer(item: string, response: unknown): Promise<{ correct: boolean; tries: number }>; complete(): Promise<unknown>; items: Record<string, unknown>; outbox: string; seal: string }
declare global {
  interface Window { H5PIntegration: { keyroom: Keyroom }; heard: { keyroom: string; origin: string; height?: number; outcome?: object }[] }
}
interface Stage { page: Page; frame: Frame; context: BrowserContext; faults: string[]; close(): Promise<void> }
/** A content in its frame in a page of another origin; `faults`: all the browser complained of. */
const show = async (content: string, who: { user?: string; ticket?: string; query?: string } = {}): Promise<Stage> => {
  const context = await browser.newContext()
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => void (message.type() === 'error' && !/Failed to load resource|ERR_INTERNET/.test(message.text()) && faults.push(message.text())))
  await page.goto(`${origin}/?frame=${encodeURIComponent(`${world.url}${world.open(content, who)}/frame${who.query ?? ''}`)}`)
  await page.frameLocator('iframe').locator('.kr').first().waitFor()
  const frame = page.frames().find((each) => each.url().includes('/h5p/'))
  if (!frame) throw new Error('no frame')
  return { page, frame, context, faults, close: () => context.close() }
}
const heard = (page: Page, kind: string) => page.evaluate((wanted) => window.heard.filter(({ keyroom }) => keyroom === wanted), kind)
const answersOf = (item: string) => world.door.answered.filter((each) => each.item === item)

describe('a content in its frame', () => {
  it('is played under the strict policy, and tells the page around what it brought and how tall it is', async () => {
    const { page, frame, faults, close } = await show('check-the-basics', { user: 'player' })
    for (const label of ['Pairs decide which', 'Each student writes']) await frame.getByText(label).click()
    await frame.getByRole('button', { name: 'Check' }).click()
    await frame.getByText('That’s right.').waitFor()
    await expect.poll(() => heard(page, 'outcome')).toMatchObject([{ outcome: { xp: 10 }, origin: world.url }])
    const heights = await heard(page, 'resize')
    expect(heights.at(-1)?.height).toBe(await frame.evaluate(() => Math.ceil(document.body.getBoundingClientRect().height)))
    expect(heights.at(-1)?.height).toBeGreaterThan(200)
    await page.evaluate(() => {
      window.heard = []
      document.querySelector('iframe')?.contentWindow?.postMessage({ keyroom: 'measure' }, '*')
    })
    await expect.poll(() => heard(page, 'resize')).toMatchObject([{ height: heights.at(-1)?.height }])
    expect(faults).toEqual([])
    await close()
  })
  it('never gets a byte of any answer key', async () => {
    for (const { id, params } of demoContents) {
      const bytes: Promise<string>[] = []
      const context = await browser.newContext()
      const page = await context.newPage()
      page.on('response', (response) => void bytes.push(response.body().then((body) => body.toString('utf8'), () => '')))
      await page.goto(`${world.url}${world.open(id, { user: 'reader' })}/frame`, { waitUntil: 'networkidle' })
      await page.locator('.kr').first().waitFor()
      const all = (await Promise.all(bytes)).join('\n')
      expect(all).toContain('H5PIntegration')
      for (const secret of secretsOf(params)) expect(all).not.toContain(trace(secret))
      await context.close()
    }
  })
  it('is usable by everyone, and asks the server for nothing it was given already', async () => {
    const { page, frame, close } = await show('book-of-strategies', { user: 'axe' })
    const { source } = (await import('axe-core')).default
    await frame.evaluate(source)
    const { violations } = await frame.evaluate(() => (window as unknown as { axe: { run(options: object): Promise<{ violations: { id: string }[] }> } }).axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }))
    expect(violations.map(({ id }) => id)).toEqual([])
    const asked: string[] = []
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname))
    await frame.goto(frame.url(), { waitUntil: 'networkidle' })
    expect(asked.filter((path) => path.includes('/state/'))).toEqual([])
    expect(asked.length).toBeLessThan(25)
    await close()
  })
  it('takes two presses at once for one answer', async () => {
    const { frame, close } = await show('check-the-basics', { user: 'hasty' })
    const before = answersOf(ITEM).length
    const verdicts = await frame.evaluate(async (item) => {
      const { keyroom } = window.H5PIntegration
      return Promise.all([keyroom.answer(item, [0]), keyroom.answer(item, [0]), keyroom.answer(item, [3])])
    }, ITEM)
    expect(verdicts.map(({ tries }) => tries)).toEqual([1, 1, 1])
    expect(answersOf(ITEM).length).toBe(before + 1)
    await close()
  })
  it('keeps an answer given offline, says so, and sends it when the line is back', async () => {
    const { page, frame, context, close } = await show('check-the-basics', { user: 'train' })
    const before = answersOf(ITEM).length
    await context.setOffline(true)
    for (const label of ['Pairs decide which', 'Each student writes']) await frame.getByText(label).click()
    await frame.getByRole('button', { name: 'Check' }).click()
    await frame.getByRole('status').getByText('You seem to be offline').or(frame.locator('#frame-status', { hasText: 'You seem to be offline' })).first().waitFor()
    expect(answersOf(ITEM).length).toBe(before)
    await context.setOffline(false)
    await frame.getByText('That’s right.').waitFor()
    expect(await frame.locator('#frame-status').textContent()).toContain('back online')
    expect(answersOf(ITEM).length).toBe(before + 1)
    expect(await heard(page, 'outcome')).toHaveLength(1)
    expect(await heard(page, 'status')).toMatchObject([{ text: expect.stringContaining('offline') as string }, { text: expect.stringContaining('back online') as string }])
    await close()
  })
  it('tells a page of another origin which activities something is kept of', async () => {
    const { page, frame, context, close } = await show('check-the-basics', { user: 'tunnel' })
    await context.setOffline(true)
    const mine = await frame.evaluate((item) => {
      const { keyroom } = window.H5PIntegration
      void keyroom.answer(item, [0]).catch(() => undefined)
      return keyroom.outbox
    }, ITEM)
    await expect.poll(() => frame.evaluate(() => Object.keys(localStorage).some((name) => name.includes(':queue:')))).toBe(true)
    await page.evaluate((names) => document.querySelector('iframe')?.contentWindow?.postMessage({ keyroom: 'kept', names }, '*'), ['others', mine])
    await expect.poll(() => heard(page, 'kept')).toMatchObject([{ names: [mine], origin: world.url }])
    await close()
  })
  it('counts an answer once whose confirmation was lost on the way', async () => {
    const { frame, close } = await show('check-the-basics', { user: 'unlucky' })
    const before = answersOf(ITEM).length
    world.door.faults.push('lost', 'lost')
    const verdict = await frame.evaluate((item) => window.H5PIntegration.keyroom.answer(item, [1, 2]), ITEM)
    expect(verdict).toMatchObject({ correct: true, tries: 1 })
    expect(answersOf(ITEM).length).toBe(before + 1)
    await close()
  })
  it('gives a refusal to the type in words, and doesn’t send again', async () => {
    const { frame, close } = await show('check-the-basics', { user: 'refused' })
    const problem = await frame.evaluate(() => window.H5PIntegration.keyroom.answer('no-such-item', [0]).then(() => undefined, (refused: unknown) => refused))
    expect(problem).toMatchObject({ type: '/problems/infra/not-found', status: 404 })
    expect((problem as { title: string }).title.length).toBeGreaterThan(3)
    await close()
  })
  it.each([['en', 'The lock needs a rest: 2 seconds to go'], ['zh-CN', '还有 2 秒'], ['ar', 'ثانيتان']])('says in %s how long a lock rests, and neither sends the answer again by itself nor takes one meanwhile', async (lang, words) => {
    const id = `cabinet-${lang.toLowerCase()}`
    const h5p = { title: 'Cabinet', language: 'en', mainLibrary: 'Keyroom.Lock', embedTypes: ['div'], license: 'U', preloadedDependencies: [{ machineName: 'Keyroom.Lock', majorVersion: 1, minorVersion: 0 }] }
    await world.h5p.addContent(id, { h5p, content: { kind: 'words', prompt: '<p>Which word?</p>', words: ['amber'] }, files: await tempDir() })
    const { frame, close } = await show(id, { user: `thief-${lang}`, query: `?lang=${lang}` })
    const before = answersOf('_').length
    await frame.locator('.kr-lock-word').fill('amber')
    world.door.faults.push(new LockResting({ params: { seconds: 2 }, retryAfter: 2 }))
    await frame.locator('button[type=submit]').click()
    await frame.getByText(words).waitFor()
    expect(await frame.locator('button[type=submit]').getAttribute('aria-disabled')).toBe('true')
    await frame.locator('button[type=submit][aria-disabled=true]').waitFor({ state: 'detached' })
    expect(answersOf('_').length).toBe(before + 1)
    expect(await frame.locator('.kr-lock-word').inputValue()).toBe('amber')
    await close()
  })
  it('continues on another device where it was left, with what was answered', async () => {
    const laptop = await show('check-the-basics', { user: 'mover', ticket: 'mover-laptop' })
    await laptop.frame.getByText('The class watches').click()
    await laptop.frame.getByRole('button', { name: 'Check' }).click()
    await laptop.frame.getByText('Not yet', { exact: false }).first().waitFor()
    await laptop.frame.getByText('Students copy a diagram').click()
    const items = world.door.opens.get('mover-laptop')?.items ?? {}
    await laptop.close()
    const phone = await show('check-the-basics', { user: 'mover', ticket: 'mover-phone' })
    await phone.close()
    Object.assign(world.door.opens.get('mover-phone')?.items ?? {}, items)
    const again = await show('check-the-basics', { user: 'mover', ticket: 'mover-phone' })
    await again.frame.getByText('Tries: 1').waitFor()
    expect(await again.frame.getByRole('checkbox', { name: 'The class watches' }).isChecked()).toBe(true)
    await again.close()
  })
  it('is kept by the server where it was left also in a script whose letters are long on their way', async () => {
    const { frame, close } = await show('check-the-basics', { user: 'writer' })
    await frame.evaluate(() => {
      const [instance] = (window as unknown as { H5P: { instances: { getCurrentState(): object }[] } }).H5P.instances
      if (instance) instance.getCurrentState = () => ({ text: '学'.repeat(9000) })
      document.body.click()
    })
    await expect.poll(async () => (await world.mongo.db.collection<{ data: string }>('h5p_states').findOne({ user: 'writer' }))?.data.length).toBeGreaterThan(9000)
    await close()
  })
  it('without questions reports once that it is done', async () => {
    const h5p = { title: 'Read', language: 'en', mainLibrary: 'Keyroom.Text', embedTypes: ['div'], license: 'U', preloadedDependencies: [{ machineName: 'Keyroom.Text', majorVersion: 1, minorVersion: 0 }] }
    await world.h5p.addContent('read', { h5p, content: { text: '<p>Read me.</p>' }, files: await tempDir() })
    const { page, frame, close } = await show('read', { user: 'reader' })
    await frame.getByRole('button').first().click()
    await expect.poll(() => heard(page, 'outcome')).toHaveLength(1)
    expect(world.door.completed).toHaveLength(1)
    expect(world.door.completed[0]).toMatch(/^[\w-]{8,100}$/)
    await close()
  })
  it('with questions never claims by itself to be done', async () => {
    const { frame, close } = await show('case-large-hall', { user: 'claimer' })
    const before = world.door.completed.length
    await frame.evaluate(() => {
      const { H5P } = window as unknown as { H5P: { instances: { triggerXAPI(verb: string): void }[] } }
      H5P.instances[0]?.triggerXAPI('completed')
    })
    await frame.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)))
    expect(world.door.completed.length).toBe(before)
    await close()
  })
})
