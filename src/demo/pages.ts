import type { Request, Response } from 'express'
import { LANGS, langOf, type I18n, type Views } from '../infra/index.js'
import { COURSE, PEOPLE, type Person } from './people.js'
import { RESOURCE_LINK } from './place.js'
import { resultOf } from './score.js'
import type { State } from './store.js'

export interface Pages {
  page(req: Request, res: Response, name: string, data: { title: string; person?: Person; wide?: boolean } & Record<string, unknown>, status?: number): void
  problem(req: Request, res: Response, status: number, what: 'client' | 'redirect' | 'missing' | 'failed' | 'lost'): void
  /** A form that sends itself; with a button where scripts are off. */
  post(req: Request, res: Response, action: string, fields: Record<string, string>): void
}

export const makePages = ({ views, i18n }: { views: Views; i18n: I18n }): Pages => {
  const page: Pages['page'] = (req, res, name, data, status = 200) => {
    const lang = langOf(req, res)
    const body = views.fragment(`demo/${name}`, { ...data, course: COURSE, link: RESOURCE_LINK }, lang)
    const languages = LANGS.map((each) => ({ lang: each, name: i18n.names[each], current: each === lang }))
    res.status(status).type('html').set('Cache-Control', 'private, no-store')
    res.send(views.fragment('demo/layout', { ...data, at: name, title: i18n.t(lang, data.title), body, languages }, lang))
  }
  return {
    page,
    problem: (req, res, status, what) => page(req, res, 'problem', { title: `demo.problem.${what}`, mend: `demo.problem.${what}-mend` }, status),
    post: (req, res, action, fields) => {
      res.type('html').set('Cache-Control', 'private, no-store')
      res.send(views.fragment('demo/post', { action, fields: Object.entries(fields) }, langOf(req, res)))
    },
  }
}

/** Participants × columns, with each grade's time and comment. */
export const gradebookView = ({ lineItems, scores }: Pick<State, 'lineItems' | 'scores'>, only?: Person) => ({
  columns: lineItems.map(({ id, label, scoreMaximum }) => ({ id, label, maximum: scoreMaximum })),
  rows: PEOPLE.filter((person) => person.kind === 'participant' && (!only || only.id === person.id)).map((person) => ({
    id: person.id,
    name: person.name,
    cells: lineItems.map((item) => {
      const score = scores.find((each) => each.lineItem === item.id && each.userId === person.id)
      const points = score ? resultOf(item, score) : undefined
      return { column: item.label, points, maximum: item.scoreMaximum, done: score?.activityProgress === 'Completed', comment: score?.comment, at: score ? new Date(score.timestamp) : undefined }
    }),
  })),
})
