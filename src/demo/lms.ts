import type { Server } from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import express, { type Express } from 'express'
import { makeI18n, makeLog, makeViews, type Log } from '../infra/index.js'
import { makeControl, type Control } from './control.js'
import { makeCourses } from './courses.js'
import { makeDeepLinking } from './deep-linking.js'
import { fill } from './fill.js'
import { makeLaunches } from './launches.js'
import { makeSwitch } from './outage.js'
import { makePages } from './pages.js'
import { placeOf } from './place.js'
import { makeRegistering } from './registration.js'
import { defaultSettings } from './settings.js'
import { openStore } from './store.js'
import { makeToolKeySets } from './tool-keys.js'
import { makeTools } from './tools.js'

export interface DemoLmsOptions {
  /** Where the tool is. */
  keyroomUrl: string
  /** 0, the default, takes a free port. */
  port?: number
  /** The LMS's own address, which is also the issuer. Default: `http://127.0.0.1:PORT`. */
  url?: string
  /** Where grades, courses and keys are kept. Absent: in memory. */
  dataDir?: string
  /** Opens `POST /_test`, which switches the LMS off and changes roles and settings. */
  test?: boolean
  now?: () => Date
  log?: Log
}
export interface DemoLms extends Control {
  app: Express
  server: Server
  url: string
  close(): Promise<void>
}

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const at = (...parts: string[]) => path.join(ROOT, ...parts)

const listen = (app: Express, port: number, host: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = app.listen(port, host)
    server.once('listening', () => resolve(server)).once('error', reject)
  })

/** Starts the LMS. @throws when the port is taken or its data can't be read. */
export const createDemoLms = async ({ keyroomUrl, port = 0, url, dataDir, test = false, now = () => new Date(), log = makeLog('silent') }: DemoLmsOptions): Promise<DemoLms> => {
  const store = await openStore(dataDir)
  const app = express()
  // The port comes first, since the address is the issuer and every other part needs it.
  const server = await listen(app, port, '127.0.0.1')
  const address = server.address()
  const own = (url ?? `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`).replace(/\/$/, '')
  const place = placeOf(own)
  const settings = defaultSettings()
  const tools = makeTools(store, keyroomUrl)
  const courses = makeCourses(store)
  const keySets = makeToolKeySets()
  const i18n = makeI18n(at('locales'), log)
  const pages = makePages({ i18n, views: makeViews({ dir: at('views'), publicDir: at('public'), i18n }) })
  const deepLinking = makeDeepLinking({ issuer: place.issuer, courses, tools, keySets, settings, now })
  const launches = makeLaunches({ place, store, courses, tools, deepLinking, settings, now })
  const registering = makeRegistering({ place, tools, settings, now })
  const power = makeSwitch(now)
  const parts = { place, store, courses, tools, keySets, pages, deepLinking, launches, registering, power, settings, now }
  const control = makeControl(parts)
  fill(app, { ...parts, control, keyroomUrl, test, log, files: { public: at('public'), packages: at('node_modules') } })
  return {
    ...control, app, server, url: own,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}
