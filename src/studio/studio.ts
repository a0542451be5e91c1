import { createHash } from 'node:crypto'
import { open, mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { mongo } from 'mongoose'
import { UnknownCourse, type Course, type Courses } from '../courses/index.js'
import { pieceInStore, pieceOf, readPiece, storePiece, zipOf, type Pieces } from '../h5p/index.js'
import { NotFound, type Kit } from '../infra/index.js'
import { createPlaces, type Places } from './contents-places.js'
import { addContents, contentFaults, digestOf, inOrder, type ContentCheck, type ContentStore } from './contents.js'
import { CourseChanged, CourseFaults, type CourseFault } from './faults.js'
import { isIn, placeIn, withFolder, writeFiles, type Folder } from './folder.js'
import { COURSE_YAML, MAX_FILE, TOO_LARGE, type CourseFile } from './format.js'
import { readCourse } from './read-course.js'

/** A file as its author gave it: the course's own text encrypted, since it holds keys; files of contents by their key in the store. */
interface SourceDoc { _id: string; course: string; name: string; bytes?: mongo.Binary; sealed?: string; stored?: { key: string; bytes: number } }
export interface Studio {
  /**
   * Takes a course in; the same course again changes nothing.
   * @param warn hears what refuses nothing and yet is worth a look
   * @throws CourseFaults
   */
  importCourse(place: string, warn?: (warnings: CourseFault[]) => void): Promise<Course>
  /**
   * Makes the next version of a course, by the same way a course file goes in: checked wholly, or not at all. One at a time.
   * `version`: the one whose files `change` was thought for.
   * @throws CourseFaults, CourseChanged where there is another since
   */
  revise<T>(slug: string, version: string, change: (files: Pieces) => Promise<{ files: Pieces } & T>): Promise<{ course: Course } & T>
  /** Writes the newest version as its author gave it, to a new folder or a `.zip`. @throws UnknownCourse */
  exportCourse(slug: string, out: string): Promise<Course>
  /** A version's files, as a zip. */
  courseZip(course: Course): Promise<Readable>
  /** A version's files, as its author gave them. */
  source(course: Course): Promise<Pieces>
  /** Where drafts belong in the course. */
  places: Places
}

/** Whether a file is part of a content: its size is its kind's affair then, and the store keeps it. */
const contentFile = ({ rooms }: CourseFile): ((name: string) => boolean) => {
  const places = [...new Set(rooms.flatMap(({ activities }) => activities.map(({ h5p }) => placeIn(h5p))))]
  return (name) => places.some((place) => isIn(name, place))
}

/** Reads a course and all that is wrong with it; what is wrong with its own file is thrown. */
const look = async (folder: Folder, store?: ContentCheck): Promise<{ file: CourseFile } & CourseReport> => {
  const file = await readCourse(folder)
  const isContent = contentFile(file)
  const large = [...folder.files].filter(([name, { bytes }]) => bytes > MAX_FILE && !isContent(name)).map(([name]) => ({ file: name, field: '', message: TOO_LARGE }))
  const links = folder.links.map((name) => ({ file: name, field: '', message: 'is a link; put the file itself there.' }))
  const found = await contentFaults(folder.files, file, store)
  return { file, faults: [...links, ...large, ...found.filter(({ soft }) => !soft)], warnings: found.filter(({ soft }) => soft) }
}

/** What there is to say of a course: it can be imported where it has no fault, whatever the warnings. */
export interface CourseReport { faults: CourseFault[]; warnings: CourseFault[] }
/** Looks at a course without taking it in. Needs no database. */
export const reportOf = async (place: string, store?: ContentCheck): Promise<CourseReport> => {
  try {
    const { faults, warnings } = await withFolder(place, (folder) => look(folder, store))
    return { faults, warnings }
  } catch (error) {
    if (error instanceof CourseFaults) return { faults: error.faults, warnings: [] }
    throw error
  }
}
/** Everything that is wrong with a course; nothing when it can be imported. */
export const checkCourse = async (place: string, store?: ContentCheck): Promise<CourseFault[]> => (await reportOf(place, store)).faults

const picturesOf = async (file: CourseFile, files: Pieces): Promise<Map<string, Buffer>> => {
  const names = [...file.rooms.map(({ picture }) => picture), file.finish.credential.image]
  const pictures = new Map<string, Buffer>()
  for (const name of names) {
    const piece = name === undefined ? undefined : files.get(placeIn(name))
    if (name !== undefined && piece) pictures.set(name, await readPiece(piece))
  }
  return pictures
}

export const createStudio = async ({ mongo: { db }, secrets }: Pick<Kit, 'mongo' | 'secrets'>, { courses, h5p }: { courses: Courses; h5p: ContentStore }): Promise<Studio> => {
  // What the author gave, byte for byte: an export brings back comments and all. The file with the keys rests encrypted.
  const sources = db.collection<SourceDoc>('course_sources')
  const [places] = await Promise.all([createPlaces(db), sources.createIndex({ course: 1 }), sources.createIndex({ 'stored.key': 1 }, { sparse: true })])

  const idOf = async (slug: string, files: Pieces): Promise<string> => {
    const hash = createHash('sha256')
    // The file holds keys, and the id is public: with a MAC nobody can try keys against it.
    for (const [name, piece] of inOrder(files)) hash.update(name).update('\0').update(name === COURSE_YAML ? secrets.mac('course-file', (await readPiece(piece)).toString('utf8')) : await digestOf(piece))
    return `${slug}@${hash.digest('hex').slice(0, 16)}`
  }
  /** Files of contents go to the store, where they aren't there: from here on they are keys. */
  const stored = async (files: Pieces, file: CourseFile): Promise<Pieces> => {
    const [isContent, kept]: [(name: string) => boolean, Pieces] = [contentFile(file), new Map()]
    for (const [name, piece] of files) kept.set(name, isContent(name) ? pieceInStore(h5p.files, await storePiece(h5p.files, piece)) : piece)
    return kept
  }
  const keep = async (course: string, files: Pieces): Promise<void> => {
    for (const [name, piece] of files) {
      const { key, bytes } = piece
      const whole = async (): Promise<Buffer> => readPiece(piece)
      const content = name === COURSE_YAML ? { sealed: secrets.encrypt('course-file', (await whole()).toString('utf8')) } : key ? { stored: { key, bytes } } : { bytes: (await whole()) as unknown as mongo.Binary }
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
  const sourceOf = async (course: Course): Promise<Pieces> => {
    const found = await sources.find({ course: course.id }).sort({ name: 1 }).toArray()
    return new Map(found.map(({ name, sealed, stored: file, bytes }) => [name, file ? pieceInStore(h5p.files, file) : pieceOf(sealed ? Buffer.from(secrets.decrypt('course-file', sealed)) : Buffer.from(bytes?.buffer ?? []))]))
  }
  /** All that can be done before anybody sees it. @throws CourseFaults */
  const prepare = async (folder: Folder, warn?: (warnings: CourseFault[]) => void): Promise<{ course: Course; file: CourseFile; files: Pieces }> => {
    const { file, faults, warnings } = await look(folder, h5p)
    if (faults.length > 0) throw new CourseFaults(faults)
    if (warnings.length > 0) warn?.(warnings)
    const files = await stored(folder.files, file)
    return { course: courseOf(file, await idOf(file.slug, files), await addContents(files, file, h5p)), file, files }
  }
  const save = async ({ course, file, files }: Awaited<ReturnType<typeof prepare>>): Promise<Course> => {
    await keep(course.id, files)
    await courses.saveCourse(course, await picturesOf(file, files))
    return courses.course(course.id)
  }
  const alone = <T>(slug: string, work: () => Promise<T>): Promise<T> => h5p.alone(`course ${slug}`, work)
  return {
    importCourse: (place, warn) =>
      withFolder(place, async (folder) => {
        const prepared = await prepare(folder, warn)
        return alone(prepared.course.slug, () => save(prepared))
      }),
    revise: (slug, version, change) =>
      alone(slug, async () => {
        const course = await courses.current(slug)
        if (!course) throw new NotFound({ detail: { course: slug } })
        if (course.id !== version) throw new CourseChanged()
        const changed = await change(await sourceOf(course))
        return { ...changed, course: await save(await prepare({ files: changed.files, links: [] })) }
      }),
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
const writeZip = async (out: string, files: Pieces): Promise<void> => {
  const file = await open(out, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return refuseOut(out, 'is there already; name a new file, so that nothing is overwritten.')
    if (error.code === 'ENOENT') return refuseOut(path.dirname(out), 'is not there; make the folder first.')
    throw error
  })
  await pipeline(zipOf(files), file.createWriteStream()).catch(async (error: unknown) => {
    // Half a course would look like one.
    await rm(out, { force: true })
    throw error
  })
}
const writeFolder = async (out: string, files: Pieces): Promise<void> => {
  await mkdir(out, { recursive: true }).catch((error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? refuseOut(out, 'is a file; name a new folder, or a .zip.') : Promise.reject(error)))
  if ((await readdir(out)).length > 0) refuseOut(out, 'is not empty; name a new folder, so that nothing is overwritten.')
  await writeFiles(out, files)
}
