import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { Config } from '../../src/config.js'
import { openRooms, type Rooms } from '../../src/rooms.js'
import type { Ctx } from '../model.js'
import { freePort, ROOT, startPart } from './process.js'

export const DEMO_COURSE = path.join(ROOT, 'h5p-content', 'demo-course')

/** Keyroom whole, as in production: the built code in a process of its own, on the bench's mongod. */
export interface RunningKeyroom<T> {
  config: Config & { mongodbUri: string }
  url: string
  /** What `prepare` gave. */
  made: T
}

const environmentOf = (config: RunningKeyroom<unknown>['config']): Record<string, string> => ({
  PORT: String(config.port), PUBLIC_URL: config.publicUrl, MONGODB_URI: config.mongodbUri, DATA_DIR: config.dataDir, KEYROOM_SECRET: config.secret, KEYROOM_DEMO: '', LOG_LEVEL: 'info', H5P_FILES: 'gridfs',
})

/** Fills the database through Keyroom's own rooms, with the demo course in it, then starts the process on it. */
export const startKeyroom = async <T>(ctx: Ctx, prepare: (rooms: Rooms) => Promise<T>): Promise<RunningKeyroom<T>> => {
  const port = await freePort()
  const config = {
    port, publicUrl: `http://127.0.0.1:${port}`, mongodbUri: ctx.database(), dataDir: await ctx.folder(), secret: randomBytes(36).toString('base64url'),
    h5pFiles: 'gridfs' as const, demo: false, trustProxy: 0, logLevel: 'silent' as const,
  }
  const rooms = await openRooms(config)
  const made = await rooms.studio.importCourse(DEMO_COURSE).then(() => prepare(rooms)).finally(() => rooms.close())
  await startPart(ctx, { file: 'dist/main.js', env: environmentOf(config), ready: `${config.publicUrl}/readyz` })
  return { config, url: config.publicUrl, made }
}

/** A run of the demo course, and participants who have launched into it. */
export const enrol = async ({ courses, play }: Rooms, learners: readonly string[]): Promise<string> => {
  const { _id: run } = await courses.ensureRun({ platform: 'bench', deployment: '1', context: 'course', resourceLink: 'link' })
  await Promise.all(learners.map((user) => play.launched({ run, user }, 'link', 'launch')))
  return run
}
