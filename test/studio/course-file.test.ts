import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCourses } from '../../src/courses/index.js'
import { makeSecrets } from '../../src/infra/index.js'
import { checkCourse, CourseFaults, courseJsonSchema, createStudio, sayFault } from '../../src/studio/index.js'
import { aContentStore } from '../support/content-store.js'
import { freshMongo } from '../support/mongo.js'

const DEMO = path.resolve('h5p-content/demo-course')
let home: string
beforeAll(async () => void (home = await mkdtemp(path.join(tmpdir(), 'course-test-'))))
afterAll(() => rm(home, { recursive: true, force: true }))

/** The demo course with its file changed. */
const changed = async (name: string, change: (text: string) => string): Promise<string> => {
  const dir = path.join(home, name)
  await cp(DEMO, dir, { recursive: true })
  await writeFile(path.join(dir, 'course.yaml'), change(await readFile(path.join(DEMO, 'course.yaml'), 'utf8')))
  return dir
}
const faultsOf = async (name: string, change: (text: string) => string): Promise<string[]> => (await checkCourse(await changed(name, change))).map(sayFault)

const aStudio = async () => {
  const mongo = await freshMongo()
  const secrets = makeSecrets('a secret for tests, long enough to be one')
  const courses = await createCourses({ mongo, now: () => new Date() })
  const h5p = aContentStore()
  return { studio: await createStudio({ mongo, secrets }, { courses, h5p }), courses, secrets, added: h5p.added, mongo }
}

describe('the course file', () => {
  it('of the demo course has no fault', async () => expect((await checkCourse(DEMO)).map(sayFault)).toEqual([]))
  it('is described by the published JSON Schema', async () => {
    expect(JSON.parse(await readFile('docs/course.schema.json', 'utf8'))).toEqual(courseJsonSchema())
  })
  it('with a misspelt field is told file, line, column, field and what was meant', async () => {
    const [fault] = await faultsOf('misspelt', (text) => text.replace(/^summary:/m, 'sumary:'))
    expect(fault).toMatch(/^course\.yaml:\d+:\d+ /)
    expect((await faultsOf('misspelt-2', (text) => text.replace(/^summary:/m, 'sumary:'))).join('\n')).toContain('Did you mean "summary"?')
  })
  it('tells all faults at once', async () => {
    expect((await faultsOf('several', (text) => text.replace(/^lang:.*$/m, 'lang: 5').replace(/^slug:.*$/m, 'slug: A B'))).length).toBe(2)
  })
  it('with broken YAML is told the line', async () => expect((await faultsOf('broken', (text) => `${text}\n  - ]`))[0]).toMatch(/^course\.yaml:\d+:\d+/))
  it.each(['../secret', '/etc/passwd'])('does not reach out of its folder to %s', async (way) => {
    expect((await faultsOf(`out-${way.length}`, (text) => text.replace(/h5p: [^,]*/, `h5p: ${way}`))).join()).toContain('must stay inside')
  })
  it('does not follow a link', async () => {
    const dir = await changed('link', (text) => text.replace(/h5p: [^,]*/, 'h5p: way'))
    await symlink('/etc', path.join(dir, 'way'))
    expect((await checkCourse(dir)).map(sayFault).join()).toContain('goes over a link')
  })
  it('needs a shared key that is not lost in folding', async () => {
    expect((await faultsOf('key', (text) => text.replace(/key: .*/, 'key: "- a -"'))).join()).toContain('at least 4')
  })
  it('is told file, line and field of what is wrong inside a content, and where its JSON breaks', async () => {
    const dir = await changed('content', (text) => text)
    const file = path.join(dir, 'h5p', 'check-the-basics', 'content', 'content.json')
    const text = await readFile(file, 'utf8')
    const check = () => [{ path: 'questions.1.params.correct', message: 'must be true or false' }]
    const [fault] = (await checkCourse(dir, { check: (library, params) => (library.includes('QuestionSet') && JSON.stringify(params).includes('muddiest') ? check() : []) })).map(sayFault)
    const line = text.slice(0, text.indexOf('"correct": "false"')).split('\n').length
    expect(fault).toMatch(new RegExp(`^h5p/check-the-basics/content/content\\.json:${line}:\\d+ questions\\.1\\.params\\.correct: must be true or false$`))
    await writeFile(file, text.replace('"questions": [', '"questions": [,'))
    const at = text.slice(0, text.indexOf('"questions": [')).split('\n').length
    expect((await checkCourse(dir)).map(sayFault)[0]).toMatch(new RegExp(`content\\.json:${at}:\\d+: is not JSON`))
  })
  it('is not there: a plain sentence', async () => expect((await checkCourse(path.join(home, 'none'))).map(sayFault)[0]).toContain('is not there'))
})

describe('a course taken in', () => {
  it('comes out as its author gave it, as a folder and as a zip, and goes in again as the same version', async () => {
    const { studio } = await aStudio()
    const first = await studio.importCourse(DEMO)
    const folder = path.join(home, 'out')
    const zip = path.join(home, 'out.zip')
    await studio.exportCourse(first.slug, folder)
    await studio.exportCourse(first.slug, zip)
    expect(await readFile(path.join(folder, 'course.yaml'), 'utf8')).toBe(await readFile(path.join(DEMO, 'course.yaml'), 'utf8'))
    expect((await studio.importCourse(folder)).id).toBe(first.id)
    expect((await studio.importCourse(zip)).id).toBe(first.id)
  })
  it('overwrites nothing when it comes out: a plain sentence', async () => {
    const { studio } = await aStudio()
    const { slug } = await studio.importCourse(DEMO)
    const there = path.join(home, 'there.zip')
    await writeFile(there, 'mine')
    const said = (out: string) => studio.exportCourse(slug, out).then(() => '', (error: unknown) => (error instanceof CourseFaults ? error.faults.map(sayFault).join() : String(error)))
    expect(await said(there)).toContain('is there already')
    expect(await said(path.join(home, 'none', 'out.zip'))).toContain('make the folder first')
    await writeFile(path.join(home, 'a-file'), 'mine')
    expect(await said(path.join(home, 'a-file'))).toContain('is a file')
    expect(await said(await changed('full', (text) => text))).toContain('is not empty')
    expect(await readFile(there, 'utf8')).toBe('mine')
  })
  it('keeps no key in clear, anywhere in the database', async () => {
    const { studio, mongo, secrets } = await aStudio()
    const course = await studio.importCourse(DEMO)
    const keys = course.rooms.flatMap(({ lock }) => (lock?.sealedKey ? [secrets.decrypt('lock', lock.sealedKey)] : []))
    expect(keys.length).toBeGreaterThan(0)
    for (const { name } of await mongo.db.listCollections().toArray())
      for (const doc of await mongo.db.collection(name).find().toArray())
        for (const key of keys) expect(JSON.stringify(doc, (_, value: unknown) => (value && typeof value === 'object' && 'sub_type' in value ? String(value) : value)).includes(key)).toBe(false)
  })
  it('changed in one activity keeps the contents of the others', async () => {
    const { studio, added } = await aStudio()
    await studio.importCourse(DEMO)
    const before = new Set(added.splice(0))
    const dir = await changed('edited', (text) => text.replace(/^summary:.*$/m, 'summary: Another summary.').replace(/^summary: Another summary\.\n( {2}.*\n)+/m, 'summary: Another summary.\n'))
    const again = await studio.importCourse(dir)
    expect(again.summary).toBe('Another summary.')
    expect(added.every((id) => before.has(id))).toBe(true)
  })
})
