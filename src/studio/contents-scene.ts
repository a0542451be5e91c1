import type { Request, Response } from 'express'
import type { Course, Courses, Run } from '../courses/index.js'
import type { H5P } from '../h5p/index.js'
import { langOf, sessionOf, type Kit, type Lang, type Say, type Session } from '../infra/index.js'
import { staffFrame } from '../insights/index.js'
import type { Places } from './contents-places.js'
import type { Studio } from './studio.js'

export interface ContentsDeps {
  kit: Pick<Kit, 'sessions' | 'views' | 'i18n' | 'secrets' | 'config' | 'log' | 'limits' | 'now'>
  courses: Pick<Courses, 'run' | 'course' | 'current'>
  studio: Pick<Studio, 'revise'> & { places: Places }
  /** `editorInstalled`: Joubel's editor is there, for what no form of ours can edit. */
  h5p: Pick<H5P, 'authoring' | 'check' | 'items' | 'score' | 'frameRoutes' | 'exportPackage'> & { editorInstalled?: boolean }
}

/** Who asks, for which course, in which language. The newest version, not the run's: authors write ahead. */
export interface Scene { session: Session; run: Run; course: Course; slug: string; lang: Lang; t: Say; base: string }

export const sceneOf = async ({ kit, courses }: Pick<ContentsDeps, 'kit' | 'courses'>, req: Request, res: Response): Promise<Scene> => {
  const session = sessionOf(res)
  const run = await courses.run(session.run)
  const played = await courses.course(run.course)
  const course = (await courses.current(played.slug)) ?? played
  const lang = langOf(req, res)
  return { session, run, course, slug: course.slug, lang, t: kit.i18n.in(lang), base: `/studio/${session.run}/contents` }
}

/** A page of the studio in the staff's frame. */
export const showPage = ({ kit }: Pick<ContentsDeps, 'kit'>, req: Request, res: Response, { session, run, course, t }: Scene, template: string, data: object, { title, status }: { title: string; status?: number }): void => {
  kit.views.page(req, res, `studio/${template}`, data, { title, status, layout: 'staff', frame: { ...staffFrame(t, session, { run, course }, 'contents') } })
}

/** Which draft, or which activity, the address names. */
export const named = (req: Request, name: 'draft' | 'activity'): string => String(req.params[name])
