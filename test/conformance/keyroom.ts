import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { stringify } from 'yaml'
import { startKeyroom } from '../../src/app.js'
import type { Pieces } from '../../src/h5p/index.js'
import { questionsIn } from '../../src/h5p/scoring/index.js'
import { freePort } from '../support/ports.js'

/** A package that was taken in, as an activity of the course. */
export interface Played { id: string; name: string; library: string; version: string; params: object }
export interface Said { score: number; max: number; tries: number }

/** A Keyroom whole, with a database of its own, and a course made of the packages that it took in by its upload gate. */
export interface Host {
  url: string
  played: Played[]
  /** By name of the package: why it wasn't taken in. */
  refused: Map<string, string>
  /** Whether the server scores anything in it. */
  asks(played: Played): boolean
  /** Where a learner plays an activity. */
  frame(activity: string, learner: string): Promise<string>
  /** What the server says of a learner's answers, by item. */
  standing(activity: string, learner: string): Promise<{ items: Record<string, Said>; completed: boolean; kind?: string }>
  close(): Promise<void>
}

const SLUG = 'conformance'
const ROOM = 'all'
const LINK = { platform: 'conformance', deployment: '1', context: 'conformance', resourceLink: 'link', slug: SLUG }

const courseOf = (played: Played[]): object => ({
  format: 'keyroom-course/1', slug: SLUG, title: 'Conformance', lang: 'en', summary: 'All packages.', outcomes: [{ id: 'play', text: 'Play them all.' }],
  xp: { activity: 1, firstTry: 1, room: 1, finish: 1, levels: { base: 100, factor: 1.4 } },
  rooms: [{ id: ROOM, title: 'All', scene: 'library', intro: 'All of them.', activities: played.map(({ id, name }) => ({ id, title: name, h5p: `h5p/${id}`, pass: 1, outcomes: ['play'], selfReported: true })) }],
  finish: { title: 'Done', message: 'Done.', attendancePrefix: 'CONF', credential: { name: 'Conformance', description: 'Played.', criteria: 'All.' } },
})

const write = async (dir: string, files: Pieces): Promise<void> => {
  for (const [name, piece] of files) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true })
    await writeFile(path.join(dir, name), await piece.open())
  }
}
const sayWhy = (error: unknown): string => (error instanceof Error ? [error.message, JSON.stringify((error as { params?: unknown }).params ?? {})].join(' ') : String(error))

/** Takes the packages in and opens a course of them. */
export const hostOf = async (packages: { name: string; file: string; version: string }[]): Promise<Host> => {
  const [port, dataDir] = await Promise.all([freePort(), mkdtemp(path.join(os.tmpdir(), 'keyroom-conformance-'))])
  const url = `http://localhost:${port}`
  const keyroom = await startKeyroom({ port, publicUrl: url, dataDir, secret: 'a secret of the conformance, long enough', demo: true, trustProxy: 0, logLevel: 'silent' })
  const { h5p, studio, courses, play } = keyroom.rooms
  const [played, refused, dir]: [Played[], Map<string, string>, string] = [[], new Map(), path.join(dataDir, 'course')]
  for (const { name, file, version } of packages) {
    const id = `package-${played.length}`
    try {
      const draft = await h5p.authoring.importPackage(SLUG, file, SLUG, { allowLibraries: true })
      await write(path.join(dir, 'h5p', id), (await h5p.authoring.folder(SLUG, draft.id)).files)
      played.push({ id, name, library: draft.library, version, params: draft.params })
    } catch (error) {
      refused.set(name, sayWhy(error))
    }
  }
  await mkdir(dir, { recursive: true })
  await writeFile(path.join(dir, 'course.yaml'), stringify(courseOf(played)))
  await studio.importCourse(dir)
  const run = await courses.ensureRun(LINK)
  const who = (user: string): { run: string; user: string } => ({ run: run._id, user })
  return {
    url, played, refused,
    asks: ({ library, params }) => questionsIn(library, params).length > 0,
    async frame(activity, learner) {
      await play.launched(who(learner), LINK.resourceLink, `launch-${learner}`)
      const ticket = play.ticket({ ...who(learner), sid: 'conformance', room: ROOM, activity })
      return `${url}/play/${run._id}/h5p/${ticket}/frame?lang=en`
    },
    async standing(activity, learner) {
      const found = (await play.look(who(learner))).standing.play.activities[activity]
      const items = Object.entries(found?.items ?? {}).map(([id, { score, max, tries }]): [string, Said] => [id, { score, max, tries }])
      return { items: Object.fromEntries(items), completed: found?.completed !== undefined, kind: found?.kind }
    },
    async close() {
      await keyroom.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
