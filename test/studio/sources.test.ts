import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Course } from '../../src/courses/index.js'
import { zipOf, type Pieces } from '../../src/h5p/index.js'
import { createStore, piecesBelow } from '../../src/h5p/store/index.js'
import { checkCourse, CourseFaults, sayFault } from '../../src/studio/index.js'
import { packageOf } from '../h5p/admin-world.js'
import { aNode, PNG, readFiles } from '../h5p/store-world.js'
import { DEMO_COURSE } from '../support/root.js'
import { aWorld, type Hand, type World } from './contents-world.js'

const QUESTION = { question: '<p>Which?</p>', answers: [{ text: '<p>this</p>', correct: true }, { text: '<p>that</p>' }], shuffle: false }
/** Longer than any file of a course outside its contents, and nowhere the same. */
const FILM = Buffer.concat([Buffer.from('\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41', 'latin1'), Buffer.alloc(40 * 1024 * 1024)])
for (let at = 64; at < FILM.length; at += 4096) FILM.writeUInt32LE(at, at)
const FILM_KEY = createHash('sha256').update(FILM).digest('hex')

let home: string
let count = 0
beforeAll(async () => void (home = await mkdtemp(path.join(tmpdir(), 'sources-test-'))))
afterAll(() => rm(home, { recursive: true, force: true }))
const fresh = (ending = ''): string => path.join(home, `${++count}${ending}`)

const current = async (world: World): Promise<Course> => {
  const course = await world.keyroom.rooms.courses.current(world.slug)
  if (!course) throw new Error('the course is gone')
  return course
}
const activityOf = (course: Course, id: string) => {
  const found = course.rooms.flatMap(({ activities }) => activities).find((each) => each.id === id)
  if (!found) throw new Error(`no activity ${id}`)
  return found
}
/** What a version's source is, by digest. */
const digests = async (files: Pieces): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries(await readFiles(files)).map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]))
const save = async (answer: Response, ending: string): Promise<string> => {
  const file = fresh(ending)
  if (answer.status !== 200 || !answer.body) throw new Error(`answered ${answer.status}`)
  await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(file))
  return file
}
const use = async (author: Hand, world: World, draft: string, fields: Record<string, string> = {}): Promise<Response> =>
  author.post(`/studio/${world.run}/contents/${draft}/use`, { version: (await current(world)).id, goal: 'replace', activity: 'check-the-basics', ...fields })

/** A draft with a video of 40 MB, all over HTTP. */
const aFilm = async (world: World, author: Hand): Promise<{ draft: string; file: string }> => {
  const base = `/studio/${world.run}/contents`
  const made = await author.post(base, { library: 'Keyroom.InteractiveVideo 1.0', title: 'A film' })
  const draft = made.headers.get('location')?.split('/').at(-1) ?? ''
  const form = new FormData()
  form.append('file', new Blob([FILM]), 'film.mp4')
  const added = await fetch(`${world.url}${base}/${draft}/files`, { method: 'POST', headers: { ...author.headers, accept: 'application/json', 'x-csrf-token': author.csrf }, body: form })
  const { path: file, mime } = (await added.json()) as { path: string; mime: string }
  const params = { video: [{ path: file, mime }], alt: 'A class at work', cues: [{ at: 1, content: { library: 'Keyroom.Choice 1.0', subContentId: 'one', params: QUESTION } }] }
  const saved = await author.send('PUT', `${base}/${draft}`, { revision: 1, title: 'A film', params })
  expect([added.status, saved.status, await saved.json()]).toMatchObject([201, 200, { faults: [] }])
  return { draft, file }
}
/** Where a learner's window finds a content's file. */
const fileOf = async (world: World, activity: string, file: string): Promise<string> => {
  const { play } = world.keyroom.rooms
  const who = { run: world.run, user: 'ana' }
  await play.launched(who, 'l', 'launch-ana')
  return `${world.url}/play/${world.run}/h5p/${play.ticket({ ...who, sid: 's', room: 'screening-room', activity })}/content/${file}`
}

