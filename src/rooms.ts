import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import type { Config } from './config.js'
import { createCourses, type Courses } from './courses/index.js'
import { createCredentials, credentialSlice, type Credentials } from './credentials/index.js'
import { createLadders, gameSlice, type Ladders } from './game/index.js'
import { createH5P, type H5P } from './h5p/index.js'
import { connectMongo, createAdmins, makeI18n, makeLimits, makeLog, makeMetrics, makeSecrets, makeSessions, makeViews, startMongod, type Admins, type Kit, type Metrics } from './infra/index.js'
import { createLedger, type Ledger } from './ledger/index.js'
import { createLive, type Live } from './live/index.js'
import { createLti, type Lti } from './lti/index.js'
import { createPlay, gradesOf, playedIn, playSlice, type Play } from './play/index.js'
import { createStudio, newCourse, type Studio } from './studio/index.js'

/** Where views, locales, public files and H5P libraries lie, built or not. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/** All rooms of the code, put together once, from the bottom up. */
export interface Rooms {
  kit: Kit
  metrics: Metrics
  admins: Admins
  courses: Courses
  ledger: Ledger
  h5p: H5P
  live: Live
  ladders: Ladders
  credentials: Credentials
  play: Play
  lti: Lti
  studio: Studio
  /** What was opened is closed, the last opened first; the embedded mongod after the last write. */
  close(): Promise<void>
}

/** Closes in the opposite order of opening, also when opening broke half-way. */
class Opened {
  private readonly closers: (() => unknown)[] = []
  add<T>(opened: T, close: (it: T) => unknown): T {
    this.closers.unshift(() => close(opened))
    return opened
  }
  async close(): Promise<void> {
    for (const close of this.closers.splice(0)) await close()
  }
}

/** Said while something takes long: a download, a recovery. */
type Tell = (sentence: string) => void

const openKit = async (config: Config, opened: Opened, tell?: Tell): Promise<Kit> => {
  const log = makeLog(config.logLevel)
  const uri = config.mongodbUri ?? opened.add(await startMongod({ dataDir: config.dataDir, binary: config.mongodBinary, say: tell }), (mongod) => mongod.stop()).uri
  const mongo = opened.add(await connectMongo(uri), (handle) => handle.close())
  const redis = config.redisUrl ? opened.add(new Redis(config.redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 1 }), (client) => client.disconnect()) : undefined
  redis?.on('error', (error: unknown) => log.warn({ err: error }, 'Redis does not answer; limits count in memory meanwhile'))
  const secrets = makeSecrets(config.secret)
  const i18n = makeI18n(path.join(ROOT, 'locales'), log)
  return {
    config, log, mongo, secrets, i18n, sessions: makeSessions(secrets, { host: config.publicUrl.startsWith('https:') }), limits: makeLimits(redis), now: () => new Date(),
    views: makeViews({ dir: path.join(ROOT, 'views'), publicDir: path.join(ROOT, 'public'), i18n }),
  }
}

const openAll = async (config: Config, opened: Opened, tell?: Tell): Promise<Omit<Rooms, 'close'>> => {
  const kit = await openKit(config, opened, tell)
  const ledger = opened.add(await createLedger({ mongo: kit.mongo, log: kit.log, slices: { play: playSlice, game: gameSlice, credentials: credentialSlice } }), (it) => it.close())
  const courses = await createCourses(kit)
  const h5p = await createH5P(kit, { librariesDir: path.join(ROOT, 'h5p-content', 'libraries') })
  const live = opened.add(await createLive(kit), (it) => it.close())
  const ladders = opened.add(await createLadders({ kit, ledger, courses, live }), (it) => it.close())
  const credentials = await createCredentials(kit, { ledger, courses })
  const play = createPlay({ kit, courses, ledger, h5p })
  opened.add(play.arrivals, (it) => it.close())
  await play.arrivals.sweep()
  const studio = await createStudio(kit, { courses, h5p })
  const lti = opened.add(await createLti(kit, {
    courses,
    ledger,
    newCourse: (draft) => newCourse(draft, { studio, i18n: kit.i18n }),
    gradesOf: (run, course, standing) => [...gradesOf(playedIn(course, run), standing), ...credentials.gradesOf(run, standing)],
    // Staff come in without a trace: no standing, no place on the ladder, no grade.
    onLaunch: async ({ run, user, role, resourceLink, noted }) => {
      if (noted) play.arrivals.take(noted)
      else if (role === 'participant') await play.launched({ run, user }, resourceLink, randomUUID())
      else ladders.leave(run, user)
    },
    rosterChanged: (run) => live.publish({ run, to: 'staff' }, 'insights', () => ({})),
  }), (it) => it.roster.close())
  return { kit, metrics: makeMetrics(), admins: await createAdmins(kit), courses, ledger, h5p, live, ladders, credentials, play, lti, studio }
}

/** @throws MongodFault in plain words; whatever was opened by then is closed again. */
export const openRooms = async (config: Config, tell?: Tell): Promise<Rooms> => {
  const opened = new Opened()
  try {
    return { ...(await openAll(config, opened, tell)), close: () => opened.close() }
  } catch (error) {
    await opened.close()
    throw error
  }
}
