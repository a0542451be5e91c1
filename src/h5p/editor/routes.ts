import { h5pAjaxExpressRouter } from '@lumieducation/h5p-express'
import { H5pError, type H5PEditor, type IEditorModel } from '@lumieducation/h5p-server'
import express, { Router, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { BadInput, langOf, NotAllowed, NotFound, read, type Kit, type Lang } from '../../infra/index.js'
import { frameOrigin, onlyAtContent } from '../frame-origin.js'
import type { EditorPeople } from '../model.js'
import type { Parts } from '../setup/index.js'
import { isTooDeep, type Store } from '../store/index.js'
import { takeFiles } from './files.js'
import { asH5pError } from './packages.js'
import type { Editing } from './permissions.js'
import { saveContent, Saved, type SaveDeps } from './save.js'
import { misshapen } from './shape.js'
import { editorBase, readTicket, type EditorTicket } from './ticket.js'
import { errorWords } from './words.js'

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    interface Locals { editing?: { ticket: EditorTicket; user: Editing; base: string } }
  }
}

export interface EditorParts extends SaveDeps { kit: Pick<Kit, 'config' | 'log' | 'views' | 'i18n'>; parts: Parts }

/** What the editor's own document may load. Its code sets inline styles, and makes pictures of its own; no other page of ours allows that. */
const policyOf = ({ contentOrigin, h5pHub }: Kit['config'], frameAncestors: string): string =>
  [
    "default-src 'self'", "script-src 'self'", "style-src 'self' 'unsafe-inline'",
    // The Hub's list shows pictures from there.
    `img-src 'self' data: blob:${h5pHub ? ' https:' : ''}`, "media-src 'self' blob:", "font-src 'self' data:", "connect-src 'self'", "frame-src 'self'", "worker-src 'self' blob:", "object-src 'none'", "base-uri 'self'", "form-action 'self'",
    `${frameAncestors}${contentOrigin ? ` ${contentOrigin}` : ''}`,
  ].join('; ')

/** Files that were uploaded can run nothing when they are opened by themselves. */
const ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

const editingOf = (res: Response) => {
  if (!res.locals.editing) throw new NotFound()
  return res.locals.editing
}
const langHere = (i18n: Kit['i18n'], req: Request, res: Response): Lang => (typeof req.query.lang === 'string' ? i18n.pick(req.query.lang) : langOf(req, res))

/**
 * The editor is two documents: this one, with what opens it and its words, and a frame that it makes in it, with all the rest. The
 * rest takes its settings from the document around: loaded here, it would look for them in the page around ours.
 */
const isAround = (file: string): boolean => /^\/h5p\/editor\/(scripts\/h5peditor-editor\.js|language\/)/.test(file)

/** The integration Lumi made, with the addresses of this ticket. */
const integrationOf = (model: IEditorModel, { base, draft, lang }: { base: string; draft: string | undefined; lang: Lang }): object => {
  const ajaxPath = `${base}/ajax?lang=${lang}&action=`
  const { integration } = model
  return {
    ...integration, ajaxPath, url: base, urlLibraries: '/h5p/libraries',
    ajax: { contentUserData: `${base}/none`, setFinished: `${base}/none` },
    editor: { ...(integration.editor ?? {}), ajaxPath, filesPath: `${base}/temp-files`, nodeVersionId: draft, assets: { css: [...model.styles, `/assets/fonts/${lang}.css`, '/assets/h5p/editor/inside.css'], js: model.scripts.filter((file) => !isAround(file)) } },
  }
}

/** The document with the editor in it, and saving. */
const documentRoutes = ({ kit, editor, store, check, parts }: EditorParts, secrets: Pick<Kit, 'secrets'>): Router =>
  Router({ mergeParams: true })
    .get('/', onlyAtContent(kit.config), async (req, res) => {
      const { ticket, user, base } = editingOf(res)
      const lang = langHere(kit.i18n, req, res)
      const doc = ticket.draft === undefined ? undefined : await store.docs.of(ticket.draft)
      if (ticket.draft !== undefined && doc?.course !== ticket.course) throw new NotFound({ detail: { draft: ticket.draft } })
      const model = (await editor.render(ticket.draft as string, lang.toLowerCase(), user)) as unknown as IEditorModel
      const t = kit.i18n.in(lang)
      const page = {
        base, revision: doc?.revision, draft: doc?._id, library: doc?.library, lang,
        params: doc && { params: JSON.parse(doc.params) as object, metadata: JSON.parse(doc.metadata) as object },
        parent: frameOrigin(kit.config) ? new URL(kit.config.publicUrl).origin : undefined,
        words: Object.fromEntries(['saving', 'saved', 'faults', 'failed', 'stale', 'ended', 'incomplete'].map((word) => [word, t(`h5p-editor.${word}`)])),
      }
      const ours = String(res.getHeader('Content-Security-Policy') ?? '')
      const ancestors = /frame-ancestors [^;]*/.exec(ours)?.[0] ?? "frame-ancestors 'self'"
      res.set('Content-Security-Policy', policyOf(kit.config, frameOrigin(kit.config) ? `${ancestors} ${new URL(kit.config.publicUrl).origin}` : ancestors))
      res.type('html').send(kit.views.fragment('h5p/editor', { title: t('h5p-editor.title'), styles: model.styles, scripts: model.scripts.filter((file) => isAround(file) || file.startsWith('/h5p/core/')), integration: integrationOf(model, { base, draft: ticket.draft, lang }), page, embedded: parts.core.api === undefined }, lang))
    })
    .post('/save', express.json({ limit: '8mb' }), async (req, res) => {
      const { ticket, user } = editingOf(res)
      const { draft, ...kept } = await saveContent({ editor, store, check }, read(Saved, req.body), user)
      // A new one goes on under a ticket that names it.
      res.json({ draft, ...kept, ...(ticket.draft === undefined ? { next: `${editorBase(secrets, { ...ticket, draft })}/` } : {}) })
    })

