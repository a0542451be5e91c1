import { button, el, fill, ids } from './dom.js'
import { startGaps } from './gaps.js'
import { groupField } from './group.js'
import { libraryField } from './library.js'
import { listField } from './list.js'
import { colourControl, fileControl } from './media.js'
import { richText } from './rich.js'
import { idOf, nameOf, onlyField, pathIn, takesGaps } from './values.js'

const optionOf = (option) => (typeof option === 'string' ? { value: option, label: option } : { value: option.value, label: option.label ?? option.value })

/** «optional», with the space that keeps it a word of its own where the name is spoken. */
export const optionalMark = ({ field, form }) => (field.optional ? [' ', el('span', { class: 'optional' }, form.words.optional)] : [])

/** The words around a control: its name, what it's for, and what is wrong with it. */
const frameOf = (ctx, { control, group = false, hint, bare = false, aside }) => {
  const { field, id, form, path } = ctx
  const label = form.labelOf(field)
  const name = [label, ...optionalMark(ctx)]
  const says = hint ?? field.description
  const title = group ? el('div', { class: 'f-label', id: `${id}-label` }, ...name) : el('label', { class: 'f-label', for: control.id || id, id: `${id}-label` }, ...name)
  const frame = el('div', { class: 'f', 'data-type': field.type, 'data-path': nameOf(path), 'data-bare': bare },
    aside ? el('div', { class: 'f-head' }, title, aside) : title,
    says && el('p', { class: 'f-hint', id: `${id}-hint` }, says),
    control,
    el('p', { class: 'f-fault', id: `${id}-fault`, hidden: true }))
  if (bare) title.classList.add('visually-hidden')
  form.register(ctx, frame)
  return frame
}

const importantOf = ({ field: { important }, form }) =>
  important?.description && el('details', { class: 'f-help' }, el('summary', {}, form.words.help), el('div', { class: 'prose' }, form.inert(important.description), important.example && el('p', {}, form.words.example, ' ', form.inert(important.example))))

const describe = ({ field, id }) => ids((field.description) && `${id}-hint`, `${id}-fault`)

const textControl = (ctx) => {
  const { field, form, id, path } = ctx
  const long = field.widget === 'textarea'
  const input = el(long ? 'textarea' : 'input', {
    id, type: long ? undefined : 'text', maxlength: field.maxLength, placeholder: field.placeholder ?? (ctx.slim ? form.labelOf(field) : undefined), 'aria-describedby': describe(ctx), 'aria-required': field.optional ? undefined : 'true', dir: 'auto', rows: long ? (takesGaps(field) ? 6 : 3) : undefined,
    oninput: () => form.set(path, input.value === '' ? undefined : input.value, { typing: true }),
  })
  const now = form.get(path)
  input.value = typeof now === 'string' ? now : ''
  return { control: input, wrap: (around) => {
    const [from, to] = [input.selectionStart, input.selectionEnd]
    const put = around(input.value.slice(from, to))
    input.setRangeText(put, from, to, 'end')
    input.dispatchEvent(new window.Event('input'))
    input.focus()
    input.setSelectionRange(from + 1, from + put.length - 1)
  } }
}

const htmlControl = (ctx) => {
  const { field, form, id, path } = ctx
  const rich = richText({
    field, id, value: form.get(path), label: form.labelOf(field), describedBy: describe(ctx), words: form.words, slim: Boolean(ctx.slim), placeholder: field.placeholder ?? (ctx.slim ? form.labelOf(field) : undefined),
    onchange: (html) => form.set(path, html === '' ? undefined : html, { typing: true }),
  })
  rich.text.dir = 'auto'
  if (!field.optional) rich.text.setAttribute('aria-required', 'true')
  form.onRemove(rich.host, rich.destroy)
  return { control: rich.host, wrap: rich.wrap }
}

