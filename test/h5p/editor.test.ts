import { existsSync } from 'node:fs'
import { utimes } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { beforeAll, describe, expect, it } from 'vitest'
import { editorPlace } from '../../src/h5p/index.js'
import { anAdmin, packageOf } from './admin-world.js'
import { anEditorFolder } from './editor-folder.js'
import { aWorld, axeFaults, type World } from '../studio/contents-world.js'
import { PNG } from './store-world.js'

let world: World
let other: string
/** As their last launch said. */
const isNow = (user: string, role: 'participant' | 'author') => world.keyroom.rooms.courses.upsertMember({ run: world.run, user, platform: 'p', sub: user, role, lastLaunch: new Date() })
beforeAll(async () => {
  world = await aWorld({ config: { editorPath: await anEditorFolder() } })
  other = (await world.keyroom.rooms.courses.ensureRun({ platform: 'p', deployment: '1', context: 'elsewhere', resourceLink: 'l', slug: world.slug }))._id
  await Promise.all(['u-author', 'ana'].map((user) => isNow(user, 'author')))
})

const page = (draft: string) => `/studio/${world.run}/editor/${draft}`
/** The editor's own document, as the page around names it. */
const placeOf = async (draft: string, headers: Record<string, string> = {}): Promise<string> => {
  const text = await (await world.as('author').get(page(draft), headers)).text()
  return (/<iframe[^>]*src="([^"]+)"/.exec(text)?.[1] ?? '').replaceAll('&amp;', '&').replace(/\?.*$/, '')
}
const ask = (to: string, init: RequestInit = {}): Promise<Response> => fetch(`${world.url}${to}`, { redirect: 'manual', ...init })
const saveAt = (place: string, body: object): Promise<Response> => ask(`${place}save`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(body) })
const text = (words: string) => ({ library: 'Keyroom.Text 1.0', params: { text: `<p>${words}</p>` }, metadata: { title: 'From the editor', license: 'CC BY', authors: [{ name: 'Ana', role: 'Author' }] } })
const aDraft = async (title = 'A draft'): Promise<string> => (await world.authoring.create(world.slug, { library: 'Keyroom.Text 1.0', title, params: { text: '<p>One</p>' } }, 'ana')).id
const retold = (place: string, change: (ticket: string) => string): string => place.replace(/(h5p-editor\/)([^/]+)/, (_all, before: string, ticket: string) => before + change(ticket))

describe('the page around the editor', () => {
  it('is an author’s alone', async () => {
    for (const role of ['participant', 'instructor'] as const) expect((await world.as(role).get(page('new'))).status).toBe(403)
    expect((await ask(page('new'))).status).toBe(401)
    expect((await world.as('author', { run: other }).get(page('new'))).status).toBe(401)
  })
  it('opens drafts of its own course, and no other’s', async () => {
    const foreign = (await world.authoring.create('another', { library: 'Keyroom.Text 1.0', title: 'Theirs', params: { text: 'x' } }, 'eve')).id
    expect((await world.as('author').get(page(foreign))).status).toBe(404)
    expect((await world.as('author').get(page(await aDraft()))).status).toBe(200)
  })
})

