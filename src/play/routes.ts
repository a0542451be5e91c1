import { randomUUID } from 'node:crypto'
import express, { Router, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { isPreview, type Course, type Courses, type Room, type Run } from '../courses/index.js'
import type { LadderView } from '../game/index.js'
import { frameOrigin, neverAtContent, outboxOf, type H5P } from '../h5p/index.js'
import { langOf, NotFound, read, sessionOf, type Kit } from '../infra/index.js'
import type { Ledger, Standing } from '../ledger/index.js'
import type { Live } from '../live/index.js'
import type { MyGrades } from './grade-line.js'
import { contentDoor } from './content-door.js'
import { doorView, type DoorView, type Refused } from './door-view.js'
import { finishView, unfinishedView } from './finish-view.js'
import { frameOf } from './frame.js'
import { chooseLow, lowOf } from './low.js'
import { mapView } from './map-view.js'
import { pictureHref, sendPicture } from './pictures.js'
import { codeRoute, followPhone, phonePage } from './qr-routes.js'
import { DoorNotReached } from './refusals.js'
import { roomView } from './room-view.js'
import type { Play, Who } from './service.js'
import { isAtDoor, isReached } from './stage.js'
import { apart, type Tongue } from './words.js'

export interface PlayPagesDeps {
  kit: Kit
  play: Play
  courses: Pick<Courses, 'run' | 'course' | 'picture'>
  ledger: Pick<Ledger, 'outbox'>
  h5p: Pick<H5P, 'frameRoutes' | 'clues' | 'ahead'>
  ladders?: { near(run: string, user: string, each?: number): Promise<LadderView> }
  live?: Pick<Live, 'ticketFor' | 'publish'>
  /** What participants know their LMS as. */
  lmsNameOf?: (run: Run) => Promise<string | undefined>
}

/** `link`: come by a link of the LMS that leads to this room, whether or not it is open yet. */
const Asked = z.object({ activity: z.string().max(100).optional().catch(undefined), opened: z.string().optional().catch(undefined), link: z.string().optional().catch(undefined) })
const KeyForm = z.object({ key: z.string().max(200).default(''), attempt: z.string().regex(/^[\w-]{8,64}$/).optional().catch(undefined) })

/** Keys tried from one address: a whole lecture hall behind one router may, a guessing program soon may not. */
const KEYS_PER_ADDRESS = { points: 300, seconds: 60 }
/** How long a door that was opened is told of as news. */
const JUST_NOW_MS = 60_000

/** One request: who asks, in which language, and what they stand before. */
interface Scene { req: Request; res: Response; who: Who; tongue: Tongue; run: Run; course: Course; standing: Standing; keys: Record<string, string> }

const nextAfter = (course: Course, room: Room): Room | undefined => course.rooms[course.rooms.indexOf(room) + 1]

const pagesOver = ({ kit, play, ledger, h5p, ladders, live, lmsNameOf }: PlayPagesDeps) => {
  const sceneOf = async (req: Request, res: Response): Promise<Scene> => {
    const { run: id, user, zone } = sessionOf(res)
    const lang = langOf(req, res)
    const who = { run: id, user }
    const { run, course, standing } = await play.look(who)
    return { req, res, who, tongue: { lang, dir: kit.i18n.dir(lang), say: kit.i18n.in(lang), zone }, run, course, standing, keys: play.earnedKeys(who, { run, course, standing }) }
  }
  const liveFor = (res: Response) => live && { ticket: live.ticketFor(sessionOf(res)) }
  const show = ({ req, res, ...scene }: Scene, template: string, data: object, page: { title: string; scripts: string[]; status?: number; keep?: string }): void =>
    kit.views.page(req, res, template, data, { title: page.title, status: page.status, frame: frameOf({ res, ...scene, live: liveFor(res), scripts: page.scripts, keep: page.keep }) })

  const roomIn = ({ req, course }: Scene): Room => {
    const room = course.rooms.find(({ id }) => id === req.params.room)
    if (!room) throw new NotFound({ detail: { room: req.params.room } })
    return room
  }
  const doorOf = ({ who, course, standing, tongue, keys }: Scene, room: Room, more: { refused?: Refused; typed?: string } = {}): DoorView =>
    doorView({ run: who.run, course, room, state: standing.play, tongue, now: kit.now(), attempt: randomUUID(), key: keys[room.id], ...more })

  const showDoor = (scene: Scene, room: Room, more: { status?: number; refused?: Refused; typed?: string } = {}): void => {
    if (!room.lock || !isReached(scene.course, room, scene.standing.play)) throw new DoorNotReached({ detail: { room: room.id } })
    const door = doorOf(scene, room, more)
    show(scene, 'play/door', { door, scene: room.scene, home: `/play/${scene.who.run}/` }, { title: door.name, status: more.status, scripts: ['play/door.js', 'play/frame.js'] })
  }
  const showRoom = (scene: Scene, room: Room): void => {
    const { req, res, who, course, standing, tongue } = scene
    const [asked, low, { sid, exp, back }] = [read(Asked, req.query), lowOf(req), sessionOf(res)]
    const next = nextAfter(course, room)
    const openedAt = standing.play.rooms[room.id]?.opened?.getTime() ?? 0
    const view = roomView({
      run: who.run, course, room, standing, tongue, picture: pictureHref(kit.secrets, who.run, room), asked: asked.activity, low, back,
      frameHref: ({ id }) => `${frameOrigin(kit.config)}/play/${who.run}/h5p/${play.ticket({ ...who, sid, room: room.id, activity: id }, exp)}/frame?lang=${tongue.lang}${low.on ? '&low=1' : ''}`,
      // A content of another origin is kept apart by browsers: what was fetched for this page serves it nothing.
      ahead: ({ content }) => (frameOrigin(kit.config) ? { scripts: [], styles: [] } : h5p.ahead(content)),
      outboxOf: ({ id, content }) => outboxOf({ ...who, activity: id, content }),
      door: next?.lock && !standing.play.rooms[next.id]?.opened ? doorOf(scene, next) : undefined,
      earned: next && scene.keys[next.id],
      justOpened: asked.opened !== undefined && kit.now().getTime() - openedAt < JUST_NOW_MS,
    })
    if (!view) throw new NotFound({ detail: { room: room.id } })
    show(scene, 'play/room', { room: view }, { title: room.title, keep: `&activity=${encodeURIComponent(view.activity.id)}`, scripts: ['play/room.js', 'play/door.js', 'play/frame.js'] })
  }

  /** In student view nothing leaves the house. */
  const gradesOf = async ({ who, run, tongue }: Scene): Promise<MyGrades | undefined> => {
    if (isPreview(who.run)) return undefined
    const [rows, lms] = await Promise.all([ledger.outbox.rows({ run: who.run, learner: who.user, kind: 'grade' }), lmsNameOf?.(run)])
    return { rows, run, lms: lms ? apart(lms) : tongue.say('console.lms') }
  }

  /** `closed`: a link led to a room that is locked, or gone. */
  const showMap = async (scene: Scene, closed?: { room?: Room }): Promise<void> => {
    const { who: { run, user }, course } = scene
    const pictures = Object.fromEntries(course.rooms.map((room) => [room.id, pictureHref(kit.secrets, run, room)]))
    const [ladder, grades] = await Promise.all([ladders?.near(run, user, 2), gradesOf(scene)])
    const view = mapView({ ...scene, run, pictures, closed, ladder, grades })
    show(scene, 'play/map', { map: view }, { title: course.title, scripts: ['play/frame.js'], ...(closed ? { keep: '&link=1' } : {}) })
  }
  const map: RequestHandler = async (req, res) => showMap(await sceneOf(req, res))
  const room: RequestHandler = async (req, res) => {
    const scene = await sceneOf(req, res)
    const linked = read(Asked, req.query).link !== undefined
    const wanted = linked ? scene.course.rooms.find(({ id }) => id === req.params.room) : roomIn(scene)
    // By a link nobody comes to a dead end.
    if (!wanted || (linked && !isAtDoor(scene.course, wanted, scene.standing.play))) return showMap(scene, { room: wanted })
    const asked = wanted
    if (scene.standing.play.rooms[asked.id]?.opened) showRoom(scene, asked)
    else showDoor(scene, asked)
  }
  const key: RequestHandler = async (req, res) => {
    await kit.limits.consume('key', req.ip ?? '', KEYS_PER_ADDRESS)
    const { key: typed, attempt = randomUUID() } = read(KeyForm, req.body)
    const before = await sceneOf(req, res)
    const asked = roomIn(before)
    if (typed.trim() === '' && !before.standing.play.rooms[asked.id]?.opened) return showDoor(before, asked, { status: 422, refused: { refusal: 'empty' }, typed })
    const said = await play.tryKey(before.who, asked.id, typed, attempt)
    if (said.opened) return res.redirect(303, `/play/${before.who.run}/rooms/${asked.id}?opened=1`)
    const isEarly = said.refusal === 'too-soon'
    if (isEarly) res.set('Retry-After', String(said.waitSeconds ?? 1))
    showDoor(await sceneOf(req, res), asked, { status: isEarly ? 429 : 422, refused: said, typed })
  }
  /** A reload after a wrong key, and a language chosen on that page, come here. */
  const backToDoor: RequestHandler = (req, res) => res.redirect(303, `/play/${sessionOf(res).run}/rooms/${encodeURIComponent(String(req.params.room))}${langOf(req, res) === req.query.lang ? `?lang=${req.query.lang}` : ''}`)

  const finish: RequestHandler = async (req, res) => {
    const scene = await sceneOf(req, res)
    const { who, course, standing, tongue } = scene
    const { say } = tongue
    const input = { run: who.run, course, standing, tongue }
    if (!standing.play.finished) return show(scene, 'play/unfinished', { end: unfinishedView(input) }, { title: say('play.finish.not-yet'), scripts: ['play/frame.js'] })
    const end = finishView({ ...input, grades: await gradesOf(scene), preview: isPreview(who.run), attendanceCode: play.attendanceCode(who, course) })
    show(scene, 'play/finish', { end }, { title: course.finish.title, scripts: ['play/finish.js', 'play/frame.js'] })
  }
  return { map, room, key, backToDoor, finish }
}

/** Participants' pages, and the frames of the contents in them: mount at `/play/:run`. */
export const playRoutes = (deps: PlayPagesDeps): Router => {
  const { kit, play, courses, h5p } = deps
  const pages = pagesOver(deps)
  const may = kit.sessions.may('play')
  const form = express.urlencoded({ extended: false, limit: '64kb' })
  return Router({ mergeParams: true })
    .get('/h5p/:ticket/phone', neverAtContent(kit.config), phonePage(deps))
    .use('/h5p/:ticket', h5p.frameRoutes(contentDoor(play, kit, h5p, followPhone(deps.live))))
    .get('/pictures/:name', sendPicture(kit, courses))
    .get('/', may, pages.map)
    .get('/rooms/:room', may, pages.room)
    .get('/rooms/:room/key', may, pages.backToDoor)
    .post('/rooms/:room/key', form, may, pages.key)
    .post('/rooms/:room/phone', form, may, codeRoute(deps))
    .get('/rooms/:room/phone', may, pages.backToDoor)
    .post('/low', form, may, chooseLow)
    .get('/finish', may, pages.finish)
}
