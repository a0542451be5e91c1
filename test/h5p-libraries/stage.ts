import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import express from 'express'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../../scripts/chromium.mjs'
import { questionsOf, score, strip, type Library } from './scoring.js'

const ROOT = path.resolve(import.meta.dirname, '../..')
export const LIBRARIES = path.join(ROOT, 'h5p-content/libraries')
/** Everything a strict host allows: no inline script, no inline style, nothing from elsewhere. */
const CSP = "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'"

/** The bare machine of a test has no letters for Chinese and Arabic. */
const FONTS: Record<string, string[]> = { 'zh-CN': ['noto-sans-sc'], ar: ['vazirmatn'] }

interface Dependency { machineName: string; majorVersion: number; minorVersion: number }
interface LibraryJson { preloadedJs?: { path: string }[]; preloadedCss?: { path: string }[]; preloadedDependencies?: Dependency[] }

/** What is put on the stage, and before whom. */
export interface Scene {
  content: Library
  /** `other`: any H5P host, the type scores. `keyroom`: a bridge that stands for Keyroom's server scores. */
  host: 'other' | 'keyroom'
  lang?: string
  state?: unknown
  items?: Record<string, { tries: number; correct: boolean; response?: unknown; score?: number; max?: number; feedback?: string }>
  user?: string
  files?: string
}
/** How the browser is set: width in CSS pixels, colour scheme, motion. */
export interface Seat { width?: number; dark?: boolean; still?: boolean; forced?: boolean }

export interface Stage {
  show(scene: Scene, seat?: Seat): Promise<Page>
  /** What reached the stand-in for Keyroom's server. */
  answers: { item: string; response: unknown }[]
  /** The next answers are refused as a server in trouble would. */
  fail(times: number): void
  close(): Promise<void>
}

const folderOf = (name: string): string => name.replace(' ', '-')

/** Libraries of a content in the order they must load. */
const load = (content: Library): string[] => {
  const order: string[] = []
  const add = (folder: string): void => {
    if (order.includes(folder)) return
    for (const each of read(folder).preloadedDependencies ?? []) add(`${each.machineName}-${each.majorVersion}.${each.minorVersion}`)
    order.push(folder)
  }
  const names = new Set(JSON.stringify(content).match(/Keyroom\.\w+ \d+\.\d+/g))
  for (const name of names) add(folderOf(name))
  return order
}
const read = (folder: string): LibraryJson => JSON.parse(readFileSync(path.join(LIBRARIES, folder, 'library.json'), 'utf8')) as LibraryJson

/** One id for all: what a learner's order is shuffled by must not change between two visits. */
const CONTENT = '77'

const page = (id: string, { content, host, lang = 'en' }: Scene): string => {
  const folders = load(content)
  const files = (kind: 'preloadedJs' | 'preloadedCss') => folders.flatMap((folder) => (read(folder)[kind] ?? []).map((file) => `/libraries/${folder}/${file.path}`))
  const styles = [...(FONTS[lang] ?? []).map((font) => `/fonts/${font}/index.css`), '/core/styles/h5p.css', ...files('preloadedCss'), '/stage.css', ...(host === 'keyroom' ? ['/look.css'] : [])]
  return `<!doctype html><html lang="${lang}" dir="${lang === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><title>Stage</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${styles.map((href) => `<link rel="stylesheet" href="${href}">`).join('')}</head>
<body><main><h1 class="stage-title">Stage</h1><div class="h5p-content" data-content-id="${CONTENT}"></div></main>
${[`/show/${id}/integration.js`, '/core/frame.bundle.js', ...files('preloadedJs'), '/record.js'].map((src) => `<script src="${src}"></script>`).join('')}</body></html>`
}

const integration = (id: string, { content, host, state, items = {}, user }: Scene): object => {
  const shown = host === 'keyroom' ? strip(content) : content
  return {
    baseUrl: '', url: '', siteUrl: 'https://stage.example', saveFreq: 600, postUserStatistics: false, l10n: { H5P: {} }, hubIsEnabled: false,
    ...(user && { user: { name: user, mail: `${user}@stage.example` } }),
    ajax: { setFinished: '/none', contentUserData: '/none' },
    contents: {
      [`cid-${CONTENT}`]: {
        library: shown.library, jsonContent: JSON.stringify(shown.params), metadata: { title: 'On stage', defaultLanguage: 'en', license: 'U', ...content.metadata },
        url: `https://stage.example/${CONTENT}`, contentUrl: `/show/${id}/files`, fullScreen: '0', displayOptions: { frame: false },
        contentUserData: [{ state: state === undefined ? false : JSON.stringify(state) }],
      },
    },
    ...(host === 'keyroom' && { keyroom: { items } }),
  }
}

