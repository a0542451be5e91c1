import { CourseFull } from '../refusals.js'
import type { ContentDocs } from './content-docs.js'
import type { StoredFile } from './file-store.js'
import type { Leases } from './lease.js'

/** What editors uploaded and nobody has saved yet. */
export const TEMPORARY = 'h5p_temporary'
/** All files of a course's drafts together. */
const COURSE_LIMIT = 5 * 1024 ** 3

/** How much a course's drafts may take, with what its editors uploaded and have not saved. */
export interface Room {
  /** Bytes that are left: to refuse early what can't fit. */
  left(course: string): Promise<number>
  /**
   * Notes files that have come in. Others may have come in at the same time, for which there was room as well: so it is counted once
   * more, by one at a time of all nodes. @throws CourseFull, and nothing is noted then
   */
  keep<T>(course: string, files: readonly StoredFile[], note: () => Promise<T>): Promise<T>
}

export const courseFull = (cause?: unknown): CourseFull => new CourseFull({ params: { limit: Math.round(COURSE_LIMIT / 1024 ** 3) }, cause })

/** A file that several hold rests once, and counts once. */
const bytesOf = async ({ collection }: ContentDocs, course: string, coming: readonly StoredFile[] = []): Promise<number> => {
  const fresh = new Map(coming.map(({ key, bytes }) => [key, bytes]))
  const [sum] = await collection.aggregate<{ bytes: number }>([
    { $match: { course } }, { $unwind: '$files' }, { $replaceRoot: { newRoot: '$files' } },
    { $unionWith: { coll: TEMPORARY, pipeline: [{ $match: { course } }] } },
    { $match: { key: { $nin: [...fresh.keys()] } } },
    { $group: { _id: '$key', bytes: { $first: '$bytes' } } }, { $group: { _id: null, bytes: { $sum: '$bytes' } } },
  ]).toArray()
  return [...fresh.values()].reduce((all, bytes) => all + bytes, sum?.bytes ?? 0)
}

export const makeRoom = (docs: ContentDocs, leases: Pick<Leases, 'alone'>): Room => ({
  left: async (course) => COURSE_LIMIT - (await bytesOf(docs, course)),
  keep: (course, files, note) =>
    leases.alone(`h5p room ${course}`, async () => {
      if ((await bytesOf(docs, course, files)) > COURSE_LIMIT) throw courseFull()
      return note()
    }),
})
