import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { pack } from '../../scripts/h5p-pack.mjs'
import type { Role } from '../../src/infra/index.js'
import { aFilm } from '../h5p-libraries/film.js'
import { aWorld, ready, saved, type Hand, type World } from '../studio/contents-world.js'
import { ROOT } from '../support/root.js'
import { Author, ownTypes, type Bag, type OwnType, type Reader } from './own-types/index.js'

let world: World
let author: Hand
let browser: Browser
let bag: Bag
let home: string
const packages = new Map<string, Buffer>()
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'own-types-'))
  for (const file of await pack(home)) packages.set(path.basename(file).replace(/-\d.*$/, ''), await readFile(file))
  world = await aWorld()
  author = world.as('author')
  browser = await launchChromium()
  bag = {
    picture: { name: 'classroom.png', mimeType: 'image/png', buffer: await readFile(path.join(ROOT, 'h5p-content/demo-course/h5p/read-the-room/content/images/classroom.png')) },
    film: { name: 'colours.webm', mimeType: 'video/webm', buffer: await aFilm(browser) },
  }
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await rm(home, { recursive: true, force: true })
})

const studio = (): string => `/studio/${world.run}/contents`
const idIn = (address: string): string => new URL(address, world.url).pathname.split('/').at(-1) ?? ''
const upload = async (bytes: Buffer): Promise<string> => {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(bytes)]), 'content.h5p')
  const sent = await fetch(`${world.url}${studio()}/upload`, { method: 'POST', headers: { ...author.headers, 'x-csrf-token': author.csrf }, body: form, redirect: 'manual' })
  expect(sent.status).toBe(303)
  return idIn(sent.headers.get('location') ?? '')
}
const exported = async (id: string): Promise<Buffer> => Buffer.from(await (await author.get(`${studio()}/${id}/package`)).arrayBuffer())

/** Somebody's window. What breaks in it, and what its policy refuses, is told in `faults`. */
const aWindow = async (user: string, role: Role, at: string): Promise<{ page: Page; faults: string[] }> => {
  const { kit } = world.keyroom.rooms
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, acceptDownloads: true })
  await context.addCookies([{ name: `kr-${world.run}`, value: kit.sessions.issue({ run: world.run, user, role, lang: 'en' }).token, url: world.url }])
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => void (/Content Security Policy/.test(message.text()) && faults.push(message.text())))
  await page.goto(`${world.url}${at}`)
  return { page, faults }
}

/** An author makes one by its form alone, and puts it into the course: its draft and its activity. */
const make = async (type: OwnType, title: string): Promise<{ id: string; activity: string }> => {
  const { page, faults } = await aWindow('u-author', 'author', `${studio()}/new`)
  await page.getByRole('textbox', { name: /^Title/ }).fill(title)
  await page.getByRole('radio', { name: new RegExp(`^${type.title} `) }).check()
  await page.getByRole('button', { name: 'Begin' }).click()
  await ready(page)
  const id = idIn(page.url())
  await type.fill(new Author(page), bag)
  await saved(page)
  await page.getByRole('button', { name: 'Complete' }).waitFor()
  await page.getByRole('link', { name: 'Use in the course' }).click()
  await page.getByRole('radio', { name: 'Make it a new activity' }).check()
  await page.getByLabel('Room').selectOption({ label: 'The screening room' })
  await page.getByLabel('Done at, in % of its points').fill('100')
  if (type.max === 0) await page.getByLabel('Let the learner’s own browser say that it is done').check()
  await page.getByRole('button', { name: 'Put it in the course' }).click()
  await page.getByRole('heading', { name: 'Contents', level: 1 }).waitFor()
  expect(faults).toEqual([])
  await page.context().close()
  const activity = (await world.keyroom.rooms.courses.current(world.slug))?.rooms[0]?.activities.find((each) => each.title === title)
  expect(activity).toBeDefined()
  return { id, activity: activity?.id ?? '' }
}

/** A learner who has just come. */
const aLearner = async (name: string) => {
  const who = { run: world.run, user: `learner-${name}` }
  const { play, courses } = world.keyroom.rooms
  await courses.upsertMember({ run: world.run, user: who.user, name, platform: 'p', sub: who.user, role: 'participant', lastLaunch: new Date() })
  await play.launched(who, 'l', `launch-${name}`)
  return {
    user: who.user,
    /** What the server has of an activity, and of everything. */
    async standing(activity: string) {
      const { standing } = await play.look(who)
      return { xp: standing.game.xp, ...(standing.play.activities[activity] ?? { score: 0, completed: undefined, kind: undefined }) }
    },
  }
}

/** Whoever reads open answers: from the list to the level, by words. Then the learner comes back. */
const readerOf = (name: string, learners: Page): Reader => async (level) => {
  const { page, faults } = await aWindow('u-reader', 'instructor', `/insights/${world.run}/reviews`)
  await page.getByRole('link', { name }).click()
  await page.getByRole('radio', { name: level }).check()
  await page.getByRole('button', { name: 'Keep the review' }).click()
  await page.getByText('Your review is kept').waitFor()
  expect(faults).toEqual([])
  await page.context().close()
  await learners.reload()
}

