import type { Request, Response } from 'express'

/** One page of a list, as `limit` asks; where there is more, a Link header says where. */
export const pageOf = <T>(req: Request, res: Response, all: T[], { url, keep = {}, most }: { url: string; keep?: Record<string, string | undefined>; most?: number }): T[] => {
  const asked = Math.max(1, Number(req.query.limit) || all.length)
  const limit = Math.min(asked, most ?? asked)
  const from = Math.max(0, Number(req.query.from) || 0)
  if (from + limit < all.length) {
    const next = new URL(url)
    const kept = Object.entries(keep).filter((each): each is [string, string] => each[1] !== undefined)
    for (const [name, value] of [['limit', String(limit)], ['from', String(from + limit)], ...kept] as [string, string][]) next.searchParams.set(name, value)
    res.append('Link', `<${next.href}>; rel="next"`)
  }
  return all.slice(from, from + limit)
}
