import type { mongo } from 'mongoose'
import type { Course, Courses, Run } from '../courses/index.js'
import type { Kit } from '../infra/index.js'
import type { Ledger, OutboxDraft, Standing } from '../ledger/index.js'
import { createAgs } from './ags.js'
import { createColumns, type Columns } from './columns.js'
import { createGradesConsole, type GradesConsole } from './grade-console.js'
import { gradeDelivery } from './grades.js'
import type { Registry } from './registry.js'
import type { Services } from './services.js'

export interface GradeServiceDeps {
  kit: Pick<Kit, 'i18n' | 'log' | 'now'>
  db: mongo.Db
  services: Services
  registry: Registry
  courses: Courses
  ledger: Pick<Ledger, 'record' | 'standings' | 'outbox'>
  /** What the LMS's columns should say of a learner. */
  gradesOf: (run: Run, course: Course, standing: Standing) => OutboxDraft[]
}
export interface GradeService {
  console: GradesConsole
  /** Whether the address is a column of this run's. */
  isColumnOf: Columns['has']
  /** Begins to send grades; to each platform so many at once. */
  start(options?: { concurrency?: number; pollMs?: number }): void
}

/** What the LMS hears of grades: sent by the outbox, asked for by people. */
export const createGradeService = ({ kit, db, services, registry, courses, ledger, gradesOf }: GradeServiceDeps): GradeService => {
  const { i18n, log, now } = kit
  const ags = createAgs(services)
  const columns = createColumns({ db, ags, courseOf: (run) => courses.course(run.course), now })
  const { deliver, ...console } = createGradesConsole({ ledger, courses, registry, columns, ags, gradesOf, now })
  return {
    console,
    isColumnOf: columns.has,
    start(options) {
      ledger.outbox.deliver('grade', gradeDelivery({ ags, columns, registry, courses, i18n, log, now }), options)
      ledger.outbox.deliver('grading', deliver, { ...options, concurrency: 1 })
    },
  }
}
