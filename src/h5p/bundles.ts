import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Router } from 'express'
import { NotFound, type Kit } from '../infra/index.js'
import type { Core } from './core-files.js'
import { libraryOf, nameOf, type FileStore, type Libraries } from './store/index.js'

type Kind = 'js' | 'css'
/** One file of a bundle: of the core, or of a library by its bytes' key. `place`: the folder its own addresses are relative to. */
interface Part { place: string; core?: string; key?: string }
interface BundleDoc { _id: string; kind: Kind; parts: Part[] }

export interface Bundles {
  /** Files of the core and of libraries, in fewer addresses: in their order, what isn't such a file by itself. */
  of(addresses: string[], kind: Kind): Promise<string[]>
  routes: Router
}

/** Part of a bundle's name: another when bundles are made in another way. */
const MADE = 1
const KEPT_NAMES = 2000
const KEPT_BUNDLES = 100

const textOf = async (files: FileStore, core: Core, { core: file, key }: Part): Promise<string> => readFile(file === undefined ? await files.local(key ?? '') : path.join(core.dir, file), 'utf8')

/** Each script as if it stood alone: what one leaves open doesn't reach into the next, nor does its «use strict». */
const joinScripts = (texts: string[]): string => texts.map((text) => `;${text.replace(/^\uFEFF/, '')}\n`).join('')

const RELATIVE = /url\(\s*(['"]?)(?!['"]?(?:[a-z][\w+.-]*:|\/|#))([^'")]+?)\1\s*\)/gi
/** Styles with addresses that hold from elsewhere; what imports must stand first. */
const joinStyles = (texts: string[], parts: Part[]): string => {
  const imports: string[] = []
  const rules = texts.map((text, index) =>
    text
      .replace(/^\uFEFF/, '')
      .replace(/@charset\s+[^;]+;/gi, '')
      .replace(/@import\s+(["'])(?!\/|[a-z][\w+.-]*:)([^"']+)\1/gi, '@import url("$2")')
      .replace(RELATIVE, (_whole, quote: string, address: string) => `url(${quote}${parts[index]?.place ?? ''}/${address.trim()}${quote})`)
      .replace(/@import\s+[^;]+;/gi, (rule) => {
        imports.push(rule)
        return ''
      }),
  )
  return [...imports, ...rules].join('\n')
}

/** Forgets the oldest beyond so many. */
const remember = <T>(map: Map<string, T>, name: string, value: T, most: number): T => {
  map.set(name, value)
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
  return value
}

/**
 * Many small files sent as one: over a slow line each request costs its round trip, and an official type brings fifty. What is in
 * a bundle stands in the database, so that any node can answer for an address that another gave.
 */
export const createBundles = ({ mongo: { db } }: Pick<Kit, 'mongo'>, { core, files, libraries }: { core: Core; files: FileStore; libraries: Libraries }): Bundles => {
  const docs = db.collection<BundleDoc>('h5p_bundles')
  const named = new Map<string, Promise<string[]>>()
  const made = new Map<string, Promise<Buffer>>()

  const partOf = async (address: string): Promise<Part | undefined> => {
    const [, room, rest = ''] = /^\/h5p\/(core|libraries)\/([^?#]+)/.exec(address) ?? []
    const place = `/h5p/${room}/${path.posix.dirname(rest)}`
    const file = decodeURIComponent(rest)
    if (room === 'core') return core.has(file) ? { place, core: file } : undefined
    const [folder = '', ...names] = file.split('/')
    const library = room === 'libraries' ? libraryOf(folder) : undefined
    const found = library && (await libraries.get(nameOf(library)))?.files.get(names.join('/'))
    return found && { place, key: found.key }
  }
  const bundleOf = async (parts: Part[], kind: Kind): Promise<string> => {
    const version = parts.some((part) => part.core !== undefined) ? core.version : ''
    const id = createHash('sha256').update(JSON.stringify([MADE, version, parts])).digest('base64url').slice(0, 24)
    await docs.updateOne({ _id: id }, { $setOnInsert: { kind, parts } }, { upsert: true })
    return `/h5p/bundles/${id}.${kind}`
  }
  const nameAll = async (addresses: string[], kind: Kind): Promise<string[]> => {
    const groups: { with: string; parts: Part[]; addresses: string[] }[] = []
    for (const address of addresses) {
      const part = await partOf(address)
      // The core is every room's, so it is kept apart from what only some content needs.
      const kin = part ? (part.core === undefined ? 'libraries' : 'core') : address
      const last = groups.at(-1)
      if (part && last?.with === kin) last.parts.push(part), last.addresses.push(address)
      else groups.push({ with: kin, parts: part ? [part] : [], addresses: [address] })
    }
    return Promise.all(groups.map(({ parts, addresses: alone }) => (parts.length > 1 ? bundleOf(parts, kind) : Promise.resolve(alone[0] ?? ''))))
  }
  const make = async (id: string, kind: string): Promise<Buffer> => {
    const bundle = await docs.findOne({ _id: id })
    if (!bundle || bundle.kind !== kind) throw new NotFound({ detail: { bundle: id } })
    const texts = await Promise.all(bundle.parts.map((part) => textOf(files, core, part)))
    return Buffer.from(kind === 'js' ? joinScripts(texts) : joinStyles(texts, bundle.parts))
  }
  const forgetting = <T>(map: Map<string, Promise<T>>, name: string, work: Promise<T>, most: number): Promise<T> => {
    work.catch(() => map.delete(name)) // what failed may come yet
    return remember(map, name, work, most)
  }
  return {
    of(addresses, kind) {
      const name = `${kind} ${addresses.join(' ')}`
      return named.get(name) ?? forgetting(named, name, nameAll(addresses, kind), KEPT_NAMES)
    },
    routes: Router().get('/:name', async (req, res) => {
      const [, id = '', kind = ''] = /^([\w-]{24})\.(js|css)$/.exec(req.params.name) ?? []
      if (!id) throw new NotFound({ detail: { bundle: req.params.name } })
      const bytes = await (made.get(`${id}.${kind}`) ?? forgetting(made, `${id}.${kind}`, make(id, kind), KEPT_BUNDLES))
      res.type(kind).set({ 'Cache-Control': 'public, max-age=31536000, immutable', ETag: `W/"${id}"` }).send(bytes)
    }),
  }
}
