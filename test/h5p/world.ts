import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import express from 'express'
import request from 'supertest'
import { afterAll } from 'vitest'
import { createH5P, type FrameDeps, type H5P, type H5POptions, type ItemState, type Opened } from '../../src/h5p/index.js'
import { answerProblem, assets, makeI18n, makeViews, NotAllowed, requestId, securityHeaders, type Kit, type Mongo } from '../../src/infra/index.js'
import { quiet } from '../support/ledger.js'
import { freshMongo } from '../support/mongo.js'
import { serve } from '../support/serve.js'

const root = path.resolve(import.meta.dirname, '../..')
const DEMO = path.join(root, 'h5p-content/demo-course/h5p')

export interface DemoContent { id: string; library: string; params: object; metadata: object; files: string }
const readJson = (file: string): object => JSON.parse(readFileSync(file, 'utf8')) as object

/** The contents of the demo course, as they lie in the repository. */
export const demoContents: DemoContent[] = readdirSync(DEMO).map((id) => {
  const metadata = readJson(path.join(DEMO, id, 'h5p.json')) as { mainLibrary: string }
  return { id, library: `${metadata.mainLibrary} 1.0`, metadata, params: readJson(path.join(DEMO, id, 'content/content.json')), files: path.join(DEMO, id, 'content') }
})

/** Every sentence of a content that only the server may know, and that stands nowhere else in it. */
export const secretsOf = (params: object): string[] => {
  const secrets: string[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk)
    if (typeof value !== 'object' || value === null) return
    for (const [key, each] of Object.entries(value as Record<string, unknown>)) {
      if ((key === 'feedback' || key === 'explain') && typeof each === 'string') secrets.push(each)
      else walk(each)
    }
    const { library, params: inside } = value as { library?: string; params?: { text?: string } }
    if (library?.startsWith('Keyroom.Blanks')) for (const [, gap = ''] of (inside?.text ?? '').matchAll(/\*([^*]+)\*/g)) secrets.push(`*${gap}`)
  }
  walk(params)
  return secrets
}
/** The longest piece of a text that no encoding changes: found in a page's bytes wherever the text is. */
export const trace = (text: string): string => text.split(/["'<>&\\\n]/).sort((a, b) => b.length - a.length)[0] ?? ''

/** A doorkeeper like play's: who has which ticket, and the answers given with it. */
export interface Door extends FrameDeps {
  opens: Map<string, Opened>
  answered: { item: string; response: unknown; key: string }[]
  completed: string[]
  /** What the next calls of `answer` meet before it is taken. */
  faults: (Error | 'lost')[]
}
export const makeDoor = (h5p: () => H5P): Door => {
  const door: Door = {
    opens: new Map(), answered: [], completed: [], faults: [],
    open(ticket, run) {
      const opened = door.opens.get(ticket)
      if (!opened || opened.run !== run) throw new NotAllowed()
      return Promise.resolve(opened)
    },
    async answer(ticket, run, { item, response, key }) {
      const { content, items } = await door.open(ticket, run)
      const scored = await h5p().score(content, item, response)
      const state: ItemState = items[item] ?? { tries: 0, correct: false }
      const again = door.answered.some((each) => each.key === key)
      if (!again) {
        items[item] = { tries: state.tries + 1, correct: scored.correct, response }
        door.answered.push({ item, response, key })
      }
      const fault = door.faults.shift()
      if (fault) throw fault === 'lost' ? new Error('the line broke after it was written') : fault
      const { kind: _kind, ...told } = scored
      return { verdict: { ...told, tries: items[item]?.tries ?? 0 }, outcome: { xp: 10 } }
    },
    async complete(ticket, run, { key }) {
      await door.open(ticket, run)
      door.completed.push(key)
      return { xp: 5 }
    },
  }
  return door
}

export interface World { h5p: H5P; door: Door; server: Server; url: string; mongo: Mongo; warned: string[]; open(content: string, who?: { user?: string; run?: string; ticket?: string; lang?: string }): string; agent: ReturnType<typeof request> }

export const aKit = (mongo: Mongo, dataDir: string, config: Partial<Kit['config']> = {}, log = quiet) => {
  const i18n = makeI18n(path.join(root, 'locales'), log)
  const views = makeViews({ dir: path.join(root, 'views'), publicDir: path.join(root, 'public'), i18n })
  return { config: { publicUrl: 'https://rooms.example', dataDir, demo: false, ...config }, log, mongo, i18n, views, now: () => new Date() }
}

export const tempDir = async (): Promise<string> => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-h5p-'))
  afterAll(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** The room as Keyroom mounts it, with a doorkeeper of the test's own and the demo's contents in it. */
export const aWorld = async (given: Partial<Kit['config']> | ((url: string) => Partial<Kit['config']>) = {}, options: H5POptions = {}): Promise<World> => {
  const app = express()
  const { server, url } = await serve(app)
  const config = typeof given === 'function' ? given(url) : given
  const [mongo, dataDir] = [await freshMongo(), await tempDir()]
  const warned: string[] = []
  const log = Object.assign(Object.create(quiet) as typeof quiet, { warn: (_detail: object, sentence: string) => void warned.push(sentence) })
  const kit = aKit(mongo, dataDir, config, log)
  const h5p = await createH5P(kit, options)
  for (const { id, metadata, params, files } of demoContents) await h5p.addContent(id, { h5p: metadata, content: params, files })
  const door = makeDoor(() => h5p)
  app.use(requestId, securityHeaders({ https: false, framers: () => ['https://lms.example'] }))
  app.use('/assets', assets(path.join(root, 'public'), path.join(root, 'node_modules')))
  app.use('/h5p', h5p.publicRoutes)
  app.use('/play/:run/h5p/:ticket', h5p.frameRoutes(door))
  app.use(answerProblem(kit))
  return {
    h5p, door, server, url, mongo, warned, agent: request(url),
    open(content, { user = 'ana', run = 'r1', ticket = `${user}.${run}.${content}`, lang = 'en' } = {}) {
      const known = door.opens.get(ticket)
      door.opens.set(ticket, { run, user, room: 'one', activity: content, content, title: content, lang, items: known?.items ?? {}, seal: Buffer.alloc(32, user).toString('base64') })
      return `/play/${run}/h5p/${ticket}`
    },
  }
}