describe('a ticket', () => {
  it('opens the editor without any cookie, and sets none', async () => {
    const answer = await ask(await placeOf('new'))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';")
  })
  it.each(['zh-CN', 'ar'])('brings letters of %s into the editor’s own frame, which names its styles itself', async (lang) => {
    const shown = await (await ask(`${await placeOf('new')}?lang=${lang}`)).text()
    const { editor } = JSON.parse(/<script type="application\/json" id="h5p-integration">(.*?)<\/script>/s.exec(shown)?.[1] ?? '') as { editor: { assets: { css: string[] } } }
    const ours = editor.assets.css.filter((file) => file.startsWith('/assets/'))
    expect(ours).toContain(`/assets/fonts/${lang}.css`)
    for (const file of ours) expect([file, (await ask(file)).status]).toEqual([file, 200])
  })
  it('that was changed, or belongs to another run, opens nothing', async () => {
    const place = await placeOf('new')
    expect((await ask(retold(place, (ticket) => `${ticket.slice(0, -2)}${ticket.endsWith('A') ? 'B' : 'A'}A`))).status).toBe(401)
    expect((await ask(retold(place, (ticket) => `${Buffer.from(JSON.stringify({ run: world.run, course: world.slug, user: 'eve', name: '', exp: 9e9 })).toString('base64url')}.${ticket.split('.')[1] ?? ''}`))).status).toBe(401)
    expect((await ask(place.replace(world.run, other))).status).toBe(401)
    expect((await saveAt(place.replace(world.run, other), text('x'))).status).toBe(401)
  })
  it('ends with the session it came from', async () => {
    const { kit } = world.keyroom.rooms
    const ending = kit.secrets.sign('session', { sid: 's', run: world.run, user: 'ana', role: 'author' }, 2)
    const place = (/<iframe[^>]*src="([^"?]+)/.exec(await (await ask(page('new'), { headers: { cookie: `kr-${world.run}=${ending}`, accept: 'text/html' } })).text())?.[1] ?? '')
    expect((await ask(place)).status).toBe(200)
    await expect.poll(async () => (await ask(place)).status, { timeout: 5000 }).toBe(401)
  })
  it('opens nothing once its author is no author any more, and nothing for who never launched', async () => {
    const { kit } = world.keyroom.rooms
    const ticketOf = (user: string) => editorPlace(kit, { run: world.run, course: world.slug, user, name: user, exp: Date.now() / 1000 + 60 }, 'en').replace(/\?.*$/, '')
    await isNow('ben', 'author')
    expect((await ask(ticketOf('ben'))).status).toBe(200)
    await isNow('ben', 'participant')
    for (const place of [ticketOf('ben'), ticketOf('nobody')]) {
      expect((await ask(place)).status).toBe(403)
      expect((await saveAt(place, text('x'))).status).toBe(403)
      expect((await ask(`${place}ajax?action=content-type-cache`)).status).toBe(403)
    }
  })
  it('of one draft writes no other, and begins no new one', async () => {
    const [mine, theirs] = [await aDraft('Mine'), await aDraft('Theirs')]
    const place = await placeOf(mine)
    expect((await saveAt(place, { ...text('two'), revision: 1 })).status).toBe(200)
    expect((await world.authoring.get(world.slug, theirs)).revision).toBe(1)
    expect((await ask(`${place}content/${theirs}/content.json`)).status).toBeGreaterThanOrEqual(400)
  })
  it('gives an administrator’s rights only while that session lasts', async () => {
    const { admins, h5p, kit } = world.keyroom.rooms
    const { token } = await admins.invite()
    const entered = await ask('/admin/enter', { method: 'POST', body: new URLSearchParams({ token }) })
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
    const csrf = /name="_csrf" value="([^"]+)"/.exec(await (await ask('/admin/', { headers: { cookie, accept: 'text/html' } })).text())?.[1] ?? ''
    await ask('/admin/h5p/restrict', { method: 'POST', headers: { cookie, 'x-csrf-token': csrf }, body: new URLSearchParams({ library: 'Keyroom.Lock 1.0', restricted: '1' }) })
    const lock = { library: 'Keyroom.Lock 1.0', params: {}, metadata: { title: 'A lock' } }
    const isRestricted = (await h5p.authoring.types('en')).find(({ library }) => library === lock.library)?.restricted
    expect(isRestricted).toBe(true)
    expect((await saveAt(await placeOf('new'), lock)).status).toBe(403)
    const place = await placeOf('new', { cookie: `${world.as('author').headers.cookie ?? ''}; ${cookie}` })
    expect((await saveAt(place, lock)).status).toBe(200)
    await kit.mongo.db.collection('admin_sessions').deleteMany({})
    expect((await saveAt(place, lock)).status).toBe(403)
  })
})

