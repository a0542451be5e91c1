import { createHash, randomBytes } from 'node:crypto'
import express, { Router, type Request, type Response } from 'express'
import type { mongo } from 'mongoose'
import type { Courses } from '../../courses/index.js'
import { allowForms, LANGS, langOf, type Kit } from '../../infra/index.js'
import { userOf, type LaunchAnswer } from '../enter.js'
import type { ToolKeys } from '../key.js'
import { LaunchRefused, PlatformClosed } from '../refusals.js'
import { isActive, originsOf, type Platform, type Registry } from '../registry.js'
import { roleOf } from '../roles.js'
import { ASKED_SECONDS, seal, unseal, type Asked } from './asked.js'
import { choicesIn, type Choice } from './choices.js'
import { NEW, nameOf, readForm, valueIn, type Body, type Faults } from './form.js'
import { itemOf } from './items.js'
import { signedAnswer, type Answer } from './response.js'
import { readSettings } from './settings.js'
import { deepLinkingView } from './view.js'

/** Makes a course that can be played at once; the same again changes nothing. */
export type NewCourse = (draft: { slug: string; title: string; lang: string }) => Promise<unknown>
export interface DeepLinkingDeps {
  kit: Kit
  courses: Pick<Courses, 'list' | 'current'>
  registry: Pick<Registry, 'byId'>
  keys: Pick<ToolKeys, 'signing'>
  /** Absent: nobody is offered a new course. */
  newCourse?: NewCourse
}

/** What was answered to a request: the same may be sent again, another thing not. Collection `lti_deep_links`. */
interface Answered { _id: string; digest: string; at: Date }
const answeredIn = ({ mongo: { db } }: Pick<Kit, 'mongo'>): mongo.Collection<Answered> => db.collection<Answered>('lti_deep_links')

/** `Our course!` → `our-course-x7k2…`: readable where its letters allow, and of this request alone. */
const slugOf = (title: string, once: string): string => {
  const readable = title.normalize('NFKD').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '').toLowerCase().slice(0, 40).replace(/-+$/, '')
  return `${readable || 'course'}-${createHash('sha256').update(once).digest('hex').slice(0, 8)}`
}
/** A course that is made if it's chosen. */
const newChoice = (body: Body, asked: Asked, lang: string): Choice => {
  const title = valueIn(body, nameOf('title', NEW))?.trim() ?? ''
  const wanted = valueIn(body, nameOf('lang', NEW))
  return { key: NEW, target: { kind: 'map' }, course: { slug: slugOf(title, asked.once), title, summary: '', lang: LANGS.find((each) => each === wanted) ?? lang, rooms: [] } }
}

/** Pages of both the request and what follows it. */
const pagesOf = ({ kit, courses, keys, newCourse }: DeepLinkingDeps) => {
  const say = (req: Request, res: Response) => kit.i18n.in(langOf(req, res))
  /** A form that carries the answer to the LMS. `closed`: what the person reads first; else it goes on by itself. */
  const send = async (req: Request, res: Response, answer: Answer, { asked, platform, closed, status }: { asked: Asked; platform: Platform; closed?: { title: string; lead: string }; status?: number }): Promise<void> => {
    const jwt = await signedAnswer(answer, { asked, platform, keys, now: kit.now() })
    const title = closed?.title ?? say(req, res)('deep-linking.sending')
    allowForms(res, new URL(asked.settings.returnUrl).origin)
    kit.views.page(req, res, 'lti/deep-linking-back', { returnUrl: asked.settings.returnUrl, jwt, title, lead: closed?.lead }, { title, layout: 'bare', ...(status ? { status } : {}) })
  }
  const show = async (req: Request, res: Response, asked: Asked, token: string, sent?: { body: Body; faults: Faults; zone: string }): Promise<void> => {
    const lang = langOf(req, res)
    const all = await choicesIn(courses)
    const view = deepLinkingView({
      asked: { ...asked, isAuthor: asked.isAuthor && newCourse !== undefined }, all, say: say(req, res), lang, langs: LANGS.map((value) => ({ value, words: kit.i18n.names[value] })),
      zone: sent?.zone ?? asked.zone ?? 'UTC', body: sent?.body, faults: sent?.faults, fresh: newChoice(sent?.body ?? {}, asked, lang),
    })
    kit.views.page(req, res, 'lti/deep-linking', { view, token, zoneIsKnown: asked.zone !== undefined }, { title: view.title, layout: 'bare', status: sent ? 400 : 200 })
  }
  return { send, show, say }
}

