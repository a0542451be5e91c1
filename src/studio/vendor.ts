import { createRequire } from 'node:module'
import { Router } from 'express'

const SQUIRE = createRequire(import.meta.url).resolve('squire-rte')

/** The rich-text editor at `/vendor/squire.js`: mount at `/assets`. Not for ever in a cache, as its address has no version. */
export const studioAssets: Router = Router().get('/vendor/squire.js', (_req, res) => {
  res.type('js').sendFile(SQUIRE, { maxAge: '1h' })
})
