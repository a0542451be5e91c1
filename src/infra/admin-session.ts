import { createHash, randomBytes } from 'node:crypto'
import { parseCookie } from 'cookie'
import type { Request, RequestHandler, Response } from 'express'
import type { Kit } from './kit.js'
import { ForeignForm, Refusal } from './refusal.js'
import { sameBytes } from './secrets.js'

/** A one-time link waits this long to be opened. */
export const LINK_SECONDS = 15 * 60
/** As long as a course session: longer than a sitting, shorter than a forgotten laptop. */
const ADMIN_SECONDS = 4 * 3600

/** Only an administrator's page: nobody here is one. */
export class AdminOnly extends Refusal { readonly code = 'admin/sign-in'; readonly status = 401 }
/** A link that was used, ran out, or never was. */
export class LinkSpent extends Refusal { readonly code = 'admin/link-spent'; readonly status = 410 }

/**
 * Who administers this installation: whoever can run a command on its machine. There is no password to guess or to lose. The
 * command gives a link for one use; the browser that uses it gets a session of its own.
 */
export interface Admins {
  /** A new link's token. Only its hash is kept. */
  invite(): Promise<{ token: string; expires: Date }>
  /** Whether the link still waits; takes nothing. */
  waits(token: string): Promise<boolean>
  /** Takes the link, once, and signs this browser in. @throws LinkSpent */
  enter(token: string, res: Response): Promise<void>
  /** The name of this browser's session, where it is an administrator's: it opens nothing, and a ticket that holds it ends with it. */
  nameOf(req: Request): Promise<string | undefined>
  /** Whether the session of that name still lasts. */
  lasts(name: string): Promise<boolean>
  /** Ends the session, not only its cookie. */
  leave(req: Request, res: Response): Promise<void>
  /**
   * Lets an administrator through, and puts the form token in `res.locals.csrf`. Anything but GET and HEAD needs that token in
   * `_csrf` or `X-CSRF-Token`; an upload, whose form isn't read yet, in the latter.
   */
  may: RequestHandler
}

interface Lasting { _id: string; expires: Date }

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')
const freshToken = (): string => randomBytes(32).toString('base64url')

const guardForm = (req: Request, csrf: string): void => {
  const body = req.body as { _csrf?: unknown } | undefined
  const given = req.get('x-csrf-token') ?? (typeof body?._csrf === 'string' ? body._csrf : '')
  if (!sameBytes(Buffer.from(given), Buffer.from(csrf))) throw new ForeignForm()
}

/** Links and sessions rest in the database under their hashes: who reads it can use neither. */
export const createAdmins = async ({ config, mongo: { db }, secrets, now }: Pick<Kit, 'config' | 'mongo' | 'secrets' | 'now'>): Promise<Admins> => {
  const links = db.collection<Lasting>('admin_links')
  const sessions = db.collection<Lasting>('admin_sessions')
  for (const lasting of [links, sessions]) await lasting.createIndex({ expires: 1 }, { expireAfterSeconds: 0 })
  const secure = config.publicUrl.startsWith('https:')
  // Over https the name says that this very host set it (RFC 6265bis, 4.1.3.2).
  const name = `${secure ? '__Host-' : ''}kr-admin`
  const cookie = { httpOnly: true, secure, sameSite: 'strict', path: '/' } as const
  const tokenIn = (req: Request): string | undefined => parseCookie(req.headers.cookie ?? '')[name]
  const lasts = async (_id: string): Promise<boolean> => (await sessions.countDocuments({ _id, expires: { $gt: now() } })) > 0
  const sessionIn = async (req: Request): Promise<string | undefined> => {
    const token = tokenIn(req)
    return token && (await lasts(hashOf(token))) ? token : undefined
  }
  return {
    async invite() {
      const [token, expires] = [freshToken(), new Date(now().getTime() + LINK_SECONDS * 1000)]
      await links.insertOne({ _id: hashOf(token), expires })
      return { token, expires }
    },
    waits: async (token) => (await links.countDocuments({ _id: hashOf(token), expires: { $gt: now() } })) > 0,
    async enter(token, res) {
      // Of two at once only one finds it to delete.
      if (!(await links.findOneAndDelete({ _id: hashOf(token), expires: { $gt: now() } }))) throw new LinkSpent()
      const session = freshToken()
      await sessions.insertOne({ _id: hashOf(session), expires: new Date(now().getTime() + ADMIN_SECONDS * 1000) })
      res.cookie(name, session, { ...cookie, maxAge: ADMIN_SECONDS * 1000 })
    },
    async nameOf(req) {
      const token = await sessionIn(req)
      return token && hashOf(token)
    },
    lasts,
    async leave(req, res) {
      const token = tokenIn(req)
      if (token) await sessions.deleteOne({ _id: hashOf(token) })
      res.clearCookie(name, cookie)
    },
    may: async (req, res, next) => {
      const token = await sessionIn(req)
      if (!token) throw new AdminOnly()
      const csrf = secrets.mac('admin-csrf', token).toString('base64url')
      if (req.method !== 'GET' && req.method !== 'HEAD') guardForm(req, csrf)
      res.locals.csrf = csrf
      next()
    },
  }
}
