import type { mongo } from 'mongoose'

/** Where a draft came from or went: the activity, and which of its revisions is in the course. */
export interface Place { activity: string; revision?: number; at: Date }
interface PlaceDoc extends Place { _id: string; course: string }

export interface Places {
  of(course: string): Promise<Map<string, Place>>
  put(course: string, draft: string, place: { activity: string; revision?: number }): Promise<void>
  forget(course: string, draft: string): Promise<void>
}

export const createPlaces = async (db: mongo.Db): Promise<Places> => {
  const places: mongo.Collection<PlaceDoc> = db.collection<PlaceDoc>('studio_draft_places')
  await places.createIndex({ course: 1 })
  return {
    of: async (course) => new Map((await places.find({ course }).toArray()).map(({ _id, activity, revision, at }) => [_id, { activity, revision, at }])),
    async put(course, draft, { activity, revision }) {
      await places.updateOne({ _id: draft }, { $set: { course, activity, ...(revision === undefined ? {} : { revision }) }, $currentDate: { at: true } }, { upsert: true })
    },
    async forget(course, draft) {
      await places.deleteOne({ _id: draft, course })
    },
  }
}
