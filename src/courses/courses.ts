import type { Kit } from '../infra/index.js'
import { createRoster, type Roster } from './listed.js'
import { createMembers, type Members } from './members.js'
import { createRuns, type Runs } from './runs.js'
import { createVersions, type Versions } from './versions.js'

/** What a course is, which run of it a link leads to, and who is in it. */
export type Courses = Omit<Versions, 'currentOnes' | 'currentOf'> & Omit<Runs, 'forgetKept'> & Members & Roster

/** How long another node may still play a course’s version before last, or know a run as it was. */
const KEPT_MS = 5000

export const createCourses = async ({ mongo: { db }, now }: Pick<Kit, 'mongo' | 'now'>): Promise<Courses> => {
  const { currentOnes, currentOf, ...versions } = await createVersions(db, { now, keptMs: KEPT_MS })
  const { forgetKept, ...runs } = await createRuns(db, { ...versions, currentOnes, currentOf }, { now, keptMs: KEPT_MS })
  return {
    ...versions, ...runs, ...(await createMembers(db, now)), ...(await createRoster({ db }, now)),
    async saveCourse(made, pictures) {
      await versions.saveCourse(made, pictures)
      await db.collection('runs').updateMany({ course: { $regex: `^${made.slug}@` } }, { $set: { course: made.id } })
      forgetKept()
    },
  }
}
