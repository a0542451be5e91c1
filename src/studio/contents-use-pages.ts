import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import { placeOf } from '../courses/index.js'
import type { Draft } from '../h5p/index.js'
import { NotFound, read } from '../infra/index.js'
import { previewPlace } from './contents-preview.js'
import { publish, type Goal } from './contents-publish.js'
import { named, sceneOf, showPage, type ContentsDeps, type Scene } from './contents-scene.js'
import { CourseFaults } from './faults.js'
import { faultsOf, keyOf, semanticsFor, type SaidFault } from './forms/index.js'

const on = z.literal('on').optional()
const Use = z.object({
  version: z.string().max(200), goal: z.enum(['replace', 'add']), activity: z.string().max(60).optional(), room: z.string().max(60).optional(),
  title: z.string().trim().max(120).default(''), choice: on, pass: z.coerce.number().min(0).max(100).default(60), selfReported: on,
})
type Use = z.output<typeof Use>

/** What is chosen, or which field still waits. */
const goalOf = ({ goal, activity, room, title, choice, pass, selfReported }: Use): Goal | { field: 'activity' | 'room' | 'title' } => {
  if (goal === 'replace') return activity ? { kind: 'replace', activity, selfReported: selfReported === 'on' } : { field: 'activity' }
  if (!room) return { field: 'room' }
  return title === '' ? { field: 'title' } : { kind: 'add', room, title, choice: choice === 'on', pass: pass / 100, selfReported: selfReported === 'on' }
}

const isGone = (error: unknown): boolean => error instanceof NotFound

/** How a content comes into the course, and out of it to be changed. */
export const usePages = (deps: ContentsDeps) => {
  const { kit, h5p, studio } = deps

  const faultsIn = async ({ lang, t }: Scene, draft: Draft): Promise<SaidFault[]> =>
    faultsOf(draft, (await h5p.check(draft.library, draft.params)).filter(({ soft }) => !soft), await semanticsFor(h5p.authoring, draft, lang, isGone), t)

  interface Shown { draft: Draft; values?: Partial<Use>; faults?: SaidFault[]; fieldFault?: { field: string; words: string }; status?: number }
  const show = async (req: Request, res: Response, scene: Scene, { draft, values = {}, faults, fieldFault, status }: Shown): Promise<void> => {
    const { course, base, t } = scene
    const [place] = (await studio.places.of(scene.slug)).get(draft.id) ?? []
    const rooms = course.rooms.map(({ id, title, activities }) => ({ id, title, activities: activities.map((activity) => ({ id: activity.id, title: activity.title })) }))
    const items = await h5p.items(draft.id).catch(() => [])
    showPage(deps, req, res, scene, 'use', {
      base, here: `${base}/${draft.id}`, title: draft.title, textLang: course.lang, rooms, faults: faults ?? (await faultsIn(scene, draft)), fieldFault, version: course.id,
      scoresNothing: items.length === 0,
      values: { goal: values.goal ?? (place ? 'replace' : 'add'), activity: values.activity ?? place?.activity, room: values.room, title: values.title ?? draft.title, choice: values.choice, pass: values.pass ?? 60, selfReported: values.selfReported },
    }, { title: t('studio-forms.use.title'), status })
  }

  const use: RequestHandler = async (req, res) => {
    const scene = await sceneOf(deps, req, res)
    await show(req, res, scene, { draft: await h5p.authoring.get(scene.slug, named(req, 'draft')) })
  }

  const put: RequestHandler = async (req, res) => {
    const scene = await sceneOf(deps, req, res)
    const { t, slug, base } = scene
    const draft = await h5p.authoring.get(slug, named(req, 'draft'))
    const values = read(Use, req.body)
    const faults = await faultsIn(scene, draft)
    if (faults.length > 0) return show(req, res, scene, { draft, values, faults, status: 422 })
    const goal = goalOf(values)
    if ('field' in goal) return show(req, res, scene, { draft, values, fieldFault: { field: goal.field, words: t('studio-forms.faults.missing') }, status: 422 })
    try {
      const { files } = await h5p.authoring.folder(slug, draft.id)
      const { activity } = await publish(studio, slug, values.version, files, goal)
      await studio.places.put(slug, draft.id, { activity, revision: draft.revision })
      res.redirect(303, `${base}?said=published`)
    } catch (error) {
      if (!(error instanceof CourseFaults)) throw error
      const said = error.faults.map(({ file, field, message }) => {
        const known = keyOf(message)
        return { path: `params.${field}`, label: field || file, words: known ? t(`studio-forms.faults.${known.key}`, known.params) : message, missing: false }
      })
      await show(req, res, scene, { draft, values, faults: said, status: 422 })
    }
  }

  /** A published content never changes: a draft is made of it, which knows where it belongs. */
  const edit: RequestHandler = async (req, res) => {
    const scene = await sceneOf(deps, req, res)
    const { activity: { id: activity, content } } = placeOf(scene.course, named(req, 'activity'))
    const dir = await mkdtemp(path.join(tmpdir(), 'keyroom-edit-'))
    try {
      const file = path.join(dir, 'activity.h5p')
      await pipeline(await h5p.exportPackage(content), createWriteStream(file))
      const draft = await h5p.authoring.importPackage(scene.slug, file, scene.session.user, { held: true })
      await studio.places.put(scene.slug, draft.id, { activity })
      res.redirect(303, `${scene.base}/${draft.id}`)
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  }

  const preview: RequestHandler = async (req, res) => {
    const scene = await sceneOf(deps, req, res)
    const { title, content } = placeOf(scene.course, named(req, 'activity')).activity
    const { frame } = previewPlace(kit, scene.session, { content, title, lang: scene.course.lang }, scene.lang)
    showPage(deps, req, res, scene, 'preview', { title, textLang: scene.course.lang, back: { href: scene.base, words: scene.t('studio-forms.list.title') }, frame }, { title })
  }

  const pack: RequestHandler = async (req, res) => {
    const scene = await sceneOf(deps, req, res)
    const { id, content } = placeOf(scene.course, named(req, 'activity')).activity
    const packed = await h5p.exportPackage(content)
    res.set('Cache-Control', 'private, no-store').type('application/zip').attachment(`${id}.h5p`)
    await pipeline(packed, res)
  }
  return { use, put, edit, preview, pack }
}
