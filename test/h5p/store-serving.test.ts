import { readFile } from 'node:fs/promises'
import express from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { answerProblem, requestId } from '../../src/infra/index.js'
import { aLibrary, aNode, PNG, streamOf, zipOf } from './store-world.js'
import { aKit, makeDoor } from './world.js'

const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\0\0'), Buffer.from(Array.from({ length: 2_500_000 }, (_, index) => index % 253))])

const serving = async (where: 'disk' | 'gridfs') => {
  const node = await aNode({ where })
  const { h5p, mongo, dataDir } = node
  const door = makeDoor(() => h5p)
  const { id } = await h5p.authoring.create('one', { library: 'Keyroom.Text 1.0', title: 'Film', params: { text: '<p>x</p>' } }, 'ana')
  const add = async (name: string, bytes: Buffer) => (await h5p.authoring.addFile('one', id, { name, stream: streamOf(bytes) })).path
  const [video, picture] = [await add('film.mp4', film), await add('a.png', PNG)]
  const drawing = await add('a.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><path d="M0 0"/></svg>'))
  door.opens.set('t', { run: 'r', user: 'u', room: 'one', activity: 'a', content: id, title: 'Film', lang: 'en', items: {}, seal: '' })
  const app = express().use(requestId).use('/h5p', h5p.publicRoutes).use('/play/:run/h5p/:ticket', h5p.frameRoutes(door)).use(answerProblem(aKit(mongo, dataDir)))
  const get = (path: string) => request(app).get(`/play/r/h5p/t/content/${path}`).set('accept', 'application/json').buffer(true).parse((res, done) => {
    const parts: Buffer[] = []
    res.on('data', (part: Buffer) => parts.push(part)).on('end', () => done(null, Buffer.concat(parts)))
  })
  return { ...node, app, get, id, video, picture, drawing }
}

