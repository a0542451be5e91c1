import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { librariesWithStandIns } from './stand-ins.js'
import { aWorld, tempDir, type World } from './world.js'

let world: World
let browser: Browser
beforeAll(async () => {
  const { launchChromium } = (await import('../../scripts/chromium.mjs' as string)) as { launchChromium(): Promise<Browser> }
  ;[world, browser] = await Promise.all([aWorld({}, { librariesDir: await librariesWithStandIns() }), launchChromium()])
})
afterAll(() => browser?.close())

const LIBRARIES = ['H5P.Column 1.17', 'H5P.Essay 1.5', 'H5P.TrueFalse 1.8', 'H5P.QuestionSet 1.20', 'H5P.SingleChoiceSet 1.11', 'H5P.Accordion 1.0', 'H5P.InteractiveVideo 1.27']
const named = (library: string) => ({ machineName: library.split(' ')[0], majorVersion: Number(/ (\d+)/.exec(library)?.[1]), minorVersion: Number(/\.(\d+)$/.exec(library)?.[1]) })
const trueFalse = (id: string, params: object = {}) => ({ library: 'H5P.TrueFalse 1.8', subContentId: id, params: { question: id, correct: 'true', ...params }, metadata: {} })

let made = 0
/** A content of an official type, in its frame, as a learner of its own sees it. */
const show = async (library: string, params: object) => {
  const id = `official-${(made += 1)}`
  const needed = LIBRARIES.filter((each) => JSON.stringify([library, params]).includes(each))
  await world.h5p.addContent(id, { h5p: { title: id, language: 'en', mainLibrary: library.split(' ')[0], embedTypes: ['div'], license: 'U', preloadedDependencies: needed.map(named) }, content: params, files: await tempDir() })
  const open = async (): Promise<{ page: Page; said: string[] }> => {
    const page = await browser.newPage()
    page.setDefaultTimeout(10_000)
    const said: string[] = []
    page.on('pageerror', ({ message }) => said.push(message))
    page.on('console', (message) => void (['info', 'error'].includes(message.type()) && said.push(message.text())))
    await page.goto(`${world.url}${world.open(id)}/frame`)
    await page.locator('.h5p-content button, .h5p-content p').first().waitFor()
    return { page, said }
  }
  const before = world.door.answered.length
  return { ...(await open()), again: open, answered: () => world.door.answered.slice(before).map(({ item, response }) => [item, response]) }
}

