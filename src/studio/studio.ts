import { createHash } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { mongo } from 'mongoose'
import yazl from 'yazl'
import { UnknownCourse, type Course, type Courses } from '../courses/index.js'
import type { Kit } from '../infra/index.js'
import { createPlaces, type Places } from './contents-places.js'
import { withContent, type ContentStore } from './contents.js'
import { CourseFaults, type CourseFault } from './faults.js'
import { filesIn, openFolder, writeFiles } from './folder.js'
import type { CourseFile } from './format.js'
import { readCourse } from './read-course.js'

interface SourceDoc { _id: string; course: string; name: string; bytes?: mongo.Binary; sealed?: string }
export interface Studio {
  /** Takes a course in; the same course again changes nothing. @throws CourseFaults */
  importCourse(place: string): Promise<Course>
  /** Writes the newest version as its author gave it, to a new folder or a `.zip`. @throws UnknownCourse */
  exportCourse(slug: string, out: string): Promise<Course>
  /** The newest version's file, as a zip. */
  courseZip(course: Course): Promise<Buffer>
  /** A version's files, as its author gave them. */
  source(course: Course): Promise<Map<string, Buffer>>
  /** Where drafts belong in the course. */
  places: Places
}

const MAX_FILE = 15 * 1024 * 1024
const YAML = 'course.yaml'

/** Everything that is wrong with a course; nothing when it can be imported. Needs no database. */
export const checkCourse = async (place: string, store?: ContentStore): Promise<CourseFault[]> => {
  try {
    const folder = await openFolder(place)
    try {
      const { file } = await readCourse(folder.dir)
      return await contentFaults(folder.dir, file, store)
    } finally {
      await folder.done()
    }
  } catch (error) {
    if (error instanceof CourseFaults) return error.faults
    throw error
  }
}
const contentFaults = async (dir: string, file: CourseFile, store?: ContentStore): Promise<CourseFault[]> => {
  const faults: CourseFault[] = []
  for (const activity of file.rooms.flatMap((room) => room.activities)) {
    await withContent(dir, activity, store, async () => {}).catch((error: unknown) => {
      if (!(error instanceof CourseFaults)) throw error
      faults.push(...error.faults)
    })
  }
  return faults
}

const picturesOf = (file: CourseFile, files: Map<string, Buffer>): Map<string, Buffer> => {
  const names = [...file.rooms.flatMap(({ picture }) => (picture ? [picture] : [])), ...(file.finish.credential.image ? [file.finish.credential.image] : [])]
  return new Map(names.flatMap((name) => (files.has(name) ? [[name, files.get(name) ?? Buffer.alloc(0)] as const] : [])))
}
const zipOf = async (files: Map<string, Buffer>): Promise<Buffer> => {
  const zip = new yazl.ZipFile()
  // One time for all, so that the same course is the same zip.
  for (const [name, bytes] of files) zip.addBuffer(bytes, name, { mtime: new Date('2020-01-01T00:00:00Z') })
  zip.end()
  const parts: Buffer[] = []
  for await (const part of zip.outputStream) parts.push(Buffer.from(part as Uint8Array))
  return Buffer.concat(parts)
}

