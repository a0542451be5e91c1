import { hideGaps } from './blanks.js'
import { isObject, ownType } from './questions.js'

/** What only the server may see, wherever in a question it stands. */
const KEYS = new Set(['correct', 'feedback', 'explain'])

const withoutKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutKeys)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (KEYS.has(key) ? [] : [[key, withoutKeys(each)]])))
}

const isMultiple = (answers: unknown): boolean => Array.isArray(answers) && answers.filter((answer) => isObject(answer) && answer.correct === true).length > 1

const stripOwn = (type: string, params: Record<string, unknown>): Record<string, unknown> | undefined => {
  switch (type) {
    case 'Choice':
      return { ...(withoutKeys(params) as object), multiple: isMultiple(params.answers) }
    case 'TrueFalse':
      return withoutKeys(params) as Record<string, unknown>
    case 'Blanks':
      return { ...(withoutKeys(params) as object), text: hideGaps(String(params.text)) }
    default:
      return undefined
  }
}

/**
 * The parameters as a browser may have them: no answer key of our own types is in them, however deep. Official types score in
 * the browser and keep theirs.
 */
export const strip = (library: string, params: unknown): unknown => {
  const type = ownType(library)
  const own = type && isObject(params) ? stripOwn(type, params) : undefined
  if (own) return own
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    if (!isObject(value)) return value
    // Even without the id that would make it playable: what names a library is stripped as that library.
    if (typeof value.library === 'string' && isObject(value.params)) return { ...value, params: strip(value.library, value.params) }
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, walk(each)]))
  }
  return walk(params)
}
