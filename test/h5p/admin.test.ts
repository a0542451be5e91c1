import { createServer, type Server } from 'node:http'
import { copyFile, readFile } from 'node:fs/promises'
import path from 'node:path'
import express from 'express'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../support/root.js'
import { anAdmin, packageOf, type AdminWorld } from './admin-world.js'
import { aLibrary, zipOf, type Zipped } from './store-world.js'
import { tempDir } from './world.js'

const QUIZ = { machineName: 'Test.Quiz', majorVersion: 1, minorVersion: 0, title: 'Quiz of the test', needs: ['Test.Part 1.0'] }
const PART = { machineName: 'Test.Part', majorVersion: 1, minorVersion: 0, runnable: 0 } as const

const rowOf = (page: string, library: string): string => new RegExp(`<tr data-library="${library}">[^]*?</tr>`).exec(page)?.[0] ?? ''

describe('libraries', () => {
  let world: AdminWorld
  beforeAll(async () => {
    world = await anAdmin()
  })
  it('the page lists cores, editor and libraries, and says plainly what isn’t there and how to get it', async () => {
    const { text } = await world.get('/admin/h5p/')
    expect(text).toContain('The core that comes with Keyroom')
    expect(text).toContain('npm run h5p:setup -- --editor URL|FILE')
    expect(text).toContain('CONTENT_ORIGIN is not set')
    expect(rowOf(text, 'Keyroom.Choice 1.0')).toContain('Keyroom’s own')
  })
  it('a package that is uploaded is installed, and once more changes nothing', async () => {
    const file = await packageOf([QUIZ, PART])
    expect((await world.upload(file)).body).toMatchObject({ installed: [{ name: 'Test.Quiz 1.0', type: 'new' }, { name: 'Test.Part 1.0', type: 'new' }], next: './?said=installed&count=2' })
    expect((await world.upload(file)).body).toMatchObject({ installed: [{ type: 'none' }, { type: 'none' }] })
    expect((await world.get('/admin/h5p/?said=installed&count=2')).text).toContain('2 libraries were installed.')
  })
  it('without a script the form works too, with its token in the address', async () => {
    const answer = await request(world.url).post(`/admin/h5p/upload?_csrf=${world.csrf}`).set('Cookie', world.cookie).set('Accept', 'text/html').attach('file', await packageOf([PART]))
    expect([answer.status, answer.get('Location')]).toEqual([303, './?said=same&count=1'])
  })
  it.each<[string, () => Promise<string>, string]>([
    ['what is no package', () => Promise.resolve(path.join(ROOT, 'package.json')), '/problems/infra/bad-input'],
    ['one of our own under another’s bytes', () => packageOf([{ machineName: 'Keyroom.Choice', majorVersion: 1, minorVersion: 0, patchVersion: 99 }]), '/problems/h5p/package-refused'],
    ['a page that would run in our origin', () => packageOf([{ ...PART, minorVersion: 7, files: { 'evil.html': '<script>1</script>' } }]), '/problems/h5p/package-refused'],
    ['a type without the part it needs', () => packageOf([{ ...QUIZ, minorVersion: 3, needs: ['Test.Absent 1.0'] }]), '/problems/h5p/package-refused'],
  ])('%s is refused with a sentence, and nothing is installed', async (_what, make, problem) => {
    const before = (await world.get('/admin/h5p/')).text.match(/<tr data-library/g)?.length
    const { status, body } = await world.upload(await make())
    expect(status).toBeGreaterThanOrEqual(400)
    expect(body).toMatchObject({ type: problem, title: expect.any(String) as string, detail: expect.any(String) as string })
    expect((await world.get('/admin/h5p/')).text.match(/<tr data-library/g)?.length).toBe(before)
  })
  it('an archive of packages and libraries is taken in wherever it can be, and the refusal names each part that can’t', async () => {
    const lib = (name: string, needed: string[] = []) => aLibrary(name, { preloadedDependencies: needed.map((machineName) => ({ machineName, majorVersion: 1, minorVersion: 0 })) })
    const zip = async (...files: Zipped[]): Promise<string> => {
      const named = path.join(await tempDir(), 'types.zip')
      await copyFile(await zipOf(files), named)
      return named
    }
    const packed = await readFile(await zipOf(lib('Test.Packed', ['Test.Loose'])))
    expect((await world.upload(await zip({ name: 'a.h5p', bytes: packed }, ...lib('Test.Loose').map((each) => ({ ...each, name: `more/${each.name}` }))))).body).toMatchObject({ next: './?said=installed&count=2' })
    const { status, body } = await world.upload(await zip(...lib('Test.Fine'), ...lib('Test.Lonely', ['Test.Absent']), { name: 'b.h5p', bytes: 'no zip' }))
    expect([status, body]).toEqual([422, expect.objectContaining({
      type: '/problems/admin/types-refused', title: '2 parts of it were not installed',
      detail: expect.stringMatching(/^types\.zip\/Test\.Lonely-1\.0: A library is missing: Test\.Absent 1\.0\..* types\.zip\/b\.h5p: “b\.h5p” isn’t a zip .*1 library was installed from the rest\.$/) as string,
    })])
    expect(rowOf((await world.get('/admin/h5p/')).text, 'Test.Fine 1.0')).toContain('Test.Fine')
    expect((await world.upload(await zip({ name: 'readme.txt', bytes: 'x' }))).body).toMatchObject({ type: '/problems/h5p/package-refused' })
  })
  it('nobody uploads without a session, nor with another’s form token', async () => {
    const file = await packageOf([PART])
    expect((await request(world.url).post('/admin/h5p/upload').set('Accept', 'application/json').attach('file', file)).status).toBe(401)
    expect((await request(world.url).post('/admin/h5p/upload?_csrf=wrong').set('Cookie', world.cookie).set('Accept', 'application/json').attach('file', file)).status).toBe(403)
  })
  it('counts who uses a library: contents, drafts, what needs it, and what is inside', async () => {
    const { authoring } = world.h5p
    await authoring.create('one', { library: 'Test.Quiz 1.0', title: 'First', params: { text: 'a' } }, 'ana')
    await authoring.create('two', { library: 'Test.Quiz 1.0', title: 'Second', params: { text: 'b' } }, 'ben')
    const { text } = await world.get('/admin/h5p/')
    expect(rowOf(text, 'Test.Quiz 1.0')).toContain('no content, 2 drafts')
    // The part is in neither of them, but their type needs it.
    expect(rowOf(text, 'Test.Part 1.0')).toMatch(/no content, 2 drafts[^]*and 1 library/)
    expect(rowOf(text, 'Test.Quiz 1.0')).not.toContain('action="remove"')
  })
  it('what is used can’t be removed, and the refusal names by what; what isn’t, can', async () => {
    const refused = await world.post('/admin/h5p/remove', { library: 'Test.Part 1.0' })
    expect(refused.body).toMatchObject({ type: '/problems/admin/library-in-use', detail: expect.stringMatching(/“First”, “Second”, “Test\.Quiz 1\.0”/) as string })
    await world.upload(await packageOf([{ ...QUIZ, machineName: 'Test.Alone' }, PART]))
    expect((await world.post('/admin/h5p/remove', { library: 'Test.Alone 1.0' })).status).toBe(303)
    expect(rowOf((await world.get('/admin/h5p/')).text, 'Test.Alone 1.0')).toBe('')
    expect((await world.post('/admin/h5p/remove', { library: 'Keyroom.Choice 1.0' })).body).toMatchObject({ type: '/problems/admin/own-library' })
    expect((await world.post('/admin/h5p/remove', { library: 'No.Such 1.0' })).status).toBe(404)
  })
  it('a restricted type is marked, and allowed again', async () => {
    await world.post('/admin/h5p/restrict', { library: 'Test.Quiz 1.0', restricted: '1' })
    expect((await world.h5p.authoring.types('en')).find(({ library }) => library === 'Test.Quiz 1.0')?.restricted).toBe(true)
    expect(rowOf((await world.get('/admin/h5p/')).text, 'Test.Quiz 1.0')).toContain('Restricted')
    expect((await world.get('/admin/h5p/')).text).toContain('Restrict keeps a type for administrators')
    await world.post('/admin/h5p/restrict', { library: 'Test.Quiz 1.0', restricted: '0' })
    expect((await world.h5p.authoring.types('en')).find(({ library }) => library === 'Test.Quiz 1.0')?.restricted).toBe(false)
  })
})

