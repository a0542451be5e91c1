import express, { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { NoCourse, type Arrived, type Courses, type History, type LaunchPlace } from '../../courses/index.js'
import { langOf, type Role } from '../../infra/index.js'
import { enterRun, launchPlace, visitorOf, type EnterDeps, type LaunchAnswer, type Visitor } from '../enter.js'
import { LaunchRefused } from '../refusals.js'
import { setupView, targetFrom, type Chosen, type Copied } from './setup-view.js'

/** What the page that sets a link up carries, signed: it stands for the launch, so it is short-lived. */
interface Setup { visitor: Visitor; place: LaunchPlace; copied?: Copied }
const SETUP_SECONDS = 1800
const PURPOSE = 'link-setup'

/** The button that leads elsewhere comes after what was chosen among the ways, and is what is meant. */
const lastOf = (value: unknown): unknown => (Array.isArray(value) ? value.at(-1) : value)
const Form = z.looseObject({ setup: z.string().max(20_000), course: z.string().max(100).optional().catch(undefined), way: z.preprocess(lastOf, z.enum(['carry-on', 'fresh', 'other']).optional()).catch(undefined) })

const maySetUp = (role: Role): boolean => role === 'author' || role === 'instructor'

/** Where the link leads without a question: it is known, or names its course, or its copied course has begun here already. */
const leadsTo = async (courses: Courses, place: LaunchPlace, history: History): Promise<{ arrived?: Arrived; copied?: Copied }> => {
  const known = await courses.arrive(place)
  if (known) return { arrived: known }
  const origin = history.links.length + history.contexts.length > 0 ? await courses.originOf(place, history) : undefined
  if (!origin) return { arrived: await courses.ensureLink(place) }
  const { run, slug, target } = origin
  const hasBegun = run.context !== place.context && (await courses.runIn(place, slug)) !== undefined
  if (!hasBegun) return { copied: { run: run._id, slug, ...(target ? { target } : {}) } }
  return { arrived: await courses.bindLink(place, { slug, target: place.target ?? target ?? { kind: 'map' } }) }
}

const showing = ({ kit, courses }: EnterDeps) => async (req: Request, res: Response, setup: Setup, chosen: Chosen = {}): Promise<void> => {
  const say = kit.i18n.in(langOf(req, res))
  const view = await setupView({ courses, say, place: setup.place, copied: setup.copied, chosen })
  const token = kit.secrets.sign(PURPOSE, setup, SETUP_SECONDS, kit.now())
  kit.views.page(req, res, 'lti/links-setup', { view, token }, { title: view.title, layout: 'bare', status: chosen.fault ? 400 : 200, isAnswer: true })
}

/** What answers a launch of a resource link: the way in; or, for who may say so, the question where it leads. */
export const linkAnswer = (deps: EnterDeps): LaunchAnswer => {
  const show = showing(deps)
  return async (req, res, passed) => {
    const visitor = visitorOf(passed)
    const place = launchPlace(passed)
    const maySay = maySetUp(visitor.role)
    const { arrived, copied } = await leadsTo(deps.courses, place, passed.launch.history).catch((refused: unknown): Awaited<ReturnType<typeof leadsTo>> => {
      if (refused instanceof NoCourse && (!maySay || refused.detail?.courses === 'several')) return {}
      throw refused
    })
    if (arrived) return enterRun(req, res, visitor, arrived, deps)
    if (!maySay) throw new LaunchRefused('lti/not-set-up')
    await show(req, res, { visitor, place, ...(copied ? { copied } : {}) })
  }
}

/** `/lti/links`: what was chosen. The token in the form is the launch's; nothing else opens this. */
export const setupRoutes = (deps: EnterDeps): Router => {
  const { kit, courses } = deps
  const show = showing(deps)
  const setupIn = (token: string): Setup => {
    const setup = kit.secrets.verify<Setup>(PURPOSE, token, kit.now())
    if (!setup) throw new LaunchRefused('lti/setup-expired')
    return setup
  }
  return Router()
    .post('/links', express.urlencoded({ extended: false, limit: '64kb' }), async (req, res) => {
      const form = Form.safeParse(req.body)
      if (!form.success) throw new LaunchRefused('lti/setup-expired')
      const { way, course: wanted, setup: token, ...more } = form.data
      const { visitor, place, copied } = setupIn(token)
      res.locals.lang = visitor.lang
      if (way === 'other') return show(req, res, { visitor, place })
      const slug = place.slug ?? copied?.slug ?? wanted
      const course = slug ? await courses.current(slug) : undefined
      const target = course && targetFrom(course, more[`open-${course.slug}`], place.target)
      const fault = copied && !way ? 'way' : !course ? 'course' : !target ? 'open' : undefined
      if (fault || !course || !target) return show(req, res, { visitor, place, copied }, { slug, way, fault })
      const arrived = await courses.bindLink(place, { slug: course.slug, target, copiedFrom: copied?.run, fresh: way === 'fresh' })
      kit.log.info({ run: arrived.run._id, course: course.slug, target, way }, 'a link was set up')
      await enterRun(req, res, visitor, arrived, deps)
    })
    // A reload of the page that was answered comes here.
    .get('/links', () => {
      throw new LaunchRefused('lti/bad-answer')
    })
}
