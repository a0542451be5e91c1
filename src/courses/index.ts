/** Courses: what a course is, which run of it a context plays, and who is in it. */
export { foldKey } from './fold-key.js'
export { createCourses, type Courses, type LaunchPlace } from './courses.js'
export { placeOf } from './place-of.js'
export { CourseFileRefused, NoCourse, UnknownCourse } from './refusals.js'
export { SCENES } from './model.js'
export type * from './model.js'
