import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { adminFrame, langOf, NotFound, read, type Kit } from '../../infra/index.js'
import type { Traces } from '../doctor/index.js'
import type { ToolKeys } from '../key.js'
import { carefulFetch, FetchFault, readConfiguration, RegistrationRefused, toolAddresses, type Care, type PlatformConfiguration, type RegistrationLinks } from '../registration/index.js'
import type { Platform, Registry } from '../registry.js'
import { ByHand, Edit, formOf, Import, NewLink, sent, type Form } from './forms.js'
import type { Troubles } from './troubles.js'
import { guideView, keysView, listView, oneView, type Reader } from './view.js'

export interface PlatformPagesDeps {
  kit: Pick<Kit, 'views' | 'i18n' | 'config' | 'now'>
  registry: Registry
  links: RegistrationLinks
  keys: Pick<ToolKeys, 'list' | 'lastRead' | 'rotate'>
  traces: Pick<Traces, 'list'>
  troubles: Troubles
  timeoutMs?: number
}

const HOME = '/admin/platforms/'
const SAID = ['added', 'approved', 'enabled', 'disabled', 'saved', 'let-in', 'removed', 'withdrawn', 'rotated', 'keys-ok', 'keys-bad'] as const
type Said = (typeof SAID)[number]
const Asked = z.object({ said: z.enum(SAID).optional().catch(undefined), count: z.coerce.number().int().min(0).optional().catch(undefined), why: z.string().max(20).optional().catch(undefined) })
const State = z.object({ state: z.enum(['active', 'disabled']) })
const LetIn = z.object({ deployment: z.string().min(1).max(255) })
const BY_HAND = ['name', 'issuer', 'clientId', 'deployments', 'authUrl', 'tokenUrl', 'jwksUrl', 'tokenAudience']
const LINK_WORDS = { issuer: 'link-issuer', name: 'link-name' }

const idOf = (req: Request): string => String(req.params.id)
const at = (platform: Pick<Platform, '_id'>, said?: Said, more: Record<string, string> = {}): string => `${HOME}${platform._id}/${said ? `?${new URLSearchParams({ said, ...more })}` : ''}`

/** What every page here needs: who reads, and a page in the administrator's frame. */
const pagesOf = ({ kit }: PlatformPagesDeps) => {
  const reader = (req: Request, res: Response): Reader => {
    const lang = langOf(req, res)
    return { lang, t: kit.i18n.in(lang), has: kit.i18n.has }
  }
  const show = (req: Request, res: Response, template: string, data: object, title: string, status = 200): void =>
    kit.views.page(req, res, `lti/platforms/${template}`, data, { status, title, layout: 'admin', frame: { ...adminFrame(res), styles: ['lti/platforms.css'], scripts: ['lti/copy.js'] } })
  return { reader, show }
}

/** An administrator's own words are trusted: an LMS inside the network is as good as any. */
const trusting = ({ timeoutMs = 8000 }: PlatformPagesDeps): Care => ({ timeoutMs, mayBePlain: () => true, mayBeInside: () => true })

/** What a configuration says, as the form's values. */
const filledFrom = ({ issuer, authUrl, tokenUrl, jwksUrl, tokenAudience, product }: PlatformConfiguration): Record<string, string | undefined> =>
  ({ name: new URL(issuer).host, issuer, authUrl, tokenUrl, jwksUrl, tokenAudience, product })

