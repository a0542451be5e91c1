import { createServer, type Server } from 'node:http'
import { BlockList, isIPv6 } from 'node:net'
import path from 'node:path'
import compression from 'compression'
import express, { type Express, type RequestHandler } from 'express'
import type { Config } from './config.js'
import type { Run } from './courses/index.js'
import { gameRoutes } from './game/index.js'
import { accessLog, adminRoutes, answerProblem, assets, NotFound, packed, requestId, securityHeaders } from './infra/index.js'
import { insightsRoutes } from './insights/index.js'
import { liveAssets } from './live/index.js'
import { phoneRoutes, playRoutes } from './play/index.js'
import { startRetention } from './retention.js'
import { openRooms, ROOT, type Rooms } from './rooms.js'
import { contentsRoutes, editorPages, studioAssets, studioRoutes } from './studio/index.js'

/** A running Keyroom. */
export interface Keyroom { app: Express; server: Server; rooms: Rooms; close(): Promise<void> }

const FORM = express.urlencoded({ extended: false, limit: '64kb' })
/** A content's saved state comes as a form too; written so, its 64 kB may take three times the room. */
const STATE_FORM = express.urlencoded({ extended: false, limit: '256kb' })

/** Ready once the database takes writes. */
const readiness = ({ kit }: Rooms): RequestHandler => async (_req, res) => {
  const ready = await kit.mongo.db.admin().command({ hello: 1 }, { timeoutMS: 2000 }).then((said) => said.isWritablePrimary === true || said.secondary === true, () => false)
  res.status(ready ? 200 : 503).set('Cache-Control', 'no-store').json({ ready })
}

const INSIDE = new BlockList()
for (const [net, prefix] of [['127.0.0.0', 8], ['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16]] as const) INSIDE.addSubnet(net, prefix)
for (const [net, prefix] of [['::1', 128], ['fc00::', 7]] as const) INSIDE.addSubnet(net, prefix, 'ipv6')

/** Figures of the process are for the administrator's own network. */
const fromInside: RequestHandler = (req, _res, next) => {
  const address = req.ip?.replace(/^::ffff:/, '') ?? ''
  if (!INSIDE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) throw new NotFound()
  next()
}

const watchOutbox = ({ metrics, kit }: Rooms): void => {
  const rows = kit.mongo.db.collection('outbox')
  metrics.gauge('keyroom_outbox_rows', 'What waits for an LMS or failed, by kind and state', ['kind', 'state'], async () => {
    const counted = await rows.aggregate<{ _id: { kind: string; state: string }; rows: number }>([{ $match: { state: { $ne: 'delivered' } } }, { $group: { _id: { kind: '$kind', state: '$state' }, rows: { $sum: 1 } } }]).toArray()
    return counted.map(({ _id, rows: value }) => ({ labels: _id, value }))
  })
}

/** All addresses, in the order of the one path: launch, map, room, activity; then what staff and strangers see. */
export const composeApp = (rooms: Rooms, config: Pick<Config, 'trustProxy'>): Express => {
  const { kit, metrics, admins, lti, play, courses, ledger, h5p, live, ladders, credentials, studio } = rooms
  const lmsNameOf = async ({ platform }: Run): Promise<string | undefined> => {
    const { name, product } = (await lti.registry.byId(platform)) ?? {}
    return name || product
  }
  const app = express()
  app.disable('x-powered-by').set('trust proxy', config.trustProxy)
  app.use(requestId, metrics.measure, accessLog(kit), securityHeaders({ https: kit.config.publicUrl.startsWith('https:'), framers: lti.framers, contentOrigin: kit.config.contentOrigin }))
  app.get('/healthz', (_req, res) => void res.type('text').send('ok'))
  app.get('/readyz', readiness(rooms))
  app.get('/metrics', fromInside, metrics.answer)
  const pack = packed({ dir: path.join(kit.config.dataDir, 'packed'), log: kit.log, meanwhile: compression() })
  app.use('/assets', pack, liveAssets, studioAssets, assets(path.join(ROOT, 'public'), path.join(ROOT, 'node_modules')))
  app.use('/h5p', pack, h5p.publicRoutes)
  app.use(compression())
  app.use('/lti', lti.routes)
  app.use('/play/qr', phoneRoutes({ kit, play, live }))
  app.use('/play/:run/ladder', FORM, gameRoutes({ kit, ladders, courses, live, changeProfile: play.changeProfile }))
  app.use('/play/:run', STATE_FORM, playRoutes({ kit, play, courses, ledger, ladders, live, h5p, lmsNameOf }))
  app.use('/insights/:run', FORM, insightsRoutes({ kit, roster: lti.roster, courses, ledger, play, live, h5p, grades: lti.grades, lmsNameOf }))
  app.use('/studio/:run/h5p-editor/:ticket', h5p.editorRoutes(kit, { isAuthor: async (run, user) => (await courses.member(run, user))?.role === 'author', adminLasts: admins.lasts }))
  app.use('/studio/:run/editor', editorPages({ kit, courses, h5p, admins }))
  app.use('/studio/:run', FORM, contentsRoutes({ kit, courses, studio, h5p }), studioRoutes({ kit, courses, studio }))
  app.use('/admin', FORM, adminRoutes({ kit, admins, sections: [{ path: 'platforms', title: 'platforms.title', summary: 'platforms.summary', routes: lti.adminRoutes }, { path: 'h5p', title: 'admin.h5p.title', summary: 'admin.h5p.summary', routes: h5p.adminRoutes }, { path: 'launches', title: 'doctor.title', summary: 'doctor.summary', routes: lti.doctor.routes }] }))
  app.use(credentials.routes)
  app.use(() => {
    throw new NotFound()
  })
  app.use(answerProblem(kit))
  return app
}

const listen = (server: Server, port: number, host?: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve())
  })

/**
 * Opens the rooms, listens, and begins to deliver what waits for the LMS.
 * @throws MongodFault, or the system's error where the port can't be had.
 */
export const startKeyroom = async (config: Config, tell?: (sentence: string) => void): Promise<Keyroom> => {
  const rooms = await openRooms(config, tell)
  const app = composeApp(rooms, config)
  const server = createServer(app)
  try {
    rooms.live.attach(server)
    // A demo's secret is known to all: it is not for the network.
    await listen(server, config.port, config.demo ? '127.0.0.1' : undefined)
  } catch (error) {
    await rooms.close()
    throw error
  }
  watchOutbox(rooms)
  rooms.lti.startGrades()
  rooms.lti.roster.start()
  const stopRetention = startRetention(rooms, config.retentionMonths)
  rooms.credentials.start()
  return {
    app, server, rooms,
    close: async () => {
      const ended = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      // Who is being answered gets the answer; who only keeps a line open doesn't hold up the end.
      setTimeout(() => server.closeAllConnections(), 5000).unref()
      await rooms.live.close()
      await ended
      await stopRetention()
      await rooms.close()
    },
  }
}
