import { button, capital, el, fill, icon, iconButton } from './dom.js'
import { optionalMark, renderField } from './field.js'
import { copyOf, idOf, isLine, nameOf, onlyField, startOf, wordsIn } from './values.js'

/** A file written by hand may hold anything here. */
const rowsIn = (value) => (Array.isArray(value) ? value : [])

/** What a closed row says of itself. */
const summaryOf = ({ form, field }, value, index) => {
  const inner = field.field
  const words = wordsIn(value)
  const type = inner.type === 'library' && value?.library ? form.typeTitle(value.library) : ''
  const short = words.length > 90 ? `${words.slice(0, 90)}…` : words
  return [type, short].filter(Boolean).join(': ') || fill(form.words.nth, { entity: capital(form.entityOf(field)), n: index + 1 })
}

const moves = (list, { form, field, path }) => {
  const values = () => rowsIn(form.get(path))
  const entity = capital(form.entityOf(field))
  const keep = (fresh, focus, said) => {
    form.set(path, fresh, { structural: true })
    form.refresh(path)
    if (focus) form.focus(focus)
    form.say(said)
  }
  return {
    add() {
      const fresh = startOf(field.field)
      const to = values().length
      const key = list.keys.add()
      form.setOpen(list.keyOf(key), true)
      keep([...values(), fresh ?? (field.field.type === 'group' && !onlyField(field.field) ? {} : null)], { first: [...path, to] }, fill(form.words.added, { entity, n: to + 1 }))
    },
    copy(index) {
      list.keys.copy(index)
      const all = values()
      keep([...all.slice(0, index + 1), copyOf(all[index]), ...all.slice(index + 1)], { row: [...path, index + 1] }, fill(form.words.copied, { entity, n: index + 2 }))
    },
    remove(index) {
      list.keys.remove(index)
      const left = values().filter((_, at) => at !== index)
      keep(left, left.length > 0 ? { row: [...path, Math.min(index, left.length - 1)] } : { id: `${idOf(path)}-add` }, fill(form.words.removed, { entity, n: index + 1 }))
    },
    move(from, to, focus) {
      const all = [...values()]
      if (to < 0 || to >= all.length || from === to) return
      list.keys.move(from, to)
      all.splice(to, 0, ...all.splice(from, 1))
      keep(all, focus ? { id: `${idOf([...path, to])}-${focus}` } : undefined, fill(form.words.moved, { entity, from: from + 1, n: to + 1 }))
    },
  }
}

