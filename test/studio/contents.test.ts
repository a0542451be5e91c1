import { readFile, writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readPiece } from '../../src/h5p/index.js'
import { previewPlace } from '../../src/studio/contents-preview.js'
import { checkCourse, sayFault } from '../../src/studio/index.js'
import { packageOf } from '../h5p/admin-world.js'
import { DEMO_COURSE } from '../support/root.js'
import { aWorld, axeFaults, ready, type Hand, type World } from './contents-world.js'

const QUESTION = { question: '<p>Which?</p>', answers: [{ text: '<p>this</p>', correct: true }, { text: '<p>that</p>' }], shuffle: false }

let world: World
let author: Hand
let base: string
let home: string
beforeAll(async () => {
  world = await aWorld()
  author = world.as('author')
  base = `/studio/${world.run}/contents`
  home = await mkdtemp(path.join(tmpdir(), 'contents-test-'))
}, 120_000)
afterAll(() => rm(home, { recursive: true, force: true }))

const aDraft = async (params: object = QUESTION, title = 'A question'): Promise<string> => (await world.authoring.create(world.slug, { library: 'Keyroom.Choice 1.0', title, params }, 'u-author')).id
const current = async () => {
  const course = await world.keyroom.rooms.courses.current(world.slug)
  if (!course) throw new Error('the course is gone')
  return course
}
const yamlOf = async (): Promise<string> => {
  const yaml = (await world.keyroom.rooms.studio.source(await current())).get('course.yaml')
  return yaml ? (await readPiece(yaml)).toString() : ''
}
const idIn = (res: Response): string => res.headers.get('location')?.split('/').at(-1) ?? ''
const parts = (name: string, bytes: Buffer): FormData => {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(bytes)]), name)
  return form
}