describe('an official type', () => {
  it('is scored by the server from what it says was answered; its own score counts for nothing, and a difference is told in the log', async () => {
    const { page, said, answered } = await show('H5P.TrueFalse 1.8', { question: '?', correct: 'true' })
    await page.getByRole('button', { name: 'false' }).click()
    await page.getByRole('button', { name: 'Check' }).click()
    await expect.poll(answered).toEqual([['_', 'false']])
    await expect.poll(() => said).toEqual([expect.stringMatching(/scores 0 on the server, 1 in the browser/)])
    expect(world.door.opens.get(`ana.r1.official-${made}`)?.items).toEqual({ _: { tries: 1, correct: false, response: 'false' } })
    await page.close()
  })
  it('inside a container that says all at its end is answered then; what was left out counts as nothing answered', async () => {
    const { page, answered } = await show('H5P.QuestionSet 1.20', { questions: [trueFalse('one', { silent: true }), trueFalse('two', { silent: true }), trueFalse('three')] })
    await page.getByRole('button', { name: 'true' }).first().click()
    await page.getByRole('button', { name: 'false' }).last().click()
    await page.getByRole('button', { name: 'Check' }).click()
    await expect.poll(answered).toEqual([['three', 'false']])
    await page.getByRole('button', { name: 'Finish' }).click()
    await expect.poll(answered).toEqual([['three', 'false'], ['one', 'true'], ['two', '']])
    await page.close()
  })
  it('that says again on coming back what it said before is not answered again; another answer is', async () => {
    const { page, again, answered } = await show('H5P.QuestionSet 1.20', { questions: [trueFalse('left'), trueFalse('right')] })
    await page.getByRole('button', { name: 'false' }).first().click()
    await page.getByRole('button', { name: 'true' }).last().click()
    await page.getByRole('button', { name: 'Finish' }).click()
    await expect.poll(answered).toEqual([['left', 'false'], ['right', 'true']])
    await expect.poll(async () => (await page.evaluate(() => JSON.stringify((window as unknown as { H5PIntegration: { contents: object } }).H5PIntegration.contents))).includes('finished')).toBe(true)
    await page.close()
    const { page: back } = await again()
    await back.getByRole('button', { name: 'true' }).first().click()
    await back.getByRole('button', { name: 'Check' }).first().click()
    await expect.poll(answered).toEqual([['left', 'false'], ['right', 'true'], ['left', 'true']])
    await back.close()
  })
  it('keeps each answer given offline at once, also a second one to the same: all are sent when the learner is back', async () => {
    const { page, answered } = await show('H5P.Column 1.17', { ends: true, content: [trueFalse('first'), trueFalse('second'), trueFalse('third')].map((content) => ({ content })) })
    await page.route('**/answers', (route) => route.abort())
    const give = async (text: string, at: number) => {
      await page.getByRole('button', { name: text }).nth(at).click()
      await page.getByRole('button', { name: 'Check' }).nth(at).click()
    }
    await give('false', 0)
    await give('true', 0)
    await give('true', 1)
    await page.getByRole('button', { name: 'Finish' }).click()
    await expect.poll(() => page.evaluate(() => Object.keys(localStorage).filter((name) => name.includes(':queue:')).length)).toBe(4)
    expect(answered()).toEqual([])
    await page.unroute('**/answers')
    await page.reload()
    await expect.poll(answered).toEqual([['first', 'false'], ['first', 'true'], ['second', 'true'], ['third', '']])
    await page.close()
  })
  it('of several parts is answered once, with all of them', async () => {
    const { page, answered } = await show('H5P.SingleChoiceSet 1.11', { choices: [{ answers: ['a', 'b'] }, { answers: ['a', 'b'] }] })
    await page.getByRole('button', { name: 'All' }).click()
    await expect.poll(answered).toEqual([['_', ['0', '0']]])
    await page.close()
  })
  it('that can’t be scored again is told of as answered, beside those that can; or left out, when the whole is finished', async () => {
    const essay = (id: string) => ({ library: 'H5P.Essay 1.5', subContentId: id, params: {}, metadata: {} })
    const { page, said, answered } = await show('H5P.Column 1.17', { ends: true, content: [trueFalse('q1'), essay('written'), essay('skipped')].map((content) => ({ content })) })
    await page.getByRole('button', { name: 'Hand in' }).first().click()
    await expect.poll(answered).toEqual([['written', 'My words']])
    await page.getByRole('button', { name: 'true' }).click()
    await page.getByRole('button', { name: 'Check' }).click()
    await expect.poll(answered).toEqual([['written', 'My words'], ['q1', 'true']])
    await page.getByRole('button', { name: 'Finish' }).click()
    await expect.poll(answered).toEqual([['written', 'My words'], ['q1', 'true'], ['skipped', '']])
    expect(said).toEqual([])
    await page.close()
  })
})

