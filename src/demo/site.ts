import express, { Router, type Request, type Response } from 'express'
import { langOf } from '../infra/index.js'
import type { Courses } from './courses.js'
import { gradebookView, override } from './gradebook.js'
import type { Asked, Launches } from './launches.js'
import type { Context, Link, LineItem } from './model.js'
import type { PageData, Pages } from './pages.js'
import { COURSE, isStaff, mayEdit, PEOPLE, personOf, type Person } from './people.js'
import type { LmsSessions } from './sessions.js'
import type { Settings } from './settings.js'
import type { Store } from './store.js'
import type { Tools } from './tools.js'

export interface SiteDeps { store: Store; courses: Courses; tools: Tools; launches: Launches; sessions: LmsSessions; pages: Pages; settings: Settings; now: () => Date }
export interface Visit { req: Request; res: Response; person: Person; asStudent: boolean }
export interface CourseVisit extends Visit { context: Context; page(name: string, data: PageData): void }

const GROUPS = ['participant', 'instructor', 'author'] as const
const form = express.urlencoded({ extended: false, limit: '4kb' })
const bodyOf = (req: Request) => (req.body ?? {}) as Record<string, string | undefined>

/** What the page's script listens to, for tools that it opens. */
export const hostOf = (origins: string[], { storage }: Settings, back: string) => ({ origins, storage, back })

/** Pages for who is signed in; and those of one course, of which the address is `/courses/:context/…`. */
export const visitsOf = ({ courses, sessions, pages, tools, settings }: Pick<SiteDeps, 'courses' | 'sessions' | 'pages' | 'tools' | 'settings'>) => {
  const signedIn = (show: (visit: Visit) => void) => (req: Request, res: Response): void => {
    const person = sessions.whoIs(req)
    if (!person) return res.redirect(303, '/')
    show({ req, res, person, asStudent: isStaff(person) && sessions.asStudent(req) })
  }
  const inCourse = (may: (person: Person) => boolean, show: (visit: CourseVisit) => void) => signedIn((visit) => {
    const { req, res, person } = visit
    const context = courses.of(String(req.params.context))
    if (!context) return pages.problem(req, res, 404, 'missing')
    if (!may(person)) return pages.problem(req, res, 403, 'forbidden')
    show({ ...visit, context, page: (name, data) => pages.page(req, res, name, { person, context, asStudent: visit.asStudent, host: hostOf(tools.all().map(({ origin }) => origin), settings, `/courses/${context.id}`), ...data }) })
  })
  return { signedIn, inCourse }
}
const anyone = (): boolean => true

/** Opens a tool: begins the launch, and sends the browser to the tool's login. */
export const openTool = ({ launches, tools, pages }: Pick<SiteDeps, 'launches' | 'tools' | 'pages'>) => ({ req, res, person, asStudent }: Visit, tool: string, asked: Asked): void => {
  if (tools.of(tool)?.state !== 'active') return pages.problem(req, res, 409, 'pending')
  const { login, fields } = launches.begin(person, { locale: langOf(req, res), asStudent, tool, ...asked })
  pages.post(req, res, login, fields)
}

