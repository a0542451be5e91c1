import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Say } from '../../infra/index.js'
import { missing } from '../files.js'

const TRANSLATIONS = path.join(path.dirname(createRequire(import.meta.url).resolve('@lumieducation/h5p-server')), '..', 'assets', 'translations')

const catalogues = new Map<string, Record<string, unknown>>()
const readJson = (file: string): Record<string, unknown> => {
  const known = catalogues.get(file)
  if (known) return known
  let text = '{}'
  try {
    text = readFileSync(path.join(TRANSLATIONS, file), 'utf8')
  } catch (error) {
    missing(error)
  }
  const parsed = JSON.parse(text) as Record<string, unknown>
  catalogues.set(file, parsed)
  return parsed
}
const wordsIn = (namespace: string, name: string, key: string): string | undefined => {
  const table = readJson(path.join(namespace, `${name}.json`))
  const found = table[key] ?? key.split('.').reduce<unknown>((at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined), table)
  return typeof found === 'string' ? found : undefined
}

/** Lumi's own words, which it brings as files: `client:…`, `metadata-semantics:…`; English where a language has none. */
export const lumiWords = (key: string, language: string): string => {
  const [namespace = 'server', name = key] = key.includes(':') ? key.split(':') : ['server', key]
  if (!/^[\w-]+$/.test(namespace)) return key
  const tag = language.toLowerCase()
  const tags = [tag, tag.split('-')[0] ?? tag, 'en'].filter((each) => /^[a-z-]+$/.test(each))
  return tags.map((each) => wordsIn(namespace, each, name)).find((words) => words !== undefined) ?? key
}

/** What an error says in the editor: one of our own refusals by its code, else Lumi's words with their values. */
export const errorWords = (language: string, t: Say) => (key: string, values: Record<string, unknown> = {}): string => {
  const [, file, name] = /^([\w-]+)\/([\w-]+)$/.exec(key) ?? []
  const shown = Object.fromEntries(Object.entries(values).flatMap(([each, value]) => (typeof value === 'string' || typeof value === 'number' ? [[each, value]] : [])))
  if (file && name) return `${t(`${file}.problems.${name}.title`, shown)}. ${typeof shown.mend === 'string' ? t(shown.mend, shown) : t(`${file}.problems.${name}.mend`, shown)}`
  return lumiWords(key, language).replace(/\{\{(\w+)\}\}/g, (_all, each: string) => String(shown[each] ?? ''))
}
