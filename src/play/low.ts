import { parseCookie } from 'cookie'
import type { Request, RequestHandler } from 'express'
import { z } from 'zod'
import { read, sessionOf } from '../infra/index.js'

/** Whether a learner plays with less data, and whose wish that is; `browser`: nobody chose, and the browser says `Save-Data`. */
export interface Low { on: boolean; wish: 'chosen' | 'browser' | 'none' }

const COOKIE = 'kr-low'
const Choice = z.object({ low: z.enum(['0', '1']), room: z.string().regex(/^[\w-]{1,100}$/), activity: z.string().regex(/^[\w-]{1,100}$/) })

/** @see [Save-Data](https://wicg.github.io/savedata/#save-data-request-header-field) */
export const lowOf = (req: Request): Low => {
  const chosen = parseCookie(req.headers.cookie ?? '')[COOKIE]
  if (chosen === '1' || chosen === '0') return { on: chosen === '1', wish: 'chosen' }
  return req.get('save-data')?.trim().toLowerCase() === 'on' ? { on: true, wish: 'browser' } : { on: false, wish: 'none' }
}

/** Remembers the choice in this browser, as the language is, and goes back to the room. Where no cookie sticks, the page's script remembers. */
export const chooseLow: RequestHandler = (req, res) => {
  const { low, room, activity } = read(Choice, req.body)
  res.cookie(COOKIE, low, { secure: true, sameSite: 'none', partitioned: true, path: '/', maxAge: 365 * 86_400_000 })
  res.redirect(303, `/play/${sessionOf(res).run}/rooms/${room}?activity=${activity}`)
}
