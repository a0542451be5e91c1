import sanitizeHtml from 'sanitize-html'
import { isObject } from '../scoring/index.js'
import { valuesOf, type Field, type Semantics } from '../semantics.js'
import { isLibraryName, isOwn, libraryOf } from '../store/index.js'

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
/** An address is no HTML: what could end an attribute is written as addresses write it. */
const cleanPath = (path: string): string => path.replace(/[<>"]/g, encodeURIComponent)

type Clean = (value: unknown) => unknown
const mapped = (value: Record<string, unknown>, clean: (name: string, each: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([name, each]) => [name, clean(name, each)]))
/** Where no field says what a text is, and of a type that isn't installed, each is cleaned as a rich one: the type may come later, and would show it. */
const cleanUnknown = (value: unknown, inside: Clean): unknown => {
  if (typeof value === 'string') return /[<&]/.test(value) ? cleanMarked(value, RICH) : value
  if (Array.isArray(value)) return value.map((each) => cleanUnknown(each, inside))
  if (!isObject(value)) return value
  if (typeof value.library === 'string' && 'params' in value) return inside(value)
  return mapped(value, (_name, each) => cleanUnknown(each, inside))
}
/** A file, and who made it. What has no tag in it stays as it is. */
const cleanAround = (value: unknown, name = ''): unknown => {
  if (typeof value === 'string') return name === 'path' ? cleanPath(value) : value.includes('<') ? cleanMarked(value, RICH) : value
  if (Array.isArray(value)) return value.map((each) => cleanAround(each))
  return isObject(value) ? mapped(value, (name, each) => cleanAround(each, name)) : value
}

const MEDIA = new Set(['image', 'file', 'video', 'audio'])
/** Whether a value is plainly what its field takes, and no text that anybody wrote. */
const isGiven = (field: Field, value: unknown): boolean =>
  typeof value !== 'string' ? typeof value !== 'object' : field.type === 'select' && valuesOf(field).includes(value)

/**
 * Parameters without anything that runs, by their library's semantics and however deep. What has another shape than its field, or no
 * field at all, is cleaned as text of any kind; a content inside whose library isn't named exactly loses its parameters.
 */
export const cleanParams = (semantics: Semantics, library: string, params: unknown): unknown => {
  const inLibrary = (name: string, value: unknown): unknown => {
    const [fields, own] = [semantics.get(name), isOwn(libraryOf(name) ?? { machineName: '' })]
    return fields && isObject(value) ? inFields(fields, value, own) : whatever(value)
  }
  const whatever: Clean = (value) => cleanUnknown(value, inContent)
  const inContent: Clean = (value) => {
    if (!isObject(value)) return whatever(value)
    const { params: inner, ...around } = value
    const clean = isLibraryName(value.library) ? inLibrary(value.library, inner) : {}
    return { ...mapped(around, (name, each) => cleanAround(each, name)), ...('params' in value ? { params: clean } : {}) }
  }
  const inFields = (fields: Field[], value: Record<string, unknown>, own: boolean): Record<string, unknown> => {
    const byName = new Map(fields.map((field) => [field.name, field]))
    return mapped(value, (name, each) => {
      const field = byName.get(name)
      return field ? inField(field, each, own) : whatever(each)
    })
  }
  const inGroup = ({ fields = [] }: Field, value: unknown, own: boolean): unknown => {
    const [only] = fields
    // H5P writes a group of one field as that field alone.
    if (fields.length === 1 && only && !(isObject(value) && only.name in value)) return inField(only, value, own)
    return isObject(value) ? inFields(fields, value, own) : whatever(value)
  }
  const inField = (field: Field, value: unknown, own: boolean): unknown => {
    if (field.type === 'text' && typeof value === 'string') return cleanText(value, field, own)
    if (field.type === 'list' && Array.isArray(value) && field.field) return value.map((each) => inField(field.field as Field, each, own))
    if (field.type === 'group') return inGroup(field, value, own)
    if (field.type === 'library') return inContent(value)
    if (MEDIA.has(field.type)) return cleanAround(value)
    return isGiven(field, value) ? value : whatever(value)
  }
  return inLibrary(library, params)
}
