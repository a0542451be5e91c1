import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { columnsOf, type Column, type Courses, type Member } from '../../courses/index.js'
import { keptFor, NotFound, read, sessionOf } from '../../infra/index.js'
import type { Ledger } from '../../ledger/index.js'
import type { Comparison, GradesConsole } from '../../lti/index.js'
import { gradeId } from '../../play/index.js'
import type { Scene } from '../review-routes.js'
import { canRetry, GradeChoice, isOf, searchFor, withoutState } from './choice.js'
import { columnsView } from './columns-view.js'
import { comparisonView } from './compare-view.js'
import { consoleView } from './console-view.js'
import { columnName, nameOf, shareText } from './names.js'
import { gradesIn, type GradeRow, type Grades } from './rows.js'

export interface GradesDeps {
  courses: Pick<Courses, 'members'>
  ledger: Pick<Ledger, 'standings' | 'outbox'>
  grades: GradesConsole
}
/** What the staff's pages already have. */
export interface GradesRoom {
  sceneOf(req: Request, res: Response): Promise<Scene>
  lmsOf(scene: Scene): Promise<string>
  show(req: Request, res: Response, scene: Scene, template: string, data: object, page: { title: string; current: 'grades' }): Promise<void>
  part(res: Response, template: string, scene: Scene, data: object): void
  client(part: string): object
  memberOf(req: Request, scene: Pick<Scene, 'session'>): Promise<Member>
  changed(run: string): void
}

/** How long a comparison is shown again; who wants to know it anew asks anew. */
const COMPARED_MS = 600_000

const Said = z.object({ said: z.enum(['sent', 'reset', 'columns']).optional().catch(undefined), count: z.coerce.number().int().min(0).catch(1) })
const Of = z.object({ column: z.custom<Column>((name) => typeof name === 'string' && name.length <= 100).optional().catch(undefined) })
const Page = z.object({ page: z.coerce.number().int().min(1).catch(1) })
const Since = z.object({ since: z.coerce.number().int().min(0).max(8.64e15).catch(0).transform((ms) => new Date(ms)) })
const Switch = z.literal('on').optional().catch(undefined).transform((on) => on === 'on')
const Chosen = z.object({ course: Switch, rooms: Switch, credential: Switch })

/** One request's scene, with all grades of its run. */
const seeing = ({ courses, ledger }: GradesDeps, staff: GradesRoom) => async (req: Request, res: Response): Promise<{ scene: Scene; all: Grades; lms: string }> => {
  const scene = await staff.sceneOf(req, res)
  const [all, lms] = await Promise.all([gradesIn({ courses, ledger }, scene.run, scene.course), staff.lmsOf(scene)])
  return { scene, all, lms }
}
const saidIn = (req: Request, { words }: Scene): string | undefined => {
  const { said, count } = read(Said, req.query)
  return said && words.t(`console.said.${said}`, { count })
}
const fitting = ({ rows }: Grades, choice: GradeChoice, { words }: Scene): GradeRow[] => withoutState(rows, choice, { aliasOf: words.alias }).filter((row) => isOf(choice.state, row))
const back = (req: Request, res: Response, search: string, said: string): void => res.redirect(303, `${req.baseUrl}/${search}${search ? '&' : '?'}${said}`)

type Add = (router: Router, deps: GradesDeps, staff: GradesRoom) => Router

/** The list, and what the LMS shows beside it. */
const looking: Add = (router, deps, staff) => {
  const see = seeing(deps, staff)
  const kept = keptFor<Comparison>(COMPARED_MS, 100)
  const compare = async (run: string): Promise<Comparison> => kept.set(run, await deps.grades.compare(run))
  const viewOf = async (req: Request, res: Response) => {
    const { scene, all, lms } = await see(req, res)
    return { scene, view: consoleView(scene.course, all, read(GradeChoice, req.query), scene.words, lms) }
  }
  return router
    .get('/', async (req, res) => {
      const { scene, view } = await viewOf(req, res)
      await staff.show(req, res, scene, 'insights/grades', { ...view, ...staff.client('grades/part'), said: saidIn(req, scene) }, { title: scene.words.t('console.title'), current: 'grades' })
    })
    .get('/part', async (req, res) => {
      const { scene, view } = await viewOf(req, res)
      staff.part(res, 'insights/grades-list', scene, view)
    })
    .get('/compare', async (req, res) => {
      const { scene, all, lms } = await see(req, res)
      // Another node may have made a newer one, whose page this is.
      const known = kept.get(scene.session.run)
      const comparison = known && known.at >= read(Since, req.query).since ? known : await compare(scene.session.run)
      const view = comparisonView(scene.course, all, comparison, read(Page, req.query).page, scene.words)
      await staff.show(req, res, scene, 'insights/grades-compare', { ...view, lms }, { title: scene.words.t('console.compare.title'), current: 'grades' })
    })
    .post('/compare', async (req, res) => {
      const { at } = await compare(sessionOf(res).run)
      res.redirect(303, `${req.baseUrl}/compare?since=${at.getTime()}`)
    })
}

