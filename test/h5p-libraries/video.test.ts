import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tempDir } from '../h5p/world.js'
import { aTheatre, axe, launch, sampleOf, type Theatre } from './world.js'

/** Some seconds of a moving square, recorded by the browser itself: the repository holds no film. */
const aFilm = async (browser: Browser): Promise<Buffer> => {
  const page = await browser.newPage()
  const bytes = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 90 })
    const draw = canvas.getContext('2d')
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm;codecs=vp8' })
    const parts: Blob[] = []
    recorder.addEventListener('dataavailable', ({ data }) => void parts.push(data))
    const over = new Promise((resolve) => recorder.addEventListener('stop', resolve))
    recorder.start()
    for (let frame = 0; frame < 60; frame += 1) {
      if (draw) Object.assign(draw, { fillStyle: `hsl(${frame * 6} 70% 50%)` }).fillRect(0, 0, 160, 90)
      await new Promise((later) => setTimeout(later, 50))
    }
    recorder.stop()
    await over
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())]
  })
  await page.close()
  return Buffer.from(bytes)
}

let browser: Browser
let theatre: Theatre
let files: string
const { params: sample } = sampleOf('InteractiveVideo')
const withVideo = { ...sample, video: [{ path: 'videos/film.webm', mime: 'video/webm' }], tracks: [{ label: 'English', srclang: 'en', file: { path: 'files/en.vtt', mime: 'text/vtt' } }] }
beforeAll(async () => {
  browser = await launch()
  ;[theatre, files] = [await aTheatre(browser), await tempDir()]
  for (const folder of ['videos', 'files', 'images']) await mkdir(path.join(files, folder))
  await writeFile(path.join(files, 'videos/film.webm'), await aFilm(browser))
  await writeFile(path.join(files, 'files/en.vtt'), 'WEBVTT\n\n00:00.000 --> 00:03.000\nA caption\n')
  await writeFile(path.join(files, 'images/classroom.png'), Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'))
})
afterAll(() => browser?.close())

const SOON = { timeout: 10_000 }
const at = (page: Page) => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime)
const play = (page: Page) => page.getByRole('button', { name: 'Play', exact: true })
const onward = (page: Page) => page.getByRole('button', { name: 'Go on' })
const films = (asked: string[]) => asked.filter((address) => /\.webm|\.vtt/.test(address))