/** What answers a deep linking request: the page on which staff choose. Others, and an LMS that takes no links, get the way back. */
export const deepLinkingAnswer = (deps: DeepLinkingDeps): LaunchAnswer => {
  const { send, show, say } = pagesOf(deps)
  return async (req, res, { platform, launch }) => {
    const settings = readSettings(launch.deepLinking)
    const seen = roleOf(launch.roles, platform)
    // An LMS asks this of whom its course editor is open to: its administrators too, who often have no role in the course.
    const role = seen?.preview === 'administrator' ? 'instructor' : seen?.role
    const { deployment, context, contextTitle, sub, lang, zone } = launch
    const asked: Asked = { once: randomBytes(18).toString('base64url'), platform: platform._id, deployment, context, contextTitle, user: userOf(platform._id, sub), isAuthor: role === 'author', lang, zone, settings }
    const why = role !== 'author' && role !== 'instructor' ? 'staff' : settings.takesLinks ? undefined : 'types'
    if (!why) return show(req, res, asked, seal(deps.kit.secrets, asked, deps.kit.now()))
    const t = say(req, res)
    const closed = { title: t(`deep-linking.closed.${why}.title`), lead: t(`deep-linking.closed.${why}.lead`) }
    await send(req, res, { items: [], error: { words: `${closed.title}. ${closed.lead}`, log: `deep-linking/${why} ${res.locals.requestId ?? ''}`.trim() } }, { asked, platform, closed, status: why === 'staff' ? 403 : 400 })
  }
}

/** `/lti/deep-linking`: what was chosen goes to the LMS. The token in the form is the launch's; nothing else opens this. */
export const deepLinkingRoutes = async (deps: DeepLinkingDeps): Promise<Router> => {
  const { kit, courses, registry, newCourse } = deps
  const { send, show, say } = pagesOf(deps)
  const answered = answeredIn(kit)
  await answered.createIndex({ at: 1 }, { expireAfterSeconds: ASKED_SECONDS + 60 })

  const platformOf = async (asked: Asked): Promise<Platform> => {
    const platform = await registry.byId(asked.platform)
    if (!platform) throw new LaunchRefused('lti/unknown-platform', { detail: { platform: asked.platform } })
    if (!isActive(platform)) throw new PlatformClosed(platform.state === 'pending' ? 'pending' : 'disabled', originsOf(platform), { platform: platform._id })
    if (!platform.deployments.includes(asked.deployment)) throw new LaunchRefused('lti/unknown-deployment', { params: { deployment: asked.deployment }, detail: { platform: platform._id } })
    return platform
  }
  /** One answer to one request. A second click, or a way back and forth, gives the same again; another answer isn't one. */
  const settle = async ({ once }: Asked, items: object[]): Promise<void> => {
    const digest = createHash('sha256').update(JSON.stringify(items)).digest('base64url')
    const before = await answered.findOneAndUpdate({ _id: once }, { $setOnInsert: { digest, at: kit.now() } }, { upsert: true, returnDocument: 'after' })
    if (before?.digest !== digest) throw new LaunchRefused('lti/choice-made')
  }
  const take = async (req: Request, res: Response): Promise<void> => {
    const body = (req.body ?? {}) as Body
    const asked = unseal(kit.secrets, body.asked, kit.now())
    res.locals.lang = asked.lang
    const platform = await platformOf(asked)
    if (body.do === 'cancel') return send(req, res, { items: [] }, { asked, platform })
    const fresh = asked.isAuthor && newCourse ? [newChoice(body, asked, langOf(req, res))] : []
    const { picks, faults, zone } = readForm(body, [...(await choicesIn(courses)).flatMap(({ choices }) => choices), ...fresh], asked)
    if (Object.keys(faults).length > 0) return show(req, res, asked, String(body.asked), { body, faults, zone })
    const items = picks.map((pick) => itemOf(pick, kit.config.publicUrl))
    await settle(asked, items)
    const made = picks.find(({ choice }) => choice.key === NEW)?.choice.course
    if (made && newCourse) await newCourse({ slug: made.slug, title: made.title, lang: made.lang })
    kit.log.info({ platform: platform._id, context: asked.context, user: asked.user, items: picks.map(({ choice, graded }) => ({ key: choice.key, course: choice.course.slug, graded })) }, 'links were chosen')
    await send(req, res, { items, message: say(req, res)('deep-linking.sent', { count: items.length }) }, { asked, platform })
  }
  return Router()
    .post('/deep-linking', express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 20_000 }), take)
    // A reload of the page that was answered comes here.
    .get('/deep-linking', () => {
      throw new LaunchRefused('lti/bad-answer')
    })
}