describe.each(['disk', 'gridfs'] as const)('a content’s file from %s', (where) => {
  it('is sent whole or in part, as a browser seeks in a video', async () => {
    const { get, video, app } = await serving(where)
    const whole = await get(video).expect(200)
    expect((whole.body as Buffer).equals(film)).toBe(true)
    expect(whole.headers).toMatchObject({ 'content-type': 'video/mp4', 'accept-ranges': 'bytes', 'content-length': String(film.length), 'x-content-type-options': 'nosniff' })
    for (const [range, from, to] of [['bytes=0-9', 0, 9], ['bytes=1048570-1048590', 1_048_570, 1_048_590], ['bytes=2500000-', 2_500_000, film.length - 1], ['bytes=-5', film.length - 5, film.length - 1], ['bytes=10-99999999', 10, film.length - 1]] as const) {
      const part = await get(video).set('range', range).expect(206)
      expect(part.headers).toMatchObject({ 'content-range': `bytes ${from}-${to}/${film.length}`, 'content-length': String(to - from + 1) })
      expect((part.body as Buffer).equals(film.subarray(from, to + 1))).toBe(true)
    }
    const beyond = await get(video).set('range', 'bytes=99999999-').expect(416)
    expect(beyond.headers['content-range']).toBe(`bytes */${film.length}`)
    for (const odd of ['bytes=a-b', 'lines=1-2', 'bytes=0-1,5-6']) expect((await get(video).set('range', odd).expect(200)).headers['content-length']).toBe(String(film.length))
    const head = await request(app).head(`/play/r/h5p/t/content/${video}`).expect(200)
    expect(head.headers['content-length']).toBe(String(film.length))
  })
  it('isn’t sent again to who has it, nor in part when it has changed', async () => {
    const { get, picture, video } = await serving(where)
    const { etag = '' } = (await get(picture).expect(200)).headers
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) expect((await get(picture).set('if-none-match', known).expect(304)).body).toHaveLength(0)
    await get(picture).set('if-none-match', '"other"').expect(200)
    const film = (await get(video).expect(200)).headers.etag ?? ''
    await get(video).set('range', 'bytes=0-9').set('if-range', film).expect(206)
    await get(video).set('range', 'bytes=0-9').set('if-range', '"another"').expect(200)
  })
  it('can do nothing by itself', async () => {
    const { get, drawing } = await serving(where)
    expect((await get(drawing).expect(200)).headers).toMatchObject({ 'content-type': 'image/svg+xml', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" })
  })
  it('that holds keys, or isn’t of this content, isn’t there', async () => {
    const { get, picture, store } = await serving(where)
    for (const path of ['content.json', 'h5p.json', 'CONTENT.JSON', 'images/..%2fcontent.json', `${picture}x`, picture.replace('images/', ''), '..%2f..%2fh5p%2ffiles', 'constructor', '__proto__']) await get(path).expect(404)
    const other = await store.files.put(streamOf('of nobody'))
    await get(other.key).expect(404)
  })
})

describe.each(['disk', 'gridfs'] as const)('a library’s file from %s', (where) => {
  it('is kept for an hour where its address names no bytes, and not without asking where it names others', async () => {
    const { app } = await serving(where)
    const file = '/h5p/libraries/Keyroom.Choice-1.0/choice.js'
    const plain = await request(app).get(file).expect(200)
    expect(plain.headers['cache-control']).toBe('public, max-age=3600')
    await request(app).get(file).set('if-none-match', plain.headers.etag ?? '').expect(304)
    for (const query of ['v=other', 'v=', 'v=a&v=b']) expect((await request(app).get(`${file}?${query}`).expect(200)).headers['cache-control']).toBe('no-cache')
    const core = await request(app).get('/h5p/core/styles/h5p.css').expect(200)
    expect(core.headers['cache-control']).toBe('public, max-age=3600')
    expect((await request(app).get('/h5p/core/styles/h5p.css?v=other').expect(200)).headers['cache-control']).toBe('no-cache')
  })
  it('is kept for ever by its bytes, and only if a browser loads such', async () => {
    const { app, store } = await serving(where)
    const { hash = '' } = (await store.libraries.get('Keyroom.Choice 1.0')) ?? {}
    const script = await request(app).get(`/h5p/libraries/Keyroom.Choice-1.0/choice.js?v=${hash}`).expect(200)
    expect((await request(app).get(`/h5p/libraries/Keyroom.Choice-1.0/choice.js?v=${hash}&v=2`).expect(200)).headers['cache-control']).toContain('immutable')
    expect(script.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable', 'content-type': expect.stringContaining('javascript') as string })
    await request(app).get('/h5p/libraries/Keyroom.Choice-1.0/choice.js').set('if-none-match', script.headers.etag ?? '').expect(304)
    for (const path of ['Keyroom.Choice-1.0/semantics.json', 'Keyroom.Choice-1.0/library.json', 'Keyroom.Choice-1.0/..%2f..%2fcore%2fversion.txt', 'Keyroom.Choice-9.0/choice.js', 'Keyroom.Choice-1.0/gone.js', 'x/y.js', 'Keyroom.Choice-1.0/', '%2e%2e/x.js']) await request(app).get(`/h5p/libraries/${path}`).set('accept', 'application/json').expect(404)
  })
})

describe('after a library has changed on one node', () => {
  it('another gives the new bytes under their own address at once, and nobody keeps the old ones there', async () => {
    const one = await serving('gridfs')
    const bring = async (patch: number) => one.h5p.installLibraries(await zipOf(aLibrary('H5P.Rolled', { version: [1, 0, patch] })))
    await bring(1)
    const other = await aNode({ mongo: one.mongo, where: 'gridfs' })
    const app = express().use('/h5p', other.h5p.publicRoutes)
    expect((await request(app).get('/h5p/libraries/H5P.Rolled-1.0/run.js').expect(200)).text).toContain('H5P.Rolled 1')
    await bring(2)
    const { hash = '' } = (await one.store.libraries.get('H5P.Rolled 1.0')) ?? {}
    const fresh = await request(app).get(`/h5p/libraries/H5P.Rolled-1.0/run.js?v=${hash}`).expect(200)
    expect([fresh.text, fresh.headers['cache-control']]).toEqual([expect.stringContaining('H5P.Rolled 2') as string, 'public, max-age=31536000, immutable'])
  })
})

describe('while one node still runs the core before', () => {
  it('its bytes are kept by nobody under a name that another’s have', async () => {
    const { app, mongo } = await serving('gridfs')
    const parts = (v: string) => [{ place: '/h5p/core/styles', core: 'styles/h5p.css', v }]
    const { version } = JSON.parse(await readFile('node_modules/h5p-standalone/package.json', 'utf8')) as { version: string }
    await mongo.db.collection<{ _id: string }>('h5p_bundles').insertMany([{ _id: 'A'.repeat(24), kind: 'css', parts: parts('another') }, { _id: 'B'.repeat(24), kind: 'css', parts: parts(version) }] as never)
    expect((await request(app).get(`/h5p/bundles/${'A'.repeat(24)}.css`).expect(200)).headers['cache-control']).toBe('no-store')
    const ours = await request(app).get(`/h5p/bundles/${'B'.repeat(24)}.css`).expect(200)
    expect(ours.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(ours.text).toContain(`?v=${version}`)
  })
})
