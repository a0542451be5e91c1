import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import express from 'express'
import request from 'supertest'
import { beforeAll, describe, expect, it } from 'vitest'
import { createH5P } from '../../src/h5p/index.js'
import { freshMongo } from '../support/mongo.js'
import { aKit, aWorld, demoContents, makeDoor, secretsOf, tempDir, trace, type World } from './world.js'

let world: World
beforeAll(async () => void (world = await aWorld()))
const json = { accept: 'application/json' }

interface Integration { contents: Record<string, { jsonContent: string; contentUrl: string; exportUrl?: string; url: string; contentUserData: Record<string, { state?: string }> }>; keyroom: { items: Record<string, unknown>; reports: boolean; parent?: string }; user: { mail: string; name: string } }
const integrationIn = (html: string): Integration => JSON.parse(/id="h5p-integration">(.*?)<\/script>/s.exec(html)?.[1] ?? '') as Integration

describe('the answer key', () => {
  it.each(demoContents)('of $id is in no byte of its frame', async ({ id, params }) => {
    const { text } = await world.agent.get(`${world.open(id)}/frame`).expect(200)
    expect(text).toContain('data-content-id')
    for (const secret of secretsOf(params)) expect(text).not.toContain(trace(secret))
    const shown = Object.values(integrationIn(text).contents)[0]?.jsonContent ?? ''
    expect(shown).not.toMatch(/"(correct|feedback|explain)"/)
    expect(shown.replace(/\*(:[^*]*)?\*/g, '')).not.toContain('*')
  })
  it('is there to be hidden, and would be found', async () => {
    expect(demoContents.flatMap(({ params }) => secretsOf(params)).length).toBeGreaterThan(20)
    const { text } = await world.agent.get(`${world.open('book-of-strategies')}/frame`).expect(200)
    expect(text).toContain(trace('<p>In a good jigsaw the final task can be solved by one well-read expert.</p>'))
  })
  it('is in no file a browser can load', async () => {
    const base = world.open('what-and-why')
    for (const file of ['content.json', 'h5p.json', 'images/../content.json', 'images/%2e%2e/content.json', '..%2fwhat-and-why%2fcontent.json', 'CONTENT.JSON', './content.json', 'content.json%00.png', 'content.json/', '..%5ccontent.json', '%2e%2e/h5p.json']) {
      const { status, text } = await world.agent.get(`${base}/content/${file}`).set(json)
      expect([file, status]).toEqual([file, 404])
      expect(text).not.toContain('answers')
    }
  })
  it.each(['content/what-and-why/content.json', 'params/what-and-why', 'download/what-and-why', 'ajax?action=content-type-cache', 'contentUserData/what-and-why/state/0', 'finishedData', 'libraries/Keyroom.Choice-1.0/semantics.json', 'core/version.txt/..%2f..%2fcontent/what-and-why/content.json'])(
    'is not given by Lumi’s own route %s', async (route) => {
      for (const base of ['/h5p', world.open('what-and-why')]) await world.agent.get(`${base}/${route}`).set(json).expect(404)
    },
  )
  it('stays hidden in a content inside that nobody gave an id, and in types of others around it', async () => {
    const inside = { library: 'Keyroom.Choice 1.0', params: { question: 'Q', answers: [{ text: 'A', correct: true }, { text: 'B', feedback: 'SECRET-1' }], explain: 'SECRET-2' } }
    const h5p = { title: 'Odd', language: 'en', mainLibrary: 'Keyroom.QuestionSet', embedTypes: ['div'], license: 'U', preloadedDependencies: [{ machineName: 'Keyroom.QuestionSet', majorVersion: 1, minorVersion: 0 }] }
    await world.h5p.addContent('odd', { h5p, content: { questions: [inside], column: { library: 'H5P.Column 1.0', params: { deep: [[inside]] } } }, files: await tempDir() })
    const { text } = await world.agent.get(`${world.open('odd')}/frame`).expect(200)
    expect(text).not.toContain('SECRET')
    expect(text).toContain('H5P.Column 1.0')
  })
  it('of several right answers says only that there are several', async () => {
    const { text } = await world.agent.get(`${world.open('read-the-room')}/frame`).expect(200)
    expect(Object.values(integrationIn(text).contents)[0]?.jsonContent).toContain('"multiple":')
  })
})