describe('saving', () => {
  it('begins a draft of the course with its metadata, goes on under a ticket that names it, and says what isn’t finished', async () => {
    const { draft, next, revision } = (await (await saveAt(await placeOf('new'), text('begun'))).json()) as { draft: string; next: string; revision: number }
    expect(revision).toBe(1)
    expect(await world.authoring.get(world.slug, draft)).toMatchObject({ title: 'From the editor', params: { text: '<p>begun</p>' }, metadata: { license: 'CC BY', authors: [{ name: 'Ana', role: 'Author' }] } })
    const unfinished = (await (await saveAt(next, { ...text(''), params: {}, revision: 1 })).json()) as { revision: number; faults: object[] }
    expect(unfinished).toMatchObject({ revision: 2, faults: [{ path: 'text', message: 'is missing' }] })
  })
  it('doesn’t call unfinished what another’s type only would have otherwise', async () => {
    await world.keyroom.rooms.h5p.installLibraries(await packageOf([{ machineName: 'Test.Soft', majorVersion: 1, minorVersion: 0 }]))
    expect(await (await saveAt(await placeOf('new'), { ...text('x'), library: 'Test.Soft 1.0', params: {} })).json()).toMatchObject({ revision: 1, faults: [] })
  })
  it('takes what runs out of what was written', async () => {
    const { draft } = (await (await saveAt(await placeOf('new'), { ...text('x'), params: { text: '<p onclick="alert(1)">a<script>alert(1)</script></p>' } })).json()) as { draft: string }
    expect((await world.authoring.get(world.slug, draft)).params).toEqual({ text: '<p>a</p>' })
  })
  it('never loses one of two at once: the later is told', async () => {
    const id = await aDraft()
    const place = await placeOf(id)
    const answers = await Promise.all(['a', 'b', 'c'].map((words) => saveAt(place, { ...text(words), revision: 1 })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    expect((await world.authoring.get(world.slug, id)).revision).toBe(2)
  })
  it.each([
    ['a type with something after its version', { ...text('x'), library: 'Keyroom.Text 1.0 y' }, 400],
    ['a type with something before its name', { ...text('x'), library: ' Keyroom.Text 1.0' }, 400],
    ['a type as a folder is called', { ...text('x'), library: 'Keyroom.Text-1.0' }, 400],
    ['a version written otherwise', { ...text('x'), library: 'Keyroom.Text 1.00' }, 400],
    ['a type that isn’t here', { ...text('x'), library: 'H5P.Absent 1.0' }, 404],
    ['no title', { ...text('x'), metadata: { title: ' ' } }, 400],
    ['parameters that aren’t', { ...text('x'), params: 'x' }, 400],
  ])('refuses %s', async (_what, body, status) => expect((await saveAt(await placeOf('new'), body)).status).toBe(status))
})

/** A type of somebody else's with a field of each kind that Lumi looks into. */
const FIELDS = [
  { name: 'text', type: 'text', label: 'Text' }, { name: 'list', type: 'list', label: 'List', field: { name: 'each', type: 'group', label: 'Each', fields: [{ name: 'a', type: 'text', label: 'A' }, { name: 'b', type: 'text', label: 'B' }] } },
  { name: 'group', type: 'group', label: 'Group', fields: [{ name: 'only', type: 'text', label: 'Only' }] }, { name: 'inside', type: 'library', label: 'Inside', options: ['Keyroom.Text 1.0'] },
  { name: 'picture', type: 'image', label: 'Picture' }, { name: 'film', type: 'video', label: 'Film' },
]
describe('parameters of another shape than their field', () => {
  beforeAll(async () => {
    await world.keyroom.rooms.h5p.installLibraries(await packageOf([{ machineName: 'Test.Shapes', majorVersion: 1, minorVersion: 0, files: { 'semantics.json': JSON.stringify(FIELDS) } }]))
  })
  const save = async (params: object) => saveAt(await placeOf('new'), { ...text('x'), library: 'Test.Shapes 1.0', params })
  it.each<[string, object, string]>([
    ['an object for a text', { text: { a: 1 } }, 'params.text'],
    ['a list for a text', { text: ['a'] }, 'params.text'],
    ['yes for a text', { text: true }, 'params.text'],
    ['an object for a text in a list', { list: [{ a: 'x' }, { a: {}, b: 'y' }] }, 'params.list.1.a'],
    ['an object for a list', { list: { 0: {} } }, 'params.list'],
    ['nothing in a list', { list: [null] }, 'params.list.0'],
    ['an object for a group that is kept as its only field', { group: { only: 'x' } }, 'params.group'],
    ['a text for a content', { inside: 'Keyroom.Text 1.0' }, 'params.inside'],
    ['a content without its parameters', { inside: { library: 'Keyroom.Text 1.0' } }, 'params.inside.params'],
    ['a content of a type that isn’t here', { inside: { library: 'H5P.Absent 1.0', params: {} } }, 'params.inside.library'],
    ['a content of no type', { inside: { library: 'a 1.0 b', params: {} } }, 'params.inside.library'],
    ['an object for a text in a content inside', { inside: { library: 'Keyroom.Text 1.0', params: { text: {} } } }, 'params.inside.params.text'],
    ['a text for a picture', { picture: 'a.png' }, 'params.picture'],
    ['a picture whose path is no text', { picture: { path: { a: 1 } } }, 'params.picture'],
    ['a film that holds a text', { film: ['a.mp4'] }, 'params.film'],
  ])('%s is refused, named, and nothing is kept', async (_what, params, field) => {
    const before = (await world.authoring.list(world.slug)).length
    const answer = await save(params)
    expect([answer.status, (await answer.json()) as object]).toMatchObject([400, { type: '/problems/infra/bad-input', errors: [{ field }] }])
    expect((await world.authoring.list(world.slug)).length).toBe(before)
    const pasted = await ask(`${await placeOf('new')}ajax?action=filter`, { method: 'POST', body: new URLSearchParams({ libraryParameters: JSON.stringify({ library: 'Test.Shapes 1.0', params, metadata: { title: 'x' } }) }) })
    expect([pasted.status, (await pasted.json()) as object]).toMatchObject([400, { success: false, message: expect.stringContaining('Something doesn’t fit yet') as string }])
  })
  it('an empty place, a number for a text, and an address for a file are fine', async () => {
    const answer = await save({ text: 7, list: [], group: 'x', inside: { library: '', params: {} }, picture: { path: 'https://example.org/a.png', mime: 'image/png' }, film: null })
    expect(answer.status).toBe(200)
    const { draft } = (await answer.json()) as { draft: string }
    expect((await world.authoring.get(world.slug, draft)).params).toMatchObject({ text: '7', group: 'x' })
  })
})

describe('what the editor asks', () => {
  it('is answered with the types that are installed, without asking another machine', async () => {
    const answer = (await (await ask(`${await placeOf('new')}ajax?action=content-type-cache`)).json()) as { libraries: { machineName: string }[] }
    expect(answer.libraries.map(({ machineName }) => machineName)).toContain('Keyroom.Choice')
  })
  it('a picture waits to be saved; what only calls itself one is refused with a sentence', async () => {
    const place = await placeOf(await aDraft())
    const upload = (bytes: Uint8Array<ArrayBuffer>) => {
      const form = new FormData()
      form.set('field', JSON.stringify({ name: 'image', type: 'image' }))
      form.set('contentId', '0')
      form.set('file', new Blob([bytes], { type: 'image/png' }), 'a.png')
      return ask(`${place}ajax?action=files`, { method: 'POST', body: form })
    }
    const taken = (await (await upload(new Uint8Array(PNG))).json()) as { path: string }
    const shown = await ask(`${place}temp-files/${taken.path.replace(/#tmp$/, '')}`)
    expect(shown.status).toBe(200)
    expect(shown.headers.get('content-security-policy')).toContain('sandbox')
    const refused = await upload(new TextEncoder().encode('<script>alert(1)</script>'))
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(((await refused.json()) as { message: string }).message).toContain('can’t be used here')
  })
  it.each([
    ['a WebP picture', 'image', 'a.webp', Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64'), 'webp'],
    ['a drawing', 'image', 'a.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><path d="M0 0"/></svg>'), 'svg'],
    ['captions', 'file', 'a.vtt', Buffer.from('WEBVTT\n\n00:00.000 --> 00:01.000\nHere\n'), 'vtt'],
    ['AAC sound', 'audio', 'a.aac', Buffer.from([0xff, 0xf1, 0x50, 0x80, 0, 0, 0, 0]), 'aac'],
  ])('%s is taken as in our own form, and waits a day to be saved', async (_what, type, name, bytes, ending) => {
    const place = await placeOf(await aDraft())
    const form = new FormData()
    form.set('field', JSON.stringify({ name: type, type }))
    form.set('contentId', '0')
    form.set('file', new Blob([new Uint8Array(bytes)]), name)
    const answer = await ask(`${place}ajax?action=files`, { method: 'POST', body: form })
    const { path = '' } = (await answer.json()) as { path?: string }
    expect([answer.status, path]).toEqual([200, expect.stringMatching(new RegExp(`\\.${ending}#tmp$`)) as string])
    const waiting = await world.keyroom.rooms.kit.mongo.db.collection<{ name: string; expiresAt: Date; at: Date }>('h5p_temporary').findOne({ name: path.replace(/#tmp$/, '') })
    expect(Number(waiting?.expiresAt) - Number(waiting?.at)).toBeGreaterThan(20 * 3_600_000)
  })
  it('with each upload, once an hour at most, what nobody refers to any more is cleared away', async () => {
    const { h5p, kit, url } = await anAdmin({
      config: { editorPath: await anEditorFolder() },
      mount: (app, here) => void app.use('/studio/:run/h5p-editor/:ticket', here.h5p.editorRoutes(here.kit, { isAuthor: () => Promise.resolve(true), adminLasts: () => Promise.resolve(false) })),
    })
    const { key } = await h5p.files.put(Readable.from([Buffer.from('of nobody')]))
    const [file, long] = [path.join(kit.config.dataDir, 'h5p', 'files', key.slice(0, 2), key), new Date(Date.now() - 2 * 86_400_000)]
    await utimes(file, long, long)
    const form = new FormData()
    form.set('field', JSON.stringify({ name: 'image', type: 'image' }))
    form.set('file', new Blob([new Uint8Array(PNG)]), 'a.png')
    const place = editorPlace(kit, { run: 'r', course: 'c', user: 'ana', name: 'Ana', exp: Date.now() / 1000 + 60 }, 'en').replace(/\?.*$/, '')
    expect((await fetch(`${url}${place}ajax?action=files`, { method: 'POST', body: form })).status).toBe(200)
    await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(false)
  })
  it('installs nothing for who isn’t an administrator', async () => {
    const answer = await ask(`${await placeOf('new')}ajax?action=library-install&id=H5P.Accordion`, { method: 'POST' })
    expect(answer.status).toBeGreaterThanOrEqual(400)
  })
})

describe('the page that asks what it will be', () => {
  it.each([['en', 'Begin in Joubel’s editor'], ['zh-CN', '用 Joubel 编辑器新建'], ['ar', 'ابدأ في محرّر Joubel']])('leads to the editor where it is installed, in %s', async (lang, words) => {
    const shown = await world.open(`/studio/${world.run}/contents/new`, { lang, width: 320 })
    expect(await shown.getByRole('link', { name: words }).getAttribute('href')).toBe(page('new'))
    expect(await axeFaults(shown)).toEqual([])
    expect(await shown.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    const bare = await bareWorld()
    expect(await (await bare.as('author').get(`/studio/${bare.run}/contents/new`)).text()).not.toContain(`/studio/${bare.run}/editor/`)
  }, 60_000)
})

describe('without Joubel’s editor', () => {
  it.each([['en', /not installed/], ['zh-CN', /安装/], ['ar', /مثبّت/]])('the page says so plainly in %s, and how to get it', async (lang, words) => {
    const bare = await bareWorld()
    const shown = await bare.open(`/studio/${bare.run}/editor/new`, { lang, width: 320 })
    expect(await shown.locator('main').innerText()).toMatch(words)
    expect(await shown.locator('iframe').count()).toBe(0)
    expect(await axeFaults(shown)).toEqual([])
    expect(await shown.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  })
})
let bare: Promise<World> | undefined
const bareWorld = (): Promise<World> => (bare ??= aWorld())
