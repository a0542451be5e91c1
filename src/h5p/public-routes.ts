import express, { Router, type RequestHandler } from 'express'
import { NotFound } from '../infra/index.js'
import { SERVED } from './setup/index.js'
import { libraryOf, nameOf, type FileStore, type Libraries } from './store/index.js'

const FOR_EVER = { immutable: true, maxAge: '365d', index: false, redirect: false } as const
/** What a browser loads of a library; never what an editor reads of it, nor anything of a content. */
const SHOWN = /^(?:.*\.(?:m?js|css|woff2?|ttf|otf|eot|svg|png|jpe?g|gif|webp|mp3|wav|ogg|mp4|glb|gltf|wasm)|language\/[\w.-]+\.json)$/i

/** A picture that is opened by itself could run a library's scripts under our main name: it has no origin there, and loads nothing. */
const ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/** A library's file, from this node's disk. Its ETag is its bytes' own, the same on every node. */
const libraryFile = ({ files, libraries }: { files: FileStore; libraries: Libraries }): RequestHandler => async (req, res) => {
  const { folder, file } = req.params as unknown as { folder: string; file: string[] }
  const [library, name] = [libraryOf(folder), file.join('/')]
  const found = library && SHOWN.test(name) ? (await libraries.get(nameOf(library)))?.files.get(name) : undefined
  if (!found) throw new NotFound({ detail: { library: folder, file: name } })
  const here = await files.local(found.key)
  res.type(name.slice(name.lastIndexOf('.'))).set('ETag', `"${found.key}"`)
  if (/\.svg$/i.test(name)) res.set('Content-Security-Policy', ALONE)
  await new Promise<void>((resolve, reject) => {
    res.sendFile(here, { ...FOR_EVER, lastModified: false, dotfiles: 'allow' }, (error?: Error & { code?: string }) => (!error || error.code === 'ECONNABORTED' || res.headersSent ? resolve() : reject(error)))
  })
}

/** A core or editor that an administrator unpacked may hold PHP and sources too: a browser gets what a browser loads. */
const served = (dir: string): RequestHandler => {
  const files = express.static(dir, FOR_EVER)
  return (req, res, next) => (SERVED.test(req.path) ? files(req, res, next) : next())
}

/** H5P's core and the libraries' files: the same for everyone, addressed by version, kept for ever. */
export const publicRoutes = ({ core, editor }: { core: string; editor?: string }, store: { files: FileStore; libraries: Libraries }, bundles: Router): Router =>
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
