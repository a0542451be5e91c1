import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import type { Kit, Session } from '../infra/index.js'
import { makeTickets, roomOf, roomsOf, type Audience, type Bearer } from './audience.js'
import { joinNodes } from './cluster.js'
import { coalesce, type Payload } from './coalesce.js'

export interface Live {
  /** What a page hands to its script, so that its socket is let in. */
  ticketFor(session: Session): string
  attach(server: HttpServer): void
  /**
   * Tells an audience, on all nodes: the newest payload per audience and event, at most each 250 ms, and only made where somebody
   * listens. `onThisNode`: only who is connected here, for what every node hears of by itself (the ledger's changes).
   */
  publish(audience: Audience, event: string, payload: Payload, options?: { onThisNode?: boolean }): void
  /** How many sockets of an audience are connected here. */
  listeners(audience: Audience): number
  close(): Promise<void>
}
export type LiveKit = Pick<Kit, 'secrets' | 'log' | 'now'> & { config: Pick<Kit['config'], 'publicUrl' | 'redisUrl'> }

const EVERY_MS = 250
/** The first packet holds a ticket; there is nothing larger to say to us. */
const LARGEST_PACKET = 4096

interface Data { bearer: Bearer & { exp: number } }
type Nothing = Record<string, never>
type Told = Record<string, (payload: object) => void>

/** Browsers name the page's origin with every socket; who names none is no browser, and holds a ticket or stays out. */
const isOurs = (publicUrl: string) => (req: IncomingMessage, answer: (fault: string | null | undefined, success: boolean) => void) =>
  answer(null, req.headers.origin === undefined || req.headers.origin === new URL(publicUrl).origin)

/** Puts a socket in its rooms for as long as its ticket lasts. Whoever says anything is shown out. */
const seat = async (socket: Socket<Nothing, Told, Nothing, Data>, now: Date): Promise<void> => {
  const { bearer } = socket.data
  const end = setTimeout(() => socket.disconnect(true), bearer.exp * 1000 - now.getTime())
  end.unref()
  socket.once('disconnect', () => clearTimeout(end))
  socket.onAny(() => socket.disconnect(true))
  await socket.join(roomsOf(bearer))
}

/** Socket.IO at `/socket.io`. */
export const createLive = async ({ config, secrets, log, now }: LiveKit): Promise<Live> => {
  const tickets = makeTickets(secrets, now)
  const io = new Server<Nothing, Told, Nothing, Data>({
    path: '/socket.io', serveClient: false, cors: { origin: false }, allowRequest: isOurs(config.publicUrl), maxHttpBufferSize: LARGEST_PACKET,
    // WebSocket's own compression costs more than these few bytes do.
    perMessageDeflate: false, transports: ['websocket', 'polling'],
  })
  const nodes = config.redisUrl ? joinNodes(io, config.redisUrl, log) : undefined
  const listenersIn = (room: string): number => io.of('/').adapter.rooms.get(room)?.size ?? 0
  const posts = coalesce({
    everyMs: EVERY_MS,
    // Who listens on other nodes isn't asked: the question would cost more than the message.
    heard: ({ room, onThisNode }) => listenersIn(room) > 0 || (nodes !== undefined && !onThisNode),
    send: ({ room, event, onThisNode }, payload) => void (onThisNode ? io.local : io).to(room).emit(event, payload),
    failed: (error, { event }) => log.error({ err: error, event }, 'a live message could not be made'),
  })
  let closed = false

  io.use((socket, next) => {
    const bearer = tickets.read(socket.handshake.auth)
    if (!bearer) return next(new Error('live/no-ticket'))
    socket.data = { bearer }
    next()
  })
  io.on('connection', (socket) => {
    seat(socket, now()).catch((error: unknown) => {
      log.error({ err: error }, 'a socket found no seat')
      socket.disconnect(true)
    })
  })

  return {
    ticketFor: tickets.sign,
    attach: (server) => void io.attach(server),
    publish: (audience, event, payload, { onThisNode = false } = {}) => {
      if (!closed) posts.post({ room: roomOf(audience), event, payload, onThisNode })
    },
    listeners: (audience) => listenersIn(roomOf(audience)),
    async close() {
      if (closed) return
      closed = true
      posts.close()
      // The HTTP server isn't ours to close; its sockets are. Not told to leave, but cut off: so they come back after a restart.
      if (io.engine) io.engine.close()
      nodes?.close()
      await io.of('/').adapter.close()
    },
  }
}
