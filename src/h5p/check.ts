import { z } from 'zod'
import { checkFile, checkForeignFile, checkForeignLeaf, checkLeaf, fault, isEmpty, softly } from './check-leaf.js'
import type { Fault } from './model.js'
import { isObject, isOwn, readerOf } from './scoring/index.js'
import { valuesOf, type Field, type Semantics } from './semantics.js'
import { isLibraryName } from './store/index.js'

const at = (path: string, name: string | number): string => (path === '' ? String(name) : `${path}.${name}`)
/** Of others' fields, those that their editor insists on and shows as they are: what a widget of their own asks for depends on it. */
const INSISTED = new Set(['text', 'number', 'library'])
const PLAIN = new Set([undefined, 'html', 'textarea'])
const isMissing = ({ type, optional, default: given, widget }: Field, strict: boolean): boolean =>
  !optional && given === undefined && (strict ? !['boolean', 'group'].includes(type) : INSISTED.has(type) && PLAIN.has(widget as string | undefined))
const MISSING = 'is missing'
const isUnfinished = ({ message }: Fault): boolean => message === MISSING || /^needs \d+ at least$/.test(message)

const Rules = z.object({ type: z.string().optional(), rules: z.array(z.object({ field: z.string(), equals: z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]) })) })
/** Whether another answer makes a field needless; as the form and H5P's own editor do, of a field beside it. */
const isHidden = ({ showWhen }: Field, fields: Field[], value: Record<string, unknown>): boolean => {
  const { type, rules = [] } = Rules.safeParse(showWhen).data ?? {}
  const met = rules.map(({ field: name, equals }) => {
    const other = fields.find((each) => each.name === name)
    return !other || equals.map(String).includes(String(value[name] ?? other.default ?? ''))
  })
  return met.length > 0 && !(type === 'or' ? met.some(Boolean) : met.every(Boolean))
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

/**
 * Checks a content's parameters against the semantics of its libraries, however deep: strictly those of our own types. Of others'
 * types the shape must fit; what else doesn't is said, and refuses nothing (`soft`).
 */
class Checker {
  private readonly ids = new Set<string>()
  constructor(private readonly semantics: Semantics) {}

  library(library: string, params: unknown, path: string): Fault[] {
    const [own, fields] = [isOwn(library), this.semantics.get(library)]
    if (!fields) return fault(path, isLibraryName(library) ? `${library} is not installed: ask your administrator to install it` : 'must name a library')
    if (!isObject(params)) return fault(path, 'must be an object')
    const shape = this.fields(fields, params, path, own)
    // What has the wrong shape is said once.
    return shape.length > 0 || !own ? shape : checkQuestion(library, params, path)
  }

  private fields(fields: Field[], value: Record<string, unknown>, path: string, strict: boolean): Fault[] {
    const names = new Set(fields.map(({ name }) => name))
    const unknown = Object.entries(value).filter(([name]) => !names.has(name))
    const faultsOf = (field: Field): Fault[] => {
      const faults = this.field(field, value[field.name], at(path, field.name), strict)
      // Nobody is shown it: what was begun there may stay so.
      return strict && isHidden(field, fields, value) ? faults.filter((each) => !isUnfinished(each)) : faults
    }
    return [...fields.flatMap(faultsOf), ...unknown.flatMap(([name, each]) => this.stray(each, at(path, name)))]
  }

  /** What no field speaks of may still name a type, which H5P's core would look for. */
  private stray(value: unknown, path: string): Fault[] {
    if (Array.isArray(value)) return value.flatMap((each, index) => this.stray(each, at(path, index)))
    if (!isObject(value)) return []
    const { library } = value
    if (typeof library === 'string' && library !== '' && 'params' in value && !(isLibraryName(library) && this.semantics.get(library))) return this.library(library, value.params, path)
    return Object.entries(value).flatMap(([name, each]) => this.stray(each, at(path, name)))
  }

  private field(field: Field, value: unknown, path: string, strict: boolean): Fault[] {
    if (isEmpty(value)) {
      const missing = isMissing(field, strict) ? fault(path, MISSING) : []
      return strict ? missing : softly(missing)
    }
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
        return strict ? checkLeaf(field, value, path) : [...checkForeignLeaf(field, value, path), ...this.stray(value, path)]
    }
  }

  private list({ field, min, max }: Field, value: unknown, path: string, strict: boolean): Fault[] {
    if (!Array.isArray(value)) return fault(path, 'must be a list')
    const count = min !== undefined && value.length < min ? fault(path, `needs ${min} at least`) : max !== undefined && value.length > max ? fault(path, `must not have more than ${max}`) : []
    if (strict && count.length > 0) return count
    const inside = value.flatMap((each, index) => (field ? this.field(field, each, at(path, index), strict) : this.stray(each, at(path, index))))
    return [...softly(count), ...inside]
  }

  private group({ fields = [], optional }: Field, value: unknown, path: string, strict: boolean): Fault[] {
    const [only] = fields
    // H5P writes a group of one field as that field alone.
    if (fields.length === 1 && only && !(isObject(value) && only.name in value)) return this.field(only, value, path, strict)
    if (!isObject(value)) return fault(path, 'must be an object')
    const faults = this.fields(fields, value, path, strict)
    // A group that may be left out is kept empty by their editors.
    return optional && !strict ? faults.filter(({ soft, message }) => !soft || message !== MISSING) : faults
  }

  private inside(field: Field, value: unknown, path: string, strict: boolean): Fault[] {
    if (!isObject(value)) return fault(path, 'must name a library')
    const { params, subContentId: id } = value
    const library = typeof value.library === 'string' ? value.library : ''
    // Others' types keep a place open for a content that may come.
    if (!strict && isEmpty(library)) return []
    if (!isLibraryName(library)) return fault(path, 'must name a library')
    const names = valuesOf(field)
    if (strict && !names.includes(library)) return fault(at(path, 'library'), `must be one of ${names.join(', ')}`)
    if (!strict && isEmpty(params) && this.semantics.get(library)) return []
    const elsewhere = strict || names.length === 0 || names.includes(library) ? [] : softly(fault(at(path, 'library'), `${library} doesn’t belong here`))
    const twice = strict || isOwn(library) ? this.identity(id, path) : []
    return twice.length > 0 ? twice : [...elsewhere, ...this.library(library, params, at(path, 'params'))]
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
