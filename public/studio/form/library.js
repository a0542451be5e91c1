import { sharedBy } from './common.js'
import { button, el } from './dom.js'
import { frameOf, renderFields } from './field.js'
import { inSections, isEmpty, newId, startOfAll } from './values.js'

const machineOf = (library) => library.split(' ')[0]

/** What may stand here, of what is installed. */
const choicesOf = ({ form, field }) => {
  const named = (field.options ?? []).map((option) => (typeof option === 'string' ? option : option.value))
  return named.map((library) => ({ library, type: form.types.find((type) => type.machineName === machineOf(library)) })).map(({ library, type }) => ({ library, title: type?.title ?? machineOf(library).replace(/^.*\./, ''), isThere: Boolean(type) }))
}

/** Begins a content of a type: with what the type says it begins with, and a name its answers are kept by. */
const begin = async (ctx, library, before) => {
  const { form, path } = ctx
  const fields = await form.semanticsOf(library)
  const title = form.typeTitle(library)
  // What both types know goes along: a question stays a question.
  const kept = Object.fromEntries(Object.entries(before?.params ?? {}).filter(([name, value]) => !isEmpty(value) && fields.some((field) => field.name === name && field.type === typeOf(before, form, name))))
  form.set(path, { library, params: { ...startOfAll(fields), ...sharedBy(form.get(), library, fields), ...kept }, subContentId: before?.subContentId ?? newId(), metadata: { contentType: title, license: 'U', title } }, { structural: true })
}
const typeOf = ({ library }, form, name) => form.knownSemantics(library)?.find((field) => field.name === name)?.type

const fieldsOf = (ctx, fields) => {
  const { form, path, scope, key } = ctx
  const inner = { parent: scope, fields, path: [...path, 'params'], single: false, key: `${key}/params`, depth: scope.depth + 1 }
  return el('div', { class: 'nested' }, ...renderFields(form, inner, inSections(fields)))
}

const chooser = (ctx, choices, redraw) => {
  const { form, field, path, id } = ctx
  const now = form.get(path)
  const select = el('select', { id: `${id}-type`, 'aria-labelledby': `${id}-label`, onchange: async () => {
    const library = select.value
    if (library === '') form.set(path, undefined, { structural: true })
    else await begin(ctx, library, now)
    redraw()
    form.focus({ id: `${id}-type` })
  } },
    (!now || field.optional) && el('option', { value: '' }, now ? form.words.noType : form.words.chooseType),
    choices.map(({ library, title, isThere }) => el('option', { value: library, disabled: !isThere }, title)))
  select.value = now?.library ?? ''
  return select
}

/** A content inside this one: which type, and its own form. */
export const libraryField = (ctx) => {
  const { form, field, path, id, bare } = ctx
  const host = el('div', { class: 'f-library', id, tabindex: -1 })
  const choices = choicesOf(ctx)
  const draw = async () => {
    const now = form.get(path)
    const there = choices.filter(({ isThere }) => isThere)
    if (there.length === 0) return host.replaceChildren(el('p', { class: 'small muted' }, form.words.noneInstalled))
    // Few are buttons: one press, and the writing begins.
    const cards = !now && there.length <= 16 && el('div', { class: 'type-buttons', role: 'group', 'aria-labelledby': `${id}-label` }, there.map(({ library, title }) => button('add', title, async () => {
      await begin(ctx, library)
      await draw()
      form.focus({ first: [...path, 'params'] })
    })))
    const parts = now || there.length > 16 ? [el('div', { class: 'type-choice' }, el('label', { class: 'small', for: `${id}-type` }, form.words.type), chooser(ctx, choices, draw))] : [cards]
    if (!now) return host.replaceChildren(...parts)
    const known = form.knownSemantics(now.library)
    host.replaceChildren(...parts, known ? fieldsOf(ctx, known) : el('p', { class: 'small muted', role: 'status' }, form.words.loading))
    if (known) return form.applyFaults()
    await form.semanticsOf(now.library).catch(() => undefined)
    const fields = form.knownSemantics(now.library)
    if (!host.isConnected && !host.parentNode) return
    host.replaceChildren(...parts, fields ? fieldsOf(ctx, fields) : el('p', { class: 'f-fault' }, form.words.notInstalled))
    form.applyFaults()
  }
  const frame = frameOf({ ...ctx, redraw: () => void draw() }, { control: host, group: true, bare, hint: field.description })
  void draw()
  return frame
}
