import express, { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import type { Courses } from './courses.js'
import type { Launches } from './launches.js'
import type { Context, LineItem, Tool } from './model.js'
import { pageOf } from './paging.js'
import type { Place } from './place.js'
import { answerMembers } from './roster.js'
import { SCOPES } from './scopes.js'
import { resultOf, takeScore } from './score.js'
import { ServiceFault } from './service-fault.js'
import type { Settings } from './settings.js'
import type { Store } from './store.js'
import type { Tokens } from './tokens.js'

const TYPE = {
  item: 'application/vnd.ims.lis.v2.lineitem+json', items: 'application/vnd.ims.lis.v2.lineitemcontainer+json',
  score: 'application/vnd.ims.lis.v1.score+json', results: 'application/vnd.ims.lis.v2.resultcontainer+json',
} as const
const Moment = z.iso.datetime({ offset: true }).optional()
const NewItem = z.object({
  label: z.string().trim().min(1).max(200), scoreMaximum: z.number().positive(),
  resourceLinkId: z.string().optional(), resourceId: z.string().optional(), tag: z.string().optional(), startDateTime: Moment, endDateTime: Moment,
})

export interface ServiceDeps { place: Place; store: Store; courses: Courses; tokens: Tokens; launches: Launches; settings: Settings; now: () => Date }

/** A type of body, and no other. */
const bodyOf = (type: string) => [
  (req: Request, _res: Response, next: () => void) => {
    if (req.get('content-type')?.split(';')[0]?.trim() !== type) throw new ServiceFault(400, 'no_handler', `No handler found for this content type; ${type} is`)
    next()
  },
  express.json({ type: () => true, limit: '64kb' }),
]
const readItem = (body: unknown) => {
  const read = NewItem.safeParse(body)
  if (!read.success) throw new ServiceFault(400, 'incorrect_lineitem')
  return read.data
}

/** Grades and members of one course, for a tool's server alone: every call carries a token. */
export const serviceRoutes = ({ place, store, courses, tokens, launches, settings, now }: ServiceDeps): Router => {
  const router = Router({ caseSensitive: true, mergeParams: true })
  const { state } = store
  const shown = ({ id, context, tool: _tool, ...item }: LineItem, tool: Tool) => ({ id: place.lineItem({ id, context }, tool), ...item })
  interface Called { req: Request; res: Response; tool: Tool; context: Context }
  /** A call of a tool that may, in a course that is there. */
  const call = (anyOf: string[], answer: (called: Called) => void) => (req: Request, res: Response): void => {
    const tool = tokens.check(req.get('authorization'), anyOf)
    const context = courses.of(String(req.params.context))
    if (!context) throw new ServiceFault(404, 'unknown_context')
    answer({ req, res, tool, context })
  }
  const itemOf = ({ req, tool, context }: Called): LineItem => {
    const item = state.lineItems.find(({ id }) => id === req.params.item)
    if (item?.context !== context.id) throw new ServiceFault(404, 'unknown_lineitem')
    if (item.tool !== tool.clientId) throw new ServiceFault(403, 'foreign_lineitem')
    return item
  }
  const read = [SCOPES.lineItem, SCOPES.lineItemRead]
  const sendItem = (res: Response, item: LineItem, tool: Tool): void => void res.type(TYPE.item).send(JSON.stringify(shown(item, tool)))

  router.get('/lineitems', call(read, ({ req, res, tool, context }) => {
    const { resource_link_id, resource_id, tag } = req.query as Record<string, string | undefined>
    const found = courses.columns(context.id).filter((item) => item.tool === tool.clientId && (!resource_link_id || item.resourceLinkId === resource_link_id) && (!resource_id || item.resourceId === resource_id) && (!tag || item.tag === tag))
    const page = pageOf(req, res, found, { url: place.lineItems(context.id, tool), keep: { resource_link_id, resource_id, tag } })
    res.type(TYPE.items).send(JSON.stringify(page.map((item) => shown(item, tool))))
  }))
  router.post('/lineitems', ...bodyOf(TYPE.item), call([SCOPES.lineItem], ({ req, res, tool, context }) => {
    const item = { id: String(state.nextLineItem), context: context.id, tool: tool.clientId, ...readItem(req.body) }
    state.nextLineItem += 1
    state.lineItems.push(item)
    store.save()
    sendItem(res.status(201), item, tool)
  }))
  router.get('/lineitems/:item/lineitem', call(read, (called) => sendItem(called.res, itemOf(called), called.tool)))
  router.put('/lineitems/:item/lineitem', ...bodyOf(TYPE.item), call([SCOPES.lineItem], (called) => {
    const item = Object.assign(itemOf(called), readItem(called.req.body))
    store.save()
    sendItem(called.res, item, called.tool)
  }))
  router.delete('/lineitems/:item/lineitem', call([SCOPES.lineItem], (called) => {
    const { id } = itemOf(called)
    state.lineItems = state.lineItems.filter((item) => item.id !== id)
    for (const kept of ['scores', 'overrides'] as const) Object.assign(state, { [kept]: state[kept].filter(({ lineItem }) => lineItem !== id) })
    store.save()
    called.res.status(204).end()
  }))
  router.post('/lineitems/:item/lineitem/scores', ...bodyOf(TYPE.score), call([SCOPES.score], (called) => {
    const item = itemOf(called)
    const userId = (called.req.body as { userId?: unknown } | undefined)?.userId
    const at = state.scores.findIndex((score) => score.lineItem === item.id && score.userId === userId)
    const isGradable = (id: string): boolean => courses.participants(item.context).some((person) => person.id === id)
    const taken = takeScore(item, state.scores[at], called.req.body, isGradable, now())
    if (at < 0) state.scores.push(taken)
    else state.scores[at] = taken
    store.save()
    called.res.json({})
  }))
  router.get('/lineitems/:item/lineitem/results', call([SCOPES.result], (called) => {
    const { req, res, tool } = called
    const item = itemOf(called)
    const url = place.lineItem(item, tool)
    const people = [...new Set([...state.scores, ...state.overrides].filter(({ lineItem }) => lineItem === item.id).map(({ userId }) => userId))]
    const user_id = typeof req.query.user_id === 'string' ? req.query.user_id : undefined
    const results = people.filter((person) => !user_id || person === user_id).map((userId) => ({
      id: `${url.replace('?', '/results?')}&user_id=${userId}`, scoreOf: url, userId,
      resultScore: resultOf(item, userId, state), resultMaximum: item.scoreMaximum,
      comment: state.scores.find((score) => score.lineItem === item.id && score.userId === userId)?.comment,
    }))
    res.type(TYPE.results).send(JSON.stringify(pageOf(req, res, results, { url: url.replace('?', '/results?'), keep: { user_id } })))
  }))
  router.get('/memberships', call([SCOPES.members], ({ req, res, tool, context }) =>
    answerMembers(req, res, context, tool, { place, courses, state, roles: launches.roles, settings })))
  return router
}
