import { randomBytes } from 'node:crypto'
import { parseCookie } from 'cookie'
import type { Request, Response } from 'express'
import { personOf, type Person } from './people.js'

const COOKIE = 'lms-session'

/** Who is signed in to the LMS. «Log in as» needs no password: this LMS holds nobody's secrets. */
export interface LmsSessions {
  start(res: Response, person: Person): void
  end(req: Request, res: Response): void
  whoIs(req: Request): Person | undefined
  /** Staff who look at their courses as a student would. */
  asStudent(req: Request): boolean
  setAsStudent(req: Request, on: boolean): void
}
export const makeLmsSessions = (): LmsSessions => {
  const sessions = new Map<string, { person: string; asStudent?: boolean }>()
  const idIn = (req: Request) => parseCookie(req.headers.cookie ?? '')[COOKIE] ?? ''
  return {
    start(res, person) {
      const id = randomBytes(24).toString('base64url')
      sessions.set(id, { person: person.id })
      // Lax: the tool sends the browser back by a GET, in a frame of our own page, which Lax lets through; other sites' POSTs it doesn't.
      res.cookie(COOKIE, id, { httpOnly: true, sameSite: 'lax', path: '/' })
    },
    end(req, res) {
      sessions.delete(idIn(req))
      res.clearCookie(COOKIE, { path: '/' })
    },
    whoIs: (req) => personOf(sessions.get(idIn(req))?.person),
    asStudent: (req) => sessions.get(idIn(req))?.asStudent ?? false,
    setAsStudent(req, on) {
      const session = sessions.get(idIn(req))
      if (session) session.asStudent = on
    },
  }
}