describe('upgrades', () => {
  const NEWER = { ...QUIZ, minorVersion: 2, files: { 'upgrades.js': 'H5PUpgrades["Test.Quiz"] = { 1: { 2: function (params, finished) { finished(null, params) } } }' } }
  let world: AdminWorld
  beforeAll(async () => {
    world = await anAdmin()
    await world.upload(await packageOf([QUIZ, PART]))
  })
  it('drafts of an older version are offered; a draft is saved as the newer one once, and what runs in it is taken out', async () => {
    const draft = await world.h5p.authoring.create('one', { library: 'Test.Quiz 1.0', title: 'Old', params: { text: 'a' } }, 'ana')
    await world.upload(await packageOf([NEWER, PART]))
    expect(rowOf((await world.get('/admin/h5p/')).text, 'Test.Quiz 1.0')).toContain('Bring 1 draft to Test.Quiz 1.2')
    const page = await world.get('/admin/h5p/upgrade?from=Test.Quiz%201.0&to=Test.Quiz%201.2')
    expect(page.text).toContain('What is published stays as it is')
    const change = { draft: draft.id, revision: 1, from: 'Test.Quiz 1.0', to: 'Test.Quiz 1.2', params: { text: 'new <script>alert(1)</script>' } }
    expect((await world.post('/admin/h5p/upgrade', { ...change, revision: 7 })).status).toBe(409)
    expect((await world.post('/admin/h5p/upgrade', change)).body).toEqual({ faults: [], now: ['Test.Quiz 1.2'], left: false })
    expect(await world.h5p.authoring.get('one', draft.id)).toMatchObject({ library: 'Test.Quiz 1.2', params: { text: 'new ' }, revision: 2, title: 'Old' })
    expect((await world.post('/admin/h5p/upgrade', change)).status).toBe(404)
  })
  it('a draft’s author is sent to what is wrong in it, not to what its type only would have otherwise', async () => {
    for (const [params, faults] of [[{}, []], [{ text: [] }, [{ path: 'text', message: 'must be text' }]]]) {
      const { id } = await world.h5p.authoring.create('one', { library: 'Test.Quiz 1.0', title: 'Odd', params: {} }, 'ana')
      expect((await world.post('/admin/h5p/upgrade', { draft: id, revision: 1, from: 'Test.Quiz 1.0', to: 'Test.Quiz 1.2', params })).body).toMatchObject({ faults })
    }
  })
  it('a type’s own code runs in a box without an origin, where nothing but scripts loads', async () => {
    const box = await world.get('/admin/h5p/upgrade/box?from=Test.Quiz%201.0&to=Test.Quiz%201.2')
    expect(box.get('Content-Security-Policy')).toBe("default-src 'none'; script-src 'self'; frame-ancestors 'self'; sandbox allow-scripts")
    expect(box.text).toMatch(/<script src="\/h5p\/libraries\/Test\.Quiz-1\.2\/upgrades\.js\?v=/)
  })
  it('neither an older version nor another type is a newer version', async () => {
    for (const [from, to] of [['Test.Quiz 1.2', 'Test.Quiz 1.0'], ['Test.Quiz 1.0', 'Test.Part 1.0'], ['Test.Quiz 1.0', 'Test.Quiz 1.0']]) {
      expect((await world.get(`/admin/h5p/upgrade?${new URLSearchParams({ from: from ?? '', to: to ?? '' }).toString()}`, 'application/json')).body).toMatchObject({ type: '/problems/admin/upgrade-refused' })
    }
  })
})

describe('the H5P Hub, played by a stand-in on this machine', () => {
  let hub: Server
  let addresses: { contentTypes: string; registration: string }
  const asked: { path: string; body: unknown }[] = []
  let answers = true
  beforeAll(async () => {
    const file = await packageOf([{ ...QUIZ, machineName: 'Test.FromHub' }, PART])
    const entry = (id: string) => ({ id, version: { major: 1, minor: 0, patch: 0 }, coreApiVersionNeeded: { major: 1, minor: 19 }, title: `${id} <b>of the Hub</b>`, summary: 'A type', description: '', icon: '', createdAt: '2020-01-01', updatedAt: '2020-01-01', isRecommended: true, popularity: 1, screenshots: [], license: {}, owner: 'Nobody', example: '' })
    const app = express().use(express.urlencoded({ extended: false }), (req, res, next) => {
      asked.push({ path: req.path, body: req.body })
      if (answers) next()
      else res.status(503).end()
    })
    app.post('/sites', (_req, res) => void res.json({ uuid: 'b9bd5e5c' }))
    app.post('/types/', (_req, res) => void res.json({ contentTypes: [entry('Test.FromHub'), entry('Test.Broken')] }))
    app.get('/types/Test.FromHub', async (_req, res) => void res.send(await readFile(file)))
    app.get('/types/Test.Broken', (_req, res) => void res.send('no package at all'))
    hub = createServer(app)
    await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve))
    const at = hub.address()
    const url = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`
    addresses = { contentTypes: `${url}/types/`, registration: `${url}/sites` }
  })
  afterAll(() => void hub.close())

  it('is never called unless H5P_HUB says so', async () => {
    const world = await anAdmin({ h5p: { hubAddresses: addresses } })
    expect((await world.get('/admin/h5p/')).text).toContain('The Hub is never called')
    expect((await world.post('/admin/h5p/hub/refresh', {})).body).toMatchObject({ type: '/problems/admin/hub-off' })
    expect((await world.post('/admin/h5p/hub/install', { type: 'Test.FromHub' })).body).toMatchObject({ type: '/problems/admin/hub-off' })
    expect(asked).toEqual([])
  })
  it('is asked when an administrator asks; a type is installed through the same gate as an upload', async () => {
    const world = await anAdmin({ config: { h5pHub: true }, h5p: { hubAddresses: addresses } })
    await world.get('/admin/h5p/')
    expect(asked).toEqual([])
    expect((await world.post('/admin/h5p/hub/refresh', {})).status).toBe(303)
    const { text } = await world.get('/admin/h5p/')
    expect(text).toContain('Install Test.FromHub &lt;b&gt;of the Hub')
    expect((await world.post('/admin/h5p/hub/install', { type: 'Test.FromHub' })).get('Location')).toBe('../?said=installed&count=2')
    expect((await world.get('/admin/h5p/')).text).toMatch(/Test\.FromHub[^]*Installed: 1\.0\.0/)
    expect((await world.post('/admin/h5p/hub/install', { type: 'Test.Broken' })).body).toMatchObject({ type: '/problems/h5p/package-refused' })
    expect((await world.post('/admin/h5p/hub/install', { type: 'Test.Unlisted' })).status).toBe(404)
    // What it is told: versions, and a name made of our address; no names, no usage, no machine's id.
    const told = asked.filter(({ path: at }) => at === '/types/').map(({ body }) => body)
    expect(Object.keys(told[0] as object).sort()).toEqual(['core_api_version', 'disabled', 'h5p_version', 'local_id', 'platform_name', 'platform_version', 'type', 'uuid'])
  })
  it('that can’t be reached is a sentence, and what it said before stays', async () => {
    const world = await anAdmin({ config: { h5pHub: true }, h5p: { hubAddresses: addresses } })
    await world.post('/admin/h5p/hub/refresh', {})
    answers = false
    for (const [to, body] of [['refresh', {}], ['install', { type: 'Test.FromHub' }]] as const) {
      expect((await world.post(`/admin/h5p/hub/${to}`, body)).body).toMatchObject({ type: '/problems/admin/hub-unreachable', status: 502 })
    }
    answers = true
    expect((await world.get('/admin/h5p/')).text).toContain('Test.FromHub')
  })
})
