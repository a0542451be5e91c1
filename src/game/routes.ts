import { randomUUID } from 'node:crypto'
import { Router, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import type { Courses } from '../courses/index.js'
import { langOf, read, sessionOf, type Kit } from '../infra/index.js'
import type { Live } from '../live/index.js'
import type { Ladders } from './ladders.js'
import { makeNames, readAlias, type Names } from './names.js'
import { firstOf, ladderCard, ladderPage, PAGE, profileForm, type Onlooker, type Typed } from './pages.js'
import { AliasRefused, AliasTaken } from './refusals.js'

export interface GameDeps {
  kit: Pick<Kit, 'sessions' | 'views' | 'i18n' | 'limits' | 'mongo'>
  ladders: Ladders
  courses: Pick<Courses, 'run' | 'course'>
  /** Lets the page hear of changes; without it the page shows what was when it was opened. */
  live?: Pick<Live, 'ticketFor'>
  changeProfile: (who: { run: string; user: string }, change: { alias?: string; onLadder?: boolean }, key: string) => Promise<void>
}

const Place = z.object({ from: z.coerce.number().int().min(1).max(1e9).catch(1), saved: z.literal('1').optional().catch(undefined) })
const Profile = z.object({ alias: z.string().max(200).default(''), onLadder: z.literal('on').optional(), reset: z.literal('1').optional(), key: z.string().min(1).max(64) })

/** Names change now and then; whoever changes theirs all the time plays with the others' eyes. */
const CHANGES = { points: 10, seconds: 60 }
const NEIGHBOURS = 3

const onlooker = async ({ kit: { i18n }, ladders }: GameDeps, req: Request, res: Response): Promise<Onlooker> => {
  const { run, user } = sessionOf(res)
  const lang = langOf(req, res)
  return { run, user, lang, say: i18n.in(lang), game: await ladders.profile(run, user) }
}

interface Shown { status?: number; typed?: Typed; fault?: Parameters<typeof profileForm>[1]['fault'] }

const show = async (deps: GameDeps, req: Request, res: Response, { status, typed, fault }: Shown = {}): Promise<void> => {
  const { kit, ladders, courses, live } = deps
  const session = sessionOf(res)
  const { from: asked, saved } = read(Place, req.query)
  const [who, around, run] = await Promise.all([onlooker(deps, req, res), ladders.near(session.run, session.user, NEIGHBOURS), courses.run(session.run)])
  const [from, course] = [firstOf(asked, around.total), await courses.course(run.course)]
  const ladder = ladderPage(await ladders.page(session.run, from, PAGE, session.user), around, { from, levels: course.xp.levels }, who)
  const form = profileForm(who, { key: randomUUID(), typed, fault, saved: saved === '1' && !fault })
  const home = `/play/${session.run}/`
  const { name, xp, toGo, value } = ladder.level
  kit.views.page(req, res, 'game/ladder', { ladder, form, home }, {
    status, title: who.say('game.ladder.title'),
    frame: { home, back: session.back, me: { level: name, xp, toGo, value, href: `${home}#why` }, live: live && { ticket: live.ticketFor(session) } },
  })
}

const save = (deps: GameDeps, names: Names): RequestHandler => async (req, res) => {
  const { run, user } = sessionOf(res)
  const { alias: typed, onLadder: shown, reset, key } = read(Profile, req.body)
  const onLadder = shown === 'on'
  await deps.kit.limits.consume('profile', `${run}:${user}`, CHANGES)
  try {
    const alias = reset ? '' : readAlias(typed)
    const before = await deps.ladders.profile(run, user)
    await names.take(run, user, alias)
    if ((before.alias ?? '') !== alias || before.onLadder !== onLadder) await deps.changeProfile({ run, user }, { alias, onLadder }, key)
  } catch (error) {
    // For people the form comes back as they filled it in; programs get the problem itself.
    const fault = error instanceof AliasRefused ? error.fault : error instanceof AliasTaken ? 'taken' : undefined
    if (!fault || req.accepts(['html', 'json']) === 'json') throw error
    return show(deps, req, res, { status: fault === 'taken' ? 409 : 400, typed: { alias: typed, onLadder }, fault })
  }
  res.redirect(303, `/play/${run}/ladder?saved=1#profile`)
}

/** `/play/:run/ladder`: the ladder, one's own place on it, and how one shows there. */
export const gameRoutes = (deps: GameDeps): Router => {
  const { kit, ladders } = deps
  const may = kit.sessions.may('play')
  return Router({ mergeParams: true })
    .get('/', may, (req, res) => show(deps, req, res))
    .get('/card', may, async (req, res) => {
      const who = await onlooker(deps, req, res)
      const ladder = ladderCard(await ladders.near(who.run, who.user, 2), who)
      res.type('html').set('Cache-Control', 'private, no-store').send(kit.views.fragment('game/ladder-card', { ladder }, who.lang))
    })
    .post('/profile', may, save(deps, makeNames(kit.mongo, kit.i18n)))
}
