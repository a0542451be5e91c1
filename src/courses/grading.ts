import type { Column, Course, Grading, Run } from './model.js'

/** What a run gives the LMS until somebody chooses: one column, the course's. */
const COURSE_ALONE: Grading = { course: true, rooms: false, credential: false }

/** Which columns a run has in the LMS's gradebook. */
export const gradingOf = ({ grading }: Pick<Run, 'grading'>): Grading => grading ?? COURSE_ALONE

/** A room's own link came with a column of its own: it is there, whatever was chosen for rooms in general, and would stay empty. */
const isLinked = ({ columns }: Pick<Run, 'columns'>, room: Column): boolean => columns?.[room] !== undefined

/** The same, each by its name. */
export const columnsOf = (run: Pick<Run, 'grading' | 'columns'>, { rooms }: Pick<Course, 'rooms'>): Column[] => {
  const grading = gradingOf(run)
  return [
    ...(grading.course ? ['course' as const] : []),
    ...rooms.map(({ id }): Column => `room:${id}`).filter((room) => grading.rooms || isLinked(run, room)),
    ...(grading.credential ? ['credential' as const] : []),
  ]
}
/** Whether a run has this column, now. A room that the course no longer has keeps what it was given. */
export const hasColumn = (run: Pick<Run, 'grading' | 'columns'>, column: Column): boolean => {
  const { course, rooms, credential } = gradingOf(run)
  return column === 'course' ? course : column === 'credential' ? credential : rooms || isLinked(run, column)
}
