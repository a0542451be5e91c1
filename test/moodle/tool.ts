import type { Server } from 'node:http'
import path from 'node:path'
import express, { type Response } from 'express'
import { createCourses } from '../../src/courses/index.js'
import { makeI18n, makeLimits, makeSecrets, makeSessions, makeViews, sessionOf, type Kit, type Views } from '../../src/infra/index.js'
import { createLti, type Lti } from '../../src/lti/index.js'
import type { Ledger } from '../../src/ledger/index.js'
import { aLedger, quiet } from '../support/ledger.js'
import { freshMongo } from '../support/mongo.js'

export interface Tool { url: string; lti: Lti; ledger: Ledger; arrivals: { run: string; user: string; role: string }[]; close(): Promise<void> }

const root = path.resolve(import.meta.dirname, '../..')

/** Keyroom's launch, session and grade service as they are, with a bare page where the map would be. */
export const aTool = async (): Promise<Tool> => {
  const app = express()
  const server = await new Promise<Server>((resolve) => {
    const starting = app.listen(0, '127.0.0.1', () => resolve(starting))
  })
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const mongo = await freshMongo()
  const ledger = await aLedger(mongo)
  const secrets = makeSecrets('a secret of the Moodle test, long enough to sign with')
  const i18n = makeI18n(path.join(root, 'locales'), quiet)
  const made = makeViews({ dir: path.join(root, 'views'), publicDir: path.join(root, 'public'), i18n })
  const page: Views['page'] = (_req, res: Response, template, data, { status = 200, title }) =>
    void res.status(status).send(`<!doctype html><title>${title}</title>${made.fragment(template, data, 'en')}`)
  const kit: Kit = {
    config: { publicUrl: url, dataDir: '', demo: true }, log: quiet, mongo, secrets, sessions: makeSessions(secrets), i18n,
    views: { ...made, page }, limits: makeLimits(), now: () => new Date(),
  }
  const courses = await createCourses(kit)
  await mongo.db.collection<{ _id: string }>('current_courses').insertOne({ _id: 'case', course: 'case@1', title: 'The case', at: new Date() } as { _id: string })
  const arrivals: Tool['arrivals'] = []
  const lti = await createLti(kit, { courses, ledger, onLaunch: async ({ run, user, role }) => void arrivals.push({ run, user, role }) })
  app.use('/lti', lti.routes)
  app.use('/assets', express.static(path.join(root, 'public')))
  const shown = (_req: unknown, res: Response) => void res.send(`<!doctype html><title>Map</title><h1>Entered as ${sessionOf(res).role}</h1>`)
  app.get('/play/:run/', kit.sessions.may('play'), shown)
  app.get('/insights/:run/', kit.sessions.may('watch'), shown)
  lti.startGrades({ pollMs: 200 })
  return {
    url, lti, ledger, arrivals,
    close: async () => {
      await ledger.close()
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    },
  }
}
