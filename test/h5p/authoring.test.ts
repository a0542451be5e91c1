import { Readable } from 'node:stream'
import { beforeAll, describe, expect, it } from 'vitest'
import { CourseFull, FileTooLarge, FileTypeRefused, StaleDraft, type Authoring } from '../../src/h5p/index.js'
import { aNode, PNG, readAll, readFiles, save, streamOf } from './store-world.js'

let node: Awaited<ReturnType<typeof aNode>>
let h5p: typeof node.h5p
let authoring: Authoring
beforeAll(async () => {
  node = await aNode()
  h5p = node.h5p
  authoring = h5p.authoring
})

const QUESTION = { question: '<p>Which?</p>', answers: [{ text: 'this', correct: true }, { text: 'that' }] }
const aDraft = (course = 'one', params: object = QUESTION) => authoring.create(course, { library: 'Keyroom.Choice 1.0', title: 'A question', params }, 'ana')
const status = (code: number): object => expect.objectContaining({ status: code }) as object

describe('the types an author can begin with', () => {
  it('are the runnable ones, ours first, each with its picture and its version', async () => {
    const types = await authoring.types('en')
    const choice = types.find(({ machineName }) => machineName === 'Keyroom.Choice')
    expect(choice).toMatchObject({ library: 'Keyroom.Choice 1.0', own: true, restricted: false })
    expect(types.map(({ machineName }) => machineName)).not.toContain('Keyroom.Core')
  })
  it('say what they take, whole, in the author’s language where they have its words', async () => {
    const [english, arabic] = [await authoring.semantics('Keyroom.Choice 1.0', 'en'), await authoring.semantics('Keyroom.Choice 1.0', 'ar')]
    expect(english.map(({ name }) => name)).toEqual(arabic.map(({ name }) => name))
    expect(english.find(({ name }) => name === 'question')).toMatchObject({ type: 'text', widget: 'html' })
    await expect(authoring.semantics('Keyroom.Nothing 1.0', 'en')).rejects.toEqual(status(404))
  })
})

