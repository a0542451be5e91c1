import express, { Router, type Request, type RequestHandler, type Response } from 'express'
import { NotFound } from '../infra/index.js'
import type { Core } from './core-files.js'
import { SERVED, type Parts } from './setup/index.js'
import { libraryOf, nameOf, type FileStore, type Libraries } from './store/index.js'

const FOR_EVER = { immutable: true, maxAge: '365d', index: false, redirect: false } as const
/** Addresses that name no bytes: a type's own code makes some, and stylesheets. Asked anew, what is unchanged isn't sent again. */
const AN_HOUR = 'public, max-age=3600'
/** The version an address names: the first, before what a stylesheet says itself. */
const versionIn = ({ query: { v } }: Request): unknown => [v].flat()[0]
/** What may be kept otherwise than for ever: an address that names other bytes than these (a node hears later than others what changed) is bound to none. */
const keepFor = (res: Response, asked: unknown, version: string): void => {
  if (asked !== version) res.set('Cache-Control', asked === undefined ? AN_HOUR : 'no-cache')
}
/** What a browser loads of a library; never what an editor reads of it, nor anything of a content. */
const SHOWN = /^(?:.*\.(?:m?js|css|woff2?|ttf|otf|eot|svg|png|jpe?g|gif|webp|mp3|wav|ogg|mp4|glb|gltf|wasm)|language\/[\w.-]+\.json)$/i

/** A picture that is opened by itself could run a library's scripts under our main name: it has no origin there, and loads nothing. */
const ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/** A library's file, from this node's disk. Its ETag is its bytes' own, the same on every node. */
const libraryFile = ({ files, libraries }: { files: FileStore; libraries: Libraries }): RequestHandler => async (req, res) => {
  const { folder, file } = req.params as unknown as { folder: string; file: string[] }
  const [library, name] = [libraryOf(folder), file.join('/')]
  const asked = versionIn(req)
  const held = library && SHOWN.test(name) ? await libraries.get(nameOf(library), typeof asked === 'string' ? asked : undefined) : undefined
  const found = held?.files.get(name)
  if (!held || !found) throw new NotFound({ detail: { library: folder, file: name } })
  const here = await files.local(found.key)
  res.type(name.slice(name.lastIndexOf('.'))).set('ETag', `"${found.key}"`)
  keepFor(res, asked, held.hash)
  if (/\.svg$/i.test(name)) res.set('Content-Security-Policy', ALONE)
  await new Promise<void>((resolve, reject) => {
    res.sendFile(here, { ...FOR_EVER, lastModified: false, dotfiles: 'allow' }, (error?: Error & { code?: string }) => (!error || error.code === 'ECONNABORTED' || res.headersSent ? resolve() : reject(error)))
  })
}

/** A core or editor that an administrator unpacked may hold PHP and sources too: a browser gets what a browser loads. */
const served = ({ dir, version }: Pick<Core, 'dir' | 'version'>): RequestHandler => {
  const files = express.static(dir, { ...FOR_EVER, setHeaders: (res: Response) => keepFor(res, versionIn(res.req), version) })
  return (req, res, next) => (SERVED.test(req.path) ? files(req, res, next) : next())
}

/** H5P's core and the libraries' files: the same for everyone, kept for ever where the address names their version. */
export const publicRoutes = ({ core, editor }: Pick<Parts, 'core' | 'editor'>, store: { files: FileStore; libraries: Libraries }, bundles: Router): Router =>
  Router()
    .use((_req, res, next) => {
      res.set('X-Content-Type-Options', 'nosniff')
      next()
    })
    .use('/core', served(core))
    .use('/editor', editor ? served(editor) : (_req, _res, next) => next())
    .use('/bundles', bundles)
    .get('/libraries/:folder/*file', libraryFile(store))
    .use(() => {
      throw new NotFound()
    })