/** What Lumi's routes ask of a request: who it is, and words for errors. */
const forLumi = (kit: Pick<Kit, 'i18n'>): RequestHandler => (req, res, next) => {
  const lang = langHere(kit.i18n, req, res)
  Object.assign(req, { user: editingOf(res).user, language: lang.toLowerCase(), t: errorWords(lang, kit.i18n.in(lang)) })
  next()
}

/** The editor reads every answer as JSON of its own shape: what is refused before Lumi's routes are reached is said so too. */
const sayAsLumi = (kit: Pick<Kit, 'i18n' | 'log'>): ErrorRequestHandler => (error: unknown, req, res, next) => {
  const known = asH5pError(error)
  if (!(known instanceof H5pError)) return next(error)
  const lang = langHere(kit.i18n, req, res)
  kit.log.info({ code: known.errorId, request: res.locals.requestId }, 'refused in the editor')
  res.status(known.httpStatusCode).json({ success: false, errorCode: known.errorId, statusCode: known.httpStatusCode, message: errorWords(lang, kit.i18n.in(lang))(known.errorId, known.replacements) })
}

/** No content hub, only types: it is answered here, or Lumi would ask the Internet. */
const noContentHub: RequestHandler = (req, res, next) => {
  if (req.query.action === 'content-hub-metadata-cache') res.json({ success: true, data: { disciplines: [], languages: [], levels: [], licenses: [] } })
  else if (req.query.action === 'get-content') throw new NotFound()
  else next()
}

const Pasted = z.object({ library: z.string(), params: z.looseObject({}) })
const parsed = (text: unknown): unknown => {
  try {
    return typeof text === 'string' && !isTooDeep(text) ? (JSON.parse(text) as unknown) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
/** What is pasted goes through Lumi as well. @throws BadInput for what is no content, or of another shape than its fields */
const onlyShapely = ({ libraries }: Store): RequestHandler => async (req, _res, next) => {
  if (req.query.action === 'filter') {
    const { library, params } = read(Pasted, parsed((req.body as { libraryParameters?: unknown } | undefined)?.libraryParameters))
    const installed = await libraries.all()
    const wrong = misshapen({ get: (name) => installed.get(name)?.semantics }, library, params)
    if (wrong.length > 0) throw new BadInput(wrong)
  }
  next()
}

const alone: RequestHandler = (_req, res, next) => {
  res.set({ 'Content-Security-Policy': ALONE, 'X-Content-Type-Options': 'nosniff' })
  next()
}

/**
 * Joubel's editor in a document of its own, below a ticket in its address: no cookie is read, so there is none to ride on, and it
 * works in a frame of an LMS that keeps none. Mount at `/studio/:run/h5p-editor/:ticket`, before anything that asks for a session.
 */
export const editorRoutes = (parts: EditorParts, secrets: Pick<Kit, 'secrets'>, people: EditorPeople): Router => {
  const { kit, store, editor } = parts
  const enter: RequestHandler = async (req, res, next) => {
    const { run, ticket: token } = req.params as Record<string, string>
    const ticket = readTicket(secrets, String(token), String(run))
    const { course, user: id, name, draft, admin } = ticket
    // A later launch may have made somebody else of them: the ticket says who, not what they are now.
    if (!(await people.isAuthor(ticket.run, id))) throw new NotAllowed({ detail: { run: ticket.run } })
    const user: Editing = { id, name, email: '', type: 'local', course, ...(draft === undefined ? {} : { draft }), ...(admin !== undefined && (await people.adminLasts(admin)) ? { admin: true } : {}) }
    res.locals.editing = { ticket, user, base: req.baseUrl }
    res.set('Cache-Control', 'no-store')
    next()
  }
  const only = { routeGetAjax: true, routePostAjax: true, routeGetContentFile: true, routeGetTemporaryContentFile: true, routeGetParameters: true, handleErrors: true, routeContentUserData: false, routeFinishedData: false, routeCoreFiles: false, routeEditorCoreFiles: false, routeGetDownload: false, routeGetLibraryFile: false }
  const lumi = h5pAjaxExpressRouter(editor as H5PEditor, '', '', only) as unknown as RequestHandler
  return Router({ mergeParams: true })
    .use(enter)
    .use(documentRoutes(parts, secrets))
    .use('/ajax', noContentHub, forLumi(kit), express.urlencoded({ extended: true, limit: '8mb' }), takeFiles(store.room, (res) => editingOf(res).user.course), onlyShapely(store))
    .use('/ajax', sayAsLumi(kit))
    .use(['/content', '/temp-files'], alone)
    .use(forLumi(kit), lumi)
    .use(() => {
      throw new NotFound()
    })
}