describe('a draft', () => {
  it('is kept as it was given, and has a revision', async () => {
    const made = await aDraft()
    expect(await authoring.get('one', made.id)).toEqual(made)
    expect(made).toMatchObject({ course: 'one', revision: 1, by: 'ana', params: QUESTION, metadata: { mainLibrary: 'Keyroom.Choice', title: 'A question', license: 'U' } })
  })
  it('is saved though it isn’t finished, and says what doesn’t fit', async () => {
    const { id } = await aDraft()
    const { draft, faults } = await authoring.save('one', id, { revision: 1, params: { question: '', answers: [{ text: 'only one' }] } }, 'ben')
    expect(draft).toMatchObject({ revision: 2, by: 'ben', title: 'A question' })
    expect(faults.map(({ path }) => path)).toContain('question')
    expect((await authoring.get('one', id)).params).toEqual({ question: '', answers: [{ text: 'only one' }] })
  })
  it('saved twice at the same revision is saved once; the other is told', async () => {
    const { id } = await aDraft()
    const saves = await Promise.allSettled(['a', 'b', 'c', 'd'].map((word) => authoring.save('one', id, { revision: 1, params: { ...QUESTION, question: word } }, word)))
    const won = saves.filter((each) => each.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const each of saves) if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(StaleDraft)
    expect(await authoring.get('one', id)).toMatchObject({ revision: 2, by: won[0]?.value.draft.by })
  })
  it('of another course isn’t there, whatever is tried with it', async () => {
    const { id } = await aDraft('one')
    const tries = [
      authoring.get('two', id), authoring.save('two', id, { revision: 1, params: {} }, 'eve'), authoring.duplicate('two', id, 'eve'), authoring.remove('two', id),
      authoring.addFile('two', id, { name: 'a.png', stream: streamOf(PNG) }), authoring.exportPackage('two', id), authoring.folder('two', id),
    ]
    for (const each of await Promise.allSettled(tries)) expect(each).toMatchObject({ status: 'rejected', reason: { status: 404 } })
    expect((await authoring.list('two')).map((draft) => draft.id)).not.toContain(id)
    expect((await authoring.get('one', id)).revision).toBe(1)
  })
  it('isn’t found by a published content’s id, nor by a query in place of one', async () => {
    for (const id of ['what-and-why', '../x', '{"$ne":""}']) await expect(authoring.get('one', id)).rejects.toEqual(status(404))
    await expect(authoring.get('one', { $ne: '' } as unknown as string)).rejects.toThrow()
  })
  it('loses what would run in a page, by the tags its field allows; plain text stays as it was typed', async () => {
    const { id } = await aDraft()
    const { draft } = await authoring.save('one', id, { revision: 1, params: { question: '<p onclick="x()">a <strong>b</strong><script>alert(1)</script><a href="javascript:x()">c</a></p>', answers: [] } }, 'ana')
    const { question } = draft.params as { question: string }
    expect(question).not.toMatch(/script|onclick/)
    expect(question).toContain('<strong>b</strong>')
    const spots = await authoring.create('one', { library: 'Keyroom.Hotspots 1.0', title: 'Spots', params: { alt: '3 < 4 & <b>' } }, 'ana')
    expect(spots.params).toEqual({ alt: '3 < 4 & <b>' })
  })
  it('begins no restricted type, neither as the whole nor inside; what holds it already keeps it', async () => {
    const { h5p: { authoring: here }, store } = await aNode()
    const set = (id: string) => ({ questions: [{ library: 'Keyroom.Choice 1.0', params: QUESTION, subContentId: id }] })
    const before = await here.create('one', { library: 'Keyroom.QuestionSet 1.0', title: 'Before', params: set('a') }, 'ana')
    const empty = await here.create('one', { library: 'Keyroom.QuestionSet 1.0', title: 'Empty' }, 'ana')
    await store.libraries.restrict('Keyroom.Choice 1.0', true)
    await expect.poll(async () => (await here.types('en')).find(({ machineName }) => machineName === 'Keyroom.Choice')?.restricted, { timeout: 10_000 }).toBe(true)
    await expect(here.create('one', { library: 'Keyroom.Choice 1.0', title: 'T' }, 'eve')).rejects.toEqual(status(403))
    await expect(here.create('one', { library: 'Keyroom.QuestionSet 1.0', title: 'T', params: set('b') }, 'eve')).rejects.toEqual(status(403))
    await expect(here.save('one', empty.id, { revision: 1, params: set('c') }, 'eve')).rejects.toEqual(status(403))
    expect((await here.save('one', before.id, { revision: 1, params: set('d') }, 'ana')).draft.revision).toBe(2)
  })
  it('deeper than a program can follow, or larger than any content, is refused', async () => {
    const { id } = await aDraft()
    const deep = JSON.parse('{"a":'.repeat(5000) + '1' + '}'.repeat(5000)) as object
    await expect(authoring.save('one', id, { revision: 1, params: deep }, 'ana')).rejects.toEqual(status(400))
    await expect(authoring.save('one', id, { revision: 1, params: { question: 'x'.repeat(5_000_000) } }, 'ana')).rejects.toEqual(status(400))
  })
  it('is duplicated with its files, and both go their own ways', async () => {
    const { id } = await aDraft()
    const { path } = await authoring.addFile('one', id, { name: 'a.png', stream: streamOf(PNG) })
    const copy = await authoring.duplicate('one', id, 'ben')
    await authoring.remove('one', id)
    expect((await readFiles((await authoring.folder('one', copy.id)).files))[`content/${path}`]).toEqual(PNG)
  })
  it('is played and scored as a content is, as it is now', async () => {
    const { id } = await aDraft()
    expect(await h5p.score(id, '_', [0])).toMatchObject({ correct: true })
    await authoring.save('one', id, { revision: 1, params: { ...QUESTION, answers: [{ text: 'this' }, { text: 'that', correct: true }] } }, 'ana')
    expect(await h5p.score(id, '_', [0])).toMatchObject({ correct: false })
    await authoring.remove('one', id)
    await expect(h5p.items(id)).rejects.toEqual(status(404))
  })
  it('is published as it is, and what is published changes no more', async () => {
    const { id } = await aDraft()
    const published = await authoring.publish('one', id)
    expect(await authoring.publish('one', id)).toBe(published)
    await authoring.save('one', id, { revision: 1, params: { ...QUESTION, answers: [{ text: 'this' }, { text: 'that', correct: true }] } }, 'ana')
    expect(await authoring.publish('one', id)).not.toBe(published)
    await authoring.remove('one', id)
    expect(await h5p.score(published, '_', [0])).toMatchObject({ correct: true })
  })
  it('is listed with its course’s, the newest first', async () => {
    const [first, second] = [await aDraft('listed'), await aDraft('listed')]
    await authoring.save('listed', first.id, { revision: 1, params: QUESTION, title: 'Saved last' }, 'ana')
    expect((await authoring.list('listed')).map(({ id }) => id)).toEqual([first.id, second.id])
  })
})

