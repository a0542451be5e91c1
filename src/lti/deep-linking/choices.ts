import type { Course, Courses, Room, Target } from '../../courses/index.js'

/** Something that a link may open. */
export interface Choice {
  /** `SLUG/map`, `SLUG/room:ID`, `SLUG/ladder`: what the form calls it. */
  key: string
  course: Pick<Course, 'slug' | 'title' | 'summary' | 'lang' | 'rooms'>
  target: Target
  room?: Room
}
/** A course, and what of it may be linked: the whole of it first. */
export interface CourseChoices { course: Course; choices: [Choice, ...Choice[]] }

/** As a custom parameter, and in a choice's key. */
export const openOf = (target: Target): string => (target.kind === 'room' ? `room:${target.room}` : target.kind)
const choice = (course: Course, target: Target, room?: Room): Choice => ({ key: `${course.slug}/${openOf(target)}`, course, target, ...(room ? { room } : {}) })

/** Every course there is. */
export const choicesIn = async (courses: Pick<Courses, 'list' | 'current'>): Promise<CourseChoices[]> => {
  const found = await Promise.all((await courses.list()).map(({ slug }) => courses.current(slug)))
  return found.flatMap((course) => course ?? []).map((course) => ({
    course,
    choices: [choice(course, { kind: 'map' }), ...course.rooms.map((room) => choice(course, { kind: 'room', room: room.id }, room)), choice(course, { kind: 'ladder' })],
  }))
}