const textField = (ctx) => {
  const { field } = ctx
  if (/colou?rselector/i.test(field.widget ?? '')) return frameOf(ctx, { control: colourControl(ctx, describe(ctx)) })
  const isHtml = field.widget === 'html'
  const { control, wrap } = isHtml ? htmlControl(ctx) : textControl(ctx)
  const frame = frameOf(ctx, { control, group: isHtml, bare: ctx.bare })
  if (takesGaps(field)) startGaps(ctx, frame, control, wrap)
  return frame
}

/** Takes the moment at which the content's film stands in this form. */
const timeNow = ({ form, path }, input) => {
  const film = [...path.slice(0, -3), 'video']
  const press = button('clock', form.words.timeNow, () => {
    const { currentTime } = document.getElementById(idOf(film))?.querySelector('video') ?? {}
    if (currentTime === undefined) return
    input.value = Math.round(currentTime * 10) / 10
    input.dispatchEvent(new window.Event('input'))
  })
  const host = el('div', { class: 'with-now' }, input, press)
  const show = () => (press.hidden = !form.get(film)?.[0]?.path)
  form.onChange(host, show)
  show()
  return host
}

const numberField = (ctx) => {
  const { field, form, id, path } = ctx
  const range = field.min !== undefined && field.max !== undefined ? form.words.between : field.min !== undefined ? form.words.atLeast : field.max !== undefined ? form.words.atMost : ''
  const input = el('input', {
    id, type: 'number', inputmode: field.decimals === 0 || !field.decimals ? 'numeric' : 'decimal', min: field.min, max: field.max, step: field.steps ?? field.step ?? (field.decimals ? 10 ** -field.decimals : 'any'),
    'aria-describedby': ids(`${id}-hint`, `${id}-fault`), dir: 'ltr',
    oninput: () => form.set(path, input.value === '' ? undefined : Number(input.value), { typing: true }),
  })
  input.value = form.get(path) ?? ''
  const unit = field.unit ? ` ${field.unit}` : ''
  return frameOf(ctx, { control: field.keyroom === 'time' ? timeNow(ctx, input) : input, hint: [field.description, fill(range, { min: field.min, max: field.max }) + unit].filter((part) => part?.trim()).join(' ') || undefined, bare: ctx.bare })
}

const booleanField = (ctx) => {
  const { field, form, id, path } = ctx
  const box = el('input', { type: 'checkbox', id, role: 'switch', 'aria-describedby': describe(ctx), onchange: () => form.set(path, box.checked) })
  box.checked = Boolean(form.get(path) ?? field.default)
  const frame = el('div', { class: 'f f-switch', 'data-type': 'boolean', 'data-path': nameOf(path) },
    el('label', { for: id, id: `${id}-label` }, box, el('span', { class: 'switch', 'aria-hidden': 'true' }), el('span', {}, form.labelOf(field))),
    field.description && el('p', { class: 'f-hint', id: `${id}-hint` }, field.description),
    el('p', { class: 'f-fault', id: `${id}-fault`, hidden: true }))
  form.register(ctx, frame)
  return frame
}

/** Two or three short ones stand side by side; more are a list to choose from. */
const radios = (ctx, options) => {
  const { form, id, path } = ctx
  const now = form.get(path) ?? ctx.field.default
  return el('div', { class: 'radios', role: 'radiogroup', id, 'aria-labelledby': `${id}-label`, 'aria-describedby': describe(ctx), tabindex: -1 },
    options.map(({ value, label }, index) => {
      const input = el('input', { type: 'radio', name: id, id: `${id}-${index}`, value, onchange: () => form.set(path, value) })
      input.checked = now === value
      return el('label', { for: `${id}-${index}` }, input, el('span', {}, label))
    }))
}
const selectField = (ctx) => {
  const { field, form, id, path } = ctx
  const options = (field.options ?? []).map(optionOf).filter(({ value }) => value !== '-')
  const isShort = options.length <= 3 && !field.optional && options.every(({ label }) => label.length < 25)
  if (isShort || /radio/i.test(field.widget ?? '')) return frameOf(ctx, { control: radios(ctx, options), group: true })
  const now = form.get(path) ?? field.default
  const select = el('select', { id, 'aria-describedby': describe(ctx), onchange: () => form.set(path, select.value === '' ? undefined : select.value) },
    (field.optional || now === undefined) && el('option', { value: '' }, field.optional ? '–' : form.words.choose),
    options.map(({ value, label }) => el('option', { value }, label)))
  select.value = now ?? ''
  return frameOf(ctx, { control: select })
}

