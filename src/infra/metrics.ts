import type { RequestHandler, Response } from 'express'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

export interface Metrics {
  /** Counts and times requests by the first part of their path: never by what names a person. */
  measure: RequestHandler
  /** `/metrics`, in Prometheus' text format. */
  answer: RequestHandler
  /** A figure asked for at each reading. */
  gauge(name: string, help: string, labels: string[], collect: () => Promise<{ labels: Record<string, string>; value: number }[]>): void
}

const PARTS = new Set(['lti', 'play', 'studio', 'insights', 'admin', 'verify', 'issuers', 'assets', 'h5p', 'healthz', 'readyz', 'metrics', 'socket.io'])
const partOf = (path: string): string => {
  const first = path.split('/')[1] ?? ''
  return PARTS.has(first) ? first : 'other'
}

/** Figures of one process; each node has its own. */
export const makeMetrics = (): Metrics => {
  const register = new Registry()
  collectDefaultMetrics({ register })
  const seconds = new Histogram({ name: 'keyroom_http_seconds', help: 'Time to answer, by part', labelNames: ['part'], buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10], registers: [register] })
  const answers = new Counter({ name: 'keyroom_http_answers_total', help: 'Answers, by part and class of status', labelNames: ['part', 'status'], registers: [register] })
  return {
    measure: (req, res, next) => {
      const part = partOf(req.path)
      const stop = seconds.startTimer({ part })
      res.once('finish', () => {
        stop()
        answers.inc({ part, status: `${Math.floor(res.statusCode / 100)}xx` })
      })
      next()
    },
    answer: async (_req, res: Response) => {
      const text = await register.metrics()
      res.type(register.contentType).set('Cache-Control', 'no-store').send(text)
    },
    gauge(name, help, labels, collect) {
      new Gauge({
        name, help, labelNames: labels, registers: [register],
        async collect() {
          const found = await collect()
          this.reset()
          for (const { labels: values, value } of found) this.set(values, value)
        },
      })
    },
  }
}
