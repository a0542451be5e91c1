/** Lumi's player as its guide sets it up: stock storages on disk, its own renderer, no cache of libraries. Told by its environment. */
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { fsImplementations, H5PConfig, H5PPlayer, LibraryManager, UrlGenerator, type IContentMetadata } from '@lumieducation/h5p-server'
import express from 'express'
import { CONTENT, readContent } from '../support/libraries.js'

const { PORT = '', LIBRARIES = '', DATA = '' } = process.env
const user = { id: 'ana', name: 'Ana', email: 'ana@bench.example', type: 'local' }
const libraries = new fsImplementations.FileLibraryStorage(path.join(DATA, 'libraries'))
const contents = new fsImplementations.FileContentStorage(path.join(DATA, 'content'))
const config = new H5PConfig(undefined, { baseUrl: '/h5p', setFinishedEnabled: false, fetchingDisabled: 1 })
const manager = new LibraryManager(libraries)
for (const folder of await readdir(LIBRARIES)) await manager.installFromDirectory(path.join(LIBRARIES, folder))
const { h5p, content } = await readContent()
await contents.addContent(h5p as IContentMetadata, content, user, CONTENT)
const player = new H5PPlayer(libraries, contents, config, undefined, new UrlGenerator(config))
const app = express().get('/play/bench/h5p/anyone/frame', async (_req, res) => {
  res.send(await player.render(CONTENT, user, 'en'))
})
process.once('disconnect', () => process.exit(0))
process.once('SIGTERM', () => process.exit(0))
createServer(app).listen(Number(PORT), '127.0.0.1')
