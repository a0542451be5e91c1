import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { adminFrame, langOf, NotFound, read, type Kit } from '../../infra/index.js'
import type { Registry } from '../registry.js'
import { readCode } from './code.js'
import type { Traces } from './traces.js'
import { listView, traceView } from './view.js'

const PAGE = 50
const Asked = z.object({ platform: z.string().max(100).optional().catch(undefined), code: z.string().max(40).optional().catch(undefined), before: z.coerce.date().optional().catch(undefined) })

/** `/admin/launches`: launches that failed, and each step by step. Behind an administrator's session. */
export const doctorRoutes = ({ kit, registry, traces }: { kit: Pick<Kit, 'views' | 'i18n'>; registry: Pick<Registry, 'list'>; traces: Traces }): Router => {
  const show = (req: Request, res: Response, template: string, title: string, data: object): void =>
    kit.views.page(req, res, template, data, { title, layout: 'admin', frame: { ...adminFrame(res), styles: ['lti/doctor.css'] } })
  return Router()
    .get('/', async (req, res) => {
      const { platform, code, before } = read(Asked, req.query)
      const lang = langOf(req, res)
      const wanted = code?.trim() ? readCode(code) : undefined
      if (wanted && (await traces.of(wanted))) return res.redirect(303, `/admin/launches/${wanted}`)
      const [found, platforms] = await Promise.all([traces.list({ platform: platform || undefined, before, limit: PAGE }), registry.list()])
      const last = found.length === PAGE ? found.at(-1)?.last : undefined
      const more = last && `?${new URLSearchParams({ ...(platform ? { platform } : {}), before: last.toISOString() })}`
      const list = listView({ traces: found, platforms, asked: { platform, code: code?.trim() }, more }, { lang, i18n: kit.i18n })
      show(req, res, 'lti/launches', kit.i18n.t(lang, 'doctor.title'), { list })
    })
    .get('/:code', async (req, res) => {
      const trace = await traces.of(readCode(req.params.code) ?? '')
      if (!trace) throw new NotFound({ detail: { code: 'a launch' } })
      const lang = langOf(req, res)
      show(req, res, 'lti/launch', kit.i18n.t(lang, 'doctor.one', { code: trace.code }), { trace: traceView(trace, { lang, i18n: kit.i18n }) })
    })
}
