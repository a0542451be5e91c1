import type { Request, Response } from 'express'
import { LANGS, langOf, type I18n, type Views } from '../infra/index.js'
import type { Context } from './model.js'
import { COURSE, isStaff, type Person } from './people.js'

export type Problem = 'client' | 'redirect' | 'missing' | 'forbidden' | 'pending' | 'failed' | 'lost'
export interface PageData extends Record<string, unknown> { title: string; person?: Person; context?: Context; wide?: boolean }
export interface Pages {
  page(req: Request, res: Response, name: string, data: PageData, status?: number): void
  problem(req: Request, res: Response, status: number, what: Problem): void
  /** A form that sends itself; with a button where scripts are off. */
  post(req: Request, res: Response, action: string, fields: Record<string, string>): void
}

export const makePages = ({ views, i18n }: { views: Views; i18n: I18n }): Pages => {
  const page: Pages['page'] = (req, res, name, data, status = 200) => {
    const lang = langOf(req, res)
    const body = views.fragment(`demo/${name}`, data, lang)
    const languages = LANGS.map((each) => ({ lang: each, name: i18n.names[each], current: each === lang }))
    res.status(status).type('html').set('Cache-Control', 'private, no-store')
    const { person, context } = data
    const course = person && { href: `/courses/${context?.id ?? COURSE.id}`, staff: isStaff(person), admin: person.kind === 'administrator' }
    res.send(views.fragment('demo/layout', { ...data, course, at: name, title: i18n.t(lang, data.title), body, languages }, lang))
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
