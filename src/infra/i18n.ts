import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseCookie } from 'cookie'
import type { Request, Response } from 'express'
import { IntlMessageFormat } from 'intl-messageformat'
import type { Log } from './log.js'

export const LANGS = ['en', 'zh-CN', 'ar'] as const
export type Lang = (typeof LANGS)[number]
export type Params = Record<string, string | number | Date>
/** `t` in one language. */
export type Say = (key: string, params?: Params) => string

export interface I18n {
  /** The catalogue's sentence (ICU MessageFormat) under `file.path.of.keys`. A missing one is logged and shown in English, or as its key. */
  t(lang: Lang, key: string, params?: Params): string
  has(key: string): boolean
  in(lang: Lang): Say
  /** The best of ours for a BCP 47 tag or an Accept-Language header. */
  pick(wanted: string | undefined): Lang
  dir(lang: Lang): 'ltr' | 'rtl'
  /** Each language in its own words, for the chooser. */
  names: Record<Lang, string>
}

const flatten = (tree: unknown, prefix: string, into: Map<string, string>): void => {
  for (const [key, value] of Object.entries(tree as Record<string, unknown>)) {
    if (typeof value === 'string') into.set(`${prefix}.${key}`, value)
    else flatten(value, `${prefix}.${key}`, into)
  }
}
/** All sentences of one language: `locales/LANG/FILE.json`. */
export const readCatalogue = (dir: string, lang: Lang): Map<string, string> => {
  const all = new Map<string, string>()
  for (const file of readdirSync(path.join(dir, lang)).filter((name) => name.endsWith('.json'))) {
    flatten(JSON.parse(readFileSync(path.join(dir, lang, file), 'utf8')), file.slice(0, -5), all)
  }
  return all
}

const pick = (wanted: string | undefined): Lang => {
  const tags = (wanted ?? '').split(',').map((part) => {
    const [tag = '', q] = part.trim().split(';q=')
    return { tag: tag.toLowerCase(), q: Number(q ?? 1) }
  })
  for (const { tag } of tags.sort((a, b) => b.q - a.q)) {
    const found = LANGS.find((lang) => lang.toLowerCase() === tag) ?? LANGS.find((lang) => tag.split(/[-_]/)[0] === lang.split('-')[0]?.toLowerCase())
    if (found) return found
  }
  return 'en'
}

export const makeI18n = (dir: string, log: Log): I18n => {
  const catalogues = new Map(LANGS.map((lang) => [lang, readCatalogue(dir, lang)]))
  const formats = new Map<string, IntlMessageFormat>()
  const t: I18n['t'] = (lang, key, params) => {
    const own = catalogues.get(lang)?.get(key)
    const text = own ?? catalogues.get('en')?.get(key)
    if (own === undefined) log.error({ lang, key }, 'the catalogue lacks a sentence')
    if (text === undefined) return key
    if (!text.includes('{') && !text.includes("'")) return text
    const id = `${own === undefined ? 'en' : lang} ${key}`
    const format = formats.get(id) ?? new IntlMessageFormat(text, own === undefined ? 'en' : lang, undefined, { ignoreTag: true })
    formats.set(id, format)
    return String(format.format(params))
  }
  return {
    t,
    has: (key) => catalogues.get('en')?.has(key) ?? false,
    in: (lang) => (key, params) => t(lang, key, params),
    pick,
    dir: (lang) => (lang === 'ar' ? 'rtl' : 'ltr'),
    names: { en: 'English', 'zh-CN': '简体中文', ar: 'العربية' },
  }
}

const isLang = (value: unknown): value is Lang => LANGS.some((lang) => lang === value)

/** The page's language: what was chosen (`?lang=`, kept in a cookie where one sticks), the launch's, the browser's. */
export const langOf = (req: Request, res: Response): Lang => {
  const asked = req.query.lang
  if (isLang(asked)) {
    res.cookie('kr-lang', asked, { secure: true, sameSite: 'none', partitioned: true, path: '/', maxAge: 365 * 86_400_000 })
    return asked
  }
  const kept = parseCookie(req.headers.cookie ?? '')['kr-lang']
  if (isLang(kept)) return kept
  return pick(res.locals.session?.lang ?? res.locals.lang ?? req.get('accept-language'))
}