const BEFORE = `window.refused = []; window.said = []
document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sample))
`
/** The bridge in the page: what Keyroom's own does, towards the stand-in of its server. */
const BRIDGE = `H5PIntegration.keyroom.answer = async (item, response) => {
  const answer = await fetch('answers', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ item, response }) })
  const body = await answer.json()
  if (!answer.ok) throw body
  return body
}
`
const RECORD = `H5P.externalDispatcher.on('xAPI', (event) => window.said.push(event.data.statement))`
const STYLE = 'body { margin: 0; font-family: system-ui, "Noto Sans SC Variable", "Vazirmatn Variable", sans-serif } @media (prefers-color-scheme: dark) { body { background: #14152a; color: #f3eee2 } } .stage-title { font-size: 1rem; margin: .5rem 1rem }'

const server = (scenes: Map<string, Scene>, stage: { answers: Stage['answers']; failing: number; tries: Map<string, number> }): express.Express => {
  const app = express()
  const sceneOf = (req: express.Request): Scene => {
    const scene = scenes.get(String(req.params.id))
    if (!scene) throw new Error('no such scene')
    return scene
  }
  app.use((_req, res, next) => void (res.setHeader('Content-Security-Policy', CSP), next()))
  app.use('/core', express.static(path.join(ROOT, 'node_modules/h5p-standalone/dist')))
  app.use('/libraries', express.static(LIBRARIES))
  app.use('/fonts', express.static(path.join(ROOT, 'node_modules/@fontsource-variable')))
  app.get('/look.css', (_req, res) => void res.sendFile(path.join(ROOT, 'public/look/look.css')))
  app.get('/stage.css', (_req, res) => void res.type('css').send(STYLE))
  app.get('/favicon.ico', (_req, res) => void res.status(204).end())
  app.get('/record.js', (_req, res) => void res.type('js').send(RECORD))
  app.get('/show/:id/', (req, res) => void res.send(page(String(req.params.id), sceneOf(req))))
  app.get('/show/:id/integration.js', (req, res) => {
    const scene = sceneOf(req)
    res.type('js').send(`${BEFORE}window.H5PIntegration = ${JSON.stringify(integration(String(req.params.id), scene))}\n${scene.host === 'keyroom' ? BRIDGE : ''}`)
  })
  app.use('/show/:id/files', (req, res, next) => express.static(sceneOf(req).files ?? '/nonexistent')(req, res, next))
  app.post('/show/:id/answers', express.json(), (req, res) => {
    const { item, response } = req.body as { item: string; response: unknown }
    if (stage.failing-- > 0) return void res.status(503).json({ title: 'The house is being dusted.' })
    const question = questionsOf(sceneOf(req).content).get(item)
    if (!question) return void res.status(404).json({ title: 'No such question.' })
    stage.answers.push({ item, response })
    const key = `${req.params.id} ${item}`
    stage.tries.set(key, (stage.tries.get(key) ?? 0) + 1)
    res.json({ ...score(question, response), tries: stage.tries.get(key) })
  })
  return app
}

/** A browser, and a strict host that shows one content at a time. */
export const createStage = async (): Promise<Stage> => {
  const scenes = new Map<string, Scene>()
  const kept = { answers: [] as Stage['answers'], failing: 0, tries: new Map<string, number>() }
  const listening = server(scenes, kept).listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  const origin = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
  const browser: Browser = await launchChromium()
  let context: BrowserContext | undefined
  return {
    answers: kept.answers,
    fail: (times) => void (kept.failing = times),
    show: async (scene, { width = 900, dark = false, still = true, forced = false } = {}) => {
      await context?.close()
      kept.answers.length = kept.failing = 0
      const id = String(1000 + scenes.size)
      scenes.set(id, scene)
      context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: dark ? 'dark' : 'light', reducedMotion: still ? 'reduce' : 'no-preference', forcedColors: forced ? 'active' : 'none' })
      const shown = await context.newPage()
      shown.setDefaultTimeout(8000)
      shown.on('pageerror', (error) => void console.error(error))
      await shown.goto(`${origin}/show/${id}/`)
      await shown.locator('.kr').first().waitFor()
      return shown
    },
    close: async () => {
      await browser.close()
      await new Promise((resolve) => listening.close(resolve))
    },
  }
}