describe('an interactive video', () => {
  it('stops at its questions, lets nobody past an open one, and is done when all are answered', async () => {
    const id = await theatre.add('InteractiveVideo', withVideo, files)
    const stage = await theatre.show(id)
    const { page, faults } = stage
    await page.locator('video').evaluate((video: HTMLVideoElement) => (Number.isFinite(video.duration) ? undefined : new Promise((known) => video.addEventListener('durationchange', () => Number.isFinite(video.duration) && known(undefined)))))
    expect(await page.locator('video').evaluate((video: HTMLVideoElement) => video.paused)).toBe(true)
    await play(page).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Watch what the students do.').waitFor()
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Note at')
    await onward(page).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Which of these asks most').waitFor()
    expect(await onward(page).isVisible()).toBe(false)
    await page.getByText('Answer first, then it goes on.').waitFor()
    await page.getByRole('slider', { name: 'Position' }).fill('2.5')
    expect(await at(page)).toBeLessThan(1.5)
    await page.getByRole('button', { name: 'Go to 0:02' }).or(page.locator('summary')).first().click()
    await page.getByRole('button', { name: 'Go to 0:02' }).click()
    expect(await at(page)).toBeLessThan(1.5)
    await page.getByText('Copying a definition').click()
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('Hands are busy').waitFor()
    await page.getByText('1 of 2 answered').waitFor()
    expect(await axe(page)).toEqual([])
    await onward(page).click()
    await page.getByText('Students remember more').waitFor()
    await page.getByLabel('True').check()
    await page.getByRole('button', { name: 'Check' }).last().click()
    await page.getByText('2 of 2 answered').waitFor()
    const done = (await theatre.said(page)).filter(({ verb }) => verb.id.endsWith('/completed'))
    expect(done).toMatchObject([{ result: { score: { raw: 1, max: 2 }, completion: true } }])
    expect(done[0]?.object.definition).not.toHaveProperty('correctResponsesPattern')
    await onward(page).click()
    await expect.poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.ended), SOON).toBe(true)
    expect(faults).toEqual([])
    await theatre.leave(stage)
  })
  it('goes on where it was left, and knows what was answered', async () => {
    const id = await theatre.add('InteractiveVideo', { ...withVideo, cues: [], allowSkipping: true }, files)
    const stage = await theatre.show(id, { user: 'ben' })
    await stage.page.getByText('0:00 of 0:03').or(stage.page.getByText('0:00 of 0:02')).waitFor()
    await stage.page.getByRole('slider', { name: 'Position' }).fill('1.5')
    await expect.poll(() => at(stage.page), SOON).toBeGreaterThan(1.4)
    await theatre.leave(stage)
    const again = await theatre.show(id, { user: 'ben' })
    await again.page.getByText('0:01 of 0:03').or(again.page.getByText('0:01 of 0:02')).waitFor()
    await play(again.page).click()
    await expect.poll(() => at(again.page), SOON).toBeGreaterThan(1.4)
    await again.close()
  })
  it('has controls for everyone: captions, sound, speed, in any language', async () => {
    const { page, faults, close } = await theatre.show(await theatre.add('InteractiveVideo', withVideo, files), { user: 'cleo', lang: 'ar', width: 320, dark: true })
    await page.getByLabel('الترجمة المكتوبة').selectOption({ label: 'English' })
    await expect.poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => [...video.textTracks].map(({ mode, cues }) => [mode, cues?.length])), SOON).toEqual([['showing', 1]])
    await page.getByLabel('السرعة').selectOption('1.5')
    await page.getByRole('button', { name: 'كتم الصوت' }).click()
    await page.getByRole('button', { name: 'تشغيل الصوت' }).waitFor()
    expect(await page.locator('video').evaluate((video: HTMLVideoElement) => [video.playbackRate, video.muted])).toEqual([1.5, true])
    expect(await page.locator('.kr-marks i').count()).toBe(3)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
    expect(await axe(page)).toEqual([])
    expect(faults).toEqual([])
    await close()
  })
  it('where the line is thin asks for nothing of the film: picture, words and questions do', async () => {
    const id = await theatre.add('InteractiveVideo', withVideo, files)
    const { page, asked, faults, close } = await theatre.show(id, { user: 'dina', query: '&low=1' })
    await page.getByText('To save data the video isn’t loaded.').waitFor()
    await page.getByText('Before I show you').waitFor()
    await page.getByText('Explaining a definition').click()
    await page.getByRole('button', { name: 'Check' }).first().click()
    await page.getByLabel('True').check()
    await page.getByRole('button', { name: 'Check' }).last().click()
    await page.getByText('2 of 2 answered').waitFor()
    expect((await theatre.said(page)).filter(({ verb }) => verb.id.endsWith('/completed'))).toMatchObject([{ result: { score: { raw: 2, max: 2 } } }])
    expect(films(asked)).toEqual([])
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'With the video' }).click()
    await expect.poll(() => films(asked).length, SOON).toBeGreaterThan(0)
    expect(faults).toEqual([])
    await close()
  })
  it('can be done without by choice, remembered for the next visit', async () => {
    const id = await theatre.add('InteractiveVideo', withVideo, files)
    const stage = await theatre.show(id, { user: 'eve' })
    await stage.page.getByRole('button', { name: 'Without the video' }).click()
    await theatre.leave(stage)
    const { page, asked, close } = await theatre.show(id, { user: 'eve' })
    await page.getByText('To save data the video isn’t loaded.').waitFor()
    expect(films(asked)).toEqual([])
    await close()
  })
  it('says so where the film can’t be loaded, and goes on without', async () => {
    const { page, close } = await theatre.show(await theatre.add('InteractiveVideo', { ...withVideo, video: [{ path: 'videos/gone.webm', mime: 'video/webm' }] }, files), { user: 'flo' })
    await page.getByText('The video couldn’t be loaded.').waitFor()
    await page.getByText('Which of these asks most').waitFor()
    await close()
  })
  it('lets a question be left for later where the author allows it', async () => {
    const { page, close } = await theatre.show(await theatre.add('InteractiveVideo', { ...withVideo, allowSkipping: true }, files), { user: 'gus' })
    await page.getByText('0:00 of 0:03').or(page.getByText('0:00 of 0:02')).waitFor()
    await play(page).click()
    await onward(page).click()
    await page.getByText('Which of these asks most').waitFor()
    await onward(page).click()
    await page.getByText('Students remember more').waitFor()
    await onward(page).click()
    await expect.poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.ended), SOON).toBe(true)
    expect((await theatre.said(page)).filter(({ verb }) => verb.id.endsWith('/completed'))).toEqual([])
    await close()
  })
})
