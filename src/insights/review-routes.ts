import { randomUUID } from 'node:crypto'
import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { placeOf, type Course, type Courses, type Member, type Run } from '../courses/index.js'
import type { H5P, Task } from '../h5p/index.js'
import { NotFound, read, type Session } from '../infra/index.js'
import type { Ledger, Standing } from '../ledger/index.js'
import type { Play } from '../play/index.js'
import { reviewPath, reviewView, waitingIn, waitingView, type JudgementDraft, type Sent } from './reviews.js'
import type { Words } from './words.js'

/** What every page of a run needs to begin with. */
export interface Scene { session: Session; run: Run; course: Course; words: Words; now: Date }
export interface ReviewDeps {
  courses: Pick<Courses, 'members'>
  ledger: Pick<Ledger, 'standings' | 'standing'>
  play: Pick<Play, 'review'>
  h5p: Pick<H5P, 'task'>
}
/** What the staff's pages already have: the scene of a request, a page, a participant of this very run. */
export interface StaffRoom {
  sceneOf(req: Request, res: Response): Promise<Scene>
  show(req: Request, res: Response, scene: Scene, template: string, data: object, page: { title: string; status?: number; current: 'reviews' }): Promise<void>
  memberOf(req: Request, scene: Pick<Scene, 'session'>): Promise<Member>
  changed(run: string): void
}

const Place = z.object({ activity: z.string().max(100), item: z.string().max(100) })
const Said = z.enum(['kept']).optional().catch(undefined)
const Form = z.looseObject({ comment: z.string().trim().max(4000).catch(''), tries: z.coerce.number().int(), accepted: z.enum(['yes', 'no']).optional().catch(undefined) })
const Level = z.coerce.number().int().min(0)

/** What was chosen, and what is still to choose. */
const draftOf = (task: Task, form: z.output<typeof Form>): JudgementDraft => {
  const levels = task.criteria.map(({ levels: all }, index) => {
    const chosen = Level.safeParse(form[`level-${index}`])
    return chosen.success && chosen.data < all.length ? chosen.data : undefined
  })
  const faults = new Set(levels.flatMap((level, index) => (level === undefined ? [`level-${index}`] : [])))
  if (task.criteria.length === 0 && !form.accepted) faults.add('accepted')
  return { levels, accepted: form.accepted, comment: form.comment, faults }
}

/** `/insights/:run/reviews`: open answers that wait for a person, and the page to judge one. */
export const reviewRoutes = ({ courses, ledger, play, h5p }: ReviewDeps, staff: StaffRoom): Router => {
  const findOf = async (req: Request, scene: Scene): Promise<{ member: Member; standing: Standing; sent: Sent; task: Task }> => {
    const member = await staff.memberOf(req, scene)
    const { activity: id, item } = read(Place, req.params)
    const { room, activity } = placeOf(scene.course, id)
    const standing = await ledger.standing(scene.session.run, member.user)
    const state = standing.play.activities[id]?.items[item]
    const task = state && (state.pending || state.review) ? await h5p.task(activity.content, item) : undefined
    if (!state || !task) throw new NotFound({ detail: { activity: id, item } })
    return { member, standing, task, sent: { user: member.user, room: room.id, activity: id, item, state } }
  }
  const show = async (req: Request, res: Response, scene: Scene, found: Awaited<ReturnType<typeof findOf>>, draft?: JudgementDraft): Promise<void> => {
    const { member, standing, task, sent } = found
    const view = reviewView({ run: scene.session.run, course: scene.course, sent, task, name: member.name?.trim() || undefined, game: standing.game }, scene.words, draft)
    await staff.show(req, res, scene, 'insights/review', view, { title: scene.words.t('reviews.one', { activity: view.activity }), status: draft ? 400 : 200, current: 'reviews' })
  }
  return Router({ mergeParams: true })
    .get('/', async (req, res) => {
      const scene = await staff.sceneOf(req, res)
      const { run } = scene.session
      const view = await waitingView(courses, run, scene.course, await waitingIn(ledger, run, scene.course), scene.words)
      await staff.show(req, res, scene, 'insights/reviews', { ...view, kept: Said.parse(req.query.said) }, { title: scene.words.t('reviews.title'), current: 'reviews' })
    })
    .get('/:user/:activity/:item', async (req, res) => {
      const scene = await staff.sceneOf(req, res)
      await show(req, res, scene, await findOf(req, scene))
    })
    .post('/:user/:activity/:item', async (req, res) => {
      const scene = await staff.sceneOf(req, res)
      const found = await findOf(req, scene)
      const form = read(Form, req.body)
      const draft = draftOf(found.task, form)
      if (draft.faults.size > 0) return show(req, res, scene, found, draft)
      const { run, user } = scene.session
      const judgement = { levels: draft.levels.flatMap((level) => level ?? []), accepted: draft.accepted === 'yes', tries: form.tries, ...(draft.comment ? { comment: draft.comment } : {}) }
      await play.review({ run, user: found.sent.user }, found.sent, judgement, user, randomUUID())
      staff.changed(run)
      // Reviewing is done in a row: on to who has waited longest.
      const [next] = await waitingIn(ledger, run, scene.course)
      res.redirect(303, `${req.baseUrl}/${next ? reviewPath(next) : ''}?said=kept`)
    })
}
