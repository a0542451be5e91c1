import { CourseFileRefused } from '../courses/index.js'
import { Refusal } from '../infra/index.js'

/** One thing to mend in a course file, at its place. */
export interface CourseFault {
  file: string
  line?: number
  column?: number
  field: string
  message: string
  /** Refuses nothing: another's type would have it otherwise, and plays it. */
  soft?: true
}

/** `course.yaml:12:5 rooms.0.title: is missing` */
export const sayFault = ({ file, line, column, field, message }: CourseFault): string =>
  `${file}${line ? `:${line}:${column ?? 1}` : ''}${field ? ` ${field}` : ''}: ${message}`

/** A course file with everything that is wrong with it, at once. */
export class CourseFaults extends CourseFileRefused {
  constructor(readonly faults: CourseFault[]) {
    super({ params: { count: faults.length }, detail: { faults: faults.slice(0, 20).map(sayFault) } })
  }
}

/** The course was changed since the page was made: what was chosen there may be elsewhere now. */
export class CourseChanged extends Refusal { readonly code = 'studio-forms/course-changed'; readonly status = 409 }
