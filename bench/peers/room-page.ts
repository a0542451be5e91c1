/**
 * A bare Express 5 route that renders what Keyroom rendered for one page: the same eta templates through the same layout, with
 * the data of that one answer for ever. Told by its environment.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Eta } from 'eta'
import express from 'express'
import { composeApp } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { openRooms } from '../../src/rooms.js'

const { PORT = '', CONFIG = '{}', PAGE = '', COOKIE = '' } = process.env
const config = JSON.parse(CONFIG) as Config

interface Rendered { eta: Eta; template: string; data: { body?: string } }

/** Gathers what is rendered meanwhile; includes belong to the template that includes them. */
const watchEta = (): { rendered: Rendered[]; stop(): void } => {
  const render = Eta.prototype.render
  const rendered: Rendered[] = []
  let depth = 0
  Eta.prototype.render = function (this: Eta, template: string, data: object) {
    if (depth === 0) rendered.push({ eta: this, template, data })
    depth++
    try {
      return render.call(this, template, data as never)
    } finally {
      depth--
    }
  } as typeof render
  return { rendered, stop: () => void (Eta.prototype.render = render) }
}
const listening = async (server: Server, port: number): Promise<number> => {
  await once(server.listen(port, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

const capture = async (): Promise<Rendered[]> => {
  const rooms = await openRooms(config)
  const server = createServer(composeApp(rooms, config))
  try {
    const port = await listening(server, 0)
    const { rendered, stop } = watchEta()
    const answered = await fetch(`http://127.0.0.1:${port}${PAGE}`, { headers: { cookie: COOKIE, accept: 'text/html' } })
    await answered.text()
    stop()
    if (!answered.ok) throw new Error(`the page to be captured answered ${answered.status}`)
    return rendered
  } finally {
    server.closeAllConnections()
    server.close()
    await rooms.close()
  }
}

const rendered = await capture()
const page = (): string => rendered.reduce((body, { eta, template, data }) => eta.render(template, { ...data, body }), '')
const app = express().get('/page', (_req, res) => void res.type('html').send(page()))
process.once('disconnect', () => process.exit(0))
process.once('SIGTERM', () => process.exit(0))
await listening(createServer(app), Number(PORT))