const listRoutes = (deps: PlatformPagesDeps): Router => {
  const { registry, links, troubles, kit } = deps
  const { reader, show } = pagesOf(deps)
  const list = async (req: Request, res: Response, linkForm: Form, status = 200): Promise<void> => {
    const who = reader(req, res)
    const { said } = read(Asked, req.query)
    const [platforms, found, waiting] = await Promise.all([registry.list(), troubles.all(), links.waiting()])
    const view = listView({ platforms, troubles: found, links: waiting, linkForm, ...(said ? { said: who.t(`platforms.said.${said}`, { count: 0, why: '' }) } : {}) }, who)
    show(req, res, 'list', view, who.t('platforms.title'), status)
  }
  return Router()
    .get('/', (req, res) => list(req, res, formOf(['issuer', 'name'], {}, undefined, reader(req, res).t, LINK_WORDS)))
    .post('/links', async (req, res) => {
      const asked = NewLink.safeParse(req.body)
      const { t } = reader(req, res)
      if (!asked.success) return list(req, res, formOf(['issuer', 'name'], sent(req.body), asked.error, t, LINK_WORDS), 400)
      const { token } = await links.make(asked.data)
      // Shown now and never again: only its hash is kept, and no address or log holds it.
      show(req, res, 'link', { link: `${toolAddresses(kit.config.publicUrl).register}?token=${token}`, trust: asked.data.trust, issuer: asked.data.issuer }, t('platforms.links.made'))
    })
    .post('/links/withdraw', async (req, res) => {
      await links.withdraw(read(z.object({ link: z.string().max(100) }), req.body).link)
      res.redirect(303, `${HOME}?said=withdrawn`)
    })
}

const newRoutes = (deps: PlatformPagesDeps): Router => {
  const { registry, kit } = deps
  const { reader, show } = pagesOf(deps)
  interface Filled { values?: Record<string, string | undefined>; error?: z.ZodError; configuration?: Form; fetched?: boolean; refused?: RegistrationRefused }
  const page = (req: Request, res: Response, { values = {}, error, configuration, fetched = false, refused }: Filled, status = 200): void => {
    const { t } = reader(req, res)
    const problem = refused && ['title', 'mend'].map((part) => t(`${refused.code.replace('/', '.problems.')}.${part}`, refused.params)).join(' ')
    const view = { form: formOf(BY_HAND, values, error, t), product: values.product ?? '', configuration: configuration ?? formOf(['configuration'], values, undefined, t), fetched, problem }
    show(req, res, 'new', view, t('platforms.new.title'), status)
  }
  return Router()
    .get('/new', (req, res) => page(req, res, {}))
    .post('/new/fetch', async (req, res) => {
      const { t } = reader(req, res)
      const asked = Import.safeParse(req.body)
      if (!asked.success) return page(req, res, { configuration: formOf(['configuration'], sent(req.body), asked.error, t) }, 400)
      try {
        const said = await readConfiguration(asked.data.configuration, trusting(deps))
        page(req, res, { values: { ...filledFrom(said), configuration: asked.data.configuration }, fetched: true })
      } catch (refused) {
        if (!(refused instanceof RegistrationRefused)) throw refused
        page(req, res, { values: { configuration: asked.data.configuration }, refused }, refused.status)
      }
    })
    .post('/new', async (req, res) => {
      const asked = ByHand.safeParse(req.body)
      if (!asked.success) return page(req, res, { values: sent(req.body), error: asked.error }, 400)
      const platform = await registry.add({ ...asked.data, state: 'active', registeredAt: kit.now() })
      res.redirect(303, at(platform, 'added'))
    })
}

