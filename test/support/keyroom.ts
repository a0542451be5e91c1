import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { startKeyroom, type Keyroom } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { createDemoLms, type DemoLms } from '../../src/demo/index.js'
import type { Course } from '../../src/courses/index.js'
import { freshUri } from './mongo.js'
import { freePort } from './ports.js'
import { DEMO_COURSE } from './root.js'


export { freePort }

/** Keyroom whole, on a database of its own, with the demo LMS registered and the demo course in it. */
export interface World {
  url: string
  keyroom: Keyroom
  lms: DemoLms
  course: Course
  close(): Promise<void>
}

/** Two sites, as in life: Keyroom on `localhost`, the LMS on 127.0.0.1. */
export const aWorld = async (options: { course?: string; host?: 'localhost' | '127.0.0.1'; config?: Partial<Config>; log?: Config['logLevel'] } = {}): Promise<World> => {
  const [port, dataDir] = await Promise.all([freePort(), mkdtemp(path.join(os.tmpdir(), 'keyroom-world-'))])
  const url = `http://${options.host ?? 'localhost'}:${port}`
  const keyroom = await startKeyroom({
    port, publicUrl: url, mongodbUri: freshUri(), dataDir, secret: 'a secret of the tests, long enough to sign with', demo: true, trustProxy: 0,
    logLevel: options.log ?? 'silent', ...options.config,
  })
  const lms = await createDemoLms({ keyroomUrl: url, test: true })
  const { deployment, ...platform } = lms.registration()
  const { lti, studio } = keyroom.rooms
  await lti.registry.add({ ...platform, deployments: [deployment], name: 'Demo LMS' })
  const course = await studio.importCourse(options.course ?? DEMO_COURSE)
  return {
    url, keyroom, lms, course,
    close: async () => {
      await lms.close()
      await keyroom.rooms.kit.mongo.db.dropDatabase()
      await keyroom.close()
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) // what is packed behind an answer may still be written
    },
  }
}
