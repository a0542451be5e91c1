import { createHash } from 'node:crypto'
import { z } from 'zod'
import { asks, piecesIn, readPiece, type H5P, type Piece, type Pieces } from '../h5p/index.js'
import { fileFaults } from './content-faults.js'
import { CourseFaults, type CourseFault } from './faults.js'
import { withInner } from './folder.js'
import type { CourseFile } from './format.js'
import { placeInJson, placeOfBreak } from './place.js'

/** What the studio needs of h5p/. */
export type ContentStore = Pick<H5P, 'addContent' | 'files' | 'alone'> & ContentCheck
export interface ContentCheck { check(...about: Parameters<H5P['check']>): ReturnType<H5P['check']> | Awaited<ReturnType<H5P['check']>> }
type Activity = CourseFile['rooms'][number]['activities'][number]
interface Found {
  h5p: object
  content: object
  /** All of it, by path. */
  all: Pieces
  library: string
  /** content.json as it is written. */
  text: string
}

const Manifest = z.looseObject({
  title: z.string().min(1),
  mainLibrary: z.string().regex(/^[\w-]+(\.[\w-]+)+$/),
  preloadedDependencies: z.array(z.looseObject({ machineName: z.string(), majorVersion: z.coerce.number(), minorVersion: z.coerce.number() })),
})

const MAX_CONTENT = 2 * 1024 ** 3
const refuse = (file: string, message: string): never => {
  throw new CourseFaults([{ file, field: '', message }])
}
const json = async (files: Pieces, name: string, shown: string): Promise<{ text: string; value: unknown }> => {
  const piece = files.get(name) ?? refuse(shown, `${name} is missing; it must be an H5P content`)
  const text = (await readPiece(piece)).toString('utf8').replace(/^\ufeff/, '')
  try {
    return { text, value: JSON.parse(text) }
  } catch (error) {
    const { message } = error as Error
    throw new CourseFaults([{ file: `${shown}/${name}`, ...placeOfBreak(text, message), field: '', message: `is not JSON: ${message}` }])
  }
}

/** The SHA-256 of a file's bytes. */
export const digestOf = async ({ key, open }: Piece): Promise<Buffer> => {
  if (key !== undefined) return Buffer.from(key, 'hex')
  const hash = createHash('sha256')
  for await (const part of await open()) hash.update(part as Buffer)
  return hash.digest()
}

/** In one order, wherever they come from: folder by folder. */
export const inOrder = (files: Pieces): [string, Piece][] => {
  const parts = (name: string): string => name.replaceAll('/', '\0')
  return [...files].sort(([a], [b]) => (parts(a) < parts(b) ? -1 : 1))
}

/** Names the bytes of a content: as long as they stay the same, so do its id and what learners have saved in it. */
const hashOf = async (files: Pieces): Promise<string> => {
  const hash = createHash('sha256')
  for (const [name, piece] of inOrder(files)) hash.update(name).update('\0').update(await digestOf(piece))
  return hash.digest('hex').slice(0, 12)
}

const readContent = async (files: Pieces, shown: string): Promise<Found> => {
  const manifest = await json(files, 'h5p.json', shown)
  const parsed = Manifest.safeParse(manifest.value)
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new CourseFaults([{ file: `${shown}/h5p.json`, ...placeInJson(manifest.text, field), field, message: 'does not fit: an h5p.json has a title, mainLibrary and preloadedDependencies' }])
  }
  const main = parsed.data.preloadedDependencies.find(({ machineName }) => machineName === parsed.data.mainLibrary)
  if (!main) return refuse(`${shown}/h5p.json`, 'preloadedDependencies must name mainLibrary with its version')
  const { text, value } = await json(files, 'content/content.json', shown)
  const content = z.looseObject({}).safeParse(value)
  if (!content.success) return refuse(`${shown}/content/content.json`, 'must be an object')
  return { h5p: parsed.data, content: content.data, all: files, library: `${main.machineName} ${main.majorVersion}.${main.minorVersion}`, text }
}

const faultsIn = async (files: Pieces, activity: Activity, store?: ContentCheck): Promise<CourseFault[]> => {
  if ([...files.values()].reduce((sum, { bytes }) => sum + bytes, 0) > MAX_CONTENT) refuse(activity.h5p, 'is larger than 2 GB')
  const unwanted = await fileFaults(files, activity.h5p)
  if (unwanted.length > 0) return unwanted
  const found = await readContent(files, activity.h5p)
  const faults: CourseFault[] = ((await store?.check(found.library, found.content)) ?? []).map(({ path, message, soft }) => ({ file: `${activity.h5p}/content/content.json`, ...placeInJson(found.text, path), field: path, message, ...(soft ? { soft } : {}) }))
  if (!activity.selfReported && faults.every(({ soft }) => soft) && !asks(found.library, found.content))
    faults.push({ file: activity.h5p, field: activity.id, message: 'has nothing the server can score: say "selfReported: true" in course.yaml, or add a question' })
  return faults
}

/** What is wrong with the contents of a course, and what others' types would have otherwise (`soft`). */
export const contentFaults = async (files: Pieces, { rooms }: CourseFile, store?: ContentCheck): Promise<CourseFault[]> => {
  const faults: CourseFault[] = []
  for (const activity of rooms.flatMap((room) => room.activities)) {
    faults.push(...(await withInner(files, activity.h5p, (inner) => faultsIn(inner, activity, store)).catch((error: unknown) => {
      if (error instanceof CourseFaults) return error.faults
      throw error
    })))
  }
  return faults
}

/** Stores the contents of a course that has no fault. @returns their ids, by activity */
export const addContents = async (files: Pieces, { slug, rooms }: CourseFile, store: Pick<ContentStore, 'addContent'>): Promise<Map<string, string>> => {
  const made = new Map<string, string>()
  for (const activity of rooms.flatMap((room) => room.activities)) {
    await withInner(files, activity.h5p, async (inner) => {
      const { h5p, content, all } = await readContent(inner, activity.h5p)
      const id = `${slug}-${activity.id}-${await hashOf(all)}`
      await store.addContent(id, { h5p, content, files: piecesIn(all, 'content') })
      made.set(activity.id, id)
    })
  }
  return made
}
