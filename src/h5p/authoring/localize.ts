import type { Field } from '../semantics.js'

/** What isn't for people to read, and must not change. */
const FIXED = new Set(['name', 'type', 'value', 'widget', 'tags', 'importance', 'library'])

/**
 * A library's semantics with the words of its `language/LANG.json`, which has the same shape and holds words alone.
 * Where the file has none, the library's own words stay.
 */
const put = (own: unknown, words: unknown, key = ''): unknown => {
  if (typeof own === 'string') return typeof words === 'string' && words !== '' && !FIXED.has(key) ? words : own
  if (Array.isArray(own)) return Array.isArray(words) && !FIXED.has(key) ? own.map((each, index) => put(each, words[index])) : own
  if (typeof own !== 'object' || own === null || typeof words !== 'object' || words === null) return own
  return Object.fromEntries(Object.entries(own).map(([name, each]) => [name, put(each, (words as Record<string, unknown>)[name], name)]))
}

export const localize = (fields: Field[], words: unknown): Field[] => put(fields, words) as Field[]

/** Names that a language's file may have; libraries of others write Chinese in several ways. */
export const languageFiles = (lang: string): string[] => {
  const tag = lang.toLowerCase()
  const base = tag.split('-')[0] ?? tag
  return [...new Set([lang, tag, ...(base === 'zh' ? ['zh-hans', 'zh-cn', 'zh'] : []), base])].map((each) => `language/${each}.json`)
}
