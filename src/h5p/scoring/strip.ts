import { readerOf, wrapperOf } from './registry.js'
import { isObject } from './sub-content.js'

/**
 * The parameters as a browser may have them: no answer key of our own types is in them, however deep. Official types score in
 * the browser and keep theirs.
 */
export const strip = (library: string, params: unknown): unknown => {
  const shown = readerOf(library)?.shown ?? wrapperOf(library)?.shown
  return inside(shown && isObject(params) ? shown(params) : params)
}
const inside = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inside)
  if (!isObject(value)) return value
  // Even without the id that would make it playable: what names a library is stripped as that library.
  if (typeof value.library === 'string' && isObject(value.params)) return { ...value, params: strip(value.library, value.params) }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inside(each)]))
}
