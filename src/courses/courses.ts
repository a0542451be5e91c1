import { isDeepStrictEqual } from 'node:util'
import type { mongo } from 'mongoose'
import { keptFor, NotFound, stableId, type Kit } from '../infra/index.js'
import type { Course, Member, Run } from './model.js'
import { NoCourse, UnknownCourse } from './refusals.js'

/** What a verified launch says of where it came from. */
export interface LaunchPlace {
  platform: string
  deployment: string
  context: string
  contextTitle?: string
  resourceLink: string
  /** Which course, where the link says so. */
  slug?: string
  ags?: Run['ags']
  nrps?: string
}
type CourseDoc = Course & { _id: string; importedAt: Date }
/** `links`: every link of the LMS that has led here. */
type RunDoc = Run & { links: string[] }
interface CurrentDoc { _id: string; course: string; title: string; at: Date }

export interface Courses {
  /** A version: never changes, so it's kept in memory. */
  course(id: string): Promise<Course>
  /** The newest version of a course. */
  current(slug: string): Promise<Course | undefined>
  list(): Promise<{ slug: string; course: string; title: string; at: Date }[]>
  /** Stores a version and makes it the one that all runs of the course play from now on. */
  saveCourse(course: Course, pictures: Map<string, Buffer>): Promise<void>
  picture(course: string, name: string): Promise<Buffer | undefined>
  pictures(course: string): Promise<Map<string, Buffer>>
  run(id: string): Promise<Run>
  /** The run of this place: made at the first launch, its service addresses renewed by each. */
  ensureRun(place: LaunchPlace): Promise<Run>
  member(run: string, user: string): Promise<Member | undefined>
  upsertMember(member: Omit<Member, '_id'>): Promise<void>
  members(run: string): Promise<Member[]>
}

/** How long another node may still play a course's version before last. */
const KEPT_MS = 5000

const collectionsOf = (db: mongo.Db) => ({
  courses: db.collection<CourseDoc>('courses'),
  current: db.collection<CurrentDoc>('current_courses'),
  pictures: db.collection<{ _id: string; course: string; name: string; bytes: mongo.Binary }>('course_pictures'),
  runs: db.collection<RunDoc>('runs'),
  members: db.collection<Member>('members'),
})

const withoutId = ({ _id, importedAt: _at, ...course }: CourseDoc): Course => course

export const createCourses = async ({ mongo: { db }, now }: Pick<Kit, 'mongo' | 'now'>): Promise<Courses> => {
  const { courses, current, pictures, runs, members } = collectionsOf(db)
  await Promise.all([members.createIndex({ run: 1 }), pictures.createIndex({ course: 1 }), runs.createIndex({ course: 1 })])
  const versions = new Map<string, Course>()
  const keptRuns = keptFor<RunDoc>(KEPT_MS)
  const keptCurrent = keptFor<CurrentDoc[]>(KEPT_MS)
  /** All courses that can be played, the oldest first. */
  const currentOnes = async (): Promise<CurrentDoc[]> => keptCurrent.get('all') ?? keptCurrent.set('all', await current.find().sort({ at: 1 }).toArray())

  const course = async (id: string): Promise<Course> => {
    const known = versions.get(id)
    if (known) return known
    const found = await courses.findOne({ _id: id })
    if (!found) throw new NotFound({ detail: { course: id } })
    const made = withoutId(found)
    versions.set(id, made)
    return made
  }
  const runIdOf = ({ platform, deployment, context }: LaunchPlace, slug: string): string => stableId('run', platform, deployment, context, slug)
  /** What a link that names no course has led to so far: a course imported later takes nothing from it. */
  const playedThrough = async (place: LaunchPlace): Promise<CurrentDoc | undefined> => {
    const all = await currentOnes()
    const run = await runs.findOne({ _id: { $in: all.map(({ _id }) => runIdOf(place, _id)) }, links: place.resourceLink })
    return all.find(({ _id }) => run?._id === runIdOf(place, _id))
  }
  /** The link's course; where it names none, the only one there is, else the one that is played through it already. */
  const courseFor = async (place: LaunchPlace): Promise<CurrentDoc> => {
    if (place.slug) {
      const named = (await currentOnes()).find(({ _id }) => _id === place.slug) ?? (await current.findOne({ _id: place.slug }))
      if (!named) throw new UnknownCourse({ params: { course: place.slug } })
      return named
    }
    const [first, second] = await currentOnes()
    const found = second ? await playedThrough(place) : first
    if (!found) throw new NoCourse({ detail: { courses: first ? 'several' : 'none' } })
    return found
  }

  return {
    course,
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
      await runs.updateMany({ course: { $regex: `^${made.slug}@` } }, { $set: { course: made.id } })
      keptRuns.clear()
      keptCurrent.clear()
    },
    picture: async (id, name) => {
      const found = await pictures.findOne({ _id: `${id}/${name}` })
      return found ? Buffer.from(found.bytes.buffer) : undefined
    },
    pictures: async (id) => new Map((await pictures.find({ course: id }).toArray()).map(({ name, bytes }) => [name, Buffer.from(bytes.buffer)])),
    run: async (id) => {
      const known = keptRuns.get(id)
      if (known) return known
      const found = await runs.findOne({ _id: id })
      if (!found) throw new NotFound({ detail: { run: id } })
      return keptRuns.set(id, found)
    },
    async ensureRun(asked) {
      const { _id: slug, course: version } = await courseFor(asked)
      const { slug: _asked, ags, nrps, contextTitle, ...place } = asked
      const _id = runIdOf(asked, slug)
      // A launch without services says nothing of those that an earlier one announced.
      const renewed = { ...place, ...(contextTitle ? { contextTitle } : {}), ...(ags ? { ags } : {}), ...(nrps ? { nrps } : {}) }
      const known = keptRuns.get(_id)
      // Most launches say what the one before said: a write for each would only stand in the others' way.
      if (known?.links?.includes(place.resourceLink) && Object.entries(renewed).every(([name, value]) => isDeepStrictEqual(value, known[name as keyof RunDoc]))) return known
      const change = { $set: renewed, $addToSet: { links: place.resourceLink }, $setOnInsert: { course: version, createdAt: now() } }
      const run = await runs.findOneAndUpdate({ _id }, change, { upsert: true, returnDocument: 'after' })
      if (!run) throw new NotFound({ detail: { run: _id } })
      return keptRuns.set(_id, run)
    },
    member: async (run, user) => (await members.findOne({ _id: `${run}:${user}` })) ?? undefined,
    async upsertMember({ name, email, ...member }) {
      // A platform that stops sending a name takes it back.
      const said = { ...(name ? { name } : {}), ...(email ? { email } : {}) }
      const unsaid = { ...(name ? {} : { name: '' as const }), ...(email ? {} : { email: '' as const }) }
      await members.updateOne({ _id: `${member.run}:${member.user}` }, { $set: { ...member, ...said }, $unset: unsaid }, { upsert: true })
    },
    members: (run) => members.find({ run }).toArray(),
  }
}
