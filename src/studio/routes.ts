import { pipeline } from 'node:stream/promises'
import { Router } from 'express'
import type { Activity, Course, Courses, Lock, Room } from '../courses/index.js'
import { langOf, sessionOf, type Kit, type Say } from '../infra/index.js'
import { staffFrame } from '../insights/index.js'
import type { Studio } from './studio.js'

export interface StudioDeps {
  kit: Pick<Kit, 'sessions' | 'views' | 'i18n'>
  courses: Pick<Courses, 'run' | 'course'>
  studio: Pick<Studio, 'courseZip'>
}

/** What kind of lock, and what stands on the door: never the key. */
const lockView = (lock: Lock | undefined, t: Say) => ({
  kind: lock?.kind ?? ('none' as const),
  say: t(`studio.lock.${lock?.kind ?? 'none'}`),
  prompt: lock?.prompt && t('studio.lock.prompt', { prompt: lock.prompt }),
  hint: lock?.hint && t('studio.lock.hint', { hint: lock.hint }),
})

const activityView = (activity: Activity, outcomes: Map<string, string>, percent: (share: number) => string, t: Say) => ({
  title: activity.title, choice: activity.choice, dok: activity.dok ? String(activity.dok) : '–', pass: percent(activity.pass),
  scored: t(activity.selfReported ? 'studio.self' : 'studio.server'),
  outcomes: activity.outcomes.map((id) => ({ id, text: outcomes.get(id) ?? id })),
})

const roomView = (room: Room, index: number, outcomes: Map<string, string>, percent: (share: number) => string, t: Say) => ({
  number: index + 1, title: room.title, subtitle: room.subtitle,
  minutes: room.minutes && t('studio.facts.minutes', { count: room.minutes }),
  choose: room.choose > 0 ? t('studio.choose', { count: room.choose }) : undefined,
  lock: lockView(room.lock, t),
  activities: room.activities.map((activity) => activityView(activity, outcomes, percent, t)),
})

/** All that the author's page shows of a course. */
export const courseView = (course: Course, lang: string, t: Say) => {
  const outcomes = new Map(course.outcomes.map(({ id, text }) => [id, text]))
  const percents = new Intl.NumberFormat(lang, { style: 'percent' })
  const minutes = course.rooms.reduce((sum, room) => sum + (room.minutes ?? 0), 0)
  return {
    title: course.title, summary: course.summary, textLang: course.lang, slug: course.slug, outcomes: course.outcomes,
    version: t('studio.version', { version: course.id.split('@').at(-1) ?? course.id }),
    facts: [
      t('studio.facts.rooms', { count: course.rooms.length }),
      t('studio.facts.activities', { count: course.rooms.reduce((sum, { activities }) => sum + activities.length, 0) }),
      ...(minutes > 0 ? [t('studio.facts.minutes', { count: minutes })] : []),
    ],
    rooms: course.rooms.map((room, index) => roomView(room, index, outcomes, (share) => percents.format(share), t)),
  }
}

/** `/studio/:run`: the course as its author sees it, and its file. */
export const studioRoutes = ({ kit, courses, studio }: StudioDeps): Router => {
  const router = Router({ mergeParams: true })
  router.use(kit.sessions.may('author'))
  router.get('/', async (req, res) => {
    const session = sessionOf(res)
    const run = await courses.run(session.run)
    const course = await courses.course(run.course)
    const lang = langOf(req, res)
    const t = kit.i18n.in(lang)
    kit.views.page(req, res, 'studio/course', { ...courseView(course, lang, t), base: `/studio/${session.run}` }, { title: t('studio.title'), layout: 'staff', frame: { ...staffFrame(t, session, { run, course }, 'course') } })
  })
  router.get('/course.zip', async (_req, res) => {
    const run = await courses.run(sessionOf(res).run)
    const course = await courses.course(run.course)
    const zip = await studio.courseZip(course)
    res.set('Cache-Control', 'private, no-store').type('application/zip').attachment(`${course.slug}.zip`)
    await pipeline(zip, res)
  })
  return router
}
