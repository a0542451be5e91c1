import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { pack } from '../../scripts/h5p-pack.mjs'
import { aWorld, type Hand, type World } from '../studio/contents-world.js'
import { ROOT } from '../support/root.js'

/** Types that ask nothing: the learner's own word completes them. */
const ASK_NOTHING = new Set(['Keyroom.Text', 'Keyroom.Tips'])

let world: World
let author: Hand
let browser: Browser
let home: string
const packages = new Map<string, Buffer>()
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'own-types-'))
  for (const file of await pack(home)) packages.set(path.basename(file).replace(/-\d.*$/, ''), await readFile(file))
  world = await aWorld()
  author = world.as('author')
  browser = await launchChromium()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await rm(home, { recursive: true, force: true })
})

const upload = async (bytes: Buffer): Promise<string> => {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(bytes)]), 'content.h5p')
  const sent = await fetch(`${world.url}/studio/${world.run}/contents/upload`, { method: 'POST', headers: { ...author.headers, 'x-csrf-token': author.csrf }, body: form, redirect: 'manual' })
  expect(sent.status).toBe(303)
  return sent.headers.get('location')?.split('/').at(-1) ?? ''
}
const exported = async (id: string): Promise<Buffer> => Buffer.from(await (await author.get(`/studio/${world.run}/contents/${id}/package`)).arrayBuffer())
const SAMPLES = path.join(ROOT, 'h5p-content/samples')
const types = (await readdir(SAMPLES)).filter((name) => name.endsWith('.json')).map((name) => name.replace(/\.json$/, ''))

describe('each of our own types', () => {
  it.each(types)('%s is packed, uploaded, put into the course, played by a learner, taken out, and is the same when it comes in again', async (type) => {
    const id = await upload(packages.get(type) ?? Buffer.alloc(0))
    const draft = await world.authoring.get(world.slug, id)
    expect(draft.library).toBe(`${type} 1.0`)

    const version = (await world.keyroom.rooms.courses.current(world.slug))?.id ?? ''
    const title = `Try ${type.replace('Keyroom.', '')}`
    const used = await author.post(`/studio/${world.run}/contents/${id}/use`, { version, goal: 'add', room: 'screening-room', title, pass: '60', ...(ASK_NOTHING.has(type) ? { selfReported: 'on' } : {}) })
    expect([used.status, used.headers.get('location') ?? (await used.text()).match(/class="(?:fault|problem)[^]{0,300}/)?.[0]]).toEqual([303, expect.stringContaining('said=published')])
    const activity = (await world.keyroom.rooms.courses.current(world.slug))?.rooms[0]?.activities.find((each) => each.title === title)
    expect(activity).toBeDefined()

    const { kit, play, courses } = world.keyroom.rooms
    const user = `learner-${type}`
    await courses.upsertMember({ run: world.run, user, platform: 'p', sub: user, role: 'participant', lastLaunch: new Date() })
    await play.launched({ run: world.run, user }, 'l', `launch-${type}`)
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    try {
      const faults: string[] = []
      await context.addCookies([{ name: `kr-${world.run}`, value: kit.sessions.issue({ run: world.run, user, role: 'participant', lang: 'en' }).token, url: world.url }])
      const page = await context.newPage()
      page.on('pageerror', (error) => faults.push(String(error)))
      await page.goto(`${world.url}/play/${world.run}/rooms/screening-room?activity=${activity?.id ?? ''}`)
      const frame = page.frameLocator('iframe').first()
      await frame.locator('.kr-root').waitFor()
      expect((await frame.locator('.kr-root').innerText()).length).toBeGreaterThan(10)
      expect(faults).toEqual([])
    } finally {
      await context.close()
    }

    const again = await world.authoring.get(world.slug, await upload(await exported(id)))
    expect(again).toMatchObject({ library: draft.library, title: draft.title, params: draft.params, metadata: draft.metadata })
    expect(await exported(again.id)).toEqual(await exported(id))
  }, 60_000)
})