export const createStudio = async ({ mongo: { db }, secrets }: Pick<Kit, 'mongo' | 'secrets'>, { courses, h5p }: { courses: Courses; h5p: ContentStore }): Promise<Studio> => {
  // What the author gave, byte for byte: an export brings back comments and all. The file with the keys rests encrypted.
  const sources = db.collection<SourceDoc>('course_sources')
  const [places] = await Promise.all([createPlaces(db), sources.createIndex({ course: 1 })])

  const idOf = (slug: string, files: Map<string, Buffer>): string => {
    const hash = createHash('sha256')
    // The file holds keys, and the id is public: with a MAC nobody can try keys against it.
    for (const [name, bytes] of files) hash.update(name).update('\0').update(name === YAML ? secrets.mac('course-file', bytes.toString('utf8')) : createHash('sha256').update(bytes).digest())
    return `${slug}@${hash.digest('hex').slice(0, 16)}`
  }
  const keep = async (course: string, files: Map<string, Buffer>): Promise<void> => {
    for (const [name, bytes] of files) {
      const content = name === YAML ? { sealed: secrets.encrypt('course-file', bytes.toString('utf8')) } : { bytes: bytes as unknown as mongo.Binary }
      await sources.updateOne({ _id: `${course}/${name}` }, { $setOnInsert: { course, name, ...content } }, { upsert: true })
    }
  }
  const courseOf = (file: CourseFile, id: string, contents: Map<string, string>): Course => {
    const { format: _format, rooms, ...rest } = file
    return {
      ...rest,
      id,
      rooms: rooms.map(({ lock, activities, ...room }) => ({
        ...room,
        activities: activities.map(({ h5p: _h5p, ...activity }) => ({ ...activity, content: contents.get(activity.id) ?? '' })),
        ...(lock ? { lock: { kind: lock.kind, ...(lock.prompt ? { prompt: lock.prompt } : {}), ...(lock.hint ? { hint: lock.hint } : {}), ...(lock.key ? { sealedKey: secrets.encrypt('lock', lock.key) } : {}) } } : {}),
      })),
    }
  }
  const addContents = async (dir: string, file: CourseFile): Promise<Map<string, string>> => {
    const made = new Map<string, string>()
    for (const activity of file.rooms.flatMap((room) => room.activities)) {
      await withContent(dir, activity, h5p, async (found) => {
        const id = `${file.slug}-${activity.id}-${found.hash}`
        await h5p.addContent(id, found)
        made.set(activity.id, id)
      })
    }
    return made
  }
  const sourceOf = async (course: Course): Promise<Map<string, Buffer>> => {
    const found = await sources.find({ course: course.id }).sort({ name: 1 }).toArray()
    return new Map(found.map(({ name, sealed, bytes }) => [name, sealed ? Buffer.from(secrets.decrypt('course-file', sealed)) : Buffer.from(bytes?.buffer ?? [])]))
  }
  return {
    async importCourse(place) {
      const folder = await openFolder(place)
      try {
        const { file } = await readCourse(folder.dir)
        const faults = await contentFaults(folder.dir, file, h5p)
        const files = await filesIn(folder.dir)
        for (const [name, bytes] of files) if (bytes.length > MAX_FILE) faults.push({ file: name, field: '', message: 'is larger than 15 MB; make it smaller, or link to it' })
        if (faults.length > 0) throw new CourseFaults(faults)
        const course = courseOf(file, idOf(file.slug, files), await addContents(folder.dir, file))
        await keep(course.id, files)
        await courses.saveCourse(course, picturesOf(file, files))
        return await courses.course(course.id)
      } finally {
        await folder.done()
      }
    },
    async exportCourse(slug, out) {
      const course = await courses.current(slug)
      if (!course) throw new UnknownCourse({ params: { course: slug } })
      await (/\.zip$/i.test(out) ? writeZip : writeFolder)(out, await sourceOf(course))
      return course
    },
    courseZip: async (course) => zipOf(await sourceOf(course)),
    source: sourceOf,
    places,
  }
}
const refuseOut = (file: string, message: string): never => {
  throw new CourseFaults([{ file, field: '', message }])
}
const writeZip = async (out: string, files: Map<string, Buffer>): Promise<void> => {
  await writeFile(out, await zipOf(files), { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return refuseOut(out, 'is there already; name a new file, so that nothing is overwritten.')
    if (error.code === 'ENOENT') return refuseOut(path.dirname(out), 'is not there; make the folder first.')
    throw error
  })
}
const writeFolder = async (out: string, files: Map<string, Buffer>): Promise<void> => {
  await mkdir(out, { recursive: true }).catch((error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? refuseOut(out, 'is a file; name a new folder, or a .zip.') : Promise.reject(error)))
  if ((await readdir(out)).length > 0) refuseOut(out, 'is not empty; name a new folder, so that nothing is overwritten.')
  await writeFiles(out, files)
}
