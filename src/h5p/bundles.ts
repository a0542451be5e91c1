import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Router } from 'express'
import { NotFound, type Kit } from '../infra/index.js'
import type { Core } from './core-files.js'
import { libraryOf, nameOf, type FileStore, type Libraries } from './store/index.js'

type Kind = 'js' | 'css'
/** One file of a bundle: of the core, or of a library by its bytes' key. `place`: the folder its own addresses are relative to; `v`: their version. */
interface Part { place: string; core?: string; key?: string; v?: string }
interface BundleDoc { _id: string; kind: Kind; parts: Part[] }

export interface Bundles {
  /** Files of the core and of libraries, in fewer addresses: in their order, what isn't such a file by itself. */
  of(addresses: string[], kind: Kind): Promise<string[]>
  routes: Router
}

/** A bundle's bytes. `isOurs` not: of another core than this node's, as long as one node of several waits for its restart; nobody keeps them under this name. */
interface Made { bytes: Buffer; isOurs: boolean }

/** Part of a bundle's name: another when bundles are made in another way. */
const MADE = 2
const KEPT_NAMES = 2000
const KEPT_BUNDLES = 100

const textOf = async (files: FileStore, core: Core, { core: file, key }: Part): Promise<string> => readFile(file === undefined ? await files.local(key ?? '') : path.join(core.dir, file), 'utf8')

/** Each script as if it stood alone: what one leaves open doesn't reach into the next, nor does its «use strict». */
const joinScripts = (texts: string[]): string => texts.map((text) => `;${text.replace(/^\uFEFF/, '')}\n`).join('')

const RELATIVE = /url\(\s*(['"]?)(?!['"]?(?:[a-z][\w+.-]*:|\/|#))([^'")]+?)\1\s*\)/gi
/** An address in a stylesheet, as it holds from elsewhere: with the version of what it leads to, so that it can be kept for ever. */
const absolute = (address: string, { place, v }: Part): string => {
  const [, file = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(address) ?? []
  return `${place}/${file}${v === undefined ? rest : `?v=${v}${rest.replace(/^\?/, '&')}`}`
}
/** Styles with addresses that hold from elsewhere; what imports must stand first. */
const joinStyles = (texts: string[], parts: Part[]): string => {
  const imports: string[] = []
  const rules = texts.map((text, index) =>
    text
      .replace(/^\uFEFF/, '')
      .replace(/@charset\s+[^;]+;/gi, '')
      .replace(/@import\s+(["'])(?!\/|[a-z][\w+.-]*:)([^"']+)\1/gi, '@import url("$2")')
      .replace(RELATIVE, (_whole, quote: string, address: string) => `url(${quote}${absolute(address.trim(), parts[index] ?? { place: '' })}${quote})`)
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
  const made = new Map<string, Promise<Made>>()

  const partOf = async (address: string): Promise<Part | undefined> => {
    const [, room, rest = ''] = /^\/h5p\/(core|libraries)\/([^?#]+)/.exec(address) ?? []
    const place = `/h5p/${room}/${path.posix.dirname(rest)}`
    const file = decodeURIComponent(rest)
    if (room === 'core') return core.has(file) ? { place, core: file, v: core.version } : undefined
    const [folder = '', ...names] = file.split('/')
    const library = room === 'libraries' ? libraryOf(folder) : undefined
    const held = library && (await libraries.get(nameOf(library)))
    const found = held?.files.get(names.join('/'))
    return held && found && { place, key: found.key, v: held.hash }
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
    // A stylesheet by itself too, for the addresses in it.
    const least = kind === 'css' ? 1 : 2
    return Promise.all(groups.map(({ parts, addresses: alone }) => (parts.length >= least ? bundleOf(parts, kind) : Promise.resolve(alone[0] ?? ''))))
  }
  const make = async (id: string, kind: string): Promise<Made> => {
    const bundle = await docs.findOne({ _id: id })
    if (!bundle || bundle.kind !== kind) throw new NotFound({ detail: { bundle: id } })
    const texts = await Promise.all(bundle.parts.map((part) => textOf(files, core, part)))
    const isOurs = bundle.parts.every(({ core: file, v }) => file === undefined || v === undefined || v === core.version)
    return { bytes: Buffer.from(kind === 'js' ? joinScripts(texts) : joinStyles(texts, bundle.parts)), isOurs }
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
      const { bytes, isOurs } = await (made.get(`${id}.${kind}`) ?? forgetting(made, `${id}.${kind}`, make(id, kind), KEPT_BUNDLES))
      res.type(kind).set(isOurs ? { 'Cache-Control': 'public, max-age=31536000, immutable', ETag: `W/"${id}"` } : { 'Cache-Control': 'no-store' }).send(bytes)
    }),
  }
}
