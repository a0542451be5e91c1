import { z } from 'zod'
import type { Fault } from './model.js'
import { isObject, isOwn, readerOf } from './scoring/index.js'
import type { Field, Semantics } from './semantics.js'
import { libraryOf } from './store/index.js'

const at = (path: string, name: string | number): string => (path === '' ? String(name) : `${path}.${name}`)
const fault = (path: string, message: string): Fault[] => [{ path, message }]

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
const matches = ({ pattern, modifiers = '' }: NonNullable<Field['regexp']>, text: string): boolean => text.length <= MATCHED_AT_MOST && new RegExp(pattern, modifiers.replace(/[^imsu]/g, '')).test(text)
const checkText = ({ maxLength, regexp }: Field, value: unknown, path: string): Fault[] => {
  if (typeof value !== 'string') return fault(path, 'must be text')
  if (maxLength !== undefined && value.length > maxLength) return fault(path, `must not be longer than ${maxLength} characters`)
  return regexp && !matches(regexp, value) ? fault(path, 'must be of the form asked for') : []
}
const checkSelect = ({ options = [] }: Field, value: unknown, path: string): Fault[] => {
  const values = options.map((option) => (typeof option === 'string' ? option : option.value))
  return [value].flat().every((each) => values.includes(String(each)) && typeof each === 'string') ? [] : fault(path, `must be one of ${values.join(', ')}`)
}
/** A path inside the content's folder; a file from elsewhere would be gone, or watch who plays. */
const checkFile = (value: unknown, path: string): Fault[] => {
  if (!isObject(value) || typeof value.path !== 'string') return fault(path, 'must name a file by its path')
  return /^[\w][^\\:]*$/.test(value.path) && !value.path.includes('..') ? [] : fault(at(path, 'path'), 'must be a file of this content')
}
/** What another's type has where a file belongs: of this content, or on the web, and never out of the folder. */
const checkForeignFile = (value: unknown, path: string): Fault[] => {
  if (!isObject(value)) return fault(path, 'must name a file by its path')
  return typeof value.path === 'string' && !/^https?:\/\//i.test(value.path) && /(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[a-z]+:/i.test(value.path) ? fault(at(path, 'path'), 'must be a file of this content, or an address on the web') : []
}
/** Of others' types the shape alone: what is missing, too long or chosen from an older list is theirs to bear. */
const checkForeignLeaf = (type: string, value: unknown, path: string): Fault[] => {
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value)
  switch (type) {
    case 'text':
      return isPlain ? [] : fault(path, 'must be text')
    case 'number':
      return isPlain && Number.isFinite(Number(value)) ? [] : fault(path, 'must be a number')
    case 'boolean':
      return isPlain ? [] : fault(path, 'must be true or false')
    case 'select':
      return isPlain || Array.isArray(value) ? [] : fault(path, 'must be one of its options')
    default:
      return []
  }
}
const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ''

const checkLeaf = (field: Field, value: unknown, path: string): Fault[] => {
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

/** What only a question can say of itself: that it can be answered. */
const checkQuestion = (library: string, params: unknown, path: string): Fault[] => {
  try {
    const faults = readerOf(library)?.read('', params).faults ?? []
    return faults.map((each) => ({ path: [path, each.path].filter((part) => part !== '').join('.'), message: each.message }))
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    return error.issues.map((issue) => ({ path: [path, ...issue.path].filter((part) => part !== '').join('.'), message: issue.message }))
  }
}

/** Checks a content's parameters against the semantics of its libraries, however deep: strictly those of our own types. */
class Checker {
  private readonly ids = new Set<string>()
  constructor(private readonly semantics: Semantics) {}

  library(library: string, params: unknown, path: string): Fault[] {
    const [own, fields] = [isOwn(library), this.semantics.get(library)]
    if (!fields) return fault(path, `${library} is not installed`)
    if (!isObject(params)) return fault(path, 'must be an object')
    const shape = this.fields(fields, params, path, own)
    // What has the wrong shape is said once.
    return shape.length > 0 || !own ? shape : checkQuestion(library, params, path)
  }

  private fields(fields: Field[], value: Record<string, unknown>, path: string, strict: boolean): Fault[] {
    return fields.flatMap((field) => this.field(field, value[field.name], at(path, field.name), strict))
  }

  private field(field: Field, value: unknown, path: string, strict: boolean): Fault[] {
    if (isEmpty(value)) return !strict || field.optional || field.default !== undefined || ['boolean', 'group'].includes(field.type) ? [] : fault(path, 'is missing')
    const checkOne = strict ? checkFile : checkForeignFile
    switch (field.type) {
      case 'image':
      case 'file':
        return checkOne(value, path)
      case 'video':
      case 'audio':
        return Array.isArray(value) ? value.flatMap((each, index) => checkOne(each, at(path, index))) : fault(path, 'must be a list of files')
      case 'list':
        return this.list(field, value, path, strict)
      case 'group':
        return this.group(field, value, path, strict)
      case 'library':
        return this.inside(field, value, path, strict)
      default:
        return strict ? checkLeaf(field, value, path) : checkForeignLeaf(field.type, value, path)
    }
  }

  private list({ field, min, max }: Field, value: unknown, path: string, strict: boolean): Fault[] {
    if (!Array.isArray(value)) return fault(path, 'must be a list')
    if (strict && min !== undefined && value.length < min) return fault(path, `needs ${min} at least`)
    if (strict && max !== undefined && value.length > max) return fault(path, `must not have more than ${max}`)
    return field ? value.flatMap((each, index) => this.field(field, each, at(path, index), strict)) : []
  }

  private group({ fields = [] }: Field, value: unknown, path: string, strict: boolean): Fault[] {
    const [only] = fields
    // H5P writes a group of one field as that field alone.
    if (fields.length === 1 && only && !(isObject(value) && only.name in value)) return this.field(only, value, path, strict)
    return isObject(value) ? this.fields(fields, value, path, strict) : fault(path, 'must be an object')
  }

  private inside({ options = [] }: Field, value: unknown, path: string, strict: boolean): Fault[] {
    if (!isObject(value)) return fault(path, 'must name a library')
    const { params, subContentId: id } = value
    const library = typeof value.library === 'string' ? value.library : ''
    // Others' types keep a place open for a content that may come.
    if (!strict && (isEmpty(library) || isEmpty(params))) return []
    if (!libraryOf(library)) return fault(path, 'must name a library')
    const names = options.map((option) => (typeof option === 'string' ? option : option.value))
    if (strict && !names.includes(library)) return fault(at(path, 'library'), `must be one of ${names.join(', ')}`)
    const twice = strict || isOwn(library) ? this.identity(id, path) : []
    return twice.length > 0 ? twice : this.library(library, params, at(path, 'params'))
  }

  private identity(id: unknown, path: string): Fault[] {
    if (typeof id !== 'string' || id === '') return fault(at(path, 'subContentId'), 'is missing: answers are kept by it')
    if (!/^[\w-]{1,64}$/.test(id) || id in {}) return fault(at(path, 'subContentId'), 'must be a UUID, or up to 64 letters, digits and hyphens')
    if (this.ids.has(id)) return fault(at(path, 'subContentId'), 'is used twice: answers are kept by it')
    this.ids.add(id)
    return []
  }
}

/** What doesn't fit in a content's parameters. Lumi would sanitise or crash on a wrong shape; this says what to mend. */
export const makeCheck = (semantics: Semantics) => (library: string, params: unknown): Fault[] => new Checker(semantics).library(library, params, '')
