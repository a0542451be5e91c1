import { z } from 'zod'
import { gradingOf, hasColumn, type Column, type Course, type Room, type Run } from '../courses/index.js'
import type { EventDraft, OutboxDraft, OutboxRow, Standing } from '../ledger/index.js'
import type { PlayState } from './model.js'
import { courseScore, pagesOf, roomScore, roomsDone } from './progress.js'

/** A course as a run plays it: which columns its learners' grades have, and whose lane they travel in. */
export interface Played extends Course { grading?: Run['grading']; columns?: Run['columns']; lane?: string }
export const playedIn = (course: Course, { grading, columns, platform }: Pick<Run, 'grading' | 'columns' | 'platform'>): Played => ({ ...course, ...(grading ? { grading } : {}), ...(columns ? { columns } : {}), lane: platform })

type Progress = 'Started' | 'InProgress' | 'Submitted' | 'Completed'

/** A grade's row: one for each learner and column, so that a column's scores follow one another. */
export const gradeId = (run: string, learner: string, column: Column): string => `grade:${run}:${learner}${column === 'course' ? '' : `:${column}`}`

const ColumnName = z.custom<Column>((name) => typeof name === 'string')
const Said = z.object({ column: ColumnName.default('course'), score: z.number(), max: z.number().positive(), pending: z.literal(true).optional(), reset: z.literal(true).optional() })
/** What a grade's row says, of whatever version. `share`: of what can be had, 0–1; absent: taken back. */
export const gradeIn = ({ payload }: Pick<OutboxRow, 'payload'>): { column: Column; share?: number; pending: boolean; reset: boolean } => {
  const { column, score, max, pending = false, reset = false } = Said.parse(payload)
  return { column, ...(reset ? {} : { share: Math.min(1, score / max) }), pending, reset }
}

const waitsIn = ({ activities }: Room, state: PlayState): string[] =>
  activities.filter(({ id }) => Object.values(state.activities[id]?.items ?? {}).some(({ pending }) => pending)).map(({ id }) => id)
/** Pages that are done, or that nobody but a reviewer can do more about. */
const handedIn = (room: Room, state: PlayState): boolean => {
  const { done, of } = pagesOf(room, state)
  return done + waitsIn(room, state).filter((id) => !state.activities[id]?.completed).length >= of
}
const isTouched = (room: Room, state: PlayState): boolean => room.activities.some(({ id }) => state.activities[id] !== undefined)

/** How far it is, in the words of the standard. @see [AGS 2.0, 3.4.7](https://www.imsglobal.org/spec/lti-ags/v2p0#activityprogress) */
const progressIn = (rooms: Room[], state: PlayState, isDone: boolean): Progress => {
  if (isDone) return 'Completed'
  if (rooms.every((room) => handedIn(room, state))) return 'Submitted'
  return rooms.some((room) => pagesOf(room, state).done > 0) ? 'InProgress' : 'Started'
}

const draftOf = ({ lane }: Played, { run, learner }: Standing, column: Column, payload: object): OutboxDraft =>
  ({ kind: 'grade', id: gradeId(run, learner, column), ...(lane ? { lane } : {}), payload: { column, ...payload } })

const courseGrade = (course: Played, standing: Standing): OutboxDraft => {
  const { play } = standing
  return draftOf(course, standing, 'course', {
    score: courseScore(course, play), max: 100, activityProgress: progressIn(course.rooms, play, play.finished !== undefined),
    ...(course.rooms.some((room) => waitsIn(room, play).length > 0) ? { pending: true } : {}),
    comment: { rooms: roomsDone(course, play), of: course.rooms.length },
  })
}
const roomGrade = (course: Played, standing: Standing, room: Room): OutboxDraft => {
  const { play } = standing
  const { done, of } = pagesOf(room, play)
  return draftOf(course, standing, `room:${room.id}`, {
    score: roomScore(room, play), max: 100, activityProgress: progressIn([room], play, play.rooms[room.id]?.completed !== undefined),
    ...(waitsIn(room, play).length > 0 ? { pending: true } : {}),
    comment: { pages: done, of },
  })
}

/** What the LMS's columns should say of a learner: the course, and each of these rooms that the learner has begun. */
export const gradesOf = (course: Played, standing: Standing, rooms: readonly Room[] = course.rooms): OutboxDraft[] => [
  ...(gradingOf(course).course ? [courseGrade(course, standing)] : []),
  ...rooms.filter((room) => hasColumn(course, `room:${room.id}`) && isTouched(room, standing.play)).map((room) => roomGrade(course, standing, room)),
]
/** The rooms whose score or progress these events may have changed. */
export const roomsIn = ({ rooms }: Course, events: readonly EventDraft[]): Room[] => {
  const touched = new Set(events.filter(({ type }) => ['answered', 'reviewed', 'completed'].includes(type)).map(({ data }) => (data as { room: string }).room))
  return rooms.filter(({ id }) => touched.has(id))
}
