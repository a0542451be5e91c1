import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createDiskFiles } from '../../src/h5p/store/disk-files.js'
import type { FileStore } from '../../src/h5p/store/file-store.js'
import { createGridFiles } from '../../src/h5p/store/gridfs-files.js'
import { FileTooLarge } from '../../src/h5p/index.js'
import { freshMongo } from '../support/mongo.js'
import { aNode, aLibrary, PNG, readAll, readFiles, streamOf, zipOf, type Where } from './store-world.js'
import { tempDir } from './world.js'

/** A store, and how many things of any kind lie in it: files, parts of files, notes. */
const STORES: Record<Where, () => Promise<{ store: FileStore; things: () => Promise<number> }>> = {
  disk: async () => {
    const dir = await tempDir()
    return { store: await createDiskFiles(dir), things: async () => (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length }
  },
  gridfs: async () => {
    const [mongo, dir] = [await freshMongo(), await tempDir()]
    const counts = async () => Promise.all(['h5p.files', 'h5p.chunks', 'h5p.incoming'].map((name) => mongo.db.collection(name).countDocuments()))
    return { store: await createGridFiles(mongo, dir), things: async () => (await counts()).reduce((sum, count) => sum + count, 0) }
  },
}
const big = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251))
const list = async (store: FileStore): Promise<string[]> => {
  const keys: string[] = []
  for await (const { key } of store.list()) keys.push(key)
  return keys.sort()
}

describe.each(Object.keys(STORES) as Where[])('files in %s', (where) => {
  it('come back as they were put, under a key that their bytes alone decide', async () => {
    const { store } = await STORES[where]()
    const stored = await store.put(streamOf(big.subarray(0, 1_000_000), big.subarray(1_000_000)))
    expect(stored.bytes).toBe(big.length)
    expect((await readAll(await store.get(stored.key))).equals(big)).toBe(true)
    expect(await store.put(streamOf(big))).toEqual(stored)
    expect(await store.stat(stored.key)).toMatchObject(stored)
    expect(await list(store)).toEqual([stored.key])
  })
  it('are read from any byte to any other', async () => {
    const { store } = await STORES[where]()
    const { key } = await store.put(streamOf(big))
    for (const [start, end] of [[0, 0], [0, 9], [1_048_575, 1_048_576], [2_999_990, 2_999_999], [5, 2_500_000]] as const) {
      expect((await readAll(await store.get(key, { start, end }))).equals(big.subarray(start, end + 1))).toBe(true)
    }
  })
  it('of no bytes are files too', async () => {
    const { store } = await STORES[where]()
    const { key, bytes } = await store.put(Readable.from([]))
    expect(bytes).toBe(0)
    expect(await readAll(await store.get(key))).toHaveLength(0)
  })
  it('are there once, though many bring the same at once', async () => {
    const { store } = await STORES[where]()
    const keys = await Promise.all(Array.from({ length: 8 }, () => store.put(streamOf(big))))
    expect(new Set(keys.map(({ key }) => key)).size).toBe(1)
    expect(await list(store)).toHaveLength(1)
    expect((await readAll(await store.get(keys[0]?.key ?? ''))).equals(big)).toBe(true)
  })
  it('that aren’t there are told of before anything is read, whatever the key', async () => {
    const { store } = await STORES[where]()
    for (const key of ['0'.repeat(64), '../../etc/passwd', '', 'incoming']) {
      await expect(store.get(key)).rejects.toMatchObject({ status: 404 })
      await expect(store.local(key)).rejects.toMatchObject({ status: 404 })
      expect(await store.stat(key)).toBeUndefined()
      await store.delete(key)
    }
  })
  it('that are too large or break off leave nothing', async () => {
    const { store, things } = await STORES[where]()
    const breaking = async function* () {
      yield big
      await Promise.resolve()
      throw new Error('the line broke')
    }
    await expect(store.put(streamOf(big, big), 4_000_000)).rejects.toBeInstanceOf(FileTooLarge)
    await expect(store.put(Readable.from(breaking()))).rejects.toThrow('the line broke')
    expect(await things()).toBe(0)
  })
  it('are deleted, unless they were put again meanwhile', async () => {
    const { store, things } = await STORES[where]()
    const { key } = await store.put(streamOf(big))
    await store.delete(key, new Date(Date.now() - 60_000))
    expect(await list(store)).toEqual([key])
    await store.delete(key, new Date(Date.now() + 60_000))
    expect(await things()).toBe(0)
  })
  it('have a copy on this node’s disk for what is sent often', async () => {
    const { store } = await STORES[where]()
    const { key } = await store.put(streamOf(PNG))
    const [one, two] = await Promise.all([store.local(key), store.local(key)])
    expect(one).toBe(two)
    const { readFile } = await import('node:fs/promises')
    expect(await readFile(one)).toEqual(PNG)
  })
})

