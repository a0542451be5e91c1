import express, { Router, type Request, type Response } from 'express'
import { langOf } from '../infra/index.js'
import type { Launches } from './launches.js'
import { gradebookView, type Pages } from './pages.js'
import { PEOPLE, personOf, type Person } from './people.js'
import type { Place } from './place.js'
import type { LmsSessions } from './sessions.js'
import type { Store } from './store.js'

export interface SiteDeps { place: Place; store: Store; launches: Launches; sessions: LmsSessions; pages: Pages }

/** What people see: choose who to be, the course, the tool in a frame, the gradebook. */
export const siteRoutes = ({ place, store, launches, sessions, pages }: SiteDeps): Router => {
  const signedIn = (show: (req: Request, res: Response, person: Person) => void) => (req: Request, res: Response) => {
    const person = sessions.whoIs(req)
    if (person) show(req, res, person)
    else res.redirect(303, '/')
  }
  const launch = (target: 'iframe' | 'window') =>
    signedIn((req, res, person) => pages.post(req, res, place.tool.login, launches.begin(person, target, langOf(req, res))))

  return Router()
    .get('/', (req, res) => {
      const shown = PEOPLE.map(({ id, name, kind }, index) => ({ id, name, kind, initial: [...name][0], hue: index % 6 }))
      const groups = (['participant', 'instructor', 'author'] as const).map((kind) => ({ kind, people: shown.filter((each) => each.kind === kind) }))
      pages.page(req, res, 'people', { title: 'demo.people.title', person: sessions.whoIs(req), groups })
    })
    .post('/session', express.urlencoded({ extended: false, limit: '4kb' }), (req, res) => {
      const person = personOf((req.body as { person?: string }).person)
      if (!person) return pages.problem(req, res, 404, 'missing')
      sessions.start(res, person)
      res.redirect(303, '/course')
    })
    .post('/session/end', (req, res) => {
      sessions.end(req, res)
      res.redirect(303, '/')
    })
    .get('/course', signedIn((req, res, person) => {
      pages.page(req, res, 'course', { title: 'demo.course.title', person, mine: gradebookView(store.state, person).rows[0] })
    }))
    .get('/course/rooms', signedIn((req, res, person) => pages.page(req, res, 'tool', { title: 'demo.course.title', person, wide: true })))
    .get('/course/rooms/launch', launch('iframe'))
    .get('/course/rooms/window', launch('window'))
    .get('/gradebook', signedIn((req, res, person) => {
      const only = person.kind === 'participant' ? person : undefined
      pages.page(req, res, 'gradebook', { title: 'demo.gradebook.title', person, ...gradebookView(store.state, only) })
    }))
}
