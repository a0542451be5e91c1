import type { Request, RequestHandler, Response } from 'express'

/** In the order of preference where the asker has none. */
const JSON_TYPES = ['application/vc+ld+json', 'application/vc', 'application/ld+json', 'application/json']

/** The JSON type that was asked for; undefined where a person's page was. `unasked` decides for who takes anything. */
export const jsonAsked = (req: Request, unasked: 'page' | 'json'): string | undefined => {
  const found = req.accepts(unasked === 'page' ? ['text/html', ...JSON_TYPES] : [...JSON_TYPES, 'text/html'])
  return found === 'text/html' || found === false ? undefined : found
}

/** Checked anew each time, so that a revocation is seen at once. */
export const sendJson = (res: Response, body: object | string, type: string): void => {
  res.vary('Accept').set('Cache-Control', 'no-cache').type(type)
  res.send(typeof body === 'string' ? body : JSON.stringify(body, null, 2))
}

/** What anyone may check, any site's script may read. */
export const forAllSites: RequestHandler = (_req, res, next) => {
  res.set('Access-Control-Allow-Origin', '*')
  next()
}
/** Who holds what is for those who were given the address. */
export const notIndexed: RequestHandler = (_req, res, next) => {
  res.set('X-Robots-Tag', 'noindex, nofollow')
  next()
}
