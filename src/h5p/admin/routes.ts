import { rename } from 'node:fs/promises'
import express, { Router, type Response } from 'express'
import { z } from 'zod'
import { adminFrame, BadInput, langOf, NotFound, read, type Kit, type Say } from '../../infra/index.js'
import { receive, type Received } from '../receive.js'
import type { PartState } from '../setup/index.js'
import type { Installed } from '../store/index.js'
import type { Hub } from './hub.js'
import { TypesRefused } from './refusals.js'
import type { Shelf } from './shelf.js'
import type { Upgrades } from './upgrades.js'
import { adminView, upgradeView, type Said } from './view.js'

export interface AdminParts { kit: Pick<Kit, 'config' | 'views' | 'i18n'>; parts: PartState[]; shelf: Shelf; hub: Hub; upgrades: Upgrades }

/** The largest official packages have some tens of megabytes; a whole bundle of them a few hundred. */
const MOST_UPLOAD = 1024 ** 3
const SAID = ['installed', 'same', 'restricted', 'unrestricted', 'removed', 'refreshed'] as const
const Asked = z.object({ said: z.enum(SAID).optional().catch(undefined), library: z.string().max(120).optional().catch(undefined), count: z.coerce.number().int().min(0).optional().catch(undefined) })
const Named = z.object({ library: z.string().max(120) })
const Restrict = Named.extend({ restricted: z.enum(['0', '1']) })
const HubType = z.object({ type: z.string().regex(/^[\w.]{1,100}$/) })
const Change = z.object({ from: z.string().max(120), to: z.string().max(120) })
const Saved = Change.extend({ draft: z.string().max(100), revision: z.int(), params: z.looseObject({}), metadata: z.looseObject({}).optional() })

/** The address that tells what was done. */
const told = ({ what, library, count }: Said): string => `./?${new URLSearchParams({ said: what, ...(library ? { library } : {}), ...(count === undefined ? {} : { count: String(count) }) }).toString()}`
const toldOf = (installed: Installed[]): Said => {
  const news = installed.filter(({ type }) => type !== 'none')
  return news.length > 0 ? { what: 'installed', count: news.length } : { what: 'same', count: installed.length }
}

/** How many refused parts one sentence names. */
const MOST_SAID = 5
/** Installs what came: one package, or an archive of many. @throws PackageRefused, TypesRefused; what else was in it is installed then */
const installFrom = async (shelf: Shelf, { file }: Received, t: Say): Promise<Installed[]> => {
  if (!file || !/\.(h5p|zip)$/i.test(file.name)) throw new BadInput([{ field: 'file', message: 'fields.invalid_format' }])
  if (!/\.zip$/i.test(file.name)) return shelf.install(file.path)
  // An archive is known by its ending.
  const archive = `${file.path}.zip`
  await rename(file.path, archive)
  const brought = await shelf.bring([{ place: archive, shown: file.name }])
  const refused = brought.flatMap(({ file: name, refused: why }) => (why ? [{ name, why }] : []))
  const [first] = refused
  const installed = brought.flatMap(({ libraries }) => libraries)
  if (!first) return installed
  if (brought.length === 1) throw first.why
  const said = refused.slice(0, MOST_SAID).map(({ name, why }) => `${name}: ${t(why.mend ?? '', why.params)}`).join(' ')
  throw new TypesRefused({ params: { count: refused.length, said, installed: installed.filter(({ type }) => type !== 'none').length }, detail: { refused: refused.map(({ name, why }) => `${name}: ${why.why}`) } })
}

/** The box that other people's upgrade code runs in: it reaches no page of ours, no address, no cookie. */
const BOX = "default-src 'none'; script-src 'self'; frame-ancestors 'self'; sandbox allow-scripts"
const box = (res: Response): void => {
  res.set({ 'Content-Security-Policy': BOX, 'Cache-Control': 'no-store' })
}

const upgradeRoutes = ({ kit, upgrades }: AdminParts): Router =>
  Router()
    .get('/', async (req, res) => {
      const { from, to } = read(Change, req.query)
      const plan = await upgrades.plan(from, to)
      const t = kit.i18n.in(langOf(req, res))
      const view = upgradeView(plan, String(res.locals.csrf), t)
      kit.views.page(req, res, 'h5p/admin-upgrade', view, { title: t('admin.h5p.upgrade.title', { from, to }), layout: 'admin', frame: { ...adminFrame(res), scripts: ['h5p/admin/upgrade.js'], styles: ['h5p/admin/admin.css'] } })
    })
    .get('/box', async (req, res) => {
      const { from, to } = read(Change, req.query)
      const { scripts, changes } = await upgrades.plan(from, to)
      box(res)
      res.type('html').send(kit.views.fragment('h5p/admin-upgrade-box', { scripts, changes }, 'en'))
    })
    .get('/draft/:draft', async (req, res) => {
      const { from } = read(Change.pick({ from: true }), req.query)
      res.set('Cache-Control', 'no-store').json(await upgrades.draft(String(req.params.draft), from))
    })
    .post('/', express.json({ limit: '8mb' }), async (req, res) => {
      res.json(await upgrades.save(read(Saved, req.body)))
    })

/** `/admin/h5p`: cores, editor, libraries, the Hub. The caller has let nobody in but an administrator. */
export const adminRoutes = (parts: AdminParts): Router => {
  const { kit, shelf, hub } = parts
  return Router()
    .get('/', async (req, res) => {
      const lang = langOf(req, res)
      const t = kit.i18n.in(lang)
      const { said, library, count } = read(Asked, req.query)
      const [rows, offered] = await Promise.all([shelf.list(lang), hub.list()])
      const view = adminView({ parts: parts.parts, rows, hub: { on: hub.on, ...offered }, ...(said ? { said: { what: said, library, count } } : {}), lang, t, contentOrigin: kit.config.contentOrigin !== undefined })
      kit.views.page(req, res, 'h5p/admin', view, { title: t('admin.h5p.title'), layout: 'admin', frame: { ...adminFrame(res), scripts: ['h5p/admin/admin.js'], styles: ['h5p/admin/admin.css'] } })
    })
    .post('/upload', async (req, res) => {
      const installed = await receive(req, MOST_UPLOAD, (received) => installFrom(shelf, received, kit.i18n.in(langOf(req, res))))
      const next = told(toldOf(installed))
      if (req.accepts(['html', 'json']) === 'html') res.redirect(303, next)
      else res.json({ installed, next })
    })
    .post('/restrict', async (req, res) => {
      const { library, restricted } = read(Restrict, req.body)
      await shelf.restrict(library, restricted === '1')
      res.redirect(303, told({ what: restricted === '1' ? 'restricted' : 'unrestricted', library }))
    })
    .post('/remove', async (req, res) => {
      const { library } = read(Named, req.body)
      await shelf.remove(library)
      res.redirect(303, told({ what: 'removed', library }))
    })
    .post('/hub/refresh', async (_req, res) => {
      await hub.refresh()
      res.redirect(303, `.${told({ what: 'refreshed' })}`)
    })
    .post('/hub/install', async (req, res) => {
      res.redirect(303, `.${told(toldOf(await hub.install(read(HubType, req.body).type)))}`)
    })
    .use('/upgrade', upgradeRoutes(parts))
    .use(() => {
      throw new NotFound()
    })
}
