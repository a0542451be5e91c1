import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDemoLms, type DemoLms } from '../../src/demo/index.js'
import type { Score } from '../../src/lti/ags.js'

/** What goes wrong with one request, and only one. */
export type Fault =
  | { status: number; headers?: Record<string, string>; body?: string }
  /** The connection breaks before the LMS has heard. */
  | 'drop'
  /** The LMS hears, and its answer is lost. */
  | 'drop-answer'
  /** Nothing comes. */
  | 'hang'
  /** It waits on its way until it is let go. */
  | 'hold'
  /** The LMS hears, and its answer waits until it is let go. */
  | 'hold-answer'

export interface UnrulyLms {
  lms: DemoLms
  url: string
  /** The next faults of requests to scores, tokens and columns. */
  faults: Record<'scores' | 'results' | 'token' | 'lineitems', Fault[]>
  /** Scores that reached the LMS, in their order, and what it said. */
  heard: (Score & { scoreGiven: number; status: number })[]
  /** Answers held: each call lets one go, by default as a broken connection. */
  held: ((answer?: { status: number }) => void)[]
  /** Requests to scores, faulty or not. */
  knocks: number
  /** Requests for tokens. */
  tokens: number
  close(): Promise<void>
}

const bodyOf = async (req: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const part of req) text += String(part)
  return text
}
type Kind = keyof UnrulyLms['faults']
const kindOf = (path: string): Kind | undefined =>
  path.includes('/scores') ? 'scores' : path.includes('/results') ? 'results' : path.includes('/token') ? 'token' : path.includes('/lineitems') ? 'lineitems' : undefined

/** The demo LMS behind a line that is as bad as a test wants it. */
export const anUnrulyLms = async (keyroomUrl: string, now: () => Date): Promise<UnrulyLms> => {
  const faults: UnrulyLms['faults'] = { scores: [], results: [], token: [], lineitems: [] }
  const heard: UnrulyLms['heard'] = []
  const held: UnrulyLms['held'] = []
  const counted = { knocks: 0, tokens: 0 }
  let inner = ''

  const pass = async (req: IncomingMessage, body: string): Promise<{ status: number; headers: Record<string, string>; text: string }> => {
    const { authorization, 'content-type': type, accept } = req.headers
    const headers = Object.entries({ authorization, 'content-type': type, accept }).flatMap(([name, value]) => (value ? [[name, value] as [string, string]] : []))
    const answer = await fetch(inner + (req.url ?? ''), { method: req.method, headers, ...(body ? { body } : {}) })
    if (kindOf(req.url ?? '') === 'scores') heard.push({ ...(JSON.parse(body) as UnrulyLms['heard'][number]), status: answer.status })
    const kept = ['content-type', 'link'].flatMap((name) => (answer.headers.has(name) ? [[name, answer.headers.get(name) ?? ''] as const] : []))
    return { status: answer.status, headers: Object.fromEntries(kept), text: await answer.text() }
  }
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const kind = kindOf(req.url ?? '')
    if (kind === 'scores') counted.knocks++
    if (kind === 'token') counted.tokens++
    const body = await bodyOf(req)
    const fault = kind ? faults[kind].shift() : undefined
    if (fault === 'hang') return
    if (fault === 'drop') return void req.socket.destroy()
    if (typeof fault === 'object') return void res.writeHead(fault.status, { 'content-type': 'text/html', ...fault.headers }).end(fault.body ?? '<p>No</p>')
    if (fault === 'hold') await new Promise<void>((letGo) => void held.push(() => letGo()))
    const { status, headers, text } = await pass(req, body)
    if (fault === 'drop-answer') return void req.socket.destroy()
    if (fault === 'hold-answer') return void held.push((answer) => void (answer ? res.writeHead(answer.status).end() : req.socket.destroy()))
    res.writeHead(status, headers).end(text)
  }
  const server = createServer((req, res) => void serve(req, res).catch(() => req.socket.destroy()))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const lms = await createDemoLms({ keyroomUrl, url, test: true, now })
  inner = `http://127.0.0.1:${(lms.server.address() as AddressInfo).port}`
  return {
    lms, url, faults, heard, held,
    get tokens() {
      return counted.tokens
    },
    get knocks() {
      return counted.knocks
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await lms.close()
    },
  }
}
