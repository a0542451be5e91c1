import { randomUUID } from 'node:crypto'
import type { Request, Response } from 'express'
import { previewOf, type Arrived, type Courses, type LaunchPlace, type NotedLaunch, type Target } from '../courses/index.js'
import { langOf, stableId, type Kit, type Role, type Session, type WindowTokens } from '../infra/index.js'
import type { Launch } from './claims.js'
import type { Passed } from './gate.js'
import { LaunchRefused } from './refusals.js'
import type { Platform } from './registry.js'
import { roleOf, type Seen } from './roles.js'

/** A person who came in, and where. `preview`: in student view, in the run beside the run; nobody of the course's. */
export interface Arrival {
  run: string
  user: string
  role: Role
  resourceLink: string
  hasGrades: boolean
  preview?: true
  /** As the member's row has it already: it may be recorded behind the answer. */
  noted?: NotedLaunch
}
/** Answers a launch that was verified, whose nonce is taken. */
export type LaunchAnswer = (req: Request, res: Response, passed: Passed) => Promise<void>
export interface EnterDeps {
  kit: Kit
  courses: Courses
  arrived: (arrival: Arrival) => Promise<void>
}

/** Who a verified launch brings, and as what. */
export interface Visitor extends Seen, Pick<Launch, 'sub' | 'name' | 'email' | 'mentees' | 'lang' | 'zone' | 'back'> {
  platform: string
  hasGrades: boolean
}

/** @throws LaunchRefused for a guest of the LMS */
export const visitorOf = ({ platform, launch }: { platform: Platform; launch: Launch }): Visitor => {
  const seen = roleOf(launch.roles, platform)
  if (!seen) throw new LaunchRefused('lti/guest')
  const { sub, name, email, mentees, lang, zone, back } = launch
  return { ...seen, platform: platform._id, sub, name, email, mentees, lang, zone, back, hasGrades: launch.ags !== undefined }
}
export const launchPlace = ({ platform, launch }: { platform: Platform; launch: Launch }): LaunchPlace => ({
  platform: platform._id, deployment: launch.deployment, context: launch.context, contextTitle: launch.contextTitle,
  resourceLink: launch.resourceLink, resourceTitle: launch.resourceTitle, slug: launch.slug, target: launch.open, ags: launch.ags, nrps: launch.nrps,
})

export const userOf = (platform: string, sub: string): string => stableId('user', platform, sub)

/** Where a link leads whoever comes by it. A room that isn't open yet is play's to answer for. */
export const addressOf = (role: Role, run: string, target: Target): string => {
  if (role === 'mentor') return `/insights/${run}/mentees/`
  if (role !== 'participant') return `/insights/${run}/${target.kind === 'ladder' ? 'ladder' : target.kind === 'room' ? `?room=${target.room}` : ''}`
  if (target.kind === 'room') return `/play/${run}/rooms/${target.room}?link=1`
  return `/play/${run}/${target.kind === 'ladder' ? 'ladder' : ''}`
}

/** A page on the way in: seen for a moment, if at all. */
const page = (req: Request, res: Response, kit: Kit, data: { next: string; session: Session; tokens: WindowTokens }): void =>
  kit.views.page(req, res, 'lti/enter', data, { title: kit.i18n.t(langOf(req, res), 'lti.enter.title'), layout: 'bare' })

/** Begins a session, and answers with the page that goes on in it. */
export const beginSession = (req: Request, res: Response, kit: Kit, draft: Omit<Session, 'sid'>, next: string, seconds?: number): void => {
  const { session, token } = kit.sessions.issue(draft, seconds)
  kit.sessions.setCookie(res, token, session)
  res.locals.session = session
  page(req, res, kit, { next, session, tokens: kit.sessions.forWindow(session) })
}

/** Whether a participant is one, or staff who look on as one. Who took part before goes on doing so. */
const isStudentView = async (visitor: Visitor, said: Parameters<Courses['joinMember']>[0], noted: NotedLaunch, courses: Courses): Promise<boolean> => {
  if (visitor.preview === 'test-user') return true
  if (visitor.preview === 'administrator' && (await courses.member(said.run, said.user))?.role !== 'participant') return true
  return !(await courses.joinMember(said, noted))
}

/** From a visitor to a session. Staff in student view come into the run beside the run, as somebody who is nobody. */
export const enterRun = async (req: Request, res: Response, visitor: Visitor, { run, link }: Arrived, deps: EnterDeps, goOn = addressOf(visitor.role, run._id, link.target)): Promise<void> => {
  const { kit, courses, arrived } = deps
  const { role, platform, sub, name, email, lang, zone, back } = visitor
  const user = userOf(platform, sub)
  const mentees = role === 'mentor' ? (visitor.mentees ?? []).map((each) => userOf(platform, each)) : undefined
  const said = { run: run._id, user, platform, sub, name, email, role, mentees, lastLaunch: kit.now() }
  const seen = { lang, zone, back }
  const came = { role, resourceLink: link.resourceLink, hasGrades: visitor.hasGrades }
  // Each launch is taken once by its nonce, so each is an event of its own.
  const noted: NotedLaunch = { run: run._id, user, key: randomUUID(), resourceLink: link.resourceLink, at: said.lastLaunch }
  if (role === 'participant' && (await isStudentView(visitor, said, noted, courses))) {
    const beside = previewOf(run._id)
    const learner = await courses.studentView(run._id, user, visitor.preview === 'test-user' ? undefined : said)
    await arrived({ ...came, run: beside, user: learner, preview: true })
    return beginSession(req, res, kit, { ...seen, run: beside, user: learner, role, preview: true, ...(visitor.preview === 'test-user' ? {} : { mayTakePart: true }) }, addressOf(role, beside, link.target))
  }
  if (role !== 'participant') await courses.upsertMember(said)
  await arrived({ ...came, run: run._id, user, ...(role === 'participant' ? { noted } : {}) })
  beginSession(req, res, kit, { ...seen, run: run._id, user, role }, goOn)
}
