import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkCourse, sayFault } from '../../src/studio/index.js'
import { aWorld, tempDir, type World } from './world.js'

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
  expect(await checkCourse(DEMO, { check: check(false) })).not.toEqual([])
})
