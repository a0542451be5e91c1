import type { Course, Run } from '../courses/index.js'
import type { Say, Session } from '../infra/index.js'

/** Which of the staff's pages is shown. */
export type StaffPage = 'participants' | 'reviews' | 'ladder' | 'grades' | 'links' | 'course' | 'contents'

export interface StaffFrame {
  course: string
  context?: string
  nav: { href: string; label: string; current: boolean }[]
  back?: { href: string; label: string }
}

/** What layout/staff shows around a page. `lms`: the platform's name, where one is known. */
export const staffFrame = (t: Say, session: Session, { run, course, lms }: { run: Run; course: Course; lms?: string }, current?: StaffPage): StaffFrame => {
  const entry = (page: StaffPage, href: string, label = `insights.nav.${page}`) => ({ href, label: t(label), current: page === current })
  return {
    course: course.title,
    // Where the LMS names its course as ours is named, once is enough.
    context: run.contextTitle === course.title ? undefined : run.contextTitle,
    nav: [
      entry('participants', `/insights/${session.run}/`),
      entry('reviews', `/insights/${session.run}/reviews`),
      entry('ladder', `/insights/${session.run}/ladder`),
      entry('grades', `/insights/${session.run}/grades/`, 'console.nav'),
      entry('links', `/insights/${session.run}/links/`, 'links.staff.nav'),
      ...(session.role === 'author' ? [entry('course', `/studio/${session.run}/`), entry('contents', `/studio/${session.run}/contents`)] : []),
    ],
    back: session.back ? { href: session.back, label: lms ? t('insights.nav.backTo', { lms }) : t('insights.nav.back') } : undefined,
  }
}