/** What is done for many at once: tried again as it is, or sent anew after a question. */
const sendingMany: Add = (router, deps, staff) => {
  const see = seeing(deps, staff)
  const { outbox } = deps.ledger
  return router
    .post('/retry', async (req, res) => {
      const { scene, all } = await see(req, res)
      const choice = read(GradeChoice, req.query)
      const count = await outbox.retryAll(fitting(all, choice, scene).filter(canRetry).map(({ id }) => id))
      staff.changed(scene.session.run)
      back(req, res, searchFor(choice), `said=sent&count=${count}`)
    })
    .get('/retry', (req, res) => res.redirect(303, `${req.baseUrl}/`))
    .get('/send', async (req, res) => {
      const { scene, all } = await see(req, res)
      const { column } = read(Of, req.query)
      const { t } = scene.words
      const count = all.rows.filter((row) => !column || row.column === column).length
      const ask = { title: t('console.ask.all.title'), text: t('console.ask.all.text', { count }), note: column && columnName(column, scene.course, scene.words), go: t('console.ask.all.go'), action: `grades/send${column ? `?column=${encodeURIComponent(column)}` : ''}`, cancel: `grades/${searchFor(read(GradeChoice, { column }))}` }
      await staff.show(req, res, scene, 'insights/grades-ask', ask, { title: ask.title, current: 'grades' })
    })
    .post('/send', async (req, res) => {
      const { run } = sessionOf(res)
      const { column } = read(Of, req.query)
      const count = await deps.grades.resend(run, column ? { column } : { all: true })
      staff.changed(run)
      back(req, res, searchFor(read(GradeChoice, { column })), `said=sent&count=${count}`)
    })
}

/** What is done for one participant of this very run. */
const sendingOne: Add = (router, deps, staff) => {
  const see = seeing(deps, staff)
  const rowOf = ({ rows }: Grades, { user }: Member, { column = 'course' }: z.output<typeof Of>): GradeRow => {
    const row = rows.find((each) => each.who.user === user && each.column === column)
    if (!row) throw new NotFound({ detail: { column } })
    return row
  }
  return router
    .post('/:user/retry', async (req, res) => {
      const { run, user } = await staff.memberOf(req, { session: sessionOf(res) })
      const { column = 'course' } = read(Of, req.body)
      const count = await deps.ledger.outbox.retryAll([gradeId(run, user, column)])
      staff.changed(run)
      back(req, res, searchFor(read(GradeChoice, req.query), { page: read(Page, req.query).page }), `said=sent&count=${count}`)
    })
    .get('/:user/retry', (req, res) => res.redirect(303, `${req.baseUrl}/`))
    .get('/:user/send', async (req, res) => {
      const [member, { scene, all }] = [await staff.memberOf(req, { session: sessionOf(res) }), await see(req, res)]
      const row = rowOf(all, member, read(Of, req.query))
      const { words: { t, apart }, words } = scene
      const column = columnName(row.column, scene.course, words)
      const params = { column, name: apart(nameOf(row.who, words)), grade: shareText(row.share, words) ?? t('console.compare.nothing') }
      const what = row.grade.state === 'cleared' ? 'console.ask.again' : 'console.ask.send'
      const ask = { title: t(`${what}.title`, params), text: t(`${what}.text`, params), go: t('console.ask.send.go'), action: `grades/${encodeURIComponent(member.user)}/send?column=${encodeURIComponent(row.column)}`, cancel: 'grades/' }
      await staff.show(req, res, scene, 'insights/grades-ask', ask, { title: ask.title, current: 'grades' })
    })
    .post('/:user/send', async (req, res) => {
      const { run, user } = await staff.memberOf(req, { session: sessionOf(res) })
      const { column = 'course' } = read(Of, req.query)
      const count = await deps.grades.resend(run, { learner: user, column })
      staff.changed(run)
      back(req, res, '', `said=sent&count=${count}`)
    })
    .get('/:user/reset', async (req, res) => {
      const [member, { scene, all }] = [await staff.memberOf(req, { session: sessionOf(res) }), await see(req, res)]
      const { words: { t, apart }, words } = scene
      const who = all.people.get(member.user)
      const params = { name: apart(who ? nameOf(who, words) : t('insights.unnamed')), count: columnsOf(scene.run, scene.course).length }
      const ask = { title: t('console.ask.reset.title', params), text: t('console.ask.reset.text', params), go: t('console.ask.reset.go'), action: `grades/${encodeURIComponent(member.user)}/reset`, cancel: 'grades/' }
      await staff.show(req, res, scene, 'insights/grades-ask', ask, { title: ask.title, current: 'grades' })
    })
    .post('/:user/reset', async (req, res) => {
      const { run, user } = await staff.memberOf(req, { session: sessionOf(res) })
      await deps.grades.reset(run, user, sessionOf(res).user)
      staff.changed(run)
      back(req, res, '', 'said=reset')
    })
}

/** Which columns the LMS has of this run: an instructor's or author's choice. */
const choosing: Add = (router, { ledger, grades }, staff) =>
  router
    .get('/columns', async (req, res) => {
      const scene = await staff.sceneOf(req, res)
      const [[making], lms] = await Promise.all([ledger.outbox.rows({ run: scene.run._id, kind: 'grading' }), staff.lmsOf(scene)])
      const view = columnsView({ run: scene.run, course: scene.course, rights: grades.rights(scene.run), making, lms }, scene.words)
      await staff.show(req, res, scene, 'insights/grades-columns', { ...view, said: saidIn(req, scene) }, { title: scene.words.t('console.columns.title'), current: 'grades' })
    })
    .post('/columns', async (req, res) => {
      const { run, user } = sessionOf(res)
      await grades.setGrading(run, read(Chosen, req.body), user)
      staff.changed(run)
      res.redirect(303, `${req.baseUrl}/columns?said=columns`)
    })

/** `/insights/:run/grades`: what waits, failed and differs, and what a person may do about it; which columns the LMS has. */
export const gradesRoutes = (deps: GradesDeps, staff: GradesRoom): Router =>
  [looking, choosing, sendingMany, sendingOne].reduce((router, add) => add(router, deps, staff), Router({ mergeParams: true }))
