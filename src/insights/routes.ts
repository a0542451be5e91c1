import { randomUUID } from 'node:crypto'
import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import type { Courses, Member, Run } from '../courses/index.js'
import type { H5P } from '../h5p/index.js'
import { langOf, NotFound, read, sessionOf, type Kit } from '../infra/index.js'
import type { Ledger, OutboxRow } from '../ledger/index.js'
import type { Live } from '../live/index.js'
import type { GradesConsole, Roster } from '../lti/index.js'
import type { Play } from '../play/index.js'
import { Choice, hasGradeProblem, searchOf } from './choice.js'
import { participantsCsv } from './csv.js'
import { detailView, shutDoors, type DetailSource, type ReleaseDraft } from './detail.js'
import { staffFrame, type StaffPage } from './frame.js'
import { gradesRoutes } from './grades/routes.js'
import { ladderView } from './ladder.js'
import { linksRoutes } from './links.js'
import { menteeRoutes } from './mentees.js'
import { overviewView } from './overview.js'
import { participantsOf } from './participants.js'
import { rosterRoutes, rosterView } from './roster.js'
import { reviewRoutes, type Scene } from './review-routes.js'
import { wordsIn } from './words.js'

export interface InsightsDeps {
  kit: Pick<Kit, 'sessions' | 'views' | 'i18n' | 'now'>
  courses: Pick<Courses, 'run' | 'course' | 'member' | 'members' | 'linksOf' | 'studentViews' | 'takePart'>
  ledger: Pick<Ledger, 'standings' | 'standing' | 'events' | 'outbox' | 'onCommit'>
  play: Pick<Play, 'release' | 'review' | 'ownKeys'>
  h5p: Pick<H5P, 'task'>
  grades: GradesConsole
  /** Absent: who is in the run is known from launches alone. */
  roster?: Pick<Roster, 'sync' | 'state'>
  /** Absent: pages are as of when they were opened. */
  live?: Pick<Live, 'ticketFor' | 'publish'>
  /** The LMS's name for «back to …». */
  lmsNameOf?: (run: Run) => Promise<string | undefined>
}

const Params = z.object({ user: z.string() })
const PageNumber = z.coerce.number().int().min(1).catch(1)
/** What was done, told once on the page one comes back to. */
const Said = z.enum(['sent', 'sent-all', 'released']).optional().catch(undefined)
const Release = z.object({ room: z.string().catch(''), reason: z.string().trim().max(500).catch('') })
const SHORTEST_REASON = 3

