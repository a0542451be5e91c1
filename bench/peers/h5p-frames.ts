/** Keyroom's H5P room alone, through its own door: the frames of one content, let in whoever asks. Told by its environment. */
import { createServer } from 'node:http'
import path from 'node:path'
import express from 'express'
import { createH5P, type Opened } from '../../src/h5p/index.js'
import { connectMongo, makeI18n, makeLog, makeViews } from '../../src/infra/index.js'
import { CONTENT, readContent } from '../support/libraries.js'
import { ROOT } from '../support/process.js'

const { PORT = '', LIBRARIES = '', DATA = '', MONGODB_URI = '' } = process.env
const log = makeLog('silent')
const i18n = makeI18n(path.join(ROOT, 'locales'), log)
const views = makeViews({ dir: path.join(ROOT, 'views'), publicDir: path.join(ROOT, 'public'), i18n })
const kit = { config: { publicUrl: `http://127.0.0.1:${PORT}`, dataDir: DATA, demo: false }, log, mongo: await connectMongo(MONGODB_URI), i18n, views, now: () => new Date() }
const h5p = await createH5P(kit, { librariesDir: LIBRARIES })
await h5p.addContent(CONTENT, await readContent())
const opened: Opened = { run: 'bench', user: 'ana', room: 'one', activity: CONTENT, content: CONTENT, title: 'A content', lang: 'en', items: {}, seal: Buffer.alloc(32).toString('base64') }
const refuse = (): Promise<never> => Promise.reject(new Error('only frames are measured'))
const app = express().use('/play/:run/h5p/:ticket', h5p.frameRoutes({ open: () => Promise.resolve(opened), answer: refuse, complete: refuse }))
process.once('disconnect', () => process.exit(0))
process.once('SIGTERM', () => process.exit(0))
createServer(app).listen(Number(PORT), '127.0.0.1')
