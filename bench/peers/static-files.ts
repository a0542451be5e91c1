/** express.static over a folder, with the caching that Keyroom gives its files. Told by its environment. */
import { createServer } from 'node:http'
import express from 'express'

const { PORT = '', FOLDER = '' } = process.env
const app = express()
  .get('/up', (_req, res) => void res.send('up'))
  .use(express.static(FOLDER, { immutable: true, maxAge: '365d', index: false, redirect: false }))
process.once('disconnect', () => process.exit(0))
process.once('SIGTERM', () => process.exit(0))
createServer(app).listen(Number(PORT), '127.0.0.1')
