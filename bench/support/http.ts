import { Agent, request, type IncomingHttpHeaders } from 'node:http'

export interface Answered { status: number; headers: IncomingHttpHeaders; body: string }
export interface Asked { method?: 'GET' | 'POST'; headers?: Record<string, string>; body?: string }
export type Send = (url: string, asked?: Asked) => Promise<Answered>

/** A client that costs little beside what it asks: connections kept open, as many as callers, for as long as `use` takes. */
export const withClient = async <T>(callers: number, use: (send: Send) => Promise<T>): Promise<T> => {
  const agent = new Agent({ keepAlive: true, maxSockets: callers })
  const send: Send = (url, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const asked = request(url, { agent, method, headers: { ...headers, ...length } }, (res) => {
        const parts: Buffer[] = []
        res.on('data', (part: Buffer) => void parts.push(part))
        res.once('error', reject).once('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(parts).toString() }))
      })
      asked.once('error', reject).end(body)
    })
  try {
    return await use(send)
  } finally {
    agent.destroy()
  }
}

/** @throws with what was answered, when it isn't what the bench has to measure. */
export const must = (status: number, answered: Answered): Answered => {
  if (answered.status !== status) throw new Error(`answered ${answered.status} where ${status} was due: ${answered.body.slice(0, 500)}`)
  return answered
}

/** What a browser would send back of an answer's cookies. */
export const cookiesOf = ({ headers }: Answered): string => (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '').join('; ')

export const form = (fields: Record<string, string>, headers: Record<string, string> = {}): Asked => ({
  method: 'POST', headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields).toString(),
})
