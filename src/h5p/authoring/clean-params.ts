import sanitizeHtml from 'sanitize-html'
import { isObject } from '../scoring/index.js'
import type { Field, Semantics } from '../semantics.js'
import { isOwn, libraryOf } from '../store/index.js'

const ALWAYS = ['div', 'span', 'p', 'br']
const NEVER = new Set(['script', 'style', 'textarea', 'option', 'iframe', 'object', 'embed', 'form', 'input', 'svg', 'math', 'link', 'meta', 'base', 'template', 'noscript'])
/** Tags that come along with one that is allowed. */
const ALONG: Record<string, string[]> = {
  strong: ['b'], b: ['strong'], em: ['i'], i: ['em'], ul: ['li'], ol: ['li'], del: ['s'], strike: ['s'], dl: ['dt', 'dd'],
  table: ['tr', 'td', 'th', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'caption', 'figure', 'figcaption'],
}
const LENGTH = [/^[0-9.]+(em|rem|px|%)?$/i]
const COLOUR = [/^(#[a-f0-9]{3,8}|rgba?\([0-9, .%]+\)|hsla?\([0-9,. %]+\)|transparent)$/i]
const STYLES = {
  '*': { 'text-align': [/^(center|left|right|justify|start|end)$/i], 'font-size': LENGTH, 'font-family': [/^[-a-z0-9,'& ]+$/i], color: COLOUR, 'background-color': COLOUR, 'line-height': LENGTH, width: LENGTH, height: LENGTH, 'vertical-align': [/^(middle|top|bottom)$/i], 'border-collapse': [/^collapse$/i], 'border-width': LENGTH, 'border-color': COLOUR, 'border-style': [/^(none|solid|dotted|dashed|double)$/i], padding: LENGTH },
}
const ATTRIBUTES = {
  '*': ['style', 'dir', 'lang'], a: ['href', 'hreflang', 'rel', 'target'], td: ['colspan', 'rowspan', 'headers'], th: ['colspan', 'rowspan', 'headers', 'scope'], ol: ['start', 'reversed'],
}

const tagsOf = (tags: readonly string[]): string[] => [...new Set([...ALWAYS, ...tags, ...tags.flatMap((tag) => ALONG[tag] ?? [])])].filter((tag) => !NEVER.has(tag))

/** A text with marks: of the tags that its field allows, and nothing that runs. */
const cleanMarked = (html: string, tags: readonly string[]): string =>
  sanitizeHtml(html, { allowedTags: tagsOf(tags), allowedAttributes: ATTRIBUTES, allowedStyles: STYLES, allowedSchemes: ['http', 'https', 'mailto', 'tel'], nestingLimit: 50 })

const cleanText = (text: string, field: Field, own: boolean): string => {
  const tags = Array.isArray(field.tags) ? field.tags.filter((tag): tag is string => typeof tag === 'string') : undefined
  if (tags || field.widget === 'html') return cleanMarked(text, tags ?? [])
  // Our own types show plain text as text. Others put it into the page as it is, and expect it with its marks escaped.
  return own ? text : cleanMarked(text, ['strong', 'em', 'b', 'i', 'a', 'code'])
}

/** What a rich text of H5P may hold: for texts whose field isn't known. */
const RICH = ['strong', 'em', 'u', 'del', 'a', 'code', 'pre', 'sub', 'sup', 'h2', 'h3', 'h4', 'ul', 'ol', 'table', 'blockquote', 'hr', 'dl']
/** Of a type that isn't installed, every text is cleaned as a rich one: the type may come later, and would show it. */
const cleanUnknown = (value: unknown): unknown => {
  if (typeof value === 'string') return /[<&]/.test(value) ? cleanMarked(value, RICH) : value
  if (Array.isArray(value)) return value.map(cleanUnknown)
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cleanUnknown(each)])) : value
}

/**
 * Parameters without anything that runs, by their library's semantics and however deep. What has the wrong shape stays as it
 * is: it is the author's, and told of as a fault; no type shows text from where its semantics has none.
 */
export const cleanParams = (semantics: Semantics, library: string, params: unknown): unknown => {
  const inLibrary = (name: string, value: unknown): unknown => {
    const [fields, own] = [semantics.get(name), isOwn(libraryOf(name) ?? { machineName: '' })]
    if (!fields) return cleanUnknown(value)
    return !isObject(value) ? value : inFields(fields, value, own)
  }
  const inFields = (fields: Field[], value: Record<string, unknown>, own: boolean): Record<string, unknown> => {
    const byName = new Map(fields.map((field) => [field.name, field]))
    return Object.fromEntries(Object.entries(value).map(([name, each]) => {
      const field = byName.get(name)
      return [name, field ? inField(field, each, own) : each]
    }))
  }
  const inField = (field: Field, value: unknown, own: boolean): unknown => {
    if (field.type === 'text') return typeof value === 'string' ? cleanText(value, field, own) : value
    if (field.type === 'list') return Array.isArray(value) && field.field ? value.map((each) => inField(field.field as Field, each, own)) : value
    if (field.type === 'group') {
      const [only] = field.fields ?? []
      // H5P writes a group of one field as that field alone.
      if (field.fields?.length === 1 && only && !(isObject(value) && only.name in value)) return inField(only, value, own)
      return isObject(value) ? inFields(field.fields ?? [], value, own) : value
    }
    if (field.type !== 'library' || !isObject(value)) return value
    // H5P's core reads no further than the version: what follows it would hide a type from us and not from the browser.
    return { ...value, params: libraryOf(value.library) ? inLibrary(String(value.library), value.params) : {} }
  }
  return inLibrary(library, params)
}