describe('an official film with less data', () => {
  const FILM = { path: 'videos/film.mp4', mime: 'video/mp4' }
  const params = {
    interactiveVideo: {
      video: { files: [FILM], startScreenOptions: { poster: { path: 'images/poster.png' } }, textTracks: { videoTrack: [{ label: 'English', kind: 'captions', srcLang: 'en', track: { path: 'files/words.vtt' } }] } },
      assets: { interactions: [{ duration: { from: 9 }, action: trueFalse('later') }, { duration: { from: 2 }, action: trueFalse('sooner') }, { duration: { from: 3 }, action: { library: 'H5P.GoToQuestion 1.3', subContentId: 'jump', params: {} } }] },
    },
  }
  const open = async (low: boolean, { library, content, dependencies }: { library: string; content: object; dependencies: string[] } = { library: 'H5P.InteractiveVideo', content: params, dependencies: [] }) => {
    const files = await tempDir()
    await Promise.all(['videos', 'images', 'files'].map((folder) => mkdir(path.join(files, folder))))
    await writeFile(path.join(files, 'videos/film.mp4'), 'a film')
    await writeFile(path.join(files, 'images/poster.png'), 'a poster')
    await writeFile(path.join(files, 'files/words.vtt'), 'WEBVTT\n\n1\n00:00.000 --> 00:02.000\n<v Ana>Good evening,\nall of you.\n\n00:02.000 --> 00:04.000\nSit down.\n')
    const id = `film-${(made += 1)}`
    await world.h5p.addContent(id, { h5p: { title: 'A film', language: 'en', mainLibrary: library, embedTypes: ['div'], license: 'U', preloadedDependencies: ['H5P.InteractiveVideo 1.27', 'H5P.TrueFalse 1.8', ...dependencies].map(named) }, content, files })
    const page = await browser.newPage()
    page.setDefaultTimeout(10_000)
    const films: string[] = []
    page.on('request', (request) => void (request.url().includes('film.mp4') && films.push(request.url())))
    await page.goto(`${world.url}${world.open(id)}/frame${low ? '?low=1' : ''}`)
    await page.getByRole('button', { name: 'Check' }).first().waitFor()
    return { page, films }
  }
  it('asks for no byte of it until it is loaded; its poster, words and questions are there at once, and count', async () => {
    const { page, films } = await open(true)
    const before = world.door.answered.length
    expect(await page.locator('.frame-film img').getAttribute('src')).toContain('images/poster.png')
    const words = page.getByText('What is said in it')
    await page.route('**/words.vtt*', (route) => route.abort(), { times: 1 })
    await words.click()
    await page.getByText('The words didn’t come.').waitFor()
    await words.click()
    await words.click()
    await page.getByText('Good evening, all of you.').waitFor()
    expect(await page.getByText('The words didn’t come.').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'true' }).first().click()
    await page.getByRole('button', { name: 'Check' }).first().click()
    await expect.poll(() => world.door.answered.slice(before).map(({ item, response }) => [item, response])).toEqual([['sooner', 'true']])
    expect(await page.getByText('Some of it works in the film alone').isVisible()).toBe(true)
    expect(await page.locator('html').getAttribute('data-ready')).toBe('')
    expect([await page.locator('video').count(), films]).toEqual([0, []])
    await page.reload()
    await page.getByText('Last time: 1 of 1 point').waitFor()
    expect(films).toEqual([])
    await page.getByRole('button', { name: 'Load the film' }).click()
    await page.locator('video').waitFor({ state: 'attached' })
    await expect.poll(() => films.length).toBeGreaterThan(0)
    expect(await page.locator('.frame-film').count()).toBe(0)
    await page.close()
  })
  it('is told of in the page’s language and from its side, what it asks in its own', async () => {
    const { page } = await open(true)
    const address = new URL(page.url())
    address.searchParams.set('lang', 'ar')
    await page.goto(address.href)
    const panel = page.locator('.frame-film')
    await panel.getByText('حمّل الفيلم').waitFor()
    const spoken = (of: typeof panel) => of.evaluate((element) => [element.closest('[lang]')?.getAttribute('lang'), getComputedStyle(element).direction])
    expect(await spoken(panel.getByText('حمّل الفيلم'))).toEqual(['ar', 'rtl'])
    expect(await spoken(panel.getByRole('button', { name: 'Check' }).first())).toEqual(['en', 'ltr'])
    await page.close()
  })
  it('waits inside a container too, beside what is shown there at once', async () => {
    const film = { library: 'H5P.InteractiveVideo 1.27', subContentId: 'film', params, metadata: {} }
    const { page, films } = await open(true, { library: 'H5P.Column', dependencies: ['H5P.Column 1.17'], content: { content: [trueFalse('beside'), film].map((content) => ({ content })) } })
    const before = world.door.answered.length
    const panel = page.locator('.frame-film')
    expect(await panel.getByRole('listitem').count()).toBe(2)
    expect(await panel.locator('img').getAttribute('src')).toContain('images/poster.png')
    await panel.getByRole('button', { name: 'true' }).first().click()
    await panel.getByRole('button', { name: 'Check' }).first().click()
    await expect.poll(() => world.door.answered.slice(before).map(({ item, response }) => [item, response])).toEqual([['sooner', 'true']])
    expect([await page.locator('video').count(), films]).toEqual([0, []])
    await panel.getByRole('button', { name: 'Load the film' }).click()
    await expect.poll(() => films.length).toBeGreaterThan(0)
    expect(await panel.count()).toBe(0)
    await page.close()
  })
  it('is as it always is where nobody asked for less', async () => {
    const { page, films } = await open(false)
    expect(await page.locator('.frame-film').count()).toBe(0)
    await expect.poll(() => films.length).toBeGreaterThan(0)
    await page.close()
  })
})

describe('a content that asks nothing', () => {
  it('of a type that never says it is done is done when the learner says so', async () => {
    const { page, said } = await show('H5P.Accordion 1.0', {})
    const before = world.door.completed.length
    await page.getByRole('button', { name: 'I am done with this' }).click()
    await page.getByText('Noted: you are done.').waitFor()
    expect(world.door.completed).toHaveLength(before + 1)
    expect(said).toEqual([])
    await page.close()
  })
  it('has no such button where something is scored, or where the type says it', async () => {
    const { page } = await show('H5P.TrueFalse 1.8', { question: '?' })
    expect(await page.getByRole('button').allInnerTexts()).toEqual(['true', 'false', 'Check'])
    await page.goto(`${world.url}${world.open('check-the-basics')}/frame`)
    expect(await page.locator('#frame-done').count()).toBe(0)
    expect(await page.content()).not.toContain('official.js')
    await page.close()
  })
})
