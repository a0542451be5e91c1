import type { mongo } from 'mongoose'

/** Where a draft came from or went: the activity, and which of its revisions is in the course. */
export interface Place { activity: string; revision?: number; at: Date }
/** `draft`: absent where an earlier version wrote it, which knew one place of each draft, under its id. */
interface PlaceDoc extends Place { _id: string; course: string; draft?: string }

export interface Places {
  /** Of each draft, the newest first. */
  of(course: string): Promise<Map<string, Place[]>>
  /** With a revision it is in the course from now on, and whatever was there isn't. */
  put(course: string, draft: string, place: { activity: string; revision?: number }): Promise<void>
  forget(course: string, draft: string): Promise<void>
}

export const createPlaces = async (db: mongo.Db): Promise<Places> => {
  const places: mongo.Collection<PlaceDoc> = db.collection<PlaceDoc>('studio_draft_places')
  await places.createIndex({ course: 1 })
  return {
    async of(course) {
      const found = new Map<string, Place[]>()
      for await (const { _id, draft = _id, activity, revision, at } of places.find({ course }).sort({ at: -1 })) found.set(draft, [...(found.get(draft) ?? []), { activity, revision, at }])
      return found
    },
    async put(course, draft, { activity, revision }) {
      const _id = JSON.stringify([draft, activity])
      await places.updateOne({ _id }, { $set: { course, draft, activity, ...(revision === undefined ? {} : { revision }) }, $currentDate: { at: true } }, { upsert: true })
      if (revision !== undefined) await places.deleteMany({ course, activity, _id: { $ne: _id }, $or: [{ revision: { $exists: true } }, { _id: draft }] })
    },
    async forget(course, draft) {
      await places.deleteMany({ course, $or: [{ draft }, { _id: draft }] })
    },
  }
}