describe.each(['disk', 'gridfs'] as const)('a video of 40 MB, kept on %s', (h5pFiles) => {
  let world: World
  let author: Hand
  let film: { draft: string; file: string }
  beforeAll(async () => {
    world = await aWorld({ config: { h5pFiles } })
    author = world.as('author')
    film = await aFilm(world, author)
  }, 120_000)

  it('is put into the course without a byte of it being read or written', async () => {
    const { files } = world.keyroom.rooms.h5p
    const [got, put] = [vi.spyOn(files, 'get'), vi.spyOn(files, 'put')]
    expect((await use(author, world, film.draft)).headers.get('location')).toMatch(/said=published/)
    expect(got.mock.calls.map(([key]) => key)).not.toContain(FILM_KEY)
    expect((await Promise.all(put.mock.results.map(({ value }) => value as Promise<{ key: string }>))).map(({ key }) => key)).not.toContain(FILM_KEY)
    vi.restoreAllMocks()
    const noted = await world.keyroom.rooms.kit.mongo.db.collection('course_sources').findOne({ course: (await current(world)).id, name: `h5p/check-the-basics/content/${film.file}` })
    expect(noted).toMatchObject({ stored: { key: FILM_KEY, bytes: FILM.length } })
    expect(noted).not.toHaveProperty('bytes')
  }, 60_000)
  it('reaches a learner, whole and by ranges', async () => {
    const address = await fileOf(world, 'check-the-basics', film.file)
    const part = await fetch(address, { headers: { range: 'bytes=20000000-20009999' } })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 20000000-20009999/${FILM.length}`])
    expect(FILM.subarray(20_000_000, 20_010_000).equals(Buffer.from(await part.arrayBuffer()))).toBe(true)
    expect(FILM.equals(Buffer.from(await (await fetch(address)).arrayBuffer()))).toBe(true)
  }, 60_000)
  it('leaves with the course as a zip and as a folder, and each goes in elsewhere as the same course', async () => {
    const { studio, courses } = world.keyroom.rooms
    const { course } = await courses.run(world.run)
    const zip = await save(await author.get(`/studio/${world.run}/course.zip`), '.zip')
    const folder = fresh()
    await studio.exportCourse(world.slug, folder)
    const before = await digests(await studio.source(await courses.course(course)))
    expect(before[`h5p/check-the-basics/content/${film.file}`]).toBe(FILM_KEY)
    const other = await aWorld({ course: zip, config: { h5pFiles } })
    expect(other.course.id).toBe(course)
    expect(await digests(await other.keyroom.rooms.studio.source(other.course))).toEqual(before)
    expect(activityOf(other.course, 'check-the-basics').content).toBe(activityOf(await courses.course(course), 'check-the-basics').content)
    expect(FILM.equals(Buffer.from(await (await fetch(await fileOf(other, 'check-the-basics', film.file))).arrayBuffer()))).toBe(true)
    expect((await other.keyroom.rooms.studio.importCourse(folder)).id).toBe(course)
  }, 120_000)
  it('stays when only a course’s source names it; what nobody names goes', async () => {
    const { kit, studio, h5p } = world.keyroom.rooms
    const course = await current(world)
    await h5p.authoring.remove(world.slug, film.draft)
    await kit.mongo.db.collection<{ _id: string }>('h5p_contents').deleteMany({ 'files.key': FILM_KEY })
    const { key } = await h5p.files.put(Readable.from([Buffer.from('nobody names this')]))
    const store = await createStore(kit, path.join(kit.config.dataDir, 'h5p'))
    await store.sweep(new Date(Date.now() + 60_000))
    await expect(h5p.files.get(key)).rejects.toMatchObject({ status: 404 })
    expect((await digests(await studio.source(course)))[`h5p/check-the-basics/content/${film.file}`]).toBe(FILM_KEY)
  }, 60_000)
})

describe('a course’s source', () => {
  let world: World
  let author: Hand
  beforeAll(async () => {
    world = await aWorld()
    author = world.as('author')
  }, 120_000)
  const aDraft = async (title: string): Promise<string> => (await world.authoring.create(world.slug, { library: 'Keyroom.Choice 1.0', title, params: { ...QUESTION, question: `<p>${title}</p>` } }, 'u-author')).id

  it('as an earlier version kept it is read, exported as the same version, and built upon', async () => {
    const { studio, kit } = world.keyroom.rooms
    const course = await current(world)
    const before = await readFiles(await studio.source(course))
    const sources = kit.mongo.db.collection<{ _id: string }>('course_sources')
    for (const [name, bytes] of Object.entries(before)) await sources.updateOne({ _id: `${course.id}/${name}`, stored: { $exists: true } }, { $set: { bytes }, $unset: { stored: '' } })
    expect(await sources.countDocuments({ course: course.id, stored: { $exists: true } })).toBe(0)
    expect(await readFiles(await studio.source(course))).toEqual(before)
    expect((await studio.importCourse(await save(await author.get(`/studio/${world.run}/course.zip`), '.zip'))).id).toBe(course.id)
    expect((await use(author, world, await aDraft('Built upon'))).status).toBe(303)
    const after = await current(world)
    expect(activityOf(after, 'read-the-room').content).toBe(activityOf(course, 'read-the-room').content)
    expect(activityOf(after, 'check-the-basics').content).not.toBe(activityOf(course, 'check-the-basics').content)
  }, 60_000)

  it('takes one of several changes made at once; the others are told that it has changed', async () => {
    const before = await current(world)
    const titles = ['First', 'Second', 'Third', 'Fourth']
    const drafts = await Promise.all(titles.map(aDraft))
    const answers = await Promise.all(drafts.map((draft, index) => author.post(`/studio/${world.run}/contents/${draft}/use`, { version: before.id, goal: 'add', room: 'library', title: titles[index] ?? '', pass: '60' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409, 409])
    const winner = titles[answers.findIndex(({ status }) => status === 303)]
    const titlesIn = (course: Course): string[] => course.rooms.flatMap(({ activities }) => activities.map(({ title }) => title))
    expect(titlesIn(await current(world)).filter((title) => !titlesIn(before).includes(title))).toEqual([winner])
    // Who looks again can go on.
    const [loser = ''] = drafts.filter((_draft, index) => answers[index]?.status === 409)
    expect((await use(author, world, loser, { goal: 'add', room: 'library', title: 'After all', pass: '60' })).status).toBe(303)
    expect(titlesIn(await current(world))).toEqual(expect.arrayContaining([winner, 'After all']))
  }, 60_000)

  it('gives an activity as a package that is the same at each request, and can be installed by itself in an empty house', async () => {
    const { h5p } = world.keyroom.rooms
    await h5p.installLibraries(await packageOf([{ machineName: 'Test.Quiz', majorVersion: 1, minorVersion: 0, needs: ['Test.Part 2.1'] }, { machineName: 'Test.Part', majorVersion: 2, minorVersion: 1, runnable: 0 }]))
    const draft = await world.authoring.create(world.slug, { library: 'Test.Quiz 1.0', title: 'Somebody’s quiz', params: { text: 'Hello' } }, 'u-author')
    await world.authoring.addFile(world.slug, draft.id, { name: 'a.png', stream: Readable.from([PNG]) })
    expect((await use(author, world, draft.id, { goal: 'add', room: 'library', title: 'Quiz', pass: '60', selfReported: 'on' })).status).toBe(303)
    const ask = () => author.get(`/studio/${world.run}/contents/activities/quiz/package`)
    const [file, again] = [await ask(), await ask()]
    expect(Buffer.from(await file.arrayBuffer()).equals(Buffer.from(await again.clone().arrayBuffer()))).toBe(true)
    const none = fresh()
    await mkdir(none)
    const empty = await aNode({ librariesDir: none })
    expect(await empty.h5p.authoring.types('en')).toEqual([])
    const back = await empty.h5p.authoring.importPackage('elsewhere', await save(again, '.h5p'), 'ben', { allowLibraries: true })
    expect(back).toMatchObject({ library: 'Test.Quiz 1.0', title: 'Somebody’s quiz', params: { text: 'Hello' } })
    expect((await empty.h5p.authoring.types('en')).map(({ library }) => library)).toEqual(['Test.Quiz 1.0'])
    expect(await empty.h5p.authoring.semantics('Test.Part 2.1', 'en')).toMatchObject([{ name: 'text' }])
    expect(Object.values(await readFiles((await empty.h5p.authoring.folder('elsewhere', back.id)).files))).toContainEqual(PNG)
  }, 60_000)

  it('lets authors change an activity whose type was restricted since; begun or brought in it is by none of them', async () => {
    const { h5p, kit } = world.keyroom.rooms
    await h5p.installLibraries(await packageOf([{ machineName: 'Test.Held', majorVersion: 1, minorVersion: 0 }]))
    const { id } = await world.authoring.create(world.slug, { library: 'Test.Held 1.0', title: 'Held', params: { text: 'Hello' } }, 'u-author')
    expect((await use(author, world, id, { goal: 'add', room: 'library', title: 'Held', pass: '60', selfReported: 'on' })).status).toBe(303)
    const file = await save(await author.get(`/studio/${world.run}/contents/activities/held/package`), '.h5p')
    await (await createStore(kit, path.join(kit.config.dataDir, 'h5p'))).libraries.restrict('Test.Held 1.0', true)
    await expect.poll(async () => (await world.authoring.types('en')).find(({ library }) => library === 'Test.Held 1.0')?.restricted, { timeout: 20_000 }).toBe(true)
    const edited = await author.post(`/studio/${world.run}/contents/activities/held/edit`)
    expect(edited.status).toBe(303)
    const draft = edited.headers.get('location')?.split('/').at(-1) ?? ''
    expect(await world.authoring.save(world.slug, draft, { revision: 1, params: { text: 'Mended' } }, 'u-author')).toMatchObject({ draft: { params: { text: 'Mended' } } })
    await expect(world.authoring.importPackage(world.slug, file, 'u-author')).rejects.toMatchObject({ why: 'restricted' })
    await expect(world.authoring.create(world.slug, { library: 'Test.Held 1.0', title: 'Anew' }, 'u-author')).rejects.toMatchObject({ status: 403 })
  }, 60_000)

  it('gives no package of an activity whose type is gone, nor a draft of it: the sentence names what is missing', async () => {
    const { h5p, kit } = world.keyroom.rooms
    await h5p.installLibraries(await packageOf([{ machineName: 'Test.Absent', majorVersion: 1, minorVersion: 3 }]))
    const { id } = await world.authoring.create(world.slug, { library: 'Test.Absent 1.3', title: 'Soon gone', params: { text: 'Hello' } }, 'u-author')
    expect((await use(author, world, id, { goal: 'add', room: 'library', title: 'Soon gone', pass: '60', selfReported: 'on' })).status).toBe(303)
    await (await createStore(kit, path.join(kit.config.dataDir, 'h5p'))).libraries.remove('Test.Absent 1.3')
    const base = `/studio/${world.run}/contents/activities/soon-gone`
    await expect.poll(async () => (await author.get(`${base}/package`)).status, { timeout: 20_000 }).toBe(422)
    for (const answer of [await author.get(`${base}/package`), await author.post(`${base}/edit`), await author.get(`/studio/${world.run}/contents/${id}/package`)]) expect([answer.status, (await answer.text()).includes('Test.Absent 1.3')]).toEqual([422, true])
  }, 60_000)
})

describe('what a content of a course file may not hold', () => {
  const SVG = (inside: string): Buffer => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${inside}</svg>`)
  const BAD: [string, Buffer, string][] = [
    ['content/images/evil.svg', SVG('<script>alert(1)</script>'), 'holds a script'],
    ['content/page.html', Buffer.from('<script>alert(1)</script>'), 'is a web page'],
    ['content/run.js', Buffer.from('alert(1)'), 'is of a kind'],
    ['content/tool.exe', Buffer.from('MZ'), 'is of a kind'],
    ['readme.txt', Buffer.from('hello'), 'lies beside h5p.json'],
    ['content/large.png', randomBytes(15 * 1024 * 1024 + 1), 'is larger than 15 MB'],
    ['content/long.vtt', randomBytes(1024 * 1024 + 1), 'is larger than 1 MB'],
    ['content/a:b.png', PNG, 'is a name that not every computer'],
    ['Stray-1.0/run.js', Buffer.from('alert(1)'), 'has no library.json'],
  ]
  const aCourse = async (): Promise<string> => {
    const dir = fresh()
    await cp(DEMO_COURSE, dir, { recursive: true })
    return dir
  }
  const place = 'h5p/check-the-basics'
  const put = async (dir: string, name: string, bytes: Buffer): Promise<void> => {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true })
    await writeFile(path.join(dir, name), bytes)
  }
  const said = async (dir: string): Promise<string[]> => (await checkCourse(dir)).map(sayFault)
  it.each([[`${place}/content/images/a\u202egnp.exe`], [`${place}/H5P.Carried-1.0/a\u2066b.js`], ['notes\u202a.txt']])('a name that turns the direction is refused in a folder as in a zip: %j', async (name) => {
    const dir = await aCourse()
    await put(dir, name, PNG)
    expect(await said(dir)).toEqual([expect.stringMatching(/\\u20\w\w.*is a name that not every computer can store/)])
  })

  it.each(BAD)('%s is refused by its name', async (name, bytes, why) => {
    const dir = await aCourse()
    await put(dir, `${place}/${name}`, bytes)
    const faults = await said(dir)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toContain(`${place}/${name.startsWith('Stray') ? 'Stray-1.0' : name}: ${why}`)
  })
  it('is all said at once, in a zip as in a folder, in a packed content as in an open one', async () => {
    const [dir, bad] = [await aCourse(), BAD.filter(([name]) => !/^Stray|:/.test(name))]
    for (const [name, bytes] of bad) await put(dir, `${place}/${name}`, bytes)
    const open = await said(dir)
    expect(open).toHaveLength(bad.length)
    const zipped = async (from: string): Promise<string> => {
      const zip = fresh('.zip')
      await pipeline(zipOf(await piecesBelow(from)), createWriteStream(zip))
      return zip
    }
    expect((await said(await zipped(dir))).sort()).toEqual([...open].sort())
    const packed = fresh()
    await pipeline(zipOf(await piecesBelow(path.join(dir, place))), createWriteStream(packed))
    await rm(path.join(dir, place), { recursive: true })
    // The same name, so that the course file needn't change.
    await cp(packed, path.join(dir, place))
    expect((await said(dir)).sort()).toEqual([...open].sort())
    const { studio } = (await aWorld()).keyroom.rooms
    for (const way of [dir, await zipped(dir)]) await expect(studio.importCourse(way)).rejects.toBeInstanceOf(CourseFaults)
  }, 60_000)
  it('nested deeper than a program can follow is refused', async () => {
    const dir = await aCourse()
    await put(dir, `${place}/content/content.json`, Buffer.from(`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`))
    expect((await said(dir)).join()).toContain(`${place}/content/content.json: is larger, or nested deeper`)
  })
  it('but a large video may be in it, and beside it no large file', async () => {
    const dir = await aCourse()
    await put(dir, `${place}/content/videos/film.mp4`, FILM)
    expect(await said(dir)).toEqual([])
    await put(dir, 'film.mp4', FILM)
    expect((await said(dir)).join()).toContain('film.mp4: is larger than 15 MB')
  })
})
