import type { mongo } from 'mongoose'
import { keptFor, NotFound } from '../infra/index.js'
import type { Course } from './model.js'
import { UnknownCourse } from './refusals.js'

type CourseDoc = Course & { _id: string; importedAt: Date }
export interface CurrentDoc { _id: string; course: string; title: string; at: Date }

export interface Versions {
  /** A version: never changes, so it's kept in memory. */
  course(id: string): Promise<Course>
  /** The newest version of a course. */
  current(slug: string): Promise<Course | undefined>
  list(): Promise<{ slug: string; course: string; title: string; at: Date }[]>
  /** Stores a version and makes it the one that all runs of the course play from now on. */
  saveCourse(course: Course, pictures: Map<string, Buffer>): Promise<void>
  picture(course: string, name: string): Promise<Buffer | undefined>
  pictures(course: string): Promise<Map<string, Buffer>>
  /** All courses that can be played, the oldest first. */
  currentOnes(): Promise<CurrentDoc[]>
  /** @throws UnknownCourse */
  currentOf(slug: string): Promise<CurrentDoc>
}

const withoutId = ({ _id, importedAt: _at, ...course }: CourseDoc): Course => course

/** Courses as authors made them, version by version. Collections `courses`, `current_courses`, `course_pictures`. */
export const createVersions = async (db: mongo.Db, { now, keptMs }: { now: () => Date; keptMs: number }): Promise<Versions> => {
  const courses = db.collection<CourseDoc>('courses')
  const current = db.collection<CurrentDoc>('current_courses')
  const pictures = db.collection<{ _id: string; course: string; name: string; bytes: mongo.Binary }>('course_pictures')
  await pictures.createIndex({ course: 1 })
  const versions = new Map<string, Course>()
  const kept = keptFor<CurrentDoc[]>(keptMs)
  const currentOnes = async (): Promise<CurrentDoc[]> => kept.get('all') ?? kept.set('all', await current.find().sort({ at: 1 }).toArray())
  const course = async (id: string): Promise<Course> => {
    const known = versions.get(id)
    if (known) return known
    const found = await courses.findOne({ _id: id })
    if (!found) throw new NotFound({ detail: { course: id } })
    const made = withoutId(found)
    versions.set(id, made)
    return made
  }
  return {
    course, currentOnes,
    async currentOf(slug) {
      const named = (await currentOnes()).find(({ _id }) => _id === slug) ?? (await current.findOne({ _id: slug }))
      if (!named) throw new UnknownCourse({ params: { course: slug } })
      return named
    },
    current: async (slug) => {
      const found = await current.findOne({ _id: slug })
      return found ? course(found.course) : undefined
    },
    list: async () => (await current.find().sort({ _id: 1 }).toArray()).map(({ _id, ...rest }) => ({ slug: _id, ...rest })),
    async saveCourse(made, files) {
      for (const [name, bytes] of files) {
        const _id = `${made.id}/${name}`
        await pictures.updateOne({ _id }, { $set: { course: made.id, name, bytes: bytes as unknown as mongo.Binary } }, { upsert: true })
      }
      await courses.updateOne({ _id: made.id }, { $setOnInsert: { ...made, importedAt: now() } }, { upsert: true })
      await current.updateOne({ _id: made.slug }, { $set: { course: made.id, title: made.title, at: now() } }, { upsert: true })
      kept.clear()
    },
    picture: async (id, name) => {
      const found = await pictures.findOne({ _id: `${id}/${name}` })
      return found ? Buffer.from(found.bytes.buffer) : undefined
    },
    pictures: async (id) => new Map((await pictures.find({ course: id }).toArray()).map(({ name, bytes }) => [name, Buffer.from(bytes.buffer)])),
  }
}
