import type { Field } from '../../h5p/index.js'

/** `questions.1.params.answers.0.text` as a reader finds it: «Question 2 › Answer 1 › Text». */
export type Labels = (path: string) => string

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const labelOf = (field: Field): string => textOf(field.label) ?? field.name
const entityOf = (list: Field): string => {
  const name = textOf(list.entity) ?? (list.field ? labelOf(list.field) : labelOf(list))
  return name.charAt(0).toUpperCase() + name.slice(1)
}
/** H5P writes a group of one field as that field alone. */
const through = (field: Field): Field => {
  const [only] = field.fields ?? []
  return field.type === 'group' && field.fields?.length === 1 && only && field.isSubContent !== true ? through(only) : field
}

/** Names for the fields of a content, whatever contents are inside it. */
export const labelsFor = (library: string, params: unknown, semantics: ReadonlyMap<string, Field[]>): Labels => (path) => {
  const said: string[] = []
  let fields = semantics.get(library) ?? []
  let field: Field | undefined
  let value: unknown = params
  for (const part of path.split('.').filter(Boolean)) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined
    if (field?.type === 'list' && field.field && /^\d+$/.test(part)) {
      said.splice(-1, 1, `${entityOf(field)} ${Number(part) + 1}`)
      field = through(field.field)
    } else if (field?.type === 'library' && part === 'params') field = undefined
    else {
      const found = fields.find(({ name }) => name === part)
      if (!found) break
      said.push(labelOf(found))
      field = through(found)
    }
    if (field?.type === 'group') fields = field.fields ?? []
    if (field?.type === 'library' && typeof value === 'object' && value !== null && 'library' in value) fields = semantics.get(String(value.library)) ?? []
  }
  return said.join(' › ')
}
