import path from 'node:path'
import { Router, type Request } from 'express'
import { NotFound, type Kit } from '../infra/index.js'
import type { Course, Courses } from '../courses/index.js'
import { forAllSites, jsonAsked, sendJson } from './answer.js'
import { achievementView } from './certificate.js'
import { achievementOf, CONTEXTS, COURSE_ACHIEVEMENT, profileOf } from './document.js'
import type { Issuer } from './issuer.js'
import { AchievementNotFound, StatusListNotFound } from './refusals.js'
import type { StatusLists } from './status-lists.js'

export interface IssuerDeps {
  kit: Pick<Kit, 'views' | 'i18n'>
  issuer: Issuer
  courses: Pick<Courses, 'course' | 'current' | 'picture'>
  lists: StatusLists
}

/** An author's picture is shown, and never run: an SVG may hold a script. */
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/** What a verifier reads of the issuer: its keys, its profile, its achievements, its status lists. */
export const issuerRoutes = ({ kit, issuer, courses, lists }: IssuerDeps): Router => {
  /** A course by its slug (the newest version) or by a version's id. */
  const courseOf = async ({ params }: Request): Promise<Course> => {
    const named = String(params.course)
    const missing = new AchievementNotFound({ detail: { course: named } })
    if (params.achievement !== COURSE_ACHIEVEMENT) throw missing
    const found = named.includes('@')
      ? await courses.course(named).catch((error: unknown) => {
          throw error instanceof NotFound ? missing : error
        })
      : await courses.current(named)
    if (!found) throw missing
    return found
  }

  const router = Router()
  router.use('/issuers', forAllSites)
  router.get('/issuers/keyroom/did.json', (_req, res) => sendJson(res, issuer.didDocument, 'application/did+ld+json'))
  router.get('/issuers/keyroom', (req, res) => {
    const type = jsonAsked(req, 'json')
    if (type) return sendJson(res, { '@context': CONTEXTS.slice(0, 2), ...profileOf(issuer) }, type)
    return kit.views.page(req, res, 'credentials/issuer', { name: issuer.name, did: issuer.did, keys: issuer.didDocument.verificationMethod }, { title: issuer.name, layout: 'bare' })
  })
  router.get('/issuers/keyroom/achievements/:course/:achievement', async (req, res) => {
    const course = await courseOf(req)
    const achievement = achievementOf(issuer, course, kit.i18n.in(kit.i18n.pick(course.lang)))
    const type = jsonAsked(req, 'json')
    if (type) return sendJson(res, { '@context': CONTEXTS.slice(0, 2), ...achievement }, type)
    const view = achievementView(achievement, { name: issuer.name, href: issuer.home })
    return kit.views.page(req, res, 'credentials/achievement', view, { title: view.name, layout: 'bare' })
  })
  router.get('/issuers/keyroom/achievements/:course/:achievement/image', async (req, res) => {
    const course = await courseOf(req)
    const name = course.finish.credential.image
    const bytes = name ? await courses.picture(course.id, name) : undefined
    if (!name || !bytes) throw new AchievementNotFound({ detail: { course: course.id } })
    res.set('Content-Security-Policy', PICTURE_POLICY).set('X-Content-Type-Options', 'nosniff').set('Cache-Control', 'public, max-age=86400')
    res.type(path.extname(name)).send(bytes)
  })
  router.get('/issuers/keyroom/status/:list', async (req, res) => {
    const list = /^\d{1,9}$/.test(String(req.params.list)) ? await lists.signed(Number(req.params.list)) : undefined
    if (!list) throw new StatusListNotFound({ detail: { list: String(req.params.list) } })
    sendJson(res, list, jsonAsked(req, 'json') ?? 'application/vc+ld+json')
  })
  return router
}
