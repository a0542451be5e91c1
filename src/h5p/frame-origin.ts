import type { Request, RequestHandler } from 'express'
import { NotFound, type Kit } from '../infra/index.js'

type Names = Pick<Kit['config'], 'contentOrigin' | 'publicUrl'>

/**
 * Where frames are addressed: `''` (our own origin), or CONTENT_ORIGIN, a second name of the same app. Authors' content and
 * H5P's scripts then run in another origin than the pages around them, and can reach neither their cookies nor their window.
 */
export const frameOrigin = ({ contentOrigin }: Pick<Names, 'contentOrigin'>): string => (contentOrigin ? new URL(contentOrigin).origin : '')

/** Whether a request came to CONTENT_ORIGIN; undefined where there is no second name. A proxy may leave the port out, so it counts only between two ports of one host. */
const cameToContent = ({ contentOrigin, publicUrl }: Names): ((req: Request) => boolean) | undefined => {
  if (!contentOrigin) return undefined
  const [content, main] = [new URL(contentOrigin), new URL(publicUrl)]
  if (content.host === main.host) return undefined
  return content.hostname === main.hostname ? (req) => req.host === content.host : (req) => req.hostname === content.hostname
}

const answeredAt = (content: boolean) => (config: Names): RequestHandler => {
  const isThere = cameToContent(config)
  return (req, _res, next) => {
    if (isThere && isThere(req) !== content) throw new NotFound({ detail: { host: req.host } })
    next()
  }
}
/** Where scripts of content types run: with CONTENT_ORIGIN set there alone, else a type's script could open itself under the main name. */
export const onlyAtContent = answeredAt(true)
/** Our own pages: never beside the scripts of content types. */
export const neverAtContent = answeredAt(false)
