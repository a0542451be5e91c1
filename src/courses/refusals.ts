import { Refusal } from '../infra/index.js'

/** The link names no course, and there is none, or more than one to choose from. */
export class NoCourse extends Refusal { readonly code = 'courses/no-course'; readonly status = 404 }
/** The link names a course that isn't here. */
export class UnknownCourse extends Refusal { readonly code = 'courses/unknown-course'; readonly status = 404 }
/** A course file that can't be taken. */
export class CourseFileRefused extends Refusal { readonly code = 'courses/file-refused'; readonly status = 422 }
