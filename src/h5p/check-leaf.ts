import { createContext, Script } from 'node:vm'
import type { Fault } from './model.js'
import { isObject, textOf } from './scoring/index.js'
import { valuesOf, type Field } from './semantics.js'

export const fault = (path: string, message: string): Fault[] => [{ path, message }]
export const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ''

/** Steps are counted in decimal fractions, which binary ones only come near to. */
const isWhole = (steps: number): boolean => Math.abs(steps - Math.round(steps)) < 1e-6
const checkNumber = ({ min, max, decimals, step }: Field, value: unknown, path: string): Fault[] => {
  if (typeof value !== 'number' || !Number.isFinite(value)) return fault(path, 'must be a number')
  if (min !== undefined && value < min) return fault(path, `must not be less than ${min}`)
  if (max !== undefined && value > max) return fault(path, `must not be more than ${max}`)
  if (decimals !== undefined && !isWhole(value * 10 ** decimals)) return fault(path, `must not have more than ${decimals} decimals`)
  return step !== undefined && step > 0 && !isWhole((value - (min ?? 0)) / step) ? fault(path, `must go in steps of ${step}`) : []
}

/** Longer ones match no pattern that a form has, and some patterns take long to say so. */
const MATCHED_AT_MOST = 2000
/** Patterns are written for PHP and JavaScript; one that isn't JavaScript's asks for nothing here. */
const patternOf = ({ pattern, modifiers = '' }: NonNullable<Field['regexp']>): RegExp | undefined => {
  try {
    return new RegExp(pattern, [...new Set(modifiers.replace(/[^imsu]/g, ''))].join(''))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
const MOST_MS = 100
const question = new Script('pattern.test(text)')
const inside = createContext({})
/** Patterns that took too long once: asked of a thousand texts they would take as long a thousand times. */
const endless = new Set<string>()
/** A type's author wrote the pattern and a content's the text: together they could hold up everybody. What takes too long asks for nothing. */
const isSoonFound = (pattern: RegExp, text: string): boolean => {
  if (endless.has(pattern.source)) return true
  try {
    return question.runInContext(Object.assign(inside, { pattern, text }), { timeout: MOST_MS }) as boolean
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    endless.add(pattern.source)
    return true
  }
}
const matches = (regexp: NonNullable<Field['regexp']>, text: string): boolean => {
  const pattern = patternOf(regexp)
  return !pattern || (text.length <= MATCHED_AT_MOST && isSoonFound(pattern, text))
}
const checkText = ({ maxLength, regexp }: Field, value: unknown, path: string): Fault[] => {
  if (typeof value !== 'string') return fault(path, 'must be text')
  if (maxLength !== undefined && value.length > maxLength) return fault(path, `must not be longer than ${maxLength} characters`)
  return regexp && !matches(regexp, value) ? fault(path, 'must be of the form asked for') : []
}
const checkSelect = (field: Field, value: unknown, path: string): Fault[] => {
  const values = valuesOf(field)
  return [value].flat().every((each) => values.includes(String(each)) && typeof each === 'string') ? [] : fault(path, `must be one of ${values.join(', ')}`)
}

/** A value of one of our own types: just as its field asks. */
export const checkLeaf = (field: Field, value: unknown, path: string): Fault[] => {
  switch (field.type) {
    case 'text':
      return checkText(field, value, path)
    case 'number':
      return checkNumber(field, value, path)
    case 'boolean':
      return typeof value === 'boolean' ? [] : fault(path, 'must be true or false')
    case 'select':
      return checkSelect(field, value, path)
    default:
      return []
  }
}

/** What others' types ask beyond the shape: said, and no reason to refuse. Their own editors and older versions left it otherwise, and they play it. */
export const softly = (faults: Fault[]): Fault[] => faults.map((each) => ({ ...each, soft: true }))
/** They keep text with its marks escaped, and count it without. */
const plainOf = ({ widget, tags }: Field, text: string): string => (widget === 'html' || tags || !text.includes('&') ? text : textOf(text))
/** A list that the form fills while it is written has no options of its own. */
const checkForeignSelect = (field: Field, value: unknown, path: string): Fault[] => {
  const values = valuesOf(field)
  return values.length === 0 || [value].flat().every((each) => values.includes(String(each))) ? [] : fault(path, `must be one of ${values.join(', ')}`)
}

/** A value of another's type. Numbers and switches also come as text. */
export const checkForeignLeaf = (field: Field, value: unknown, path: string): Fault[] => {
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value)
  switch (field.type) {
    case 'text':
      if (!isPlain) return fault(path, 'must be text')
      return field.maxLength === undefined && !field.regexp ? [] : softly(checkText(field, plainOf(field, String(value)), path))
    case 'number':
      return isPlain && Number.isFinite(Number(value)) ? softly(checkNumber(field, Number(value), path)) : fault(path, 'must be a number')
    case 'boolean':
      return isPlain ? [] : fault(path, 'must be true or false')
    case 'select':
      return isPlain || (Array.isArray(value) && !value.some((each) => typeof each === 'object')) ? softly(checkForeignSelect(field, value, path)) : fault(path, 'must be one of its options')
    default:
      return []
  }
}

/** A path inside the content's folder; a file from elsewhere would be gone, or watch who plays. */
export const checkFile = (value: unknown, path: string): Fault[] => {
  if (!isObject(value) || typeof value.path !== 'string') return fault(path, 'must name a file by its path')
  return /^[\w][^\\:]*$/.test(value.path) && !value.path.includes('..') ? [] : fault(`${path}.path`, 'must be a file of this content')
}
/** What another's type has where a file belongs: of this content, or on the web, and never out of the folder. */
export const checkForeignFile = (value: unknown, path: string): Fault[] => {
  if (!isObject(value)) return fault(path, 'must name a file by its path')
  return typeof value.path === 'string' && !/^https?:\/\//i.test(value.path) && /(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[a-z]+:/i.test(value.path) ? fault(`${path}.path`, 'must be a file of this content, or an address on the web') : []
}