describe.each(['disk', 'gridfs'] as const)('what was cut off by a kill, in %s,', (where) => {
  it('is never seen, and is cleared away a day later with what nobody refers to', async () => {
    const { store, h5p, mongo, dataDir } = await aNode({ where })
    const draft = await h5p.authoring.create('one', { library: 'Keyroom.Text 1.0', title: 'Kept' }, 'ana')
    const kept = await h5p.authoring.addFile('one', draft.id, { name: 'a.png', stream: streamOf(PNG) })
    const orphan = await store.files.put(streamOf('a file whose content was never written'))
    // As a node leaves it that was killed while a file came in.
    if (where === 'disk') await writeFile(path.join(dataDir, 'h5p/files/incoming/half'), 'half of a fi')
    else {
      const { default: mongoose } = await import('mongoose')
      const _id = new mongoose.mongo.ObjectId()
      await mongo.db.collection('h5p.incoming').insertOne({ _id, at: new Date() })
      await mongo.db.collection('h5p.chunks').insertOne({ files_id: _id, n: 0, data: Buffer.from('half of a fi') })
    }
    expect(await store.sweep()).toBe(0)
    expect(await store.sweep(new Date(Date.now() + 60_000))).toBe(1)
    expect(await store.files.stat(orphan.key)).toBeUndefined()
    expect((await readFiles((await h5p.authoring.folder('one', draft.id)).files))[`content/${kept.path}`]).toEqual(PNG)
    expect((await store.libraries.get('Keyroom.Choice 1.0'))?.files.size).toBeGreaterThan(1)
    if (where === 'disk') expect(await readdir(path.join(dataDir, 'h5p/files/incoming'))).toEqual([])
    else expect(await mongo.db.collection('h5p.chunks').countDocuments({ data: Buffer.from('half of a fi') })).toBe(0)
  })
})

describe('two nodes of one installation', () => {
  const two = async () => {
    const mongo = await freshMongo()
    const [one, other] = [await aNode({ mongo, where: 'gridfs' }), await aNode({ mongo, where: 'gridfs' })]
    return { one, other }
  }
  it('have the same contents, files and all', async () => {
    const { one, other } = await two()
    const draft = await one.h5p.authoring.create('shared', { library: 'Keyroom.Text 1.0', title: 'Shared', params: { text: '<p>Here</p>' } }, 'ana')
    const { path: file } = await one.h5p.authoring.addFile('shared', draft.id, { name: 'a.png', stream: streamOf(PNG) })
    expect((await other.h5p.authoring.get('shared', draft.id)).params).toEqual({ text: '<p>Here</p>' })
    expect((await readFiles((await other.h5p.authoring.folder('shared', draft.id)).files))[`content/${file}`]).toEqual(PNG)
  })
  it('see each other’s libraries come, change and go', async () => {
    const { one, other } = await two()
    const { installLibraries } = await import('../../src/h5p/packages/index.js')
    const log = { info: () => undefined }
    const bring = async (patch: number) => installLibraries({ store: one.store, log: log as never }, await zipOf(aLibrary('H5P.Shared', { version: [1, 0, patch] })))
    expect(await bring(1)).toEqual([{ name: 'H5P.Shared 1.0', type: 'new' }])
    expect((await other.store.libraries.get('H5P.Shared 1.0'))?.manifest.patchVersion).toBe(1)
    expect((await other.h5p.authoring.semantics('H5P.Shared 1.0', 'ar'))[0]).toMatchObject({ label: 'نص' })
    expect(await bring(2)).toEqual([{ name: 'H5P.Shared 1.0', type: 'update' }])
    await expect.poll(async () => (await other.store.libraries.all()).get('H5P.Shared 1.0')?.manifest.patchVersion, { timeout: 20_000 }).toBe(2)
    await one.store.libraries.remove('H5P.Shared 1.0')
    await expect.poll(async () => (await other.store.libraries.all()).has('H5P.Shared 1.0'), { timeout: 20_000 }).toBe(false)
    expect(await bring(1)).toEqual([{ name: 'H5P.Shared 1.0', type: 'new' }])
  })
  it('install one after the other, and a node that died holds nobody up for ever', async () => {
    const { one, other } = await two()
    const order: string[] = []
    const work = (name: string) => async () => {
      order.push(`${name} in`)
      await new Promise((resolve) => setTimeout(resolve, 30))
      order.push(`${name} out`)
    }
    await Promise.all([one.store.leases.alone('x', work('a')), other.store.leases.alone('x', work('b')), one.store.leases.alone('x', work('c'))])
    for (let at = 0; at < order.length; at += 2) expect(order[at]?.replace(' in', ' out')).toBe(order[at + 1])
    await one.mongo.db.collection<{ _id: string; owner: string; until: Date }>('h5p_leases').insertOne({ _id: 'y', owner: 'dead', until: new Date(Date.now() - 1) })
    await other.store.leases.alone('y', work('d'))
    await one.mongo.db.collection<{ _id: string; owner: string; until: Date }>('h5p_leases').insertOne({ _id: 'z', owner: 'busy', until: new Date(Date.now() + 60_000) })
    await expect(other.store.leases.alone('z', work('e'), 100)).rejects.toThrow('timeout')
  })
})

describe('what an earlier version left in folders', () => {
  it.each(['disk', 'gridfs'] as const)('is played from %s', async (where) => {
    const dataDir = await tempDir()
    const folder = path.join(dataDir, 'h5p/content/old-content')
    await mkdir(path.join(folder, 'images'), { recursive: true })
    const h5p = { title: 'Old', language: 'en', mainLibrary: 'Keyroom.TrueFalse', embedTypes: ['div'], license: 'U', preloadedDependencies: [{ machineName: 'Keyroom.TrueFalse', majorVersion: 1, minorVersion: 0 }] }
    await Promise.all([writeFile(path.join(folder, 'h5p.json'), JSON.stringify(h5p)), writeFile(path.join(folder, 'content.json'), JSON.stringify({ question: '?', correct: 'true' })), writeFile(path.join(folder, 'images/a.png'), PNG)])
    const node = await aNode({ dataDir, where })
    expect(await node.h5p.score('old-content', '_', true)).toMatchObject({ correct: true })
    expect((await node.store.docs.of('old-content'))?.files.map(({ name, bytes }) => [name, bytes])).toEqual([['images/a.png', PNG.length]])
  })
})