describe('the page of contents', () => {
  it('lists what is in the course by room, and drafts with where they are used and when they were changed', async () => {
    const id = await aDraft(QUESTION, 'Listed <here>')
    const text = await (await author.get(base)).text()
    for (const part of ['Check the ground you stand on', 'The screening room', 'Listed &lt;here&gt;', 'Not used in the course yet', `${base}/${id}/remove`]) expect(text).toContain(part)
    expect(text).toMatch(/changed <time datetime="20\d\d-/)
  })
  it('offers the types, our own first, and says which want another editor', async () => {
    const text = await (await author.get(`${base}/new`)).text()
    expect(text).toContain('Keyroom’s own')
    expect(text).toContain('value="Keyroom.Choice 1.0"')
    expect(text).not.toContain('Keyroom.Core')
  })
  it('without a type chosen, the form comes back with what was typed', async () => {
    const res = await author.post(base, { title: 'Kept title' })
    expect(res.status).toBe(422)
    const text = await res.text()
    expect(text).toContain('Choose a type first.')
    expect(text).toContain('value="Kept title"')
  })
  it('creates, duplicates and deletes with forms alone; deletion asks first, and says where it is used', async () => {
    const id = idIn(await author.post(base, { library: 'Keyroom.Choice 1.0', title: 'By form' }))
    expect(await world.authoring.get(world.slug, id)).toMatchObject({ title: 'By form', library: 'Keyroom.Choice 1.0' })
    const copy = idIn(await author.post(`${base}/${id}/duplicate`))
    expect(copy).not.toBe(id)
    const asked = await (await author.get(`${base}/${id}/remove`)).text()
    expect(asked).toContain('Delete this draft?')
    expect(asked).toContain('Not used in the course yet')
    expect((await world.authoring.get(world.slug, id)).id).toBe(id)
    expect((await author.post(`${base}/${id}/remove`)).headers.get('location')).toBe(`${base}?said=removed`)
    await expect(world.authoring.get(world.slug, id)).rejects.toMatchObject({ status: 404 })
    expect((await author.get(`${base}/${copy}`)).status).toBe(200)
  })
})

describe('a package', () => {
  it('goes out and comes in again as the same content', async () => {
    const id = await aDraft()
    const out = await author.get(`${base}/${id}/package`)
    expect(out.headers.get('content-disposition')).toMatch(/A question\.h5p/)
    const bytes = Buffer.from(await out.arrayBuffer())
    const res = await fetch(`${world.url}${base}/upload?_csrf=${encodeURIComponent(author.csrf)}`, { method: 'POST', headers: author.headers, body: parts('mine.h5p', bytes), redirect: 'manual' })
    expect(res.status).toBe(303)
    const back = await world.authoring.get(world.slug, idIn(res))
    expect(back).toMatchObject({ title: 'A question', library: 'Keyroom.Choice 1.0', params: QUESTION })
  })
  it('of an activity in the course can be had too', async () => {
    const out = await author.get(`${base}/activities/check-the-basics/package`)
    const bytes = Buffer.from(await out.arrayBuffer())
    expect(bytes.subarray(0, 2).toString()).toBe('PK')
    expect((await author.get(`${base}/activities/nothing/package`)).status).toBe(404)
  })
  it('that is none is refused with a sentence, and leaves nothing behind', async () => {
    const before = (await world.authoring.list(world.slug)).length
    const res = await fetch(`${world.url}${base}/upload`, { method: 'POST', headers: { ...author.headers, accept: 'application/json', 'x-csrf-token': author.csrf }, body: parts('../我的 课 (1).h5p', Buffer.from('not a zip at all')) })
    expect(res.status).toBe(422)
    // It is named as its author knows it.
    expect(((await res.json()) as { detail: string }).detail).toContain('“我的 课 _1_.h5p” isn’t a zip file')
    expect((await world.authoring.list(world.slug)).length).toBe(before)
  })
  it('that isn’t there, or is no form, is bad input, not a crash', async () => {
    const send = (init: RequestInit) => fetch(`${world.url}${base}/upload`, { method: 'POST', ...init, headers: { ...author.headers, accept: 'application/json', 'x-csrf-token': author.csrf, ...(init.headers as Record<string, string>) } })
    expect((await send({ body: new FormData() })).status).toBe(400)
    expect((await send({ body: 'x', headers: { 'content-type': 'multipart/form-data' } })).status).toBe(400)
    expect((await send({ body: '--a\r\nbroken', headers: { 'content-type': 'multipart/form-data; boundary=a' } })).status).toBe(400)
    expect((await send({ body: '{}', headers: { 'content-type': 'application/json' } })).status).toBe(400)
  })
})

describe('who may', () => {
  const ways = (id: string): [method: string, way: string][] => [
    ['GET', ''], ['GET', '/new'], ['POST', ''], ['POST', '/upload'], ['GET', '/semantics?library=Keyroom.Choice%201.0'], ['POST', '/activities/check-the-basics/edit'], ['GET', '/activities/check-the-basics/preview'], ['GET', '/activities/check-the-basics/package'],
    ['GET', `/${id}`], ['PUT', `/${id}`], ['POST', `/${id}/files`], ['GET', `/${id}/preview`], ['POST', `/${id}/duplicate`], ['GET', `/${id}/package`], ['GET', `/${id}/remove`], ['POST', `/${id}/remove`], ['GET', `/${id}/use`], ['POST', `/${id}/use`],
  ]
  const ask = (hand: Hand, method: string, way: string, more: Record<string, string> = {}) => fetch(`${world.url}${base}${way}`, { method, headers: { ...hand.headers, ...more }, redirect: 'manual' })
  it('is the author of this very run alone, at every address', async () => {
    const id = await aDraft()
    for (const role of ['participant', 'instructor'] as const) {
      const hand = world.as(role)
      for (const [method, way] of ways(id)) expect([role, method, way, (await ask(hand, method, way, { 'x-csrf-token': hand.csrf })).status]).toEqual([role, method, way, 403])
    }
    const elsewhere = world.as('author', { run: 'another' })
    for (const [method, way] of ways(id)) expect([method, way, (await ask(elsewhere, method, way, { 'x-csrf-token': elsewhere.csrf })).status]).toEqual([method, way, 401])
    expect((await world.authoring.get(world.slug, id)).revision).toBe(1)
  }, 60_000)
  it('sends nothing without the form’s own token', async () => {
    const id = await aDraft()
    for (const [method, way] of ways(id).filter(([method]) => method !== 'GET')) {
      for (const token of [undefined, 'wrong', world.as('author').csrf]) {
        const res = await ask(author, method, way, token === undefined ? {} : { 'x-csrf-token': token })
        expect([method, way, token, res.status]).toEqual([method, way, token, 403])
      }
    }
    expect((await fetch(`${world.url}${base}/upload?_csrf=wrong`, { method: 'POST', headers: author.headers, body: parts('a.h5p', Buffer.from('PK')) })).status).toBe(403)
    expect(await world.authoring.get(world.slug, id)).toMatchObject({ revision: 1, params: QUESTION })
  }, 60_000)
  it('finds no draft of another course, whatever is tried with it', async () => {
    const { id } = await world.authoring.create('another-course', { library: 'Keyroom.Choice 1.0', title: 'Secret', params: QUESTION }, 'eve')
    for (const [method, way] of ways(id).filter(([, way]) => way.startsWith(`/${id}`) && !way.endsWith('/files'))) {
      const body = method === 'PUT' ? JSON.stringify({ revision: 1, title: 'x', params: {} }) : undefined
      const res = await fetch(`${world.url}${base}${way}`, { method, headers: { ...author.headers, 'x-csrf-token': author.csrf, ...(body ? { 'content-type': 'application/json' } : {}) }, body, redirect: 'manual' })
      expect([method, way, res.status]).toEqual([method, way, 404])
      expect(await res.text()).not.toContain('Secret')
    }
    expect(await world.authoring.get('another-course', id)).toMatchObject({ revision: 1, title: 'Secret' })
  }, 60_000)
})

describe('saving', () => {
  it('keeps what isn’t finished, and says in the author’s language what is still to do, at which field', async () => {
    const id = await aDraft()
    const chinese = world.as('author', { lang: 'zh-CN' })
    const res = await chinese.send('PUT', `${base}/${id}`, { revision: 1, title: '', params: { question: '', answers: [{ text: '<p>a</p>' }] } })
    expect(res.status).toBe(200)
    const { revision, faults } = (await res.json()) as { revision: number; faults: { path: string; words: string; label: string; missing: boolean }[] }
    expect(revision).toBe(2)
    expect(faults.map(({ path: at }) => at)).toEqual(expect.arrayContaining(['title', 'params.question', 'params.answers']))
    expect(faults.find(({ path: at }) => at === 'params.question')).toMatchObject({ words: '此处尚未填写。', missing: true })
    expect(faults.every(({ words, label }) => /\p{Script=Han}/u.test(words) && label !== '')).toBe(true)
  })
  it('says when somebody else was first, and changes nothing then', async () => {
    const id = await aDraft()
    const save = (question: string) => author.send('PUT', `${base}/${id}`, { revision: 1, title: 'A', params: { ...QUESTION, question } })
    expect((await save('<p>first</p>')).status).toBe(200)
    const second = await save('<p>second</p>')
    expect(second.status).toBe(409)
    expect(second.headers.get('content-type')).toContain('problem+json')
    expect((await world.authoring.get(world.slug, id)).params).toMatchObject({ question: '<p>first</p>' })
  })
  it.each([[{}], [{ revision: 'one', title: 'x', params: {} }], [{ revision: 1, title: 'x', params: [] }], [{ revision: 1, title: 'x'.repeat(300), params: {} }]])('refuses %j with the fields that don’t fit', async (body) => {
    const res = await author.send('PUT', `${base}/${await aDraft()}`, body)
    expect(res.status).toBe(400)
    expect(((await res.json()) as { errors: object[] }).errors.length).toBeGreaterThan(0)
  })
  it('gives no semantics of what isn’t installed, nor of a name that is none', async () => {
    const ask = async (library: string) => (await author.get(`${base}/semantics?library=${encodeURIComponent(library)}`, { accept: 'application/json' })).status
    expect([await ask('Keyroom.Choice 1.0'), await ask('Keyroom.Nothing 1.0'), await ask('../../etc/passwd 1.0'), await ask('')]).toEqual([200, 404, 400, 400])
  })
})

/** Where the list says that a draft is used. */
const usesOf = async (id: string): Promise<string[]> => {
  const card = new RegExp(`<li class="content-card" data-draft="${id}">(.*?)</li>`, 's').exec(await (await author.get(base)).text())?.[1] ?? ''
  return [...card.matchAll(/data-use="\w+">([^<]*)</g)].map(([, words = '']) => words.replace(/ \(.*| in “.*/, ''))
}

describe('using a content in the course', () => {
  it('puts it in an activity’s place as a new version; comments, keys and all else of the course file stay', async () => {
    const before = await current()
    const id = await aDraft()
    const res = await author.post(`${base}/${id}/use`, { version: before.id, goal: 'replace', activity: 'check-the-basics' })
    expect(res.headers.get('location')).toBe(`${base}?said=published`)
    const after = await current()
    expect(after.id).not.toBe(before.id)
    const activity = (of: typeof after) => of.rooms.flatMap(({ activities }) => activities).find(({ id: each }) => each === 'check-the-basics')
    expect(activity(after)).toMatchObject({ title: activity(before)?.title, pass: activity(before)?.pass })
    expect(activity(after)?.content).not.toBe(activity(before)?.content)
    expect(await world.keyroom.rooms.h5p.items(activity(after)?.content ?? '')).toMatchObject([{ id: '_', max: 1 }])
    const [original, now] = [await readFile(path.join(DEMO_COURSE, 'course.yaml'), 'utf8'), await yamlOf()]
    expect(parse(now)).toEqual(parse(original))
    for (const line of original.split('\n').filter((each) => each.startsWith('#'))) expect(now).toContain(line)
    expect((await world.keyroom.rooms.courses.run(world.run)).course).toBe(after.id)
    expect(await usesOf(id)).toEqual(['In the course as “Check the ground you stand on”'])
    // Another in its place: only that one is there now.
    const other = await aDraft()
    expect((await author.post(`${base}/${other}/use`, { version: after.id, goal: 'replace', activity: 'check-the-basics' })).status).toBe(303)
    expect([await usesOf(id), await usesOf(other)]).toEqual([['Not used in the course yet'], ['In the course as “Check the ground you stand on”']])
  }, 60_000)
  it('adds it as an activity of a room, with its pass and its choice; the course can be taken out and checked', async () => {
    const id = await aDraft(QUESTION, 'Été à Genève?')
    const add = async (fields: Record<string, string>) => author.post(`${base}/${id}/use`, { version: (await current()).id, goal: 'add', room: 'workshop', title: 'Été à Genève?', pass: '75', choice: 'on', ...fields })
    expect((await add({})).status).toBe(303)
    const room = (await current()).rooms.find(({ id: each }) => each === 'workshop')
    expect(room?.activities.at(-1)).toMatchObject({ id: 'ete-a-geneve', title: 'Été à Genève?', pass: 0.75, choice: true })
    expect((await add({ title: '问题', choice: '' , room: 'library' })).status).toBe(400)
    const chinese = await author.post(`${base}/${id}/use`, { version: (await current()).id, goal: 'add', room: 'library', title: '问题', pass: '60' })
    expect(chinese.status).toBe(303)
    expect(await usesOf(id)).toEqual(['In the course as “问题”', 'In the course as “Été à Genève?”'])
    const zip = path.join(home, 'out.zip')
    await writeFile(zip, await world.keyroom.rooms.studio.courseZip(await current()))
    expect((await checkCourse(zip, world.keyroom.rooms.h5p)).map(sayFault)).toEqual([])
  }, 60_000)
  it('is refused while something is missing: in words, with a way to each field', async () => {
    const before = (await current()).id
    const id = await aDraft({ question: '<p>?</p>', answers: [{ text: '<p>a</p>' }, { text: '<p>b</p>' }] })
    const res = await author.post(`${base}/${id}/use`, { version: before, goal: 'replace', activity: 'check-the-basics' })
    expect(res.status).toBe(422)
    const text = await res.text()
    expect(text).toContain('Mark one answer as right.')
    expect(text).toContain(`href="${base}/${id}#f-params-answers"`)
    expect((await current()).id).toBe(before)
  })
  it('is refused where nothing could be scored, unless the learner’s own word may do', async () => {
    const { id } = await world.authoring.create(world.slug, { library: 'Keyroom.Text 1.0', title: 'To read', params: { text: '<p>Read.</p>' } }, 'u-author')
    const put = async (fields: object) => author.post(`${base}/${id}/use`, { version: (await current()).id, goal: 'add', room: 'library', title: 'To read', pass: '60', ...fields })
    const refused = await put({})
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('Nothing in it can be scored by the server')
    expect((await put({ selfReported: 'on' })).status).toBe(303)
  }, 60_000)
  it('is refused when the course was changed since, and when a field waits', async () => {
    const id = await aDraft()
    expect((await author.post(`${base}/${id}/use`, { version: world.course.id, goal: 'replace', activity: 'check-the-basics' })).status).toBe(409)
    const waits = await author.post(`${base}/${id}/use`, { version: (await current()).id, goal: 'add', room: '', title: 'Kept words', pass: '60' })
    expect(waits.status).toBe(422)
    const text = await waits.text()
    expect(text).toContain('id="room-fault"')
    expect(text).toContain('value="Kept words"')
    expect((await author.post(`${base}/${id}/use`, { version: (await current()).id, goal: 'replace', activity: 'nothing' })).status).toBe(404)
  })
})

describe('an activity of the course', () => {
  it('is edited as a draft, which knows where it belongs; learners see nothing of it', async () => {
    const before = (await current()).id
    const id = idIn(await author.post(`${base}/activities/book-of-strategies/edit`))
    const draft = await world.authoring.get(world.slug, id)
    expect(draft.library).toBe('Keyroom.Book 1.0')
    expect(draft.params).toMatchObject({ pages: [{ title: 'Start small' }, {}, {}, {}] })
    expect((await current()).id).toBe(before)
    expect(await (await author.get(base)).text()).toContain('Draft of “A small book of strategies”')
    expect(await (await author.get(`${base}/${id}/use`)).text()).toMatch(/<option value="book-of-strategies" selected>/)
  }, 60_000)
  it('with pictures brings them along', async () => {
    const id = idIn(await author.post(`${base}/activities/read-the-room/edit`))
    const page = await world.open(`${base}/${id}`)
    await ready(page)
    const thumb = page.locator('#f-params-image img.thumb')
    await expect.poll(() => thumb.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(10)
    await page.context().close()
  }, 60_000)
})

describe('a preview', () => {
  it.each([['en', 'ltr'], ['ar', 'rtl']])('of a type that isn’t ours runs as its course’s language does (%s), whatever its author’s is', async (said, dir) => {
    await world.keyroom.rooms.h5p.installLibraries(await packageOf([{ machineName: 'Test.Guest', majorVersion: 1, minorVersion: 0 }]))
    const { id } = await world.authoring.create(world.slug, { library: 'Test.Guest 1.0', title: 'A guest', params: { text: 'x' }, metadata: { defaultLanguage: said } }, 'u-author')
    const { frame } = previewPlace(world.keyroom.rooms.kit, { run: world.run, user: 'u-author', role: 'author' } as never, { content: id, title: 'A guest', lang: 'en' }, said === 'en' ? 'ar' : 'en')
    const page = await (await fetch(`${world.url}${frame}`)).text()
    expect(page).toContain(`<div class="h5p-content" data-content-id="${id}" lang="${said}" dir="${dir}">`)
    expect(page).toContain(`<html lang="${said === 'en' ? 'ar' : 'en'}"`)
  })
  it('is opened by its ticket alone, for this run alone, and a forged one is refused', async () => {
    const id = await aDraft()
    const frame = /data-frame="([^"]+)"/.exec(await (await author.get(`${base}/${id}/preview`)).text())?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(frame).toContain('/h5p/')
    expect((await fetch(`${world.url}${frame}`)).status).toBe(200)
    expect((await fetch(`${world.url}${frame.replace(world.run, 'another')}`)).status).toBe(401)
    expect((await fetch(`${world.url}${frame.replace(/h5p\/./, 'h5p/x')}`)).status).toBe(401)
    const answered = await fetch(`${world.url}${frame.replace(/frame\?.*/, 'answers')}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ item: '_', response: [0], key: 'a-key-of-mine' }) })
    expect(await answered.json()).toMatchObject({ verdict: { correct: true, score: 1, max: 1 } })
  })
  it('ends with its author’s session, however late in that it was opened', async () => {
    const { kit } = world.keyroom.rooms
    const { session } = kit.sessions.issue({ run: world.run, user: 'u-late', role: 'author' })
    const at = (session.exp ?? 0) * 1000 - 60_000
    const place = (now: Date) => previewPlace({ ...kit, now: () => now }, session, { content: 'x', title: 'x', lang: 'en' }, 'en').files
    const expiry = (address: string) => (JSON.parse(Buffer.from(address.split('/')[4]?.split('.')[0] ?? '', 'base64url').toString()) as { exp: number }).exp
    expect(expiry(place(new Date(at)))).toBe(session.exp)
    expect(expiry(place(new Date(at - 3600_000)))).toBe(session.exp)
  })
  it('takes no more answers than a learner may give', async () => {
    const id = await aDraft()
    const frame = /data-frame="([^"]+)"/.exec(await (await author.get(`${base}/${id}/preview`)).text())?.[1]?.replaceAll('&amp;', '&') ?? ''
    const answer = () => fetch(`${world.url}${frame.replace(/frame\?.*/, 'answers')}`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify({ item: '_', response: [1], key: 'a-key-of-mine' }) })
    const statuses: number[] = []
    for (let round = 0; round < 6; round++) statuses.push(...(await Promise.all(Array.from({ length: 25 }, answer))).map(({ status }) => status))
    expect(statuses).toContain(429)
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(120)
  })
})

describe('the menu of a draft', () => {
  it('shuts after a choice, on a press elsewhere, with Escape, when the keyboard leaves it, and when another opens', async () => {
    for (const title of ['One', 'Two']) await aDraft(QUESTION, title)
    const page = await world.open(base)
    const menus = page.locator('details.others')
    const open = (): Promise<number> => page.locator('details.others[open]').count()
    const [first, second] = [menus.nth(0).locator('summary'), menus.nth(1).locator('summary')]
    await first.click()
    expect(await open()).toBe(1)
    await page.click('h1')
    expect(await open()).toBe(0)
    await first.click()
    await page.keyboard.press('Escape')
    expect(await open()).toBe(0)
    expect(await first.evaluate((summary) => summary === document.activeElement)).toBe(true)
    await second.click()
    await first.click()
    expect(await menus.nth(0).getAttribute('open')).not.toBeNull()
    expect(await open()).toBe(1)
    await first.press('Shift+Tab')
    await expect.poll(open).toBe(0)
    await first.click()
    const [file] = await Promise.all([page.waitForEvent('download'), menus.nth(0).getByRole('link', { name: 'Download .h5p' }).click()])
    expect(file.suggestedFilename()).toMatch(/\.h5p$/)
    await expect.poll(open).toBe(0)
    await first.click()
    await menus.nth(0).getByRole('button', { name: 'Duplicate' }).click()
    await page.waitForURL(/contents\/draft-/)
    await page.context().close()
  }, 60_000)
})

describe('without scripts', () => {
  it('the list, a new one, its deletion and an upload work, and the form says what it needs', async () => {
    const page = await world.open(base, { script: false })
    await page.click(`a[href="${base}/new"]`)
    await page.check('input[value="Keyroom.Choice 1.0"]')
    await page.fill('#title', 'No script')
    await page.click('form[method=post] button.btn')
    await page.waitForURL(/contents\/draft-/)
    expect(await page.locator('noscript, main').allInnerTexts().then((all) => all.join())).toContain('The form needs JavaScript')
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const file = path.join(home, 'no-script.h5p')
    const out = await author.get(`${base}/${await aDraft(QUESTION, 'Uploaded plainly')}/package`)
    await writeFile(file, Buffer.from(await out.arrayBuffer()))
    await page.goto(`${world.url}${base}`)
    await page.setInputFiles('#package', file)
    await page.click('.upload button')
    await page.waitForURL(/contents\/draft-/)
    await page.goto(`${world.url}${base}/${id}/remove`)
    await page.click('.danger-btn')
    await page.waitForSelector('.said')
    await expect(world.authoring.get(world.slug, id)).rejects.toMatchObject({ status: 404 })
    await page.context().close()
  }, 60_000)
})

describe.each([['en', { width: 1400 }], ['zh-CN', { dark: true, width: 700 }], ['ar', { width: 320 }]] as const)('in %s', (lang, look) => {
  it('the pages have no fault that axe finds, nor anything wider than the window', async () => {
    const id = await aDraft({ question: '' })
    for (const way of ['', '/new', `/${id}/use`, `/${id}/remove`, `/${id}/preview`]) {
      const page = await world.open(`${base}${way}`, { lang, ...look })
      expect([way, ...(await axeFaults(page))]).toEqual([way])
      expect([way, await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)]).toEqual([way, 0])
      await page.context().close()
    }
  }, 120_000)
})
