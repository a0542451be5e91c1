import type { Server } from 'node:http'
import type { Express } from 'express'
import { afterAll } from 'vitest'

/** An app on a port of its own, until the tests of the file are over. */
export const serve = async (app: Express): Promise<{ server: Server; url: string }> => {
  const server = await new Promise<Server>((resolve) => {
    const starting = app.listen(0, '127.0.0.1', () => resolve(starting))
  })
  afterAll(() => new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  }))
  const address = server.address()
  return { server, url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` }
}
