import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { fsImplementations, H5PConfig, H5PEditor, type IUser } from '@lumieducation/h5p-server'
import { describe, expect, it } from 'vitest'
import { installLibraries } from '../../src/h5p/packages/index.js'
import { installAtOnce } from '../../src/h5p/store/index.js'
import { aLibrary, aNode, PNG, readFiles, save, streamOf, zipOf } from './store-world.js'
import { tempDir } from './world.js'

/** Lumi's editor over our store, as an author of one course uses it. */
const anEditor = async (where: 'disk' | 'gridfs') => {
  const node = await aNode({ where })
  const { libraries, contents, temporary } = node.store.lumi
  const permissionSystem = { checkForContent: () => Promise.resolve(true), checkForUserData: () => Promise.resolve(false), checkForTemporaryFile: () => Promise.resolve(true), checkForGeneralAction: () => Promise.resolve(true) }
  const keys = new fsImplementations.InMemoryStorage()
  const editor = new H5PEditor(keys, new H5PConfig(keys, { baseUrl: '/h5p' }), libraries, contents, temporary, undefined, undefined, { permissionSystem, lockProvider: node.store.leases.provider })
  installAtOnce(editor.libraryManager, node.store)
  const author = (course: string, id = 'ana') => ({ id, name: '', email: '', type: 'local', course }) as IUser
  const bring = (machineName: string, more: Parameters<typeof aLibrary>[1] = {}) => zipOf(aLibrary(machineName, more)).then((file) => installLibraries({ store: node.store, log: { info: () => undefined } as never }, file))
  return { ...node, editor, author, bring }
}
const metadata = { title: 'Written in Lumi', license: 'U', language: 'en', embedTypes: ['div'] } as never

