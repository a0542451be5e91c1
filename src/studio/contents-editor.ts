import { Router, type RequestHandler } from 'express'
import type { Courses } from '../courses/index.js'
import { editorPlace, type H5P } from '../h5p/index.js'
import { NotFound, type Admins, type Kit } from '../infra/index.js'
import { sceneOf, type ContentsDeps } from './contents-scene.js'
import { staffFrame } from '../insights/index.js'

export interface EditorPageDeps { kit: ContentsDeps['kit'] & Pick<Kit, 'secrets' | 'config'>; courses: ContentsDeps['courses'] & Pick<Courses, 'member'>; h5p: Pick<H5P, 'authoring' | 'editorInstalled'>; admins: Pick<Admins, 'nameOf'> }

const NEW = 'new'

/** `/studio/:run/editor`: Joubel's editor around a draft, or a new one. The editor itself is a document of its own, in a frame. */
export const editorPages = (deps: EditorPageDeps): Router => {
  const { kit, courses, h5p, admins } = deps
  const page: RequestHandler = async (req, res) => {
    const scene = await sceneOf(deps, req, res)
    const { session, slug, lang, t, base: back } = scene
    const id = String(req.params.draft)
    const draft = id === NEW ? undefined : await h5p.authoring.get(slug, id)
    const base = `/studio/${session.run}/editor`
    const [admin, member] = await Promise.all([admins.nameOf(req), courses.member(session.run, session.user)])
    // A licence asks for an author; where the LMS gives no names, the editor begins with the word.
    const name = member?.name?.trim() || t('h5p-editor.author')
    const ticket = { run: session.run, course: slug, user: session.user, name, exp: session.exp ?? 0, ...(draft ? { draft: draft.id } : {}), ...(admin === undefined ? {} : { admin }) }
    const title = draft?.title ?? t('h5p-editor.new')
    const view = { title, base, back, preview: draft ? `${back}/${draft.id}/preview` : undefined, form: draft ? `${back}/${draft.id}` : `${back}/new`, src: h5p.editorInstalled ? editorPlace(kit, ticket, lang) : undefined }
    kit.views.page(req, res, 'h5p/editor-page', view, { title, layout: 'staff', frame: { ...staffFrame(t, session, scene, 'contents') } })
  }
  return Router({ mergeParams: true })
    .use(kit.sessions.may('author'))
    .get('/:draft', page)
    .use(() => {
      throw new NotFound()
    })
}
