import express, { Router, type Request, type RequestHandler, type Response } from 'express'
import QRCode from 'qrcode'
import { z } from 'zod'
import type { Activity } from '../courses/index.js'
import { frameOrigin } from '../h5p/index.js'
import { langOf, NotFound, read, sessionOf, type Kit } from '../infra/index.js'
import type { Live } from '../live/index.js'
import { lowOf } from './low.js'
import { codeView, phoneView } from './qr-view.js'
import { makePasses, PASS_SECONDS, type Passes } from './qr-passes.js'
import { CodeOfAnother, CodeUnknown, TicketRefused } from './refusals.js'
import type { Outcome, Play, Ticket } from './service.js'
import type { Tongue } from './words.js'

export interface PhoneDeps { kit: Kit; play: Pick<Play, 'open' | 'readTicket' | 'ticket'>; live?: Pick<Live, 'publish'> }

const Wanted = z.object({ activity: z.string().min(1).max(100) })
/** Codes of one learner: more than a hand that can't find its phone asks for. */
const CODES = { points: 20, seconds: 600 }
/** Codes tried from one address: a lecture hall scans at once. */
const TRIES = { points: 300, seconds: 60 }

const activityIn = async (play: PhoneDeps['play'], { activity: id, room, ...who }: Pick<Ticket, 'run' | 'user' | 'room' | 'activity'>) => {
  const found = await play.open(who, room)
  const activity = found.room.activities.find((each): each is Activity => each.id === id)
  if (!activity) throw new NotFound({ detail: { activity: id } })
  return { ...found, activity }
}
const tongueOf = ({ i18n }: Kit, req: Request, res: Response): Tongue => {
  const lang = langOf(req, res)
  return { lang, dir: i18n.dir(lang), say: i18n.in(lang) }
}

/** Tells the learner's computer what their phone has done. */
export const followPhone = (live: PhoneDeps['live']) => ({ run, user, activity, via }: Ticket, outcome?: Outcome): void => {
  if (via === 'phone') live?.publish({ run, to: 'user', user }, 'phone', () => ({ activity, state: outcome === undefined ? 'opened' : outcome.completed ? 'done' : 'answered' }))
}

/** On the computer: makes a code for the activity that is open there. As a page where no script asks. */
export const codeRoute = ({ kit, play }: PhoneDeps, passes: Passes = makePasses(kit)): RequestHandler => async (req, res) => {
  const { run, user, sid, exp = Infinity } = sessionOf(res)
  const { activity: id } = read(Wanted, req.body)
  await kit.limits.consume('phone-code', `${run}:${user}`, CODES)
  const room = String(req.params.room)
  const { activity } = await activityIn(play, { run, user, room, activity: id })
  const { token } = await passes.make({ run, user, sid, room, activity: id, until: exp, lang: langOf(req, res) })
  const address = `${kit.config.publicUrl}/play/qr/${token}`
  const svg = await QRCode.toString(address, { type: 'svg', errorCorrectionLevel: 'M', margin: 3 })
  const code = codeView({ tongue: tongueOf(kit, req, res), address, svg, seconds: PASS_SECONDS, back: `/play/${run}/rooms/${room}?activity=${id}` })
  res.set('Cache-Control', 'no-store')
  if (req.accepts(['html', 'json']) === 'json') res.json(code)
  else kit.views.page(req, res, 'play/phone-code', { code }, { title: activity.title })
}

/** The activity alone, for who holds its ticket: mounted at `/play/:run/h5p/:ticket/phone`. */
export const phonePage = ({ kit, play }: PhoneDeps): RequestHandler => async (req, res) => {
  const { run, ticket: token } = req.params as { run: string; ticket: string }
  const ticket = play.readTicket(token)
  if (ticket.run !== run) throw new TicketRefused({ detail: { run } })
  const { course, activity, standing } = await activityIn(play, ticket)
  const tongue = tongueOf(kit, req, res)
  const frame = `${frameOrigin(kit.config)}/play/${run}/h5p/${token}/frame?lang=${tongue.lang}${lowOf(req).on ? '&low=1' : ''}`
  const phone = phoneView({ course, activity, standing, tongue, frame, here: `/play/${run}/h5p/${token}/phone` })
  kit.views.page(req, res, 'play/phone', { phone }, { title: activity.title, frame: { scripts: ['play/phone.js'] } })
}

/** On the phone: mounted at `/play/qr`. Looking takes nothing, so that a preview of the address doesn't use it up. */
export const phoneRoutes = (deps: PhoneDeps): Router => {
  const { kit, play, live } = deps
  const passes = makePasses(kit)
  const tell = followPhone(live)
  const tokenOf = async (req: Request): Promise<string> => {
    await kit.limits.consume('phone-pass', req.ip ?? '', TRIES)
    const token = String(req.params.token)
    if (!/^[\w-]{24}$/.test(token)) throw new CodeUnknown()
    return token
  }
  const guardOwn = (req: Request, { run, user }: Ticket): void => {
    const session = kit.sessions.of(req.headers, run)?.session
    if (session && session.user !== user) throw new CodeOfAnother({ detail: { run } })
  }
  return Router()
    .use((_req, res, next) => {
      res.set('Cache-Control', 'no-store')
      next()
    })
    .get('/:token', async (req, res) => {
      const pass = await passes.look(await tokenOf(req))
      guardOwn(req, pass)
      await activityIn(play, pass)
      kit.views.page(req, res, 'play/phone-pass', {}, { title: kit.i18n.t(langOf(req, res), 'playing.pass.title'), layout: 'bare' })
    })
    .post('/:token', express.urlencoded({ extended: false, limit: '1kb' }), async (req, res) => {
      const token = await tokenOf(req)
      const seen = await passes.look(token)
      guardOwn(req, seen)
      await activityIn(play, seen)
      const { until, lang, ...ticket } = await passes.take(token)
      tell(ticket)
      res.redirect(303, `/play/${ticket.run}/h5p/${play.ticket(ticket, until)}/phone?lang=${lang}`)
    })
}
