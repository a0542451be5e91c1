import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { RequestHandler } from 'express'
import express from 'express'
import { composeApp } from '../../src/app.js'
import { openRooms, type Rooms } from '../../src/rooms.js'
import type { Ctx } from '../model.js'
import { DEMO_COURSE } from './keyroom.js'
import { freePort } from './process.js'

/** What a driver sends for itself, and what waits for news. */
const NOT_ASKED = new Set(['hello', 'ismaster', 'ping', 'getMore', 'endSessions', 'killCursors'])

/** Keyroom in this process, each command it sends to its database counted. */
export interface Counted {
  url: string
  rooms: Rooms
  /** Commands begun before the answer to what `ask` asked went out. */
  during(ask: () => Promise<unknown>): Promise<number>
  /** All commands so far. */
  total(): number
}

export const countedKeyroom = async (ctx: Ctx): Promise<Counted> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const uri = new URL(ctx.database())
  uri.searchParams.set('monitorCommands', 'true')
  const rooms = await openRooms({
    port, publicUrl: url, mongodbUri: uri.href, dataDir: await ctx.folder(), secret: randomBytes(36).toString('base64url'), h5pFiles: 'gridfs', demo: false, trustProxy: 0, logLevel: 'silent',
  })
  ctx.after(() => rooms.close())
  await rooms.studio.importCourse(DEMO_COURSE)
  let commands = 0
  rooms.kit.mongo.client.on('commandStarted', ({ commandName }) => void (NOT_ASKED.has(commandName) || commands++))
  let sum = 0
  const counting: RequestHandler = (_req, res, next) => {
    const before = commands
    const end = res.end.bind(res) as (...args: unknown[]) => typeof res
    res.end = ((...args: unknown[]) => ((sum += commands - before), end(...args))) as typeof res.end
    next()
  }
  const server = createServer(express().use(counting, composeApp(rooms, { trustProxy: 0 }))).listen(port, '127.0.0.1')
  await once(server, 'listening')
  ctx.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    url, rooms, total: () => commands,
    async during(ask) {
      sum = 0
      await ask()
      return sum
    },
  }
}