/** Out by the page, and in again by the page: the same content. */
const roundTrip = async (id: string, title: string): Promise<void> => {
  const { page } = await aWindow('u-author', 'author', studio())
  const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) }).first()
  await card.getByText('More').click()
  const [download] = await Promise.all([page.waitForEvent('download'), card.getByRole('link', { name: 'Download .h5p' }).click()])
  const file = path.join(home, `${id}.h5p`)
  await download.saveAs(file)
  await page.getByLabel('H5P file').setInputFiles(file)
  await page.getByRole('button', { name: 'Upload' }).click()
  await ready(page)
  const other = idIn(page.url())
  await page.context().close()
  expect(other).not.toBe(id)
  const [before, after] = [await world.authoring.get(world.slug, id), await world.authoring.get(world.slug, other)]
  expect(after).toMatchObject({ library: before.library, title: before.title, params: before.params, metadata: before.metadata })
  expect(after.params).toEqual(before.params)
  expect(await exported(other)).toEqual(await readFile(file))
}

/** Wrong first, then right: what the server has of it after each. */
const ask = async (type: OwnType, page: Page, { name, standing }: { name: string; standing(): Promise<object> }): Promise<void> => {
  const { max, partly = 0 } = type
  const [content, reader] = [page.frameLocator('#frame'), readerOf(name, page)]
  await type.answerWrong?.(content, reader)
  await expect.poll(standing).toMatchObject({ score: partly, xp: 0 })
  expect(await standing()).not.toHaveProperty('completed', expect.any(Date))
  await type.answerRight?.(content, reader)
  await expect.poll(standing).toMatchObject({ score: max, max, kind: 'verified', completed: expect.any(Date) as Date, xp: type.refusesWrong ? 40 : 30 })
}

describe('each of our own types', () => {
  it.each(ownTypes.map((type) => [type.title, type] as const))('%s is written in its form, resumed as it was left, scored by the server, and the same when it comes in again', async (_title, type) => {
    const name = type.machineName.replace('Keyroom.', '')
    const title = `My ${name}`
    const { id, activity } = await make(type, title)
    expect((await world.authoring.get(world.slug, id)).library).toBe(`${type.machineName} 1.0`)

    const learner = await aLearner(name)
    const { page, faults } = await aWindow(learner.user, 'participant', `/play/${world.run}/rooms/screening-room?activity=${activity}`)
    const content = page.frameLocator('#frame')
    await type.begin(content)
    await page.reload()
    await type.isAsLeft(content)
    if (type.max > 0) await ask(type, page, { name, standing: () => learner.standing(activity) })
    else await expect.poll(() => learner.standing(activity)).toMatchObject({ score: 0, kind: 'self-reported', completed: expect.any(Date) as Date, xp: 30 })
    await page.goto(`${world.url}/play/${world.run}/rooms/screening-room?activity=${activity}`)
    await page.locator(`nav a[href*="activity=${activity}"][data-done=true]`).waitFor()
    expect(faults).toEqual([])
    await page.context().close()

    await roundTrip(id, title)
  }, 90_000)

  it('is known to these tests, and has a sample', async () => {
    const known = ownTypes.map(({ machineName }) => machineName).sort()
    const installed = (await world.authoring.types('en')).filter(({ own }) => own).map(({ machineName }) => machineName).sort()
    expect([known, [...packages.keys()].sort()]).toEqual([installed, installed])
  })
})

describe('the preview of a book', () => {
  it('stays on its page while the book is written on, and begins again when that is asked', async () => {
    const id = await upload(packages.get('Keyroom.Book') ?? Buffer.alloc(0))
    const { page, faults } = await aWindow('u-author', 'author', `${studio()}/${id}`)
    await ready(page)
    const content = page.frameLocator('.preview-stage iframe:not([data-waiting])')
    const next = content.locator('.kr-turn').getByRole('button', { name: 'Next' })
    await next.click()
    const second = await content.getByRole('heading', { level: 2 }).filter({ visible: true }).first().innerText()
    expect(second).toMatch(/Page 2 of/i)
    const row = await new Author(page).row('Page', 2).open()
    await row.write('Title', 'Another name')
    await content.getByRole('heading', { name: /Page 2 of \d+ ?Another name/ }).waitFor()
    await page.getByRole('button', { name: 'Begin again' }).click()
    await content.getByRole('heading', { name: /Page 1 of/ }).waitFor()
    expect(faults).toEqual([])
    await page.context().close()
  })
})

describe('the names of our own types', () => {
  it.each([['zh-CN', /\p{Script=Han}/u], ['ar', /\p{Script=Arabic}/u]] as const)('and what is said of them is %s there, on the page too', async (lang, letters) => {
    const own = (await world.authoring.types(lang)).filter((type) => type.own)
    expect(own).toHaveLength(ownTypes.length)
    const page = await (await world.as('author', { lang }).get(`${studio()}/new`)).text()
    for (const { machineName, title, summary } of own) {
      expect([title, summary], machineName).toEqual([expect.stringMatching(letters), expect.stringMatching(letters)])
      expect(title.match(/[a-z]/i), machineName).toBeNull()
      expect(page).toContain(`<strong>${title}</strong>`)
    }
  })
})

describe('the packages of npm run h5p:pack', async () => {
  const samples = (await readdir(path.join(ROOT, 'h5p-content/samples'))).filter((name) => name.endsWith('.json')).map((name) => name.replace(/\.json$/, ''))
  it.each(samples)('%s comes in, goes out, and is the same when it comes in again', async (type) => {
    const id = await upload(packages.get(type) ?? Buffer.alloc(0))
    const draft = await world.authoring.get(world.slug, id)
    expect(draft.library).toBe(`${type} 1.0`)
    const again = await world.authoring.get(world.slug, await upload(await exported(id)))
    expect(again).toMatchObject({ library: draft.library, title: draft.title, params: draft.params, metadata: draft.metadata })
    expect(await exported(again.id)).toEqual(await exported(id))
  }, 60_000)
})