describe('a frame', () => {
  it('brings back what was answered, with what that had earned and no more', async () => {
    const content = demoContents.find(({ library }) => library.startsWith('Keyroom.QuestionSet'))
    const [item] = await world.h5p.items(content?.id ?? '')
    const base = world.open(content?.id ?? '', { user: 'back' })
    await world.agent.post(`${base}/answers`).send({ item: item?.id, response: [0], key: 'first-answer' }).expect(200)
    const { keyroom } = integrationIn((await world.agent.get(`${base}/frame`).expect(200)).text)
    expect(keyroom.items[item?.id ?? '']).toMatchObject({ tries: 1, correct: false, response: [0], score: 0, max: 1 })
  })
  it('opens though its content was changed, and an old answer fits no more', async () => {
    const [item] = await world.h5p.items('check-the-basics')
    const base = world.open('check-the-basics', { user: 'old' })
    Object.assign(world.door.opens.get('old.r1.check-the-basics')?.items ?? {}, { [item?.id ?? '']: { tries: 4, correct: true, response: [17] }, gone: { tries: 1, correct: false } })
    const { keyroom } = integrationIn((await world.agent.get(`${base}/frame`).expect(200)).text)
    expect(keyroom.items).toEqual({ [item?.id ?? '']: { tries: 4, correct: true, score: 2, max: 2 } })
  })
  it('names nobody', async () => {
    const { text } = await world.agent.get(`${world.open('what-and-why', { user: 'ben-smith', ticket: 'opaque' })}/frame`).expect(200)
    const { user, contents } = integrationIn(text)
    expect(user.mail).toMatch(/^\w{20}@learner\.invalid$/)
    expect(user.name).toBe('')
    expect(JSON.stringify([user, contents])).not.toContain('ben-smith')
    expect(Object.values(contents)[0]?.url).toBe('https://rooms.example/h5p/contents/what-and-why')
    expect(Object.values(contents)[0]).not.toHaveProperty('exportUrl')
  })
  it('holds no inline script or style, and nothing of its content can end its data', async () => {
    const h5p = { title: 'x', language: 'en', mainLibrary: 'Keyroom.Text', embedTypes: ['div'], license: 'U', preloadedDependencies: [{ machineName: 'Keyroom.Text', majorVersion: 1, minorVersion: 0 }] }
    await world.h5p.addContent('breakout', { h5p, content: { text: '</script><script>alert(1)</script><style>p{}</style>' }, files: await tempDir() })
    const { text } = await world.agent.get(`${world.open('breakout')}/frame`).expect(200)
    expect(text).not.toContain('alert(1)</script>')
    expect(text.match(/<script(?![^>]*\ssrc=)[^>]*>/g)).toEqual(['<script type="application/json" id="h5p-integration">'])
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=/)
  })
  it('asks for no file that isn’t there', async () => {
    for (const { id } of demoContents) {
      const { text } = await world.agent.get(`${world.open(id)}/frame`).expect(200)
      const files = [...text.matchAll(/(?:src|href)="(\/h5p\/[^"]+)"/g)].map(([, file = '']) => file)
      expect(files.length).toBeGreaterThan(3)
      for (const file of files) expect((await world.agent.get(file).expect(200)).headers['cache-control']).toContain('immutable')
    }
  })
  it('gets a library’s pictures as pictures: one opened by itself runs nothing', async () => {
    const { headers } = await world.agent.get('/h5p/libraries/Keyroom.Lock-1.0/icon.svg').expect(200)
    expect(headers['content-security-policy']).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox")
  })
  it('speaks the language it is asked for, and says so to assistive technology', async () => {
    const { text } = await world.agent.get(`${world.open('what-and-why')}/frame?lang=ar`).expect(200)
    expect(text).toContain('<html lang="ar" dir="rtl"')
    expect(text).toContain('غير متصل')
    // The core's own buttons and dialogs too.
    expect(text).toContain('"fullscreen":"ملء الشاشة"')
    expect(text).not.toMatch(/Disable fullscreen|Confirm action|Rights of use/)
  })
  it('opens only where play opens the room', async () => {
    await world.agent.get('/play/r1/h5p/forged/frame').set(json).expect(403)
    await world.agent.get(`${world.open('what-and-why').replace('/play/r1/', '/play/r2/')}/frame`).set(json).expect(403)
    await world.agent.get('/play/r1/h5p/forged/content/images/bars.png').set(json).expect(403)
    await world.agent.get('/play/r1/h5p/forged/state/what-and-why/state/0').set(json).expect(403)
  })
  it('is only to be framed by us and the platforms; at a name of its own also by the page around', async () => {
    const own = await world.agent.get(`${world.open('what-and-why')}/frame`).expect(200)
    expect(own.headers['content-security-policy']).toMatch(/frame-ancestors 'self' https:\/\/lms\.example(;|$)/)
    const apart = await aWorld({ contentOrigin: 'https://content.example/' })
    const answer = await apart.agent.get(`${apart.open('what-and-why')}/frame`).set('host', 'content.example').expect(200)
    expect(answer.headers['content-security-policy']).toMatch(/frame-ancestors https:\/\/rooms\.example 'self' https:\/\/lms\.example/)
    expect(integrationIn(answer.text).keyroom.parent).toBe('https://rooms.example')
    expect(answer.headers['cache-control']).toBe('no-store')
  })
  it('at a name of its own is answered there alone, files aside: under the main name no type’s script can open itself', async () => {
    const apart = await aWorld({ contentOrigin: 'https://content.example' })
    const base = apart.open('what-and-why')
    const at = (host: string, path: string, method: 'get' | 'post' = 'get') => apart.agent[method](`${base}${path}`).set(json).set('host', host)
    for (const host of ['rooms.example', 'rooms.example:443', 'elsewhere.example']) {
      await at(host, '/frame').expect(404)
      await at(host, '/state/what-and-why/state/0').expect(404)
      for (const path of ['/answers', '/completed', '/finished']) await at(host, path, 'post').send({ item: '_', response: 0, key: 'key-0001' }).expect(404)
    }
    expect(apart.door.answered).toEqual([])
    await at('content.example', '/frame').expect(200)
    await at('content.example:8443', '/frame').expect(200) // a proxy may say another port, or none
    for (const host of ['content.example', 'rooms.example']) await at(host, '/content/images/bars.png').expect(200)
  })
  it('is told apart by the port where the name is the same; a second name that is the first is none', async () => {
    const ports = await aWorld({ publicUrl: 'http://rooms.example', contentOrigin: 'http://rooms.example:8080' })
    await ports.agent.get(`${ports.open('what-and-why')}/frame`).set('host', 'rooms.example').expect(404)
    await ports.agent.get(`${ports.open('what-and-why')}/frame`).set('host', 'rooms.example:8080').expect(200)
    const same = await aWorld({ contentOrigin: 'https://rooms.example' })
    await same.agent.get(`${same.open('what-and-why')}/frame`).set('host', 'rooms.example').expect(200)
  })
})

