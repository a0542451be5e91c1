import type { FieldFault } from '../../infra/index.js'
import { isObject } from '../scoring/index.js'
import type { Field, Semantics } from '../semantics.js'
import { isLibraryName } from '../store/index.js'

const at = (path: string, name: string | number): string => `${path}.${name}`
const wrong = (field: string): FieldFault[] => [{ field, message: 'fields.invalid_type' }]
const isFile = (value: unknown): boolean => isObject(value) && (!value.path || typeof value.path === 'string') && (!value.originalImage || isFile(value.originalImage))

/** Editors leave nothing in a place as `null` too; Lumi looks into it. */
export const withoutNull = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNull)
  return isObject(value) ? Object.fromEntries(Object.entries(value).flatMap(([name, each]) => (each === null ? [] : [[name, withoutNull(each)]]))) : value
}

/**
 * What of parameters has another shape than its field, as Lumi goes through them to clean texts and to find files: it takes any
 * shape for the right one, and would break off in the middle.
 */
export const misshapen = (semantics: Semantics, library: string, params: unknown): FieldFault[] => {
  const inLibrary = (name: string, value: unknown, path: string): FieldFault[] =>
    isObject(value) ? (semantics.get(name) ?? []).flatMap((field) => inField(field, value[field.name], at(path, field.name))) : wrong(path)
  const inContent = (value: unknown, path: string): FieldFault[] => {
    if (!isObject(value)) return wrong(path)
    // An empty place; Lumi clears it away.
    if (!value.library) return []
    return isLibraryName(value.library) && semantics.get(value.library) ? inLibrary(value.library, value.params, at(path, 'params')) : [{ field: at(path, 'library'), message: 'fields.invalid_value' }]
  }
  const inGroup = ({ name, fields = [] }: Field, value: unknown, path: string): FieldFault[] => {
    const [only] = fields
    if (only && fields.length === 1 && !(isObject(value) && value[name])) return inField({ ...only, name }, value, path)
    return isObject(value) ? fields.flatMap((field) => inField(field, value[field.name], at(path, field.name))) : wrong(path)
  }
  const inField = (field: Field, value: unknown, path: string): FieldFault[] => {
    if (value === undefined) return []
    switch (field.type) {
      case 'text':
        return !value || typeof value === 'string' || typeof value === 'number' ? [] : wrong(path)
      case 'library':
        return inContent(value, path)
      case 'group':
        return inGroup(field, value, path)
      case 'list':
        return Array.isArray(value) ? value.flatMap((each, index) => (field.field ? inField(field.field, each, at(path, index)) : [])) : wrong(path)
      case 'image':
      case 'file':
        return isFile(value) ? [] : wrong(path)
      case 'video':
      case 'audio':
        return [value].flat().every((each) => !Array.isArray(value) || isFile(each)) ? [] : wrong(path)
      default:
        return []
    }
  }
  return inLibrary(library, params, 'params')
}
