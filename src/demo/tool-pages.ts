import express, { Router, type Request } from 'express'
import type { DeepLinking } from './deep-linking.js'
import { mayEdit, type Person } from './people.js'
import type { Registering } from './registration.js'
import { hostOf, openTool, visitsOf, type SiteDeps } from './site.js'

export interface ToolPageDeps extends SiteDeps { deepLinking: DeepLinking; registering: Registering; framing: (origin: string) => string; keyroomUrl: string }

const form = express.urlencoded({ extended: false, limit: '200kb' })
const bodyOf = (req: Request) => (req.body ?? {}) as Record<string, string | undefined>
const isAdmin = ({ kind }: Person): boolean => kind === 'administrator'

/** Adding what a tool offers to a course, and adding tools. */
export const toolPages = (deps: ToolPageDeps): Router => {
  const { tools, pages, deepLinking, registering, framing, settings, keyroomUrl } = deps
  const { signedIn, inCourse } = visitsOf(deps)
  const open = openTool(deps)
  const forAdmin = (show: Parameters<typeof signedIn>[0]) => signedIn((visit) => (isAdmin(visit.person) ? show(visit) : pages.problem(visit.req, visit.res, 403, 'forbidden')))
  const offers = () => tools.all().filter(({ state, messages }) => state === 'active' && messages.some(({ type }) => type === 'LtiDeepLinkingRequest'))

  return Router()
    .get('/courses/:context/add', inCourse(mayEdit, (visit) => {
      const wanted = typeof visit.req.query.tool === 'string' ? visit.req.query.tool : undefined
      const tool = offers().find(({ clientId }) => wanted === undefined || clientId === wanted)
      if (!tool) return pages.problem(visit.req, visit.res, 404, 'missing')
      visit.page('add', { title: 'demo.add.title', wide: true, tool, offers: offers(), src: `/courses/${visit.context.id}/add/launch?tool=${encodeURIComponent(tool.clientId)}` })
    }))
    .get('/courses/:context/add/launch', inCourse(mayEdit, (visit) =>
      open(visit, String(visit.req.query.tool), { message: 'LtiDeepLinkingRequest', context: visit.context.id })))
    // From another site, so without the session's cookie: the address is known to the tool alone, and good for one answer.
    .post('/lti/contexts/:context/deep-linking/:id', form, async (req, res) => {
      const answer = await deepLinking.answer(bodyOf(req).JWT ?? '', String(req.params.id))
      pages.page(req, res, 'added', { title: 'demo.add.title', bare: true, answer, back: `/courses/${answer.context || String(req.params.context)}` }, answer.refused ? 400 : 200)
    })
    .get('/tools', forAdmin(({ req, res, person }) => pages.page(req, res, 'tools', { title: 'demo.tools.title', person, tools: tools.all(), byHand: tools.byHand.clientId, suggested: `${keyroomUrl}/lti/register` })))
    .post('/tools/:client/state', form, forAdmin(({ req, res }) => {
      tools.setState(String(req.params.client), bodyOf(req).state === 'active' ? 'active' : 'pending')
      res.redirect(303, '/tools')
    }))
    .post('/tools/register', form, forAdmin(({ req, res, person }) => {
      const link = bodyOf(req).link?.trim() ?? ''
      if (!URL.canParse(link) || !/^https?:$/.test(new URL(link).protocol)) return pages.problem(req, res, 400, 'lost')
      res.set('Content-Security-Policy', framing(new URL(link).origin))
      pages.page(req, res, 'register', { title: 'demo.tools.register', person, wide: true, src: registering.linkFor(link), host: hostOf([new URL(link).origin], settings, '/tools') })
    }))
}