describe('a content’s files', () => {
  it('are sent as what they are, in ranges, and can do nothing by themselves', async () => {
    const base = world.open('what-and-why')
    const whole = await world.agent.get(`${base}/content/images/bars.png`).expect(200)
    expect(whole.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff', 'content-security-policy': expect.stringContaining('sandbox') as string })
    const part = await world.agent.get(`${base}/content/images/bars.png`).set('range', 'bytes=0-9').expect(206)
    expect(part.headers['content-range']).toMatch(/^bytes 0-9\//)
  })
  it('of another kind aren’t sent at all', async () => {
    const files = await tempDir()
    await mkdir(path.join(files, 'images'))
    for (const name of ['page.html', 'run.js', 'images/x.svg', 'notes.json']) await writeFile(path.join(files, name), '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    const { metadata, params } = demoContents[0] ?? { metadata: {}, params: {} }
    await world.h5p.addContent('with-files', { h5p: metadata, content: params, files })
    const base = world.open('with-files')
    for (const name of ['page.html', 'run.js', 'notes.json', 'none.png']) await world.agent.get(`${base}/content/${name}`).set(json).expect(404)
    const { headers } = await world.agent.get(`${base}/content/images/x.svg`).expect(200)
    expect(headers['content-security-policy']).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox")
  })
})

describe('what is stored', () => {
  it('is laid out once, when many nodes that share a folder start at once', async () => {
    const [mongo, dataDir] = [await freshMongo(), await tempDir()]
    const rooms = await Promise.all(Array.from({ length: 4 }, () => createH5P(aKit(mongo, dataDir))))
    for (const room of rooms) await request(express().use('/h5p', room.publicRoutes)).get('/h5p/core/js/jquery.js').expect(200)
    for (const room of rooms) await request(express().use('/h5p', room.publicRoutes)).get('/h5p/libraries/Keyroom.Choice-1.0/choice.js').expect(200)
  })
  it('under an id that is known changes nothing, whoever comes first', async () => {
    const { metadata, params, files } = demoContents[1] ?? { metadata: {}, params: {}, files: '' }
    await Promise.all(Array.from({ length: 8 }, () => world.h5p.addContent('twice', { h5p: metadata, content: params, files })))
    const before = await world.h5p.items('twice')
    await world.h5p.addContent('twice', { h5p: metadata, content: {}, files })
    expect(await world.h5p.items('twice')).toEqual(before)
    expect(before.length).toBeGreaterThan(0)
  })
  it.each(['../up', '/etc', 'a/b', '.hidden', ''])('never leaves its folder: the id «%s» is refused', async (id) => {
    await expect(world.h5p.addContent(id, { h5p: {}, content: {}, files: await tempDir() })).rejects.toThrow()
    await expect(world.h5p.items(id)).rejects.toMatchObject({ status: 404 })
  })
  it('of our own types is renewed when a file changes, though its version doesn’t', async () => {
    const [mongo, dataDir, librariesDir] = [await freshMongo(), await tempDir(), await tempDir()]
    const library = path.join(librariesDir, 'Keyroom.Tiny-1.0')
    await mkdir(library)
    await writeFile(path.join(library, 'library.json'), JSON.stringify({ title: 'Tiny', machineName: 'Keyroom.Tiny', majorVersion: 1, minorVersion: 0, patchVersion: 0, runnable: 1, preloadedJs: [{ path: 'tiny.js' }] }))
    await writeFile(path.join(library, 'semantics.json'), '[]')
    const h5p = { title: 'Tiny', language: 'en', mainLibrary: 'Keyroom.Tiny', embedTypes: ['div'], license: 'U', preloadedDependencies: [{ machineName: 'Keyroom.Tiny', majorVersion: 1, minorVersion: 0 }] }
    const scriptAfter = async (code: string): Promise<{ address: string; code: string }> => {
      await writeFile(path.join(library, 'tiny.js'), code)
      const room = await createH5P(aKit(mongo, dataDir), { librariesDir })
      await room.addContent('tiny', { h5p, content: {}, files: await tempDir() })
      const door = makeDoor(() => room)
      door.opens.set('t', { run: 'r', user: 'u', room: 'one', activity: 'a', content: 'tiny', title: 'Tiny', lang: 'en', items: {}, seal: '' })
      const app = express().use('/h5p', room.publicRoutes).use('/play/:run/h5p/:ticket', room.frameRoutes(door))
      const { text } = await request(app).get('/play/r/h5p/t/frame').expect(200)
      const address = /src="(\/h5p\/libraries\/[^"]*tiny\.js[^"]*)"/.exec(text)?.[1] ?? ''
      return { address, code: (await request(app).get(address).expect(200)).text }
    }
    const first = await scriptAfter('window.one = 1')
    const second = await scriptAfter('window.two = 2')
    expect([first.code, second.code]).toEqual(['window.one = 1', 'window.two = 2'])
    expect(second.address).not.toBe(first.address)
    expect(await readFile(path.join(dataDir, 'h5p/core/js/jquery.js'), 'utf8')).toContain('jQuery')
  })
})
