import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkCourse, reportOf, sayFault } from '../../src/studio/index.js'
import { aLibrary, aNode, zipOf } from './store-world.js'
import { aWorld, demoContents, tempDir, type World } from './world.js'

const DEMO = path.resolve(import.meta.dirname, '../../h5p-content/demo-course')
let world: World
beforeAll(async () => void (world = await aWorld()))

/** The demo course, with a word in one of its activity's files changed. */
const changed = async (file: string, from: RegExp, to: string): Promise<string> => {
  const dir = await tempDir()
  await cp(DEMO, dir, { recursive: true })
  const place = path.join(dir, 'h5p/check-the-basics', file)
  await writeFile(place, (await readFile(place, 'utf8')).replaceAll(from, to))
  return dir
}
const faultsIn = async (dir: string): Promise<string[]> => (await checkCourse(dir, world.h5p)).map(sayFault)

describe('a course’s content', () => {
  const content = async (h5p: World['h5p'], mongo: World['mongo'], library: string, params: object): Promise<unknown> => {
    const [machineName = '', version = ''] = library.split(' ')
    const [majorVersion, minorVersion] = version.split('.').map(Number)
    const id = `course-${machineName.replaceAll('.', '-')}`
    await h5p.addContent(id, { h5p: { title: 'A', mainLibrary: machineName, preloadedDependencies: [{ machineName, majorVersion, minorVersion }] }, content: params, files: new Map() })
    const doc = await mongo.db.collection<{ _id: string; params: string }>('h5p_contents').findOne({ _id: id })
    return JSON.parse(doc?.params ?? '') as unknown
  }
  it('is cleaned as a draft’s is: nothing that runs is left in its words, however deep', async () => {
    const evil = '<p onclick="x()">a <strong>b</strong><img src=x onerror=alert(1)></p>'
    const questions = [{ library: 'Keyroom.Choice 1.0', params: { question: evil, answers: [{ text: 'this', correct: true }, { text: '<script>1</script>that' }] }, subContentId: 'a' }, { library: 'H5P.Absent 1.0', params: { text: evil }, subContentId: 'b' }]
    const kept = await content(world.h5p, world.mongo, 'Keyroom.QuestionSet 1.0', { questions })
    expect(JSON.stringify(kept)).not.toMatch(/onclick|onerror|<script/)
    expect(kept).toMatchObject({ questions: [{ params: { question: '<p>a <strong>b</strong></p>', answers: [{ correct: true }, { text: 'that' }] } }, { params: { text: '<p>a <strong>b</strong></p>' } }] })
  })
  it('of the demo course has nothing to clean', async () => {
    for (const { id, params } of demoContents) {
      const doc = await world.mongo.db.collection<{ _id: string; params: string }>('h5p_contents').findOne({ _id: id })
      expect(JSON.parse(doc?.params ?? ''), id).toEqual(params)
    }
  })
  it('may be of a type that another node installed just now', async () => {
    const one = await aNode({ where: 'gridfs' })
    const other = await aNode({ mongo: one.mongo, where: 'gridfs' })
    expect(await one.h5p.check('H5P.JustNow 1.0', { text: 'a' })).toMatchObject([{ message: expect.stringContaining('is not installed') as string }])
    await other.h5p.installLibraries(await zipOf(aLibrary('H5P.JustNow')))
    expect(await one.h5p.check('H5P.JustNow 1.0', { text: 'a' })).toEqual([])
  })
})

describe('a course whose activity needs a type that isn’t installed', () => {
  const mend = 'H5P.Absent 1.0 is not installed: ask your administrator to install it'
  it('is refused, with the type and the mend', async () => {
    expect(await faultsIn(await changed('h5p.json', /Keyroom\.QuestionSet/g, 'H5P.Absent'))).toEqual([expect.stringMatching(new RegExp(`^h5p/check-the-basics/content/content\\.json:1:1: ${mend}$`))])
  })
  it('or names it inexactly inside', async () => {
    const faults = await faultsIn(await changed('content/content.json', /Keyroom\.TrueFalse 1\.0/g, 'Keyroom.TrueFalse 1.0 y'))
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/^h5p\/check-the-basics\/content\/content\.json:\d+:\d+ questions\.\d: must name a library$/)
  })
})

it('what another’s type would have otherwise refuses no course', async () => {
  const check = (soft: boolean) => () => [{ path: '', message: 'must not be less than 2', ...(soft ? { soft: true as const } : {}) }]
  expect(await checkCourse(DEMO, { check: check(true) })).toEqual([])
  const { warnings } = await reportOf(DEMO, { check: check(true) })
  expect(warnings.map(sayFault)).toContainEqual(expect.stringMatching(/^h5p\/[\w-]+\/content\/content\.json:1:1: must not be less than 2$/))
  expect(await checkCourse(DEMO, { check: check(false) })).not.toEqual([])
})
