import { pipeline } from 'node:stream/promises'
import express, { Router, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { read } from '../infra/index.js'
import { formPages } from './contents-form-pages.js'
import { previewRoutes } from './contents-preview.js'
import { named, sceneOf, showPage, type ContentsDeps } from './contents-scene.js'
import { takeUploadToDisk, tokenInAddress } from './contents-upload.js'
import { usePages } from './contents-use-pages.js'
import { listView, newView } from './contents-view.js'

const Said = z.object({ said: z.enum(['published', 'removed', 'uploaded']).optional().catch(undefined) })
const Begin = z.object({ library: z.string().regex(/^[\w.-]{1,100} \d{1,4}\.\d{1,4}$/), title: z.string().trim().max(255).default('') })

const wantsJson = (req: Request): boolean => req.accepts(['html', 'json']) === 'json'

/** The list of a course's contents, and what needs no form of its own. */
const listPages = (deps: ContentsDeps) => {
  const { h5p, studio } = deps
  const list: RequestHandler = async (req, res) => {
    const scene = await sceneOf(deps, req, res)
    const { slug, course, base, lang, t } = scene
    const [drafts, places, types] = await Promise.all([h5p.authoring.list(slug), studio.places.of(slug), h5p.authoring.types(lang)])
    showPage(deps, req, res, scene, 'contents', listView({ course, drafts, places, types, base, lang, t, said: read(Said, req.query).said }), { title: t('studio-forms.list.title') })
  }
  const showNew = async (req: Request, res: Response, more: { faults?: Record<string, string>; values?: Record<string, string>; status?: number } = {}): Promise<void> => {
    const scene = await sceneOf(deps, req, res)
    const types = await h5p.authoring.types(scene.lang)
    showPage(deps, req, res, scene, 'new', newView({ types, base: scene.base, editor: h5p.editorInstalled ? `/studio/${scene.session.run}/editor/new` : undefined, t: scene.t, ...more }), { title: scene.t('studio-forms.new.title'), status: more.status })
  }
  const create: RequestHandler = async (req, res) => {
    const body = req.body as Record<string, string> | undefined
    if (!body?.library) {
      const { t } = await sceneOf(deps, req, res)
      return showNew(req, res, { faults: { library: t('studio-forms.new.choose') }, values: { title: body?.title ?? '' }, status: 422 })
    }
    const { library, title } = read(Begin, body)
    const { slug, session, base, lang, t } = await sceneOf(deps, req, res)
    const type = (await h5p.authoring.types(lang)).find((each) => each.library === library)
    const draft = await h5p.authoring.create(slug, { library, title: title || t('studio-forms.new.untitled', { type: type?.title ?? library }) }, session.user)
    res.redirect(303, `${base}/${draft.id}`)
  }
  const duplicate: RequestHandler = async (req, res) => {
    const { slug, session, base } = await sceneOf(deps, req, res)
    const copy = await h5p.authoring.duplicate(slug, named(req, 'draft'), session.user)
    const href = `${base}/${copy.id}`
    if (wantsJson(req)) return void res.status(201).json({ href, save: href, revision: copy.revision })
    res.redirect(303, href)
  }
  const askRemove: RequestHandler = async (req, res) => {
    const scene = await sceneOf(deps, req, res)
    const draft = await h5p.authoring.get(scene.slug, named(req, 'draft'))
    const places = (await studio.places.of(scene.slug)).get(draft.id) ?? []
    const [shown] = listView({ ...scene, drafts: [draft], places: new Map([[draft.id, places]]), types: [] }).drafts
    showPage(deps, req, res, scene, 'remove', { base: scene.base, here: `${scene.base}/${draft.id}`, textLang: scene.course.lang, title: draft.title, uses: shown?.uses ?? [], published: places.some(({ revision }) => revision !== undefined) }, { title: scene.t('studio-forms.remove.title') })
  }
  const remove: RequestHandler = async (req, res) => {
    const { slug, base } = await sceneOf(deps, req, res)
    const id = named(req, 'draft')
    await h5p.authoring.remove(slug, id)
    await studio.places.forget(slug, id)
    res.redirect(303, `${base}?said=removed`)
  }
  const upload: RequestHandler = async (req, res) => {
    const { slug, session, base } = await sceneOf(deps, req, res)
    const draft = await takeUploadToDisk(req, (file) => h5p.authoring.importPackage(slug, file, session.user))
    const href = `${base}/${draft.id}`
    if (wantsJson(req)) return void res.status(201).json({ href })
    res.redirect(303, href)
  }
  const download: RequestHandler = async (req, res) => {
    const { slug } = await sceneOf(deps, req, res)
    const draft = await h5p.authoring.get(slug, named(req, 'draft'))
    const name = draft.title.replace(/[^\p{L}\p{N} _-]/gu, '').trim().slice(0, 80) || 'activity'
    const packed = await h5p.authoring.exportPackage(slug, draft.id)
    res.set('Cache-Control', 'private, no-store').type('application/zip').attachment(`${name}.h5p`)
    await pipeline(packed, res)
  }
  return { list, showNew, create, duplicate, askRemove, remove, upload, download }
}

/** `/studio/:run/contents`: what an author writes, tries, and puts into the course; and the frames of what is tried. */
export const contentsRoutes = (deps: ContentsDeps): Router => {
  const [pages, forms, uses] = [listPages(deps), formPages(deps), usePages(deps)]
  const json = express.json({ limit: '4mb' })
  const contents = Router({ mergeParams: true })
    .use(tokenInAddress, deps.kit.sessions.may('author'))
    .get('/', pages.list)
    .post('/', pages.create)
    .get('/new', (req, res) => pages.showNew(req, res))
    .post('/upload', pages.upload)
    .get('/semantics', forms.semantics)
    .post('/activities/:activity/edit', uses.edit)
    .get('/activities/:activity/preview', uses.preview)
    .get('/activities/:activity/package', uses.pack)
    .get('/:draft', forms.form)
    .put('/:draft', json, forms.save)
    .post('/:draft/files', forms.files)
    .get('/:draft/preview', forms.preview)
    .post('/:draft/duplicate', pages.duplicate)
    .get('/:draft/package', pages.download)
    .get('/:draft/remove', pages.askRemove)
    .post('/:draft/remove', pages.remove)
    .get('/:draft/use', uses.use)
    .post('/:draft/use', uses.put)
  return Router({ mergeParams: true }).use('/h5p/:ticket', previewRoutes(deps)).use('/contents', contents)
}
