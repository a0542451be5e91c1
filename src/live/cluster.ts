import { createAdapter } from '@socket.io/redis-adapter'
import { Redis } from 'ioredis'
import type { Server } from 'socket.io'
import type { Log } from '../infra/index.js'

/** The adapter looks at no outcome; what Redis refuses would end the process as an unhandled rejection. */
const forgiving = (client: Redis): Redis => {
  for (const name of ['publish', 'subscribe', 'psubscribe', 'unsubscribe', 'punsubscribe'] as const) {
    const ask = client[name].bind(client) as (...args: unknown[]) => Promise<unknown>
    Object.assign(client, { [name]: (...args: unknown[]) => ask(...args).catch(() => undefined) })
  }
  return client
}

/**
 * Joins the nodes through Redis, so that what one publishes is heard on all. A Redis that is down costs the other nodes' messages
 * alone: this node's listeners hear theirs, and pages fetch what is true when they connect.
 */
export const joinNodes = (io: Pick<Server, 'adapter'>, url: string, log: Log): { close(): void } => {
  // RESP2, which Redis' kin and its older versions speak too.
  const talk = forgiving(new Redis(url, { protocol: 2, enableOfflineQueue: false, maxRetriesPerRequest: 0 }))
  const listen = forgiving(new Redis(url, { protocol: 2, maxRetriesPerRequest: null }))
  for (const client of [talk, listen]) client.on('error', (error: unknown) => log.warn({ err: error }, 'Redis does not answer; live messages stay on their node meanwhile'))
  io.adapter(createAdapter(talk, listen))
  return {
    close: () => {
      talk.disconnect()
      listen.disconnect()
    },
  }
}
