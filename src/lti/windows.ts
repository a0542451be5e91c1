import { randomBytes } from 'node:crypto'
import express, { Router, type Request, type Response } from 'express'
import type { mongo } from 'mongoose'
import { z } from 'zod'
import { isDuplicate, NoSession, read, sessionOf, type Kit, type Session } from '../infra/index.js'
import { beginSession } from './enter.js'

/** From the click to the window: no longer than a slow line needs. */
const TICKET_SECONDS = 60

export interface WindowDeps { kit: Kit; nonces: mongo.Collection<{ _id: string; at: Date }> }
interface Ticket { session: Session; at: string; once: string }

const Asked = z.object({ at: z.string().max(2000).default('') })
const Entry = z.object({ ticket: z.string().max(8000) })
const Renewal = z.object({ renewal: z.string().max(4000) })

/** A page of this run; anything else is where the run begins. */
const placeIn = ({ run, role }: Session, at: string, ours: string): string => {
  const url = URL.canParse(at, ours) ? new URL(at, ours) : undefined
  const isOfRun = url?.origin === new URL(ours).origin && /^\/(?:play|insights|studio)\/([^/]+)\//.exec(url.pathname)?.[1] === run
  return isOfRun ? url.pathname + url.search : `/${role === 'participant' ? 'play' : 'insights'}/${run}/`
}

const secondsLeft = ({ exp = 0 }: Session, now: Date): number => Math.floor(exp - now.getTime() / 1000)

/**
 * Out of the LMS's frame into a window of its own, where the frame's cookie doesn't reach: by a ticket that is good once and for a
 * minute, in a form's body and so in no address, history or log. And the next token of a window without cookies.
 */
export const windowRoutes = ({ kit, nonces }: WindowDeps): Router => {
  const { secrets, sessions, now } = kit
  const form = express.urlencoded({ extended: false, limit: '16kb' })
  const giveTicket = (req: Request, res: Response): void => {
    const session = sessionOf(res)
    const ticket: Ticket = { session, at: placeIn(session, read(Asked, req.body).at, kit.config.publicUrl), once: randomBytes(16).toString('base64url') }
    res.set('Cache-Control', 'no-store').json({ ticket: secrets.sign('lti-window', ticket, TICKET_SECONDS, now()) })
  }
  /** Only a form of ours: another site's would sign the person in as somebody else. */
  const takeTicket = async (req: Request, res: Response): Promise<void> => {
    const found = req.get('sec-fetch-site') === 'same-origin' ? secrets.verify<Ticket>('lti-window', read(Entry, req.body).ticket, now()) : undefined
    if (!found) throw new NoSession({ detail: { ticket: 'forged, too old or from elsewhere' } })
    await nonces.insertOne({ _id: `window:${found.once}`, at: now() }).catch((cause: unknown) => {
      throw isDuplicate(cause) ? new NoSession({ detail: { ticket: 'used' }, cause }) : cause
    })
    const { sid: _sid, exp: _exp, ...draft } = found.session
    beginSession(req, res, kit, draft, found.at, secondsLeft(found.session, now()))
  }
  return Router()
    .post('/window/:run', form, sessions.may('any'), giveTicket)
    .post('/window', form, takeTicket)
    .post('/renew', form, (req, res) => {
      const next = sessions.renew(read(Renewal, req.body).renewal)
      if (!next) throw new NoSession()
      res.set('Cache-Control', 'no-store').json(next)
    })
}