describe.each(['disk', 'gridfs'] as const)('Lumi’s editor over our store (%s)', (where) => {
  it('writes drafts of the author’s course, and each save is a revision', async () => {
    const { editor, author, h5p } = await anEditor(where)
    const id = await editor.saveOrUpdateContent(undefined as never, { text: '<p>One</p>' }, metadata, 'Keyroom.Text 1.0', author('one'))
    expect(await h5p.authoring.get('one', id)).toMatchObject({ library: 'Keyroom.Text 1.0', title: 'Written in Lumi', revision: 1, by: 'ana', params: { text: '<p>One</p>' } })
    await editor.saveOrUpdateContent(id, { text: '<p>Two</p>' }, metadata, 'Keyroom.Text 1.0', author('one', 'ben'))
    expect(await h5p.authoring.get('one', id)).toMatchObject({ revision: 2, by: 'ben', params: { text: '<p>Two</p>' } })
    await expect(h5p.authoring.save('one', id, { revision: 1, params: {} }, 'ana')).rejects.toMatchObject({ code: 'h5p/stale-draft' })
  })
  it('writes over what its author has open, and over nothing else: of two saves at once one is told', async () => {
    const { editor, author, h5p } = await anEditor(where)
    const id = await editor.saveOrUpdateContent(undefined as never, { text: '<p>One</p>' }, metadata, 'Keyroom.Text 1.0', author('one'))
    const saves = ['ana', 'ben', 'cy'].map((who) => editor.saveOrUpdateContent(id, { text: `<p>${who}</p>` }, metadata, 'Keyroom.Text 1.0', { ...author('one', who), revision: 1 } as IUser))
    const ended = await Promise.allSettled(saves)
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(ended.flatMap((each) => (each.status === 'rejected' ? [(each.reason as { code: string }).code] : []))).toEqual(['h5p/stale-draft', 'h5p/stale-draft'])
    expect(await h5p.authoring.get('one', id)).toMatchObject({ revision: 2, by: ['ana', 'ben', 'cy'][ended.findIndex(({ status }) => status === 'fulfilled')] })
  })
  it('counts what waits to be saved among what its course takes, and what rests once, once', async () => {
    const { author, h5p, store } = await anEditor(where)
    const [soon, ana] = [new Date(Date.now() + 60_000), author('one')]
    const empty = await store.room.left('one')
    const used = async (): Promise<number> => empty - (await store.room.left('one'))
    await store.lumi.temporary.saveFile('images/a.png', streamOf(PNG) as never, ana, soon)
    await store.lumi.temporary.saveFile('images/b.png', streamOf(PNG) as never, ana, soon)
    await store.lumi.temporary.saveFile('images/c.png', streamOf('of another course') as never, author('two'), soon)
    expect(await used()).toBe(PNG.length)
    const { id } = await h5p.authoring.create('one', { library: 'Keyroom.Hotspots 1.0', title: 'Spots' }, 'ana')
    await store.docs.addFile(id, 'images/d.txt', streamOf('12345'))
    expect(await used()).toBe(PNG.length + 5)
  })
  it('finds nothing of another course, and writes nothing that is published', async () => {
    const { editor, author, h5p, store } = await anEditor(where)
    const { id } = await h5p.authoring.create('one', { library: 'Keyroom.Text 1.0', title: 'Mine', params: { text: 'x' } }, 'ana')
    const published = await h5p.authoring.publish('one', id)
    for (const each of [id, published]) {
      await expect(editor.saveOrUpdateContent(each, { text: 'theirs' }, metadata, 'Keyroom.Text 1.0', author('two'))).rejects.toThrow()
      await expect(store.lumi.contents.deleteContent(each, author('two'))).rejects.toThrow()
    }
    await expect(editor.saveOrUpdateContent(published, { text: 'mine' }, metadata, 'Keyroom.Text 1.0', author('one'))).rejects.toThrow()
    await expect(store.lumi.contents.getParameters(id, author('two'))).rejects.toThrow()
    await expect(editor.saveOrUpdateContent(undefined as never, { text: 'x' }, metadata, 'Keyroom.Text 1.0', { ...author('x'), course: undefined } as IUser)).rejects.toThrow()
    expect((await h5p.authoring.get('one', id)).params).toEqual({ text: 'x' })
  })
  it('keeps an upload for its author alone, and takes it over when the draft is saved', async () => {
    const { editor, author, h5p, store } = await anEditor(where)
    const png = path.join(await tempDir(), 'a.png')
    await finished(streamOf(PNG).pipe(createWriteStream(png)))
    const ana = author('one')
    const { id } = await h5p.authoring.create('one', { library: 'Keyroom.Hotspots 1.0', title: 'Spots' }, 'ana')
    const saved = await editor.saveContentFile(id, { name: 'image', type: 'image' } as never, { name: 'a.png', mimetype: 'image/png', size: PNG.length, data: PNG } as never, ana)
    const name = saved.path.replace(/#tmp$/, '')
    expect(await store.lumi.temporary.fileExists(name, ana)).toBe(true)
    expect(await store.lumi.temporary.fileExists(name, author('one', 'ben'))).toBe(false)
    await editor.saveOrUpdateContent(id, { image: { path: saved.path, mime: 'image/png' }, alt: 'A', spots: [] }, metadata, 'Keyroom.Hotspots 1.0', ana)
    const { params } = (await h5p.authoring.get('one', id)) as { params: { image?: { path: string } } }
    expect((await readFiles((await h5p.authoring.folder('one', id)).files))[`content/${params.image?.path}`]).toEqual(PNG)
    expect(await store.lumi.temporary.listFiles(ana)).toEqual([])
    await rm(png)
  })
  it('installs libraries at once, and counts where they are used', async () => {
    const { editor, bring, h5p, store } = await anEditor(where)
    await bring('H5P.Base')
    await bring('H5P.Above', { preloadedDependencies: [{ machineName: 'H5P.Base', majorVersion: 1, minorVersion: 0 }] })
    await h5p.authoring.create('one', { library: 'H5P.Above 1.0', title: 'Uses it', params: { inside: { library: 'H5P.Base 1.0', params: {} } } }, 'ana')
    expect(await store.lumi.contents.getUsage({ machineName: 'H5P.Above', majorVersion: 1, minorVersion: 0 })).toEqual({ asMainLibrary: 1, asDependency: 0 })
    expect(await store.lumi.contents.getUsage({ machineName: 'H5P.Base', majorVersion: 1, minorVersion: 0 })).toEqual({ asMainLibrary: 0, asDependency: 1 })
    expect(await store.lumi.libraries.getDependentsCount({ machineName: 'H5P.Base', majorVersion: 1, minorVersion: 0 })).toBe(1)
    expect(Object.keys(await editor.libraryManager.listInstalledLibraries('H5P.Above'))).toEqual(['H5P.Above'])
    expect(await editor.libraryManager.getSemantics({ machineName: 'H5P.Base', majorVersion: 1, minorVersion: 0 })).toHaveLength(1)
    expect(await store.lumi.libraries.updateAdditionalMetadata({ machineName: 'H5P.Base', majorVersion: 1, minorVersion: 0 }, { restricted: true })).toBe(true)
    expect((await store.lumi.libraries.getLibrary({ machineName: 'H5P.Base', majorVersion: 1, minorVersion: 0 })).restricted).toBe(true)
    await store.lumi.libraries.deleteLibrary({ machineName: 'H5P.Above', majorVersion: 1, minorVersion: 0 })
    expect(await store.lumi.libraries.isInstalled({ machineName: 'H5P.Above', majorVersion: 1, minorVersion: 0 })).toBe(false)
  })
  it('installs by Lumi’s own steps too, and never one of ours', async () => {
    const { editor, store } = await anEditor(where)
    const manifest = { title: 'Step', machineName: 'H5P.Step', majorVersion: 1, minorVersion: 0, patchVersion: 0, runnable: 1 as const }
    const added = await store.lumi.libraries.addLibrary(manifest as never, false)
    await store.lumi.libraries.addFile(added, 'js/run.js', Readable.from(['1']))
    expect((await store.lumi.libraries.listFiles(manifest)).sort()).toEqual(['js/run.js', 'library.json'])
    const ours = path.resolve(import.meta.dirname, '../../h5p-content/libraries/Keyroom.Look-1.0')
    await store.libraries.remove('Keyroom.Look 1.0')
    expect(await editor.libraryManager.installFromDirectory(ours)).toEqual({ type: 'none' })
  })
})

describe('a file’s name', () => {
  it.each(['a\u202egnp.exe', 'images/\u2066b.png'])('that turns the direction is no name here: %j', async (name) => {
    const [{ store }, ana] = [await aNode(), { id: 'ana', name: '', email: '', type: 'local', course: 'one' } as IUser]
    const id = await store.lumi.contents.addContent({ title: 'A', mainLibrary: 'Keyroom.Text', language: 'en', embedTypes: ['div'], license: 'U', preloadedDependencies: [{ machineName: 'Keyroom.Text', majorVersion: 1, minorVersion: 0 }] } as never, { text: 'x' }, ana)
    await expect(store.lumi.contents.addFile(id, name, streamOf('x'), ana)).rejects.toMatchObject({ errorId: 'illegal-filename' })
    await expect(store.lumi.temporary.saveFile(name, streamOf('x') as never, ana, new Date(Date.now() + 1000))).rejects.toMatchObject({ errorId: 'illegal-filename' })
  })
})

describe('another’s type', () => {
  it('is refused for its shape alone, and what would run is taken out of its words', async () => {
    const { h5p, bring } = await anEditor('disk')
    await bring('H5P.Theirs')
    expect(await h5p.authoring.semantics('H5P.Theirs 1.0', 'en')).toHaveLength(1)
    expect(await h5p.check('H5P.Theirs 1.0', { text: { no: 'text' } })).toEqual([{ path: 'text', message: 'must be text' }])
    expect(await h5p.check('H5P.Theirs 1.0', {})).toEqual([{ path: 'text', message: 'is missing', soft: true }])
    const { id } = await h5p.authoring.create('one', { library: 'H5P.Theirs 1.0', title: 'T' }, 'ana')
    const { draft } = await h5p.authoring.save('one', id, { revision: 1, params: { text: '<p style="text-align:center;position:fixed">a<img src=x onerror=alert(1)></p>', unknown: { kept: true } } }, 'ana')
    expect(draft.params).toEqual({ text: '<p style="text-align:center">a</p>', unknown: { kept: true } })
  })
  it('is cleaned before it is there, and told of; and under a name that only begins like a type’s nothing comes in', async () => {
    const { h5p } = await anEditor('disk')
    const evil = '<p>a<img src=x onerror=alert(1)></p>'
    const inside = (library: string) => ({ items: [{ library, params: { text: evil }, subContentId: 'a' }] })
    const { id } = await h5p.authoring.create('one', { library: 'Keyroom.QuestionSet 1.0', title: 'T' }, 'ana')
    const kept = async (revision: number, library: string) => {
      const { draft, faults } = await h5p.authoring.save('one', id, { revision, params: { questions: inside(library).items } }, 'ana')
      return { inside: (draft.params as { questions: { params: unknown }[] }).questions[0]?.params, faults }
    }
    const absent = await kept(1, 'H5P.Absent 1.0')
    expect(absent.inside).toEqual({ text: '<p>a</p>' })
    expect(absent.faults.length).toBeGreaterThan(0)
    for (const name of ['Keyroom.Text 1.0 y', ' Keyroom.Text 1.0', 'Keyroom.Text  1.0', 'Keyroom.Text 1.0\n']) {
      const { draft, faults } = await h5p.authoring.save('one', id, { revision: (await h5p.authoring.get('one', id)).revision, params: { questions: inside(name).items } }, 'ana')
      expect(JSON.stringify(draft.params)).not.toContain('onerror')
      expect(faults.map(({ path }) => path)).toContain('questions.0')
    }
    expect(await h5p.check('H5P.Absent 1.0', {})).toEqual([{ path: '', message: 'H5P.Absent 1.0 is not installed: ask your administrator to install it' }])
  })
  it('whose editor isn’t here goes out without it, and comes back', async () => {
    const { h5p, bring } = await anEditor('disk')
    await bring('H5P.Edited', { editorDependencies: [{ machineName: 'H5PEditor.Edited', majorVersion: 1, minorVersion: 0 }] })
    expect(await h5p.authoring.semantics('H5P.Edited 1.0', 'en')).toHaveLength(1)
    const { id } = await h5p.authoring.create('one', { library: 'H5P.Edited 1.0', title: 'T', params: { text: '<p>x</p>' } }, 'ana')
    const back = await h5p.authoring.importPackage('two', await save(await h5p.authoring.exportPackage('one', id)), 'ben')
    expect(back).toMatchObject({ course: 'two', params: { text: '<p>x</p>' } })
  })
})
