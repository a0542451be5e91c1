import express, { Router } from 'express'
import { NotFound } from '../infra/index.js'

const FOR_EVER = { immutable: true, maxAge: '365d', index: false, redirect: false } as const
/** What a browser loads of a library; never what an editor reads of it, nor anything of a content. */
const SHOWN = /^\/[\w.]+-\d+\.\d+\/(?:.*\.(?:m?js|css|woff2?|ttf|otf|eot|svg|png|jpe?g|gif|webp)|language\/[\w.-]+\.json)$/i

/** H5P's core and the libraries' files: the same for everyone, addressed by version, kept for ever. */
export const publicRoutes = ({ core, libraries }: { core: string; libraries: string }): Router =>
  Router()
    .use((_req, res, next) => {
      res.set('X-Content-Type-Options', 'nosniff')
      next()
    })
    .use('/core', express.static(core, FOR_EVER))
    .use('/libraries', (req, _res, next) => (SHOWN.test(decodeURIComponent(req.path)) ? next() : next('router')), express.static(libraries, FOR_EVER))
    .use(() => {
      throw new NotFound()
    })
