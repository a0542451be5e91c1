import express, { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { COURSE, emailOf, PEOPLE, rolesOf, shortRole } from './people.js'
import type { Launches } from './launches.js'
import type { Place } from './place.js'
import { resultOf, takeScore } from './score.js'
import { ServiceFault } from './service-fault.js'
import type { LineItem, Store } from './store.js'
import { SCOPES, type Tokens } from './tokens.js'

const TYPE = {
  item: 'application/vnd.ims.lis.v2.lineitem+json', items: 'application/vnd.ims.lis.v2.lineitemcontainer+json',
  score: 'application/vnd.ims.lis.v1.score+json', results: 'application/vnd.ims.lis.v2.resultcontainer+json',
  members: 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json',
} as const
const NewItem = z.object({
  label: z.string().trim().min(1).max(200), scoreMaximum: z.number().positive(),
  resourceLinkId: z.string().optional(), resourceId: z.string().optional(), tag: z.string().optional(),
})

export interface ServiceDeps { place: Place; store: Store; tokens: Tokens; launches: Launches; now: () => Date }

/** Grades and members, for the tool's server alone: every call carries a token. */
export const serviceRoutes = ({ place, store, tokens, launches, now }: ServiceDeps): Router => {
  const router = Router({ caseSensitive: true })
  const { state } = store
  const allow = (...anyOf: string[]) => (req: Request, _res: Response, next: () => void) => {
    tokens.check(req.get('authorization'), anyOf)
    next()
  }
  const shown = ({ id, ...item }: LineItem) => ({ id: place.lineItem(id), ...item })
  const itemOf = (req: Request): LineItem => {
    const item = state.lineItems.find(({ id }) => id === req.params.item)
    if (!item) throw new ServiceFault(404, 'unknown_lineitem')
    return item
  }
  const readItem = (body: unknown) => {
    const read = NewItem.safeParse(body)
    if (!read.success) throw new ServiceFault(400, 'incorrect_lineitem')
    return read.data
  }
  const bodyOf = (type: string) => [
    (req: Request, _res: Response, next: () => void) => {
      if (req.get('content-type')?.split(';')[0]?.trim() !== type) throw new ServiceFault(400, 'no_handler', `No handler found for this content type; ${type} is`)
      next()
    },
    express.json({ type: () => true, limit: '64kb' }),
  ]

  router.get('/lineitems', allow(SCOPES.lineItem, SCOPES.lineItemRead), (req, res) => {
    const { resource_link_id: link, resource_id: resource, tag } = req.query
    const found = state.lineItems.filter((item) => (!link || item.resourceLinkId === link) && (!resource || item.resourceId === resource) && (!tag || item.tag === tag))
    res.type(TYPE.items).send(JSON.stringify(found.map(shown)))
  })
  router.post('/lineitems', allow(SCOPES.lineItem), ...bodyOf(TYPE.item), (req, res) => {
    const item = { id: String(state.nextLineItem), ...readItem(req.body) }
    state.nextLineItem += 1
    state.lineItems.push(item)
    store.save()
    res.status(201).type(TYPE.item).send(JSON.stringify(shown(item)))
  })
  router.get('/lineitems/:item/lineitem', allow(SCOPES.lineItem, SCOPES.lineItemRead), (req, res) => {
    res.type(TYPE.item).send(JSON.stringify(shown(itemOf(req))))
  })
  router.put('/lineitems/:item/lineitem', allow(SCOPES.lineItem), ...bodyOf(TYPE.item), (req, res) => {
    const item = Object.assign(itemOf(req), readItem(req.body))
    store.save()
    res.type(TYPE.item).send(JSON.stringify(shown(item)))
  })
  router.delete('/lineitems/:item/lineitem', allow(SCOPES.lineItem), (req, res) => {
    const { id } = itemOf(req)
    state.lineItems = state.lineItems.filter((item) => item.id !== id)
    state.scores = state.scores.filter((score) => score.lineItem !== id)
    store.save()
    res.status(204).end()
  })
  router.post('/lineitems/:item/lineitem/scores', allow(SCOPES.score), ...bodyOf(TYPE.score), (req, res) => {
    const item = itemOf(req)
    const userId = (req.body as { userId?: unknown } | undefined)?.userId
    const place = state.scores.findIndex((score) => score.lineItem === item.id && score.userId === userId)
    const taken = takeScore(item, state.scores[place], req.body, now())
    if (place < 0) state.scores.push(taken)
    else state.scores[place] = taken
    store.save()
    res.json({})
  })
  router.get('/lineitems/:item/lineitem/results', allow(SCOPES.result), (req, res) => {
    const item = itemOf(req)
    const results = state.scores.filter((score) => score.lineItem === item.id && (!req.query.user_id || score.userId === req.query.user_id))
    res.type(TYPE.results).send(JSON.stringify(results.map((score) => ({
      id: `${place.lineItem(item.id).replace('?', '/results?')}&user_id=${score.userId}`, scoreOf: place.lineItem(item.id), userId: score.userId,
      resultScore: resultOf(item, score), resultMaximum: item.scoreMaximum, comment: score.comment,
    }))))
  })
  router.get('/memberships', allow(SCOPES.members), (req, res) => {
    const role = typeof req.query.role === 'string' ? shortRole(req.query.role) : undefined
    const members = PEOPLE.map((person) => ({
      status: 'Active', user_id: person.id, roles: (launches.roles.get(person.id) ?? rolesOf(person)).map(shortRole),
      name: person.name, given_name: person.given, family_name: person.family, email: emailOf(person),
    })).filter((member) => !role || member.roles.includes(role))
    const limit = Math.max(1, Number(req.query.limit) || members.length)
    const from = Math.max(0, Number(req.query.from) || 0)
    if (from + limit < members.length) {
      const next = new URLSearchParams({ limit: String(limit), from: String(from + limit), ...(role ? { role } : {}) })
      res.set('Link', `<${place.memberships}?${next}>; rel="next"`)
    }
    res.type(TYPE.members).send(JSON.stringify({ id: place.memberships, context: { id: COURSE.id, label: COURSE.label, title: COURSE.title }, members: members.slice(from, from + limit) }))
  })
  return router
}
