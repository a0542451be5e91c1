import type { RequestHandler } from 'express'

/** An LMS that is off, as tests want it: its services, or all of it, answer this status until then. */
export interface Outage { status: number; seconds: number; of: 'services' | 'all' }

export interface Switch {
  off(outage: Outage): void
  on(): void
  /** Refuses while off. */
  guard(of: Outage['of']): RequestHandler
}
export const makeSwitch = (now: () => Date): Switch => {
  let outage: (Outage & { until: number }) | undefined
  return {
    off: (wanted) => {
      outage = { ...wanted, until: now().getTime() + wanted.seconds * 1000 }
    },
    on: () => {
      outage = undefined
    },
    guard: (of) => (req, res, next) => {
      if (!outage || outage.of !== of || outage.until < now().getTime() || req.path === '/_test') return next()
      res.status(outage.status).type('text').send('The LMS is not available')
    },
  }
}
