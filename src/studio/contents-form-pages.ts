import type { RequestHandler } from 'express'
import { z } from 'zod'
import type { Draft } from '../h5p/index.js'
import { NotFound, read } from '../infra/index.js'
import { previewPlace } from './contents-preview.js'
import { named, sceneOf, showPage, type ContentsDeps, type Scene } from './contents-scene.js'
import { takeUpload } from './contents-upload.js'
import { faultsOf, formData, semanticsFor } from './forms/index.js'

const Saved = z.object({ revision: z.int(), title: z.string().max(255), params: z.looseObject({}), metadata: z.looseObject({}).default({}) })
const LibraryName = z.object({ library: z.string().regex(/^[\w.-]{1,100} \d{1,4}\.\d{1,4}$/) })

const isGone = (error: unknown): boolean => error instanceof NotFound

/** The form of a draft, and what its script asks: saving, files, the semantics of what is chosen inside. */
export const formPages = (deps: ContentsDeps) => {
  const { kit, h5p } = deps
  const draftOf = async (scene: Scene, id: string): Promise<Draft> => h5p.authoring.get(scene.slug, id)
  const placeOf = ({ session, lang, course }: Scene, draft: Pick<Draft, 'id' | 'title'>) =>
    previewPlace(kit, session, { content: draft.id, title: draft.title, lang: course.lang }, lang)

  const form: RequestHandler = async (req, res) => {
    const scene = await sceneOf(deps, req, res)
    const { session, base, lang, t } = scene
    const draft = await draftOf(scene, named(req, 'draft'))
    if (req.accepts(['html', 'json']) === 'json') return void res.set('Cache-Control', 'no-store').json({ revision: draft.revision, title: draft.title, params: draft.params, metadata: draft.metadata })
    const [semantics, types] = await Promise.all([semanticsFor(h5p.authoring, draft, lang, isGone), h5p.authoring.types(lang)])
    const place = placeOf(scene, draft)
    const here = `${base}/${draft.id}`
    const data = formData({
      draft, semantics, types, lang, t, faults: await h5p.check(draft.library, draft.params), csrf: res.locals.csrf ?? '',
      editor: h5p.editorInstalled ? `/studio/${session.run}/editor/${draft.id}` : undefined,
      urls: { save: here, semantics: `${base}/semantics`, files: `${here}/files`, content: place.files, preview: place.frame, duplicate: `${here}/duplicate` },
    })
    const type = types.find(({ machineName }) => draft.library.startsWith(`${machineName} `))
    showPage(deps, req, res, scene, 'form', { base, here, data, type: type?.title ?? draft.library, editor: data.editor }, { title: draft.title || t('studio-forms.ui.title') })
  }

  const save: RequestHandler = async (req, res) => {
    const scene = await sceneOf(deps, req, res)
    const { revision, title, params, metadata } = read(Saved, req.body)
    const change = { revision, params, metadata, ...(title.trim() === '' ? {} : { title }) }
    const { draft, faults } = await h5p.authoring.save(scene.slug, named(req, 'draft'), change, scene.session.user)
    const semantics = await semanticsFor(h5p.authoring, draft, scene.lang, isGone)
    res.json({ revision: draft.revision, savedAt: draft.updatedAt.toISOString(), faults: faultsOf({ ...draft, title }, faults, semantics, scene.t) })
  }

  const semantics: RequestHandler = async (req, res) => {
    const { lang } = await sceneOf(deps, req, res)
    res.json({ fields: await h5p.authoring.semantics(read(LibraryName, req.query).library, lang) })
  }

  const files: RequestHandler = async (req, res) => {
    const scene = await sceneOf(deps, req, res)
    const draft = await draftOf(scene, named(req, 'draft'))
    res.status(201).json(await takeUpload(req, (file) => h5p.authoring.addFile(scene.slug, draft.id, file)))
  }

  const preview: RequestHandler = async (req, res) => {
    const scene = await sceneOf(deps, req, res)
    const draft = await draftOf(scene, named(req, 'draft'))
    showPage(deps, req, res, scene, 'preview', { title: draft.title, textLang: scene.course.lang, back: { href: scene.base, words: scene.t('studio-forms.list.title') }, edit: `${scene.base}/${draft.id}`, frame: placeOf(scene, draft).frame }, { title: draft.title })
  }
  return { form, save, semantics, files, preview }
}
