import { randomBytes } from 'node:crypto'
import { parseCookie } from 'cookie'
import type { Request, RequestHandler, Response } from 'express'
import type { Secrets } from './secrets.js'
import { sameBytes } from './secrets.js'
import { ForeignForm, NoSession, NotAllowed } from './refusal.js'

/** What a person is in one course run. Platforms' membership roles are mapped to these by `lti/`. */
export type Role = 'participant' | 'instructor' | 'author' | 'mentor'

/** Keyroom's own short-lived session: one person in one course run in one browser window or profile. */
export interface Session {
  /** Random; a form made for one session is refused under another, so two people in one browser never mix. */
  sid: string
  run: string
  user: string
  role: Role
  /** Staff who look on as a learner would: a participant in the run beside the run, whose doing leaves no trace in this one. */
  preview?: true
  /** They may say that they really take part. */
  mayTakePart?: true
  /** BCP 47, from the launch; absent: the browser's Accept-Language decides. */
  lang?: string
  /** The person's time zone (an IANA name), from the launch; absent: the browser's. */
  zone?: string
  /** Where «back to the course» leads; a http(s) address with no secret in its query. */
  back?: string
  /** When it ends, in Unix seconds: known of every session that was read from its token. */
  exp?: number
}

/** 4 hours: longer than a sitting, shorter than a forgotten laptop. */
export const SESSION_SECONDS = 4 * 3600

/** A token that a script holds: short, since it could be read where a cookie can't. */
const WINDOW_SECONDS = 15 * 60

/** What a role may do. No rule means refused. */
const RIGHTS: Record<Role, ReadonlySet<Right>> = {
  participant: new Set<Right>(['play']),
  instructor: new Set<Right>(['watch']),
  author: new Set<Right>(['watch', 'author']),
  mentor: new Set<Right>(['mentor']),
}
export type Right = 'play' | 'watch' | 'author' | 'mentor'

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    /** `lang`: of a launch that has no session yet. `returnTo`: its whole way back, for this answer alone. */
    interface Locals { session?: Session; csrf?: string; lang?: string; returnTo?: string }
  }
}

export interface Sessions {
  /** A token for a new session; give it to `welcome` or to a window that can't keep cookies. */
  issue(session: Omit<Session, 'sid'>, seconds?: number): { session: Session; token: string }
  /** For a window that keeps no cookie: a token good for some minutes, and what gets the next one as long as the session lasts. */
  forWindow(session: Session): WindowTokens
  /** The next ones, for what came with the last. */
  renew(renewal: string): WindowTokens | undefined
  /** Sets the cookie, partitioned, for this run alone. */
  setCookie(res: Response, token: string, session: Session): void
  clearCookie(res: Response, run: string): void
  read(token: string): Session | undefined
  /** The session of a request to `/…/:run/…`: its window's token (`Authorization: Bearer`) first, then the run's cookie. */
  of(headers: { authorization?: string; cookie?: string }, run: string): { session: Session; byToken: boolean } | undefined
  /** What forms of this session carry in `_csrf`, scripts in `X-CSRF-Token`. */
  csrfFor(session: Session): string
  /**
   * Lets through who holds a session of the run in `:run` whose role has the right; puts it in `res.locals.session` and the
   * form token in `res.locals.csrf`. Anything but GET and HEAD needs the form token, or the window's own token. `any`: whatever the role.
   */
  may(right: Right | 'any'): RequestHandler
}
/** `seconds`: how long the token is good for. */
export interface WindowTokens { token: string; renewal: string; seconds: number }

/** `host`: over https the name says that this very host set it, so that no sibling of ours can plant a session (RFC 6265bis, 4.1.3.2). */
export const makeSessions = (secrets: Secrets, { secure = true, host = false } = {}): Sessions => {
  const cookieName = (run: string): string => `${host ? '__Host-' : ''}kr-${run}`
  /** A window's token ends before its session does: what stands until that end is told the latter. */
  const read = (token: string): Session | undefined => {
    const found = secrets.verify<Session & { until?: number }>('session', token)
    if (!found) return undefined
    const { until, ...session } = found
    return { ...session, exp: until ?? session.exp }
  }
  const forWindow = (session: Session): WindowTokens => {
    const left = Math.ceil((session.exp ?? 0) - Date.now() / 1000)
    const seconds = Math.min(WINDOW_SECONDS, left)
    return { token: secrets.sign('session', { ...session, until: session.exp }, seconds), renewal: secrets.sign('session-renewal', session, left), seconds }
  }
  const csrfFor = (session: Session): string => secrets.mac('csrf', session.sid).toString('base64url')
  const cookieOptions = { httpOnly: true, secure, sameSite: 'none', partitioned: true, path: '/' } as const
  const of: Sessions['of'] = (headers, run) => {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
    const token = bearer ?? parseCookie(headers.cookie ?? '')[cookieName(run)]
    const session = token ? read(token) : undefined
    return session?.run === run ? { session, byToken: bearer !== undefined } : undefined
  }
  const guardForm = (req: Request, session: Session): void => {
    const body = req.body as { _csrf?: unknown } | undefined
    const given = req.get('x-csrf-token') ?? (typeof body?._csrf === 'string' ? body._csrf : '')
    if (!sameBytes(Buffer.from(given), Buffer.from(csrfFor(session)))) throw new ForeignForm()
  }
  return {
    issue(draft, seconds = SESSION_SECONDS) {
      const session: Session = { ...draft, sid: randomBytes(16).toString('base64url') }
      const token = secrets.sign('session', session, seconds)
      return { session: read(token) ?? session, token }
    },
    setCookie: (res, token, session) => void res.cookie(cookieName(session.run), token, { ...cookieOptions, maxAge: SESSION_SECONDS * 1000 }),
    forWindow,
    renew(renewal) {
      const session = secrets.verify<Session>('session-renewal', renewal)
      return session && forWindow(session)
    },
    clearCookie: (res, run) => void res.clearCookie(cookieName(run), cookieOptions),
    read,
    of,
    csrfFor,
    may: (right) => (req, res, next) => {
      const found = of(req.headers, String(req.params.run))
      if (!found) throw new NoSession()
      const { session, byToken } = found
      res.locals.session = session
      res.locals.csrf = csrfFor(session)
      if (right !== 'any' && !RIGHTS[session.role].has(right)) throw new NotAllowed({ detail: { role: session.role, right } })
      if (!byToken && req.method !== 'GET' && req.method !== 'HEAD') guardForm(req, session)
      next()
    },
  }
}

/** The session that `may` let through. @throws NoSession when the route forgot `may`. */
export const sessionOf = (res: Response): Session => {
  if (!res.locals.session) throw new NoSession()
  return res.locals.session
}
