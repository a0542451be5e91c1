import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { columnOf, type Course, type Courses, type Link, type Run } from '../courses/index.js'
import { NotFound, read } from '../infra/index.js'
import type { Play } from '../play/index.js'
import type { Scene } from './review-routes.js'
import type { Words } from './words.js'

const opensSay = ({ target }: Link, course: Course, { t, apart }: Words): string => {
  if (target.kind !== 'room') return t(`links.setup.opens.${target.kind}`)
  const index = course.rooms.findIndex(({ id }) => id === target.room)
  return t('links.setup.opens.room', { number: index + 1, title: apart(course.rooms[index]?.title ?? target.room) })
}
const linkView = (link: Link, run: Run, course: Course, words: Words) => ({
  name: link.title ?? words.t('links.staff.unnamed', { id: link.resourceLink }), isHome: link.resourceLink === run.resourceLink, opens: opensSay(link, course, words), since: words.moment(link.at),
  column: words.t(link.lineitem && run.columns?.[columnOf(link.target)] === link.lineitem ? 'links.staff.named' : 'links.staff.none'),
})

const Said = z.enum(['takes-part']).optional().catch(undefined)
const Who = z.object({ user: z.string().min(1).max(60) })

export interface LinksDeps {
  courses: Pick<Courses, 'linksOf' | 'studentViews' | 'takePart' | 'member'>
  play: Pick<Play, 'ownKeys'>
  sceneOf(req: Request, res: Response): Promise<Scene>
  show(req: Request, res: Response, scene: Scene, template: string, data: object, page: { title: string; current: 'links' }): Promise<void>
}

/** `/insights/:run/links`: where the LMS's links lead, the passwords of a run with secrets of its own, and who is in student view. */
export const linksRoutes = ({ courses, play, sceneOf, show }: LinksDeps): Router =>
  Router({ mergeParams: true })
    .get('/', async (req, res) => {
      const scene = await sceneOf(req, res)
      const { run, course, words } = scene
      const [links, views] = await Promise.all([courses.linksOf(run._id), courses.studentViews(run._id)])
      const keys = play.ownKeys(run, course)
      const data = {
        links: links.map((link) => linkView(link, run, course, words)),
        doors: course.rooms.flatMap(({ id, title }, index) => (keys[id] ? [{ door: words.t('links.staff.door', { number: index + 1 }), title, key: keys[id] }] : [])),
        lang: course.lang,
        views: views.map(({ user, name, at, canTakePart }) => ({ user, name: canTakePart ? words.name({ name }) : words.t('links.staff.testUser'), unnamed: !name, at: words.moment(at), canTakePart })),
        said: Said.parse(req.query.said),
      }
      await show(req, res, scene, 'insights/links', data, { title: words.t('links.staff.title'), current: 'links' })
    })
    .post('/take-part', async (req, res) => {
      const { run } = await sceneOf(req, res)
      const { user } = read(Who, req.body)
      const found = (await courses.studentViews(run._id)).find((view) => view.user === user)
      if (found?.canTakePart) await courses.takePart({ ...found.said, run: run._id, user })
      // Pressed twice, it is done.
      else if (!(await courses.member(run._id, user))?.takesPart) throw new NotFound({ detail: { user } })
      res.redirect(303, `${req.baseUrl}/?said=takes-part`)
    })
    // A reload, or a language chosen there.
    .get('/take-part', (req, res) => res.redirect(303, `${req.baseUrl}/`))