/** `/insights/:run`: who is where, the ladder, one participant. Every address asks for the right to watch. */
export const insightsRoutes = ({ kit, courses, ledger, play, h5p, grades, live, lmsNameOf, roster }: InsightsDeps): Router => {
  const sceneOf = async (req: Request, res: Response): Promise<Scene> => {
    const session = sessionOf(res)
    const run = await courses.run(session.run)
    const now = kit.now()
    return { session, run, now, course: await courses.course(run.course), words: wordsIn(kit.i18n, langOf(req, res), now, session.zone) }
  }
  const show = async (req: Request, res: Response, scene: Scene, template: string, data: object, { title, status, current }: { title: string; status?: number; current?: StaffPage }): Promise<void> => {
    const { session, words } = scene
    const frame = staffFrame(words.t, session, { ...scene, lms: await lmsNameOf?.(scene.run) }, current)
    const ticket = live && { ticket: live.ticketFor(session) }
    kit.views.page(req, res, template, { ...data, base: `/insights/${session.run}` }, { title, status, layout: 'staff', frame: { ...frame, live: ticket } })
  }
  const overview = async (req: Request, res: Response): Promise<{ scene: Scene; view: object; choice: Choice }> => {
    const scene = await sceneOf(req, res)
    const choice = read(Choice, req.query)
    const all = await participantsOf({ courses, ledger }, scene.session.run, scene.course, scene.now)
    const { run, words } = scene
    const list = roster && { roster: rosterView(run, await roster.state(run._id), await lmsNameOf?.(run), words, kit.i18n.has) }
    return { scene, choice, view: { ...overviewView(scene.course, all, choice, words), ...list } }
  }
  const ladder = async (req: Request, res: Response): Promise<{ scene: Scene; view: object }> => {
    const scene = await sceneOf(req, res)
    const all = await participantsOf({ courses, ledger }, scene.session.run, scene.course, scene.now)
    return { scene, view: ladderView(all, PageNumber.parse(req.query.page), scene.words) }
  }
  /** What keeps a list fresh needs: which part to fetch, and the way to hear that it's time. */
  const client = (name: string) => ({ part: name, live: live && kit.views.asset('live/live.js') })
  const part = (res: Response, template: string, { session, words }: Scene, data: object): void => {
    res.set('Cache-Control', 'private, no-store').type('html').send(kit.views.fragment(template, { ...data, base: `/insights/${session.run}`, csrf: res.locals.csrf }, words.lang))
  }
  /** A participant of this very run. @throws NotFound */
  const memberOf = async (req: Request, { session }: Pick<Scene, 'session'>): Promise<Member> => {
    const { user } = read(Params, req.params)
    const member = await courses.member(session.run, user)
    if (member?.run !== session.run || member.role !== 'participant') throw new NotFound({ detail: { user } })
    return member
  }
  const gradesOf = (run: string, learner: string): Promise<OutboxRow[]> => ledger.outbox.rows({ run, learner, kind: 'grade' })
  const detailOf = async (scene: Scene, member: Member): Promise<DetailSource> => {
    const { run, user } = member
    const [standing, events, rows] = await Promise.all([ledger.standing(run, user), ledger.events(run, user), gradesOf(run, user)])
    const staff = [...new Set(events.flatMap(({ actor }) => actor ?? []))]
    const actors = new Map(await Promise.all(staff.map(async (actor) => [actor, (await courses.member(run, actor))?.name] as const)))
    return { course: scene.course, member, standing, events, rows, actors, now: scene.now }
  }
  const showDetail = async (req: Request, res: Response, scene: Scene, source: DetailSource, draft?: ReleaseDraft): Promise<void> => {
    const view = detailView(source, scene.words, { all: req.query.story === 'all', draft })
    await show(req, res, scene, 'insights/participant', { ...view, user: source.member.user, said: Said.parse(req.query.said) }, { title: view.name, status: draft ? 400 : 200 })
  }
  /** Open lists of the run's staff fetch their part again. */
  const changed = (run: string): void => live?.publish({ run, to: 'staff' }, 'insights', () => ({}))
  if (live) {
    ledger.onCommit((standings) => new Set(standings.map(({ run }) => run)).forEach(changed))
    ledger.outbox.onSettled(({ kind, run }) => void (kind === 'grade' && changed(run)))
  }

  const router = Router({ mergeParams: true })
  router.use('/mentees', menteeRoutes({ kit, courses, ledger, sceneOf }))
  // Where a mentor's home is, from anywhere.
  router.get('/', kit.sessions.may('any'), (_req, res, next) => (sessionOf(res).role === 'mentor' ? res.redirect(303, `/insights/${sessionOf(res).run}/mentees/`) : next()))
  router.use(kit.sessions.may('watch'))
  const lmsOf = async ({ run, words }: Scene): Promise<string> => words.apart((await lmsNameOf?.(run)) ?? words.t('console.lms'))
  router.use('/grades', gradesRoutes({ courses, ledger, grades }, { sceneOf, lmsOf, show, part, client, memberOf, changed }))
  router.use('/links', linksRoutes({ courses, play, sceneOf, show }))
  if (roster) router.use('/roster', rosterRoutes({ kit, roster }))
  router.use('/reviews', reviewRoutes({ courses, ledger, play, h5p }, { sceneOf, show, memberOf, changed }))
  router.get('/', async (req, res) => {
    const { scene, view, choice } = await overview(req, res)
    await show(req, res, scene, 'insights/participants', { ...view, ...client('part'), choice, said: Said.parse(req.query.said) }, { title: scene.words.t('insights.title'), current: 'participants' })
  })
  router.get('/part', async (req, res) => {
    const { scene, view } = await overview(req, res)
    part(res, 'insights/overview', scene, view)
  })
  router.get('/participants.csv', async (req, res) => {
    const scene = await sceneOf(req, res)
    const all = await participantsOf({ courses, ledger }, scene.session.run, scene.course, scene.now)
    res.set('Cache-Control', 'private, no-store').attachment(`participants-${scene.course.slug}.csv`).type('text/csv').send(participantsCsv(scene.course, all, scene.words))
  })
  router.get('/ladder', async (req, res) => {
    const { scene, view } = await ladder(req, res)
    await show(req, res, scene, 'insights/ladder', { ...view, ...client('ladder/part') }, { title: scene.words.t('insights.ladder.title'), current: 'ladder' })
  })
  router.get('/ladder/part', async (req, res) => {
    const { scene, view } = await ladder(req, res)
    part(res, 'insights/rungs', scene, view)
  })
  router.get('/participants/:user', async (req, res) => {
    const scene = await sceneOf(req, res)
    await showDetail(req, res, scene, await detailOf(scene, await memberOf(req, scene)))
  })
  router.post('/participants/:user/releases', async (req, res) => {
    const scene = await sceneOf(req, res)
    const source = await detailOf(scene, await memberOf(req, scene))
    const { room, reason } = read(Release, req.body)
    const faults = { room: !shutDoors(scene.course, source.standing.play).some(({ id }) => id === room), reason: reason.length < SHORTEST_REASON }
    if (faults.room || faults.reason) return showDetail(req, res, scene, source, { room, reason, faults })
    await play.release({ run: scene.session.run, user: source.member.user }, room, reason, scene.session.user, randomUUID())
    changed(scene.session.run)
    res.redirect(303, `${req.baseUrl}/participants/${encodeURIComponent(source.member.user)}?said=released`)
  })
  // A release that came back filled stands at this address: choosing a language there, or reloading, leads to the participant.
  router.get('/participants/:user/releases', (req, res) => res.redirect(303, `${req.baseUrl}/participants/${encodeURIComponent(req.params.user)}`))
  router.post('/participants/:user/grade', async (req, res) => {
    const { run, user } = await memberOf(req, { session: sessionOf(res) })
    await ledger.outbox.retryAll((await gradesOf(run, user)).map(({ id }) => id))
    changed(run)
    const choice = read(Choice, req.query)
    const search = new URLSearchParams(req.query.from === 'list' ? searchOf(choice, { page: choice.page }) : '')
    search.set('said', 'sent')
    res.redirect(303, `${req.baseUrl}/${req.query.from === 'list' ? '' : `participants/${encodeURIComponent(user)}`}?${search}`)
  })
  router.post('/grades', async (req, res) => {
    const scene = await sceneOf(req, res)
    const all = await participantsOf({ courses, ledger }, scene.session.run, scene.course, scene.now)
    const troubled = new Set(all.filter(hasGradeProblem).map(({ user }) => user))
    const rows = await ledger.outbox.rows({ run: scene.session.run, kind: 'grade' })
    await ledger.outbox.retryAll(rows.filter(({ learner }) => troubled.has(learner)).map(({ id }) => id))
    changed(scene.session.run)
    res.redirect(303, `${req.baseUrl}/?said=sent-all`)
  })
  return router
}
