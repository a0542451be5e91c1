import { createRequire } from 'node:module'
import path from 'node:path'
import { Router } from 'express'

const CLIENT = path.join(path.dirname(createRequire(import.meta.url).resolve('socket.io/package.json')), 'client-dist', 'socket.io.esm.min.js')

/** Socket.IO's own client at `/vendor/socket.io.js`: mount at `/assets`. Not for ever in a cache, as its address has no version. */
export const liveAssets: Router = Router().get('/vendor/socket.io.js', (_req, res) => {
  res.type('js').sendFile(CLIENT, { maxAge: '1h' })
})
