import { el } from './dom.js'
import { renderField, renderFields } from './field.js'
import { placed } from './placing.js'
import { inSections, isBeside, isEmpty, nameOf, pathIn } from './values.js'

/** A row of one line: what is written, what is switched beside it, and what can be said of it when wanted. */
const line = ({ form, path, key }, inner) => {
  const [first, ...others] = inner.fields
  const switches = others.filter(isBeside)
  const asides = others.filter((field) => !isBeside(field))
  const isUsed = asides.some((field) => !isEmpty(form.get(pathIn(inner, field))))
  return el('div', { class: 'line', 'data-path': nameOf(path) },
    renderField(form, first, inner, { bare: true, slim: true }),
    el('div', { class: 'line-switches' }, switches.map((field) => renderField(form, field, inner, { slim: true }))),
    asides.length > 0 && form.fold({ key: `${key}/:aside`, label: asides.map((field) => form.labelOf(field)).join(', '), body: () => asides.map((field) => renderField(form, field, inner, { slim: true, bare: asides.length === 1 })), paths: asides.map((field) => pathIn(inner, field)), open: isUsed, small: true }))
}

/** Fields that belong together, under a name of their own; the lesser ones are closed until they are wanted. */
export const groupField = (ctx) => {
  const { form, field, scope, path, key, id } = ctx
  const inner = { parent: scope, fields: field.fields ?? [], path, single: false, key, depth: scope.depth + 1 }
  if (ctx.slim && ctx.bare) return line(ctx, inner)
  const fields = () => placed(ctx, inner, (all) => renderFields(form, inner, inSections(all)))
  if (ctx.bare) return el('div', { class: 'f-group flat', 'data-path': nameOf(path) }, ...fields())
  const body = form.fold({ key, label: form.labelOf(field), body: fields, paths: [path], open: field.expanded !== false && field.importance !== 'low', hint: field.description, id })
  body.classList.add('f-group')
  form.register(ctx, body)
  return body
}
