import { Agent, request as ask } from 'node:http'
import path from 'node:path'
import express from 'express'
import { beforeAll, describe, expect, it } from 'vitest'
import { receive } from '../../src/h5p/receive.js'
import { answerProblem, makeI18n, makeViews, NoSession } from '../../src/infra/index.js'
import { quiet } from '../support/ledger.js'
import { ROOT } from '../support/root.js'
import { serve } from '../support/serve.js'

const MB = 1024 ** 2
let url: string
beforeAll(async () => {
  const i18n = makeI18n(path.join(ROOT, 'locales'), quiet)
  const app = express()
    .post('/take', async (req, res) => void res.json(await receive(req, 100_000, ({ file, fields }) => Promise.resolve({ bytes: file?.bytes, fields }))))
    .use(() => {
      throw new NoSession()
    })
    .use(answerProblem({ log: quiet, i18n, views: makeViews({ dir: path.join(ROOT, 'views'), publicDir: path.join(ROOT, 'public'), i18n }) }))
  url = (await serve(app)).url
})

const EDGE = '----edge'
const HEAD = Buffer.from(`--${EDGE}\r\nContent-Disposition: form-data; name="file"; filename="a.h5p"\r\nContent-Type: application/zip\r\n\r\n`)
/** A sender that hears an answer once all is sent, as a browser does; `agent: false` closes the connection after it. */
const send = (to: string, bytes: number, agent: Agent | false) =>
  new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    const end = Buffer.from(`\r\n--${EDGE}--\r\n`)
    const req = ask(`${url}${to}`, { method: 'POST', agent, headers: { Accept: 'application/json', 'Content-Type': `multipart/form-data; boundary=${EDGE}`, 'Content-Length': HEAD.length + bytes + end.length } })
    const sent = new Promise<void>((done) => void req.once('finish', done))
    req.once('error', reject).once('response', (res) => {
      let text = ''
      res.setEncoding('utf8').on('data', (part: string) => (text += part)).once('error', reject)
      res.once('end', () => void sent.then(() => resolve({ status: res.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> })))
    })
    req.write(HEAD)
    let left = bytes
    const more = (): void => {
      while (left > 0) {
        const part = Math.min(left, MB)
        left -= part
        if (!req.write(Buffer.alloc(part, 'x'))) return void req.once('drain', more)
      }
      req.end(end)
    }
    more()
  })

const agent = new Agent({ keepAlive: true })
describe.each([['stays open', agent], ['ends with the answer', false]] as const)('who sends a form over a connection that %s', (_what, way) => {
  it('has it taken', async () => expect(await send('/take', 50_000, way)).toEqual({ status: 200, body: { bytes: 50_000, fields: {} } }))
  it('hears that the file is too large, and sends the next', async () => {
    expect(await send('/take', 20 * MB, way)).toMatchObject({ status: 413, body: { type: '/problems/h5p/file-too-large' } })
    expect((await send('/take', 10, way)).status).toBe(200)
  })
  it('hears why before anything of it was read', async () => expect(await send('/elsewhere', 20 * MB, way)).toMatchObject({ status: 401, body: { type: '/problems/infra/no-session' } }))
})