const MEDIA = ['image', 'audio', 'video', 'file']
/** Widgets only Joubel's editor has: a place in a picture, a time in a film, slides. */
const ELSEWHERE = new Set(['dragquestion', 'interactivevideo', 'coursepresentation', 'branchingscenario', 'branchingquestion', 'imagemultiplehotspotquestion', 'imagehotspotquestion', 'timeline', 'threeimage', 'virtualtour', 'gamemap'])

const elsewhere = (ctx) => {
  const { field, form, id } = ctx
  return frameOf(ctx, { group: true, control: el('div', { class: 'elsewhere', id, tabindex: -1 }, el('p', {}, form.words.elsewhere), form.editor ? el('a', { href: form.editor, class: 'btn quiet small-btn' }, form.words.openEditor) : el('p', { class: 'small' }, form.words.noEditor)), hint: field.description })
}

const bodyOf = (ctx) => {
  const { field } = ctx
  if (ELSEWHERE.has((field.widget ?? '').toLowerCase())) return elsewhere(ctx)
  if (MEDIA.includes(field.type)) return frameOf(ctx, { control: fileControl(ctx, describe(ctx)), group: true, bare: ctx.bare })
  switch (field.type) {
    case 'text': return textField(ctx)
    case 'number': return numberField(ctx)
    case 'boolean': return booleanField(ctx)
    case 'select': return selectField(ctx)
    case 'list': return listField(ctx)
    case 'group': return groupField(ctx)
    case 'library': return libraryField(ctx)
    default: return elsewhere(ctx)
  }
}

/**
 * One field, whatever it is. `ctx`: the form, the field, the scope it stands in (for `showWhen`), where its value lies
 * (`path`) and a key that stays the same when rows change places.
 */
export const renderField = (form, field, scope, more = {}) => {
  const path = more.path ?? pathIn(scope, field)
  const key = `${more.key ?? scope.key}/${field.name}`
  const ctx = { form, field, scope, path, key, id: idOf(path), bare: more.bare, slim: more.slim, depth: scope.depth }
  const only = onlyField(field)
  // A group of one is its field; what the group says of itself comes first.
  const body = only
    ? renderField(form, { ...only, label: only.label ?? field.label, optional: only.optional ?? field.optional }, { parent: scope, fields: field.fields, path, single: true, key, depth: scope.depth }, { bare: more.bare, slim: more.slim })
    : bodyOf(ctx)
  const help = importantOf(ctx)
  if (help) body.querySelector('.f-hint, .f-label')?.after(help)
  form.condition(field, scope, path, body)
  return body
}

/** The fields of a group or of a content, in their order: the main ones, then «More», then the words a learner meets. */
export const renderFields = (form, scope, { main, more, common }) => {
  const one = (field) => renderField(form, field, scope)
  const folded = (name, label, fields) => fields.length > 0 && form.fold({ key: `${scope.key}/:${name}`, label, body: () => fields.map(one), paths: fields.map((field) => pathIn(scope, field)), small: true })
  // Nothing but small print: then it isn't.
  if (main.length === 0 && more.length > 0) return [...more.map(one), folded('common', form.words.common, common)].filter(Boolean)
  return [...main.map(one), folded('more', form.words.more, more), folded('common', form.words.common, common)].filter(Boolean)
}

export { frameOf }