/** Dragged with a mouse; by keyboard the handle takes the arrows, and buttons do the same for everyone. */
const draggable = (row, handle, index, list, act) => {
  handle.draggable = true
  handle.addEventListener('dragstart', (event) => {
    list.dragged = index
    event.dataTransfer.effectAllowed = 'move'
    event.dataTransfer.setData('text/plain', '')
    event.dataTransfer.setDragImage(row, 10, 10)
    event.stopPropagation()
    row.classList.add('dragged')
  })
  handle.addEventListener('dragend', () => {
    list.dragged = undefined
    row.classList.remove('dragged')
  })
  row.addEventListener('dragover', (event) => {
    if (list.dragged === undefined || list.dragged === index) return
    event.preventDefault()
    event.stopPropagation()
    row.dataset.drop = list.dragged < index ? 'after' : 'before'
  })
  row.addEventListener('dragleave', () => delete row.dataset.drop)
  row.addEventListener('drop', (event) => {
    if (list.dragged === undefined) return
    event.preventDefault()
    event.stopPropagation()
    act.move(list.dragged, index)
  })
  handle.addEventListener('keydown', (event) => {
    const to = { ArrowUp: index - 1, ArrowDown: index + 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    act.move(index, to, 'grip')
  })
}

const buttonsOf = (ctx, index, count, name, act) => {
  const { form, field, path } = ctx
  const id = idOf([...path, index])
  const say = (word) => `${form.words[word]}: ${name}`
  return el('div', { class: 'row-buttons' },
    iconButton('up', say('up'), () => act.move(index, index - 1, index === 1 ? 'down' : 'up'), { id: `${id}-up`, disabled: index === 0 }),
    iconButton('down', say('down'), () => act.move(index, index + 1, index + 2 === count ? 'up' : 'down'), { id: `${id}-down`, disabled: index === count - 1 }),
    iconButton('copy', say('duplicate'), () => act.copy(index), { disabled: field.max !== undefined && count >= field.max }),
    iconButton('remove', say('remove'), () => act.remove(index), { disabled: field.min !== undefined && count <= field.min }))
}

const rowOf = (ctx, list, act, value, index, count) => {
  const { form, field, path, scope } = ctx
  const rowPath = [...path, index]
  const id = idOf(rowPath)
  const key = list.keyOf(list.keys.all[index])
  const name = fill(form.words.nth, { entity: capital(form.entityOf(field)), n: index + 1 })
  const handle = el('button', { type: 'button', class: 'grip', id: `${id}-grip`, 'aria-label': `${form.words.drag}: ${name}`, title: form.words.drag }, icon('grip'))
  const inner = () => renderField(form, field.field, { ...scope, parent: scope, path: rowPath, single: true, key, depth: scope.depth + 1, fields: [field.field] }, { path: rowPath, key, bare: true, slim: list.lines })
  const buttons = buttonsOf(ctx, index, count, name, act)
  const simple = list.lines || !['group', 'library', 'list'].includes(field.field.type) || Boolean(onlyField(field.field))
  const row = el('li', { class: 'row-item', id: `${id}-row`, 'data-kind': list.lines ? 'line' : simple ? 'simple' : 'fold', role: 'listitem', tabindex: -1, 'data-path': nameOf(rowPath) })
  if (simple) row.append(el('div', { class: 'row-line' }, handle, el('div', { class: 'row-body' }, inner()), buttons))
  else {
    const fold = form.fold({ key, label: () => summaryOf(ctx, form.get(rowPath), index), body: () => [inner()], paths: [rowPath], open: count <= 2, before: [handle, el('span', { class: 'row-n num', 'aria-hidden': 'true' }, String(index + 1))], after: [buttons], id, row: true })
    row.append(fold)
  }
  draggable(row, handle, index, list, act)
  return row
}

/** Many of the same: added, copied, put in order, taken away. */
export const listField = (ctx) => {
  const { form, field, path, key, id } = ctx
  const host = el('div', { class: 'f f-list', 'data-type': 'list', 'data-path': nameOf(path), id, tabindex: -1, role: 'group', 'aria-labelledby': `${id}-label`, 'aria-describedby': `${id}-fault` })
  const draw = () => {
    const values = rowsIn(form.get(path))
    const list = { keys: form.rowsOf(key, values.length), keyOf: (row) => `${key}#${row}`, lines: isLine(field.field), dragged: undefined }
    const act = moves(list, ctx)
    const isFull = field.max !== undefined && values.length >= field.max
    host.replaceChildren(
      el('div', { class: 'f-head' }, el('div', { class: 'f-label', id: `${id}-label` }, form.labelOf(field), ...optionalMark(ctx), ' ', el('span', { class: 'count num' }, String(values.length))),
        values.length > 3 && !list.lines && form.foldAll(values.map((_, index) => list.keyOf(list.keys.all[index])), path)),
      ...(field.description ? [el('p', { class: 'f-hint', id: `${id}-hint` }, field.description)] : []),
      el('ol', { class: 'rows', role: 'list' }, values.map((value, index) => rowOf(ctx, list, act, value, index, values.length))),
      el('p', { class: 'f-fault', id: `${id}-fault`, hidden: true }),
      el('p', {}, button('add', fill(form.words.add, { entity: form.entityOf(field) }), act.add, { id: `${id}-add`, disabled: isFull }), isFull && el('span', { class: 'small muted' }, ` ${fill(form.words.full, { max: field.max })}`)))
    form.applyFaults()
  }
  form.register(ctx, host, draw)
  draw()
  return host
}