describe('a file of a draft', () => {
  const add = async (name: string, ...parts: (Buffer | string)[]) => {
    const { id } = await aDraft('files')
    return { id, file: await authoring.addFile('files', id, { name, stream: streamOf(...parts) }) }
  }
  it('is what its bytes say, under a name of ours, and comes back as it was', async () => {
    const { id, file } = await add('../../My Picture.exe', PNG)
    expect(file).toMatchObject({ mime: 'image/png', width: 1, height: 1, bytes: PNG.length })
    expect(file.path).toMatch(/^images\/my-picture-[0-9a-f]{8}\.png$/)
    expect((await readFiles((await authoring.folder('files', id)).files))[`content/${file.path}`]).toEqual(PNG)
  })
  it.each([
    ['a page', 'page.png', '<!doctype html><script>alert(1)</script>'], ['a program', 'a.png', Buffer.from('MZ\0\0program')], ['nothing', 'a.png', ''],
    ['an archive', 'a.mp4', Buffer.from('PK\x03\x04')], ['half a picture', 'a.png', PNG.subarray(0, 20)],
    ['a picture with a script', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['a picture that acts', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['a picture with a link that runs', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><a href="java&#x73;cript:alert(1)"><text>x</text></a></svg>'],
    ['a picture that makes a link run', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><a><animate attributeName="href" values="javascript:alert(1)"/></a></svg>'],
    ['a picture that watches', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><image href="https://watch.example/x.png"/></svg>'],
    ['a picture whose style fetches', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><style>path{fill:url( "https://watch.example/x" )}</style></svg>'],
    ['a picture with a page in it', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><b/></foreignObject></svg>'],
  ])('that is %s is refused, and leaves nothing', async (_what, name, bytes) => {
    const { id } = await aDraft('files')
    await expect(authoring.addFile('files', id, { name, stream: streamOf(bytes) })).rejects.toBeInstanceOf(FileTypeRefused)
    expect([...(await authoring.folder('files', id)).files.keys()]).toEqual(['h5p.json', 'content/content.json'])
  })
  it('that is a drawing and no more is taken', async () => {
    const { file } = await add('drawing.svg', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 20" width="10" height="20"><style>path{fill:url( #a )}</style><path d="M0 0"/><use href="#a"/></svg>')
    expect(file).toMatchObject({ mime: 'image/svg+xml', width: 10, height: 20 })
  })
  it.each([
    ['sound.mp3', Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\0'), Buffer.alloc(100)]), 'audio/mpeg', 'audios/'],
    ['film.mp4', Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\0\0'), Buffer.alloc(100)]), 'video/mp4', 'videos/'],
    ['film.webm', Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.from('....webm'), Buffer.alloc(100)]), 'video/webm', 'videos/'],
    ['voice.wav', Buffer.concat([Buffer.from('RIFF....WAVEfmt '), Buffer.alloc(100)]), 'audio/wav', 'audios/'],
    ['words.vtt', 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello', 'text/vtt', 'files/'],
  ])('%s is known by its bytes', async (name, bytes, mime, folder) => {
    const { file } = await add(name, bytes)
    expect(file.mime).toBe(mime)
    expect(file.path.startsWith(folder)).toBe(true)
  })
  it('larger than its kind may be is cut off, and leaves nothing', async () => {
    const { id } = await aDraft('files')
    let given = 0
    const endless = async function* () {
      yield PNG
      for (;;) {
        given += 1024 * 1024
        yield Buffer.alloc(1024 * 1024)
      }
    }
    await expect(authoring.addFile('files', id, { name: 'a.png', stream: Readable.from(endless()) })).rejects.toBeInstanceOf(FileTooLarge)
    expect(given).toBeLessThan(25 * 1024 * 1024)
    expect((await authoring.folder('files', id)).files.size).toBe(2)
  })
  it('shares its course’s space with what comes in at the same time: two for which there was room are not both taken where they are too much together', async () => {
    const [{ id }, { id: other }] = [await aDraft('full'), await aDraft('full')]
    const picture = (mark: number): Buffer => Buffer.concat([PNG, Buffer.alloc(300_000, mark)])
    // All but 500 kB is taken: there is room for either of two pictures.
    await node.store.docs.noteFile(id, { name: 'videos/large.mp4', key: 'f'.repeat(64), bytes: 5 * 1024 ** 3 - 500_000, at: new Date() })
    const begun = new Set<number>()
    let go = (): void => undefined
    const bothBegan = new Promise<void>((resolve) => (go = resolve))
    const slow = async function* (mark: number) {
      const bytes = picture(mark)
      yield bytes.subarray(0, 100_000)
      // Asked for more: room was found for it. It goes on when the other is as far.
      begun.add(mark)
      if (begun.size === 2) go()
      await bothBegan
      yield bytes.subarray(100_000)
    }
    const add = (draft: string, mark: number) => authoring.addFile('full', draft, { name: 'a.png', stream: Readable.from(slow(mark)) })
    const both = await Promise.allSettled([add(id, 1), add(other, 2)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((each) => each.status === 'rejected')?.reason).toBeInstanceOf(CourseFull)
    const kept = [...(await authoring.folder('full', id)).files.keys(), ...(await authoring.folder('full', other)).files.keys()].filter((name) => name.endsWith('.png'))
    expect(kept).toHaveLength(1)
  })
  it('that parameters name and nobody added is told of', async () => {
    const { id } = await authoring.create('files', { library: 'Keyroom.Hotspots 1.0', title: 'Spots' }, 'ana')
    const { faults } = await authoring.save('files', id, { revision: 1, params: { image: { path: 'images/gone.png', mime: 'image/png' }, alt: 'A', spots: [] } }, 'ana')
    expect(faults).toContainEqual({ path: 'image.path', message: 'is not among the files of this content' })
  })
})

describe('a draft as a package', () => {
  it('comes back equal: parameters, files, metadata', async () => {
    const { id } = await authoring.create('trip', { library: 'Keyroom.Hotspots 1.0', title: 'Spots', metadata: { license: 'CC BY', licenseVersion: '4.0', authors: [{ name: 'Ana', role: 'Author' }] } }, 'ana')
    const { path, mime } = await authoring.addFile('trip', id, { name: 'a.png', stream: streamOf(PNG) })
    const { draft } = await authoring.save('trip', id, { revision: 1, params: { image: { path, mime }, alt: 'A picture', spots: [{ x: 1, y: 2, label: 'here', text: '<p>This</p>' }] } }, 'ana')
    const back = await authoring.importPackage('trip', await save(await authoring.exportPackage('trip', id)), 'ben')
    expect(back.id).not.toBe(id)
    expect({ params: back.params, metadata: back.metadata, title: back.title, library: back.library }).toEqual({ params: draft.params, metadata: draft.metadata, title: draft.title, library: draft.library })
    const [before, after] = [await authoring.folder('trip', id), await authoring.folder('trip', back.id)]
    expect(await readFiles(after.files)).toEqual(await readFiles(before.files))
  })
  it('of the same content is the same to the byte', async () => {
    const { id } = await aDraft()
    const [one, two] = [await readAll(await authoring.exportPackage('one', id)), await readAll(await authoring.exportPackage('one', id))]
    expect(one.equals(two)).toBe(true)
  })
})
