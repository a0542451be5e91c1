import { Router, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { LinkSpent, type Admins } from './admin-session.js'
import { langOf, type Say } from './i18n.js'
import { read } from './input.js'
import type { Kit } from './kit.js'

/** One thing that can be administered: its words are the catalogue's (`title`, `summary`), its pages its room's. */
export interface AdminSection { path: string; title: string; summary: string; routes: Router }

export interface AdminDeps { kit: Pick<Kit, 'limits' | 'views' | 'i18n'>; admins: Admins; sections: AdminSection[] }

const Link = z.object({ token: z.string().max(100).catch('') })
/** Links looked at from one address: more than any hand opens. */
const LOOKS = { points: 30, seconds: 60 }

/** An administrator's page is shown in no frame, not even a platform's. */
const unframed: RequestHandler = (_req, res, next) => {
  const policy = res.getHeader('Content-Security-Policy')
  if (typeof policy === 'string') res.set('Content-Security-Policy', policy.replace(/frame-ancestors [^;]*/, "frame-ancestors 'none'"))
  next()
}

/** A form with a file can't be read before its sender is known: its token stands in the address it is sent to, which no log keeps. */
const tokenInAddress: RequestHandler = (req, _res, next) => {
  if (req.is('multipart/form-data') && typeof req.query._csrf === 'string') req.body = { _csrf: req.query._csrf }
  next()
}

/** What layout/admin shows around a page. */
export interface AdminFrame { nav: { href: string; label: string; current: boolean }[] }

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    interface Locals { adminFrame?: AdminFrame }
  }
}

const frameOf = (sections: AdminSection[], t: Say, current?: string): AdminFrame => ({
  nav: sections.map(({ path, title }) => ({ href: `/admin/${path}/`, label: t(title), current: path === current })),
})

/** The frame of a section's own pages. */
export const adminFrame = (res: Response): AdminFrame => res.locals.adminFrame ?? { nav: [] }

/** `/admin`: signing in and out, and what can be administered. */
export const adminRoutes = ({ kit, admins, sections }: AdminDeps): Router => {
  const router = Router()
  const limited: RequestHandler = async (req, _res, next) => {
    await kit.limits.consume('admin-link', req.ip ?? '', LOOKS)
    next()
  }
  router.use(unframed)
  // Looking takes nothing: mail scanners and previews open links too.
  router.get('/enter', limited, async (req, res) => {
    const { token } = read(Link, req.query)
    if (!(await admins.waits(token))) throw new LinkSpent()
    const t = kit.i18n.in(langOf(req, res))
    kit.views.page(req, res, 'admin/enter', { token }, { title: t('admin.enter.title'), layout: 'bare' })
  })
  router.post('/enter', limited, async (req, res) => {
    await admins.enter(read(Link, req.body).token, res)
    res.redirect(303, '/admin/')
  })
  router.use(tokenInAddress, admins.may)
  router.post('/leave', async (req, res) => {
    await admins.leave(req, res)
    const t = kit.i18n.in(langOf(req, res))
    kit.views.page(req, res, 'admin/left', {}, { title: t('admin.left.title'), layout: 'bare' })
  })
  router.get('/', (req, res) => {
    const t = kit.i18n.in(langOf(req, res))
    const cards = sections.map(({ path, title, summary }) => ({ href: `/admin/${path}/`, title: t(title), summary: t(summary) }))
    kit.views.page(req, res, 'admin/home', { cards }, { title: t('admin.home.title'), layout: 'admin', frame: { ...frameOf(sections, t) } })
  })
  for (const { path, routes } of sections) {
    const framed: RequestHandler = (req, res, next) => {
      res.locals.adminFrame = frameOf(sections, kit.i18n.in(langOf(req, res)), path)
      next()
    }
    router.use(`/${path}`, framed, routes)
  }
  return router
}
