import { Router } from 'express'
import { frameOrigin, onlyAtContent, sealOf, type FrameDeps, type H5P } from '../h5p/index.js'
import { NotFound, Refusal, type Kit, type Session } from '../infra/index.js'

/** An address of a preview that is too old, or was never ours. */
export class PreviewExpired extends Refusal { readonly code = 'studio-forms/preview-expired'; readonly status = 401 }

/** As long as a session, where none says when it ends. */
const SECONDS = 4 * 3600
/** Answers tried in previews by one author: as many as a learner may give. */
const ANSWERS = { points: 120, seconds: 60 }
const PURPOSE = 'preview'
interface Ticket { run: string; content: string; title: string; lang: string; viewer: string }

/** Where a content is previewed, and its files are found. The address is the only credential, as a learner's is. */
export interface PreviewPlace {
  /** Below our own origin: pictures for the form. */
  files: string
  frame: string
}
/** A preview of one content for who holds the session; it ends with that. */
export const previewPlace = ({ secrets, config, now }: Pick<Kit, 'secrets' | 'config' | 'now'>, session: Session, shown: Omit<Ticket, 'run' | 'viewer'>, lang: string): PreviewPlace => {
  const ticket: Ticket = { ...shown, run: session.run, viewer: `preview-${session.user}` }
  const left = Math.floor((session.exp ?? Infinity) - now().getTime() / 1000)
  const base = `/studio/${ticket.run}/h5p/${secrets.sign(PURPOSE, ticket, Math.min(SECONDS, left), now())}`
  return { files: `${base}/content`, frame: `${frameOrigin(config)}${base}/frame?lang=${lang}` }
}

type PreviewDeps = { kit: Pick<Kit, 'secrets' | 'i18n' | 'views' | 'log' | 'limits' | 'config' | 'now'>; h5p: Pick<H5P, 'items' | 'score' | 'frameRoutes'> }

/** What a preview's frame may do: look, and have answers scored as a learner's are. Nothing of it is recorded. */
const previewDoor = ({ kit: { secrets, limits, now }, h5p }: PreviewDeps): FrameDeps => {
  const ticketOf = (token: string, run: string): Ticket => {
    const ticket = secrets.verify<Ticket>(PURPOSE, token, now())
    if (ticket?.run !== run) throw new PreviewExpired({ detail: { run } })
    return ticket
  }
  return {
    open: async (token, run) => {
      const { viewer, content, title, lang } = ticketOf(token, run)
      return { run, user: viewer, room: 'preview', activity: content, content, title, lang, items: {}, seal: sealOf(secrets, { run, user: viewer, activity: content, content }) }
    },
    async answer(token, run, { item, response }) {
      const { viewer, content } = ticketOf(token, run)
      await limits.consume('preview-answer', `${run}:${viewer}`, ANSWERS)
      return { verdict: { ...(await h5p.score(content, item, response)), tries: 1 }, outcome: {} }
    },
    complete: async (token, run) => (ticketOf(token, run), {}),
  }
}

/** Frames of previews: mount at `/studio/:run/h5p/:ticket`, before anything that asks for a session. */
export const previewRoutes = (deps: PreviewDeps): Router => {
  const [door, { kit }] = [previewDoor(deps), deps]
  return Router({ mergeParams: true })
    // Every look begins anew: what was tried in the last one isn't kept.
    .all('/state/*rest', (req, res) => void res.set('Cache-Control', 'no-store').json(req.method === 'GET' ? { success: true, data: false } : { success: true }))
    .get('/frame', onlyAtContent(kit.config), async (req, res, next) => {
      const { ticket, run } = req.params as Record<string, string>
      const { content } = await door.open(String(ticket), String(run))
      const lang = kit.i18n.pick(typeof req.query.lang === 'string' ? req.query.lang : undefined)
      // A draft may be too little to be shown: that is no fault, and its author reads so.
      const why = await deps.h5p.items(content).then(() => undefined, (error: unknown) => (error instanceof NotFound ? Promise.reject(error) : { error }))
      if (!why) return next()
      kit.log.info({ err: why.error, content }, 'a draft can’t be shown yet')
      res.set('Cache-Control', 'no-store').type('html').send(kit.views.fragment('studio/not-yet', {}, lang))
    })
    .use(deps.h5p.frameRoutes(door))
}
