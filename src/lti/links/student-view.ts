import express, { Router, type Request, type Response } from 'express'
import { isPreview, realRun, type Link } from '../../courses/index.js'
import { NotAllowed, sessionOf } from '../../infra/index.js'
import { beginSession, type EnterDeps } from '../enter.js'

/** `/lti/student-view/:run/…`: begin afresh, or take part after all. */
export const studentViewRoutes = ({ kit, courses, arrived }: EnterDeps): Router => {
  const form = express.urlencoded({ extended: false, limit: '4kb' })
  const kept = (res: Response) => {
    const { lang, zone, back } = sessionOf(res)
    return { lang, zone, back }
  }
  const linkTo = async (run: string): Promise<Link['resourceLink']> => (await courses.run(run)).resourceLink
  const whoIn = (res: Response): { run: string; user: string } => {
    const { run, user } = sessionOf(res)
    if (!isPreview(run)) throw new NotAllowed({ detail: { run } })
    return { run, user }
  }
  const afresh = async (req: Request, res: Response): Promise<void> => {
    const { run, user: before } = whoIn(res)
    const user = await courses.afresh(before)
    await arrived({ run, user, role: 'participant', resourceLink: await linkTo(run), hasGrades: false, preview: true })
    beginSession(req, res, kit, { ...kept(res), run, user, role: 'participant', preview: true, mayTakePart: sessionOf(res).mayTakePart }, `/play/${run}/`)
  }
  const takePart = async (req: Request, res: Response): Promise<void> => {
    const who = whoIn(res)
    const run = realRun(who.run)
    const found = await courses.behind(who.user)
    if (!found?.said || found.run !== run) throw new NotAllowed({ detail: { run } })
    const { user } = found
    await courses.takePart({ ...found.said, run, user, lastLaunch: kit.now() })
    await arrived({ run, user, role: 'participant', resourceLink: await linkTo(run), hasGrades: true })
    beginSession(req, res, kit, { ...kept(res), run, user, role: 'participant' }, `/play/${run}/`)
  }
  return Router()
    .post('/student-view/:run/afresh', form, kit.sessions.may('play'), afresh)
    .post('/student-view/:run/take-part', form, kit.sessions.may('play'), takePart)
}