const oneRoutes = (deps: PlatformPagesDeps): Router => {
  const { registry, keys, traces, troubles } = deps
  const { reader, show } = pagesOf(deps)
  const platformOf = async (req: Request): Promise<Platform> => {
    const platform = await registry.fresh(idOf(req))
    if (!platform) throw new NotFound({ detail: { platform: 'unknown' } })
    return platform
  }
  const page = async (req: Request, res: Response, edited?: { values: Record<string, string | undefined>; error: z.ZodError }): Promise<void> => {
    const who = reader(req, res)
    const platform = await platformOf(req)
    const { said, count = 0, why = '' } = read(Asked, req.query)
    const [found, refused, keysReadAt] = await Promise.all([troubles.all(), traces.list({ platform: platform._id, limit: 5 }), keys.lastRead()])
    const values = edited?.values ?? { name: platform.name, deployments: platform.deployments.join('\n') }
    const words = said && who.t(`platforms.said.${said}`, { count, why })
    const view = oneView({
      platform, trouble: found.get(platform._id), refused, keysReadAt, ...(said === 'keys-bad' ? { bad: words } : { said: words }),
      form: formOf(['name', 'deployments'], values, edited?.error, who.t), instructorsAuthor: edited ? edited.values.instructorsAuthor === '1' : (platform.instructorsAuthor ?? false),
    }, who)
    show(req, res, 'one', view, platform.name, edited ? 400 : 200)
  }
  return Router()
    .get('/:id', (req, res) => page(req, res))
    .post('/:id/state', async (req, res) => {
      const platform = await platformOf(req)
      const { state } = read(State, req.body)
      await registry.change(platform._id, { state })
      res.redirect(303, at(platform, state === 'disabled' ? 'disabled' : platform.state === 'pending' ? 'approved' : 'enabled'))
    })
    .post('/:id/let-in', async (req, res) => {
      const platform = await platformOf(req)
      const { deployment } = read(LetIn, req.body)
      await registry.change(platform._id, { deployments: [...new Set([...platform.deployments, deployment])] })
      res.redirect(303, at(platform, 'let-in'))
    })
    .post('/:id/edit', async (req, res) => {
      const platform = await platformOf(req)
      const asked = Edit.safeParse(req.body)
      if (!asked.success) return page(req, res, { values: sent(req.body), error: asked.error })
      await registry.change(platform._id, asked.data)
      res.redirect(303, at(platform, 'saved'))
    })
    .post('/:id/check', async (req, res) => {
      const platform = await platformOf(req)
      res.redirect(303, at(platform, ...(await readKeySet(platform.jwksUrl, deps))))
    })
    .get('/:id/remove', async (req, res) => {
      const platform = await platformOf(req)
      const { t } = reader(req, res)
      show(req, res, 'remove', { id: platform._id, name: platform.name, runs: await troubles.runs(platform._id) }, t('platforms.remove.title', { name: platform.name }))
    })
    .post('/:id/remove', async (req, res) => {
      const { issuer, clientId } = await platformOf(req)
      await registry.remove(issuer, clientId)
      res.redirect(303, `${HOME}?said=removed`)
    })
}

const KeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })
/** Whether a platform's key set can be read from here, now. */
const readKeySet = async (jwksUrl: string, deps: PlatformPagesDeps): Promise<['keys-ok' | 'keys-bad', Record<string, string>]> => {
  try {
    const { status, text } = await carefulFetch(jwksUrl, {}, trusting(deps))
    if (status !== 200) return ['keys-bad', { why: 'status', count: String(status) }]
    return ['keys-ok', { count: String(KeySet.parse(JSON.parse(text)).keys.length) }]
  } catch (fault) {
    return ['keys-bad', { why: fault instanceof FetchFault ? fault.reason : 'malformed' }]
  }
}

/** `/admin/platforms`: which LMSs may launch us, and how they fare. Behind an administrator's session. */
export const platformRoutes = (deps: PlatformPagesDeps): Router => {
  const { keys, kit } = deps
  const { reader, show } = pagesOf(deps)
  return Router()
    .use(listRoutes(deps), newRoutes(deps))
    .get('/guide', (req, res) => {
      const { t } = reader(req, res)
      show(req, res, 'guide', guideView(kit.config.publicUrl, t), t('platforms.guide.title'))
    })
    .get('/keys', async (req, res) => {
      const who = reader(req, res)
      const { said } = read(Asked, req.query)
      const [all, readAt] = await Promise.all([keys.list(), keys.lastRead()])
      show(req, res, 'keys', keysView(all, readAt, said && who.t(`platforms.said.${said}`, { count: 0, why: '' }), who), who.t('platforms.keys.title'))
    })
    .post('/keys/rotate', async (_req, res) => {
      await keys.rotate()
      res.redirect(303, `${HOME}keys?said=rotated`)
    })
    .use(oneRoutes(deps))
}
