import { Router, type Request, type RequestHandler, type Response } from 'express'
import type { Course, Courses, Member } from '../courses/index.js'
import { NotFound, sessionOf, type Kit } from '../infra/index.js'
import type { Ledger } from '../ledger/index.js'
import type { Participant } from './model.js'
import { participantOf } from './participants.js'
import type { Scene } from './review-routes.js'
import type { Words } from './words.js'

/** How far one mentee is: room by room, and no more. */
const menteeView = (course: Course, each: Participant, words: Words) => ({
  href: encodeURIComponent(each.user), name: each.name ?? words.alias(each), unnamed: !each.name,
  status: each.status, statusSay: words.t(`insights.status.${each.status}`),
  pages: words.t('insights.pages', { done: each.pages.done, of: each.pages.of }),
  seen: each.lastSeen && words.moment(each.lastSeen),
  rooms: each.rooms.map(({ state, pages }, index) => ({
    number: words.number(index + 1), title: course.rooms[index]?.title ?? '', state, stateSay: words.t(`insights.state.${state}`),
    pages: state === 'locked' ? undefined : words.t('insights.pages', { ...pages }),
  })),
})

export interface MenteeDeps { kit: Pick<Kit, 'sessions' | 'views' | 'now'>; courses: Pick<Courses, 'member'>; ledger: Pick<Ledger, 'standing'>; sceneOf(req: Request, res: Response): Promise<Scene> }

/** `/insights/:run/mentees`: for a mentor, and of their mentees alone. */
export const menteeRoutes = ({ kit, courses, ledger, sceneOf }: MenteeDeps): Router => {
  const may = kit.sessions.may('mentor')
  /** The mentees of the newest launch, and which of them have come: the roster knows some who haven't. */
  const menteesOf = async (res: Response): Promise<{ asked: string[]; found: Member[] }> => {
    const { run, user } = sessionOf(res)
    const asked = (await courses.member(run, user))?.mentees ?? []
    const found = (await Promise.all(asked.map((each) => courses.member(run, each)))).flatMap((each) => (each?.role === 'participant' ? [each] : []))
    return { asked, found }
  }
  const joined = async ({ course, now, words }: Scene, member: Member) => menteeView(course, participantOf(course, member, await ledger.standing(member.run, member.user), [], now), words)
  const show = (req: Request, res: Response, { course, run, words, session }: Scene, template: string, data: object, title: string): void =>
    kit.views.page(req, res, template, { ...data, base: `/insights/${session.run}/mentees` }, {
      title, layout: 'staff',
      frame: {
        course: course.title, context: run.contextTitle === course.title ? undefined : run.contextTitle,
        nav: [{ href: `/insights/${session.run}/mentees/`, label: words.t('links.mentees.title'), current: true }],
        back: session.back ? { href: session.back, label: words.t('insights.nav.back') } : undefined,
      },
    })
  const list: RequestHandler = async (req, res) => {
    const scene = await sceneOf(req, res)
    const { asked, found } = await menteesOf(res)
    const rows = (await Promise.all(found.map((member) => joined(scene, member)))).sort((a, b) => a.name.localeCompare(b.name, scene.words.lang))
    const waiting = asked.length - found.length
    show(req, res, scene, 'insights/mentees', { rows, isNobodys: asked.length === 0, waiting: waiting > 0 ? scene.words.t('links.mentees.waiting', { count: waiting }) : undefined }, scene.words.t('links.mentees.title'))
  }
  const one: RequestHandler = async (req, res) => {
    const scene = await sceneOf(req, res)
    const member = (await menteesOf(res)).found.find(({ user }) => user === req.params.user)
    if (!member) throw new NotFound({ detail: { user: req.params.user } })
    const mentee = await joined(scene, member)
    show(req, res, scene, 'insights/mentee', { mentee }, mentee.name)
  }
  return Router({ mergeParams: true }).get('/', may, list).get('/:user', may, one)
}
