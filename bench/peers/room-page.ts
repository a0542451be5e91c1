/**
 * A bare Express 5 route that renders what Keyroom rendered for one page: the same eta templates through the same layout, with
 * the data of that one answer for ever. Told by its environment.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Response } from 'express'
import { composeApp } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import type { Views } from '../../src/infra/index.js'
import { openRooms } from '../../src/rooms.js'

const { PORT = '', CONFIG = '{}', PAGE = '', COOKIE = '' } = process.env
const config = JSON.parse(CONFIG) as Config

type Rendered = { locals: Response['locals']; what: Parameters<Views['page']> extends [unknown, unknown, ...infer What] ? What : never }

const listening = async (server: Server, port: number): Promise<number> => {
  await once(server.listen(port, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

/** Asks Keyroom for the page once, and keeps what it handed to its views. */
const capture = async (): Promise<{ views: Views; rendered: Rendered }> => {
  const rooms = await openRooms(config)
  const { kit } = rooms
  let rendered: Rendered | undefined
  const page: Views['page'] = (req, res, ...what) => {
    rendered = { locals: { ...res.locals }, what }
    kit.views.page(req, res, ...what)
  }
  const server = createServer(composeApp({ ...rooms, kit: { ...kit, views: { ...kit.views, page } } }, config))
  try {
    const port = await listening(server, 0)
    const answered = await fetch(`http://127.0.0.1:${port}${PAGE}`, { headers: { cookie: COOKIE, accept: 'text/html' } })
    if (!answered.ok || !rendered) throw new Error(`the page to be captured answered ${answered.status}: ${await answered.text()}`)
    return { views: kit.views, rendered }
  } finally {
    server.closeAllConnections()
    server.close()
    await rooms.close()
  }
}

const { views, rendered: { locals, what } } = await capture()
const app = express().get('/page', (req, res) => {
  Object.assign(res.locals, locals)
  views.page(req, res, ...what)
})
process.once('disconnect', () => process.exit(0))
process.once('SIGTERM', () => process.exit(0))
await listening(createServer(app), Number(PORT))
