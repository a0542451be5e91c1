import { at, idOf } from './values.js'

/** The contents of one type that lie inside: where each is. */
const placesOf = (value, library, path = []) => {
  if (typeof value !== 'object' || value === null) return []
  const here = value.library === library && 'params' in value ? [path] : []
  return [...here, ...Object.entries(value).flatMap(([key, each]) => placesOf(each, library, [...path, Array.isArray(value) ? Number(key) : key]))]
}

/** The content that a field stands in, and its place below that content's parameters. */
const contentAt = (root, path) => {
  for (let length = path.length - 2; length > 0; length -= 1) {
    const { library } = at(root, path.slice(0, length)) ?? {}
    if (path[length] === 'params' && typeof library === 'string') return { library, place: path.slice(0, length), rest: path.slice(length + 1) }
  }
  return undefined
}

/**
 * What H5P calls common: the words on a type's buttons, say. Written in one content they are written in all of its type, as one
 * step; what is open of the others shows it at once.
 */
export const writeShared = (store, path, value, knownSemantics) => {
  const found = contentAt(store.get(), path)
  if (!found || !knownSemantics(found.library)?.some(({ name, common }) => common && name === found.rest[0])) return
  for (const place of placesOf(store.get(), found.library)) {
    const other = [...place, 'params', ...found.rest]
    if (idOf(other) === idOf(path)) continue
    store.amend(other, value)
    const control = document.getElementById(idOf(other))
    if (control && 'value' in control) control.value = value ?? ''
  }
}

/** What a new content of a type takes over from those that are there. */
export const sharedBy = (root, library, fields) => {
  const [first] = placesOf(root, library)
  const params = first && at(root, [...first, 'params'])
  return Object.fromEntries(fields.filter(({ name, common }) => common && params?.[name] !== undefined).map(({ name }) => [name, params[name]]))
}
