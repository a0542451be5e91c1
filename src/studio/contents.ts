import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { asks } from '../h5p/index.js'
import { CourseFaults, type CourseFault } from './faults.js'
import { filesIn, openFolder } from './folder.js'
import type { CourseFile } from './format.js'
import { placeInJson, placeOfBreak } from './place.js'

/** What the studio needs of h5p/. */
export interface ContentStore {
  addContent(id: string, folder: { h5p: object; content: object; files: string }): Promise<void>
  check(library: string, params: unknown): { path: string; message: string }[]
}
type Activity = CourseFile['rooms'][number]['activities'][number]
interface Found { h5p: object; content: object; files: string; library: string; hash: string; bytes: number; /** content.json as it is written. */ text: string }

const Manifest = z.looseObject({
  title: z.string().min(1),
  mainLibrary: z.string().regex(/^[\w-]+(\.[\w-]+)+$/),
  preloadedDependencies: z.array(z.looseObject({ machineName: z.string(), majorVersion: z.coerce.number(), minorVersion: z.coerce.number() })),
})

const MAX_CONTENT = 200 * 1024 * 1024
const refuse = (file: string, message: string): never => {
  throw new CourseFaults([{ file, field: '', message }])
}
const json = async (dir: string, name: string, shown: string): Promise<{ text: string; value: unknown }> => {
  const text = await readFile(path.join(dir, name), 'utf8').catch(() => refuse(shown, `${name} is missing; it must be an H5P content`))
  try {
    return { text, value: JSON.parse(text) }
  } catch (error) {
    const { message } = error as Error
    throw new CourseFaults([{ file: `${shown}/${name}`, ...placeOfBreak(text, message), field: '', message: `is not JSON: ${message}` }])
  }
}

/** Names the bytes of a content: as long as they stay the same, so do its id and what learners have saved in it. */
const hashOf = (files: Map<string, Buffer>): string => {
  const hash = createHash('sha256')
  for (const [name, bytes] of files) hash.update(name).update('\0').update(createHash('sha256').update(bytes).digest())
  return hash.digest('hex').slice(0, 12)
}

const readContent = async (dir: string, shown: string): Promise<Found> => {
  const manifest = await json(dir, 'h5p.json', shown)
  const parsed = Manifest.safeParse(manifest.value)
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new CourseFaults([{ file: `${shown}/h5p.json`, ...placeInJson(manifest.text, field), field, message: 'does not fit: an h5p.json has a title, mainLibrary and preloadedDependencies' }])
  }
  const main = parsed.data.preloadedDependencies.find(({ machineName }) => machineName === parsed.data.mainLibrary)
  if (!main) return refuse(`${shown}/h5p.json`, 'preloadedDependencies must name mainLibrary with its version')
  const { text, value } = await json(dir, 'content/content.json', shown)
  const content = z.looseObject({}).safeParse(value)
  if (!content.success) return refuse(`${shown}/content/content.json`, 'must be an object')
  const files = await filesIn(dir)
  const bytes = [...files.values()].reduce((sum, each) => sum + each.length, 0)
  if (bytes > MAX_CONTENT) refuse(shown, 'is larger than 200 MB')
  return {
    h5p: parsed.data, content: content.data, files: path.join(dir, 'content'),
    library: `${main.machineName} ${main.majorVersion}.${main.minorVersion}`, hash: hashOf(files), bytes, text,
  }
}

/** Opens an activity's content, checks it, hands it to `use`. @throws CourseFaults */
export const withContent = async <T>(dir: string, activity: Activity, store: ContentStore | undefined, use: (found: Found) => Promise<T>): Promise<T> => {
  const folder = await openFolder(path.join(dir, activity.h5p))
  try {
    const found = await readContent(folder.dir, activity.h5p)
    const faults: CourseFault[] = (store?.check(found.library, found.content) ?? []).map((fault) => ({ file: `${activity.h5p}/content/content.json`, ...placeInJson(found.text, fault.path), field: fault.path, message: fault.message }))
    if (!activity.selfReported && faults.length === 0 && !asks(found.library, found.content))
      faults.push({ file: activity.h5p, field: activity.id, message: 'has nothing the server can score: say "selfReported: true" in course.yaml, or add a question' })
    if (faults.length > 0) throw new CourseFaults(faults)
    return await use(found)
  } finally {
    await folder.done()
  }
}