/** What people see: choose who to be, the courses, a tool in a frame, the gradebook. */
export const siteRoutes = (deps: SiteDeps): Router => {
  const { store, courses, tools, sessions, pages, now } = deps
  const { state } = store
  const { signedIn, inCourse } = visitsOf(deps)
  const open = openTool(deps)
  const linkOf = ({ req, res, context }: CourseVisit): Link | undefined => {
    const link = courses.link(String(req.params.link), context.id)
    if (!link) pages.problem(req, res, 404, 'missing')
    return link
  }
  const launch = (target: 'iframe' | 'window') => inCourse(anyone, (visit) => {
    const link = linkOf(visit)
    if (link) open(visit, link.tool, { link: link.id, target })
  })
  const cellOf = ({ req, res, context }: CourseVisit): { item: LineItem; person: string } | undefined => {
    const item = courses.columns(context.id).find(({ id }) => id === req.params.item)
    if (item && courses.participants(context.id).some(({ id }) => id === req.params.person)) return { item, person: String(req.params.person) }
    pages.problem(req, res, 404, 'missing')
    return undefined
  }
  const courseView = ({ person, context, asStudent }: CourseVisit) => {
    const mine = gradebookView(state, { context, columns: courses.columns(context.id), people: person.kind === 'participant' ? [person] : [] }).rows[0]
    return {
      links: courses.links(context.id).map((link) => ({
        ...link, href: `/courses/${context.id}/links/${link.id}`, tool: tools.of(link.tool)?.name ?? '', grades: mine?.cells.filter((cell) => cell.link === link.id) ?? [], mine: mine !== undefined,
        from: link.available?.startDateTime && new Date(link.available.startDateTime), until: link.submission?.endDateTime && new Date(link.submission.endDateTime),
      })),
      others: courses.all().filter(({ id }) => id !== context.id),
      staff: isStaff(person), edit: mayEdit(person) && !asStudent,
    }
  }

  return Router()
    .get('/', (req, res) => {
      const shown = PEOPLE.map(({ id, name, kind }, index) => ({ id, name, kind, initial: [...name][0], hue: index % 6 }))
      const groups = [
        ...GROUPS.map((kind) => ({ kind, people: shown.filter((each) => each.kind === kind) })),
        { kind: 'other', people: shown.filter(({ kind }) => !GROUPS.some((each) => each === kind)) },
      ]
      pages.page(req, res, 'people', { title: 'demo.people.title', person: sessions.whoIs(req), groups })
    })
    .post('/session', form, (req, res) => {
      const person = personOf(bodyOf(req).person)
      if (!person) return pages.problem(req, res, 404, 'missing')
      sessions.start(res, person)
      res.redirect(303, '/course')
    })
    .post('/session/end', (req, res) => {
      sessions.end(req, res)
      res.redirect(303, '/')
    })
    .post('/session/view', form, signedIn(({ req, res }) => {
      sessions.setAsStudent(req, bodyOf(req).as === 'student')
      res.redirect(303, `/courses/${courses.of(bodyOf(req).context)?.id ?? COURSE.id}`)
    }))
    .get('/courses/:context', inCourse(anyone, (visit) => visit.page('course', { title: 'demo.course.title', ...courseView(visit) })))
    .post('/courses/:context/copy', inCourse(mayEdit, ({ res, context }) => res.redirect(303, `/courses/${courses.copy(context.id).id}`)))
    .get('/courses/:context/links/:link', inCourse(anyone, (visit) => {
      const link = linkOf(visit)
      if (link) visit.page('tool', { title: 'demo.course.title', wide: true, link, src: `/courses/${link.context}/links/${link.id}/launch`, window: `/courses/${link.context}/links/${link.id}/window` })
    }))
    .get('/courses/:context/links/:link/launch', launch('iframe'))
    .get('/courses/:context/links/:link/window', launch('window'))
    .get('/courses/:context/gradebook', inCourse(anyone, (visit) => {
      const { person, context, asStudent } = visit
      const all = isStaff(person) && !asStudent
      const people = courses.participants(context.id).filter(({ id }) => all || id === person.id || person.mentees?.includes(id))
      visit.page('gradebook', { title: 'demo.gradebook.title', ...gradebookView(state, { context, columns: courses.columns(context.id), people, mayGrade: all }) })
    }))
    .post('/courses/:context/gradebook/:item/:person', form, inCourse(isStaff, (visit) => {
      const cell = cellOf(visit)
      if (!cell) return
      const typed = bodyOf(visit.req).points?.trim() ?? ''
      const points = typed === '' ? undefined : Number(typed)
      if (points !== undefined && !(points >= 0)) return pages.problem(visit.req, visit.res, 400, 'lost')
      override(state, cell.item, { courses, person: cell.person, points, at: now() })
      store.save()
      visit.res.redirect(303, `/courses/${visit.context.id}/gradebook`)
    }))
    .get('/courses/:context/gradebook/:item/:person/review', inCourse(isStaff, (visit) => {
      const cell = cellOf(visit)
      const link = cell && courses.link(cell.item.resourceLinkId, visit.context.id)
      // A column of the tool's own making is no link's.
      if (cell) visit.page('tool', { title: 'demo.gradebook.title', wide: true, link: link ?? { title: cell.item.label }, src: `${visit.req.path}/launch` })
    }))
    .get('/courses/:context/gradebook/:item/:person/review/launch', inCourse(isStaff, (visit) => {
      const cell = cellOf(visit)
      if (cell) open(visit, cell.item.tool, { message: 'LtiSubmissionReviewRequest', link: cell.item.resourceLinkId, context: visit.context.id, review: { person: cell.person, lineItem: cell.item.id } })
    }))
}
