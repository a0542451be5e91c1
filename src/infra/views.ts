import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Eta } from 'eta'
import express, { Router, type Request, type Response } from 'express'
import { LANGS, langOf, type I18n, type Lang } from './i18n.js'

export interface PageOptions {
  status?: number
  title: string
  layout?: 'play' | 'staff' | 'admin' | 'bare'
  /** A page that answers a form, and so has no address to come back to in another language. */
  isAnswer?: boolean
  /** What the layout shows beside the page: chips in the header, live ticket … */
  frame?: Record<string, unknown>
}
export interface Views {
  page(req: Request, res: Response, template: string, data: object, options: PageOptions): void
  /** A part of a page, in a language. */
  fragment(template: string, data: object, lang: Lang): string
  /** `/assets/look/look.css?v=…`: cached for ever, and new when the file is. */
  asset(name: string): string
}

/** `json` for a `<script type="application/json">`: nothing in it can end the element. */
const safeJson = (value: unknown): string => JSON.stringify(value).replace(/</g, '\\u003c').replace(/\u2028/g, '\\u2028').replace(/\u2029/g, '\\u2029')

export const makeViews = ({ dir, publicDir, i18n }: { dir: string; publicDir: string; i18n: I18n }): Views => {
  const eta = new Eta({ views: dir, varName: 'it', cache: true, autoTrim: false })
  const hashes = new Map<string, string>()
  const asset = (name: string): string => {
    let hash = hashes.get(name)
    if (!hash) {
      hash = createHash('sha256').update(readFileSync(path.join(publicDir, name))).digest('base64url').slice(0, 10)
      hashes.set(name, hash)
    }
    return `/assets/${name}?v=${hash}`
  }
  const common = (lang: Lang) => ({ lang, dir: i18n.dir(lang), t: i18n.in(lang), asset, json: safeJson })
  return {
    asset,
    fragment: (template, data, lang) => eta.render(template, { ...data, ...common(lang) }),
    page(req, res, template, data, { status = 200, title, layout = 'play', frame = {}, isAnswer = false }) {
      const lang = langOf(req, res)
      const base = { ...common(lang), csrf: res.locals.csrf ?? '', session: res.locals.session }
      const body = eta.render(template, { ...data, ...base })
      const languages = isAnswer ? [] : LANGS.map((each) => ({ lang: each, name: i18n.names[each], href: `?lang=${each}`, current: each === lang }))
      res.status(status).type('html')
      res.set('Cache-Control', 'private, no-store').set('Vary', 'Cookie, Authorization, Accept-Language')
      res.send(eta.render(`layout/${layout}`, { ...frame, ...base, title, body, languages, fonts: fontsFor(lang, body) }))
    },
  }
}

/** The page's own faces, and those of the scripts that names in it are written in. */
const fontsFor = (lang: Lang, body: string): Lang[] => [
  lang,
  ...(lang !== 'zh-CN' && /\p{Script=Han}/u.test(body) ? ['zh-CN' as const] : []),
  ...(lang !== 'ar' && /\p{Script=Arabic}/u.test(body) ? ['ar' as const] : []),
]

const FONTS = ['atkinson-hyperlegible-next', 'bricolage-grotesque', 'noto-sans-sc', 'vazirmatn']

/** Static files, and the typefaces with their unicode ranges: a Latin page fetches the Latin parts alone. */
export const assets = (publicDir: string, modulesDir: string): Router => {
  const forEver = { immutable: true, maxAge: '365d', index: false } as const
  const router = Router()
  const css = new Map(LANGS.map((lang) => [lang as string, fontCss(modulesDir, lang)]))
  router.get('/fonts/:lang.css', (req, res) => {
    res.type('css').set('Cache-Control', 'public, max-age=86400').send(css.get(req.params.lang) ?? css.get('en'))
  })
  for (const font of FONTS) router.use(`/fonts/${font}`, express.static(path.join(modulesDir, '@fontsource-variable', font, 'files'), forEver))
  // What a script imports carries no version in its address: it's asked for again, or an upgrade would mix old and new.
  const unlessVersioned = (res: express.Response): void => {
    if (res.req.query.v === undefined) res.set('Cache-Control', 'no-cache')
  }
  router.use(express.static(publicDir, { ...forEver, setHeaders: unlessVersioned }))
  return router
}

/** The faces a language needs, so that a Latin page doesn't carry the hundred ranges of Chinese. */
const facesFor = (lang: string): string[] => FONTS.filter((font) => (font === 'noto-sans-sc' ? lang === 'zh-CN' : font === 'vazirmatn' ? lang === 'ar' : true))
const fontCss = (modulesDir: string, lang: Lang): string =>
  facesFor(lang)
    .map((font) => {
      const folder = path.join(modulesDir, '@fontsource-variable', font)
      const file = readdirSync(folder).includes('wght.css') ? 'wght.css' : 'index.css'
      return readFileSync(path.join(folder, file), 'utf8').replaceAll('./files/', `/assets/fonts/${font}/`).replace(/\/\*[^]*?\*\//g, '')
    })
    .join('\n')
