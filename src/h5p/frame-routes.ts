import express, { Router, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { langOf, NotFound, read, stableId, type Kit, type Lang } from '../infra/index.js'
import type { Bundles } from './bundles.js'
import { sendContentFile } from './content-files.js'
import type { Contents } from './contents.js'
import type { Core } from './core-files.js'
import { frameOrigin, onlyAtContent } from './frame-origin.js'
import { frameView, type FrameView } from './frame.js'
import type { Player } from './lumi.js'
import type { FrameDeps, Opened } from './model.js'
import { ForeignContent } from './refusals.js'
import { MAX_STATE, type States, type Which, type Whose } from './states.js'
import type { FileStore } from './store/index.js'

const KEY = z.string().regex(/^[\w-]{8,100}$/)
const Answer = z.object({ item: z.string().min(1).max(100), response: z.unknown(), key: KEY })
const Completed = z.object({ key: KEY })
const StateName = z.object({ dataType: z.string().regex(/^[\w-]{1,40}$/), sub: z.string().regex(/^[\w-]{1,64}$/) })
/** `data` is JSON of the content's own making, or `0`: forget it. */
const SavedState = z.object({ data: z.string(), preload: z.enum(['0', '1']).optional() })

/** What contents' frames loaded, by content: of those shown last. */
export type Ahead = Map<string, { scripts: string[]; styles: string[] }>
const KEPT_AHEAD = 500

export interface FrameParts { kit: Pick<Kit, 'config' | 'log' | 'views' | 'i18n'>; contents: Contents; files: FileStore; core: Core; player: Player; states: States; bundles: Pick<Bundles, 'of'>; ahead: Ahead }

const ticketOf = (req: Request): [ticket: string, run: string] => [String(req.params.ticket), String(req.params.run)]
const whose = ({ run, user, content }: Opened): Whose => ({ run, user, content })

/** The page around says which; unlike there, it isn't a choice to remember. */
const langHere = (i18n: Kit['i18n'], req: Request, res: Response): Lang => (typeof req.query.lang === 'string' ? i18n.pick(req.query.lang) : langOf(req, res))

/** The page around may be at another name of ours; everyone who may frame that may frame this through it. */
const admitParent = (res: Response, parent: string | undefined): void => {
  const policy = res.getHeader('Content-Security-Policy')
  if (parent && typeof policy === 'string') res.set('Content-Security-Policy', policy.replace(/frame-ancestors /, `frame-ancestors ${parent} `))
}

/** States in the form H5P's core knows. */
const stateRoutes = (open: (req: Request) => Promise<Opened>, { states, kit }: FrameParts): Router => {
  const named = async (req: Request): Promise<{ whose: Whose; which: Which }> => {
    const opened = await open(req)
    if (req.params.content !== opened.content) {
      kit.log.warn({ run: opened.run, learner: opened.user, content: req.params.content }, 'the state of another content was asked for')
      throw new ForeignContent({ detail: { content: req.params.content } })
    }
    return { whose: whose(opened), which: read(StateName, req.params) }
  }
  return Router({ mergeParams: true })
    .get('/:content/:dataType/:sub', async (req, res) => {
      const { whose, which } = await named(req)
      res.json({ success: true, data: (await states.load(whose, which)) ?? false })
    })
    .post('/:content/:dataType/:sub', express.urlencoded({ extended: false, limit: 4 * MAX_STATE }), async (req, res) => {
      const { whose, which } = await named(req)
      const { data, preload } = read(SavedState, req.body)
      await (data === '0' ? states.forget(whose, which) : states.save(whose, which, { data, preload: preload !== '0' }))
      res.json({ success: true })
    })
}

/**
 * One content in its frame: its page, its answers, its state, its files. The ticket in the address is the only credential, so
 * it works where a browser keeps no cookies, and every route asks play to open it first.
 *
 * With CONTENT_ORIGIN the page around addresses the frame there (`frameOrigin`), and only there it is answered. It is another name
 * of the same app, and all addresses in the frame are relative to it; files, which run nothing, are had under both names.
 * `frame?lang=ar` shows our own words in that language.
 */
export const frameRoutes = (parts: FrameParts, deps: FrameDeps): Router => {
  const { kit, contents, core, player, states, bundles, ahead } = parts
  const parent = frameOrigin(kit.config) ? new URL(kit.config.publicUrl).origin : undefined
  const open = (req: Request): Promise<Opened> => deps.open(...ticketOf(req))
  // 20,000 characters of any script, for each of some prompts.
  const json = express.json({ limit: '256kb' })
  /** In few files; `?apart` asks for each by itself, should one of them spoil the others. */
  const bundled = async (view: FrameView): Promise<FrameView> => {
    const [scripts, styles] = await Promise.all([bundles.of(view.scripts, 'js'), bundles.of(view.styles, 'css')])
    const [oldest] = ahead.keys()
    if (ahead.size >= KEPT_AHEAD && oldest !== undefined) ahead.delete(oldest)
    ahead.set(view.contentId, { scripts, styles })
    return { ...view, scripts, styles }
  }
  const noStore: RequestHandler = (_req, res, next) => {
    res.set('Cache-Control', 'no-store')
    next()
  }
  return Router({ mergeParams: true })
    .use(noStore)
    .use(['/frame', '/answers', '/completed', '/finished', '/state'], onlyAtContent(kit.config))
    .get('/frame', async (req, res) => {
      const opened = await open(req)
      const lang = langHere(kit.i18n, req, res)
      const content = await contents.of(opened.content)
      // Stable for the learner and this run, and nothing to find anyone by.
      const pseudonym = stableId('h5p', opened.run, opened.user)
      const user = { id: pseudonym, name: '', email: `${pseudonym}@learner.invalid` }
      const [model, preloaded, clues] = await Promise.all([
        player.render(content.id, user, lang, { parametersOverride: content.shown as object, metadataOverride: content.metadata }),
        states.preloaded(whose(opened)),
        opened.clues?.() ?? [],
      ])
      const view = frameView({ model, content, opened, core, base: req.baseUrl, parent, states: preloaded, clues, t: kit.i18n.in(lang) })
      admitParent(res, parent)
      res.type('html').send(kit.views.fragment('h5p/frame', req.query.apart === undefined ? await bundled(view) : view, lang))
    })
    .post('/answers', json, async (req, res) => {
      const { item, response, key } = read(Answer, req.body)
      res.json(await deps.answer(...ticketOf(req), { item, response, key }))
    })
    .post('/completed', json, async (req, res) => {
      res.json({ outcome: await deps.complete(...ticketOf(req), read(Completed, req.body)) })
    })
    // The core is told not to send it; what comes is somebody's own doing, and counts for nothing.
    .post('/finished', async (req, res) => {
      const { run, user, activity } = await open(req)
      kit.log.warn({ run, learner: user, activity }, 'a result of the browser’s own was sent and not counted')
      res.json({ success: true })
    })
    .use('/state', stateRoutes(open, parts))
    .get('/content/*file', async (req, res) => {
      const { content } = await open(req)
      const { files } = await contents.of(content)
      const { file } = req.params as unknown as { file: string[] }
      await sendContentFile(req, res, { store: parts.files, files }, file)
    })
    .use(() => {
      throw new NotFound()
    })
}
