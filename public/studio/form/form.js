import { writeShared } from './common.js'
import { el, fill, icon, iconButton } from './dom.js'
import { makeFaults } from './faults.js'
import { renderField, renderFields } from './field.js'
import { at, idOf, inSections, nameOf, shows } from './values.js'

/** Names of rows that stay with them when they change places. */
const makeRows = () => {
  const known = new Map()
  let next = 0
  const rowsOf = (key, count) => {
    const all = known.get(key) ?? []
    while (all.length < count) all.push(next++)
    all.length = count
    known.set(key, all)
    return {
      all,
      add: () => (all.push(next++), all.at(-1)),
      copy: (index) => all.splice(index + 1, 0, next++),
      remove: (index) => all.splice(index, 1),
      move: (from, to) => all.splice(to, 0, ...all.splice(from, 1)),
    }
  }
  return { rowsOf, placeOf: (key, row) => known.get(key)?.indexOf(row) ?? -1 }
}

/** What opens and closes; its inside is made when it is first opened. */
const makeFolds = (form) => {
  const opened = new Map()
  const folds = new Set()
  const fold = ({ key, label, body, paths, open = false, before = [], after = [], hint, id = idOf([key.replace(/\W+/g, '_')]), small = false, row = false }) => {
    const name = el('span', { class: 'fold-label', id: row ? `${id}-name` : `${id}-label`, dir: 'auto' })
    const mark = el('span', { class: 'fold-mark', hidden: true })
    const inside = el('div', { class: 'fold-body', id: `${id}-in`, hidden: true })
    const toggle = el('button', { type: 'button', class: 'fold-toggle', 'aria-expanded': 'false', 'aria-controls': `${id}-in`, id: `${id}-fold`, onclick: () => set(!isOpen(), true) }, icon('open'), name, mark)
    const host = el('div', { class: 'fold', 'data-small': small, 'data-row': row }, el('div', { class: 'fold-head' }, ...before, toggle, ...after), hint && el('p', { class: 'f-hint' }, hint), inside, row && el('p', { class: 'f-fault', id: `${id}-fault`, hidden: true }))
    const isOpen = () => toggle.getAttribute('aria-expanded') === 'true'
    const set = (open, byHand = false) => {
      toggle.setAttribute('aria-expanded', String(open))
      inside.hidden = !open
      if (byHand) opened.set(key, open)
      if (!open || inside.childNodes.length > 0) return
      inside.append(...body().filter(Boolean))
      if (byHand) form.applyFaults()
    }
    const say = () => (name.textContent = typeof label === 'function' ? label() : label)
    say()
    if (typeof label === 'function') form.onChange(host, say)
    folds.add({ host, key, paths: paths.map(nameOf), isOpen, open: () => set(true, true), close: () => set(false, true), mark })
    set(opened.get(key) ?? open)
    return host
  }
  const there = () => {
    for (const each of folds) if (!each.host.isConnected) folds.delete(each)
    return [...folds]
  }
  return { fold, there, setOpen: (key, open) => opened.set(key, open), all: folds }
}

const wireConditions = (store) => {
  let conditions = []
  const look = () => {
    conditions = conditions.filter(({ body, fresh }) => fresh || body.isConnected)
    const hidden = new Map()
    for (const each of conditions) {
      const isShown = shows(each.field, each.scope, store.get())
      hidden.set(each.body, hidden.get(each.body) || !isShown)
      if (!isShown && each.field.showWhen?.nullWhenHidden && store.get(each.path) !== undefined) store.amend(each.path, undefined)
      each.fresh = false
    }
    for (const [body, isHidden] of hidden) body.hidden = isHidden
  }
  return { look, add: (field, scope, path, body) => (field.showWhen || field.widget === 'none') && conditions.push({ field, scope, path, body, fresh: true }) }
}

/** The first thing that differs: where something was undone. */
const differs = (a, b, path = []) => {
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || Array.isArray(a) !== Array.isArray(b)) return path
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => a[key] !== b[key])
  if (keys.length !== 1 || (Array.isArray(a) && a.length !== b.length)) return path
  const [key] = keys
  return differs(a[key], b[key], [...path, Array.isArray(a) ? Number(key) : key])
}

/**
 * A form made from semantics. It shows what the store holds and tells the store what is written; whatever is added, moved or
 * undone is drawn again, and the keyboard stays where it was.
 */
export const makeForm = ({ host, live, store, data, sendFile }) => {
  const frames = new Map()
  const watchers = new Map()
  const removers = new Map()
  const rows = makeRows()
  const conditions = wireConditions(store)
  const semantics = new Map(Object.entries(data.semantics))
  const types = new Map(data.types.map((type) => [type.machineName, type]))
  const prune = (map, call) => {
    for (const [element, value] of map) {
      if (element.isConnected || !element.dataset.seen) {
        element.dataset.seen = '1'
        continue
      }
      call?.(value)
      map.delete(element)
    }
  }
  const form = {
    words: data.words, types: data.types, editor: data.editor, rowsOf: rows.rowsOf,
    get: store.get,
    set(path, value, options) {
      store.change(path, value, options)
      writeShared(store, path, value, form.knownSemantics)
    },
    /** Where a field is by now, when the rows around it have changed places since it was drawn; nowhere, when one of them is gone. */
    pathNow({ key, path }) {
      const places = [...key.matchAll(/#(\d+)/g)].map(({ 1: row, index }) => rows.placeOf(key.slice(0, index), Number(row)))
      if (places.includes(-1)) return undefined
      return path.map((part) => (typeof part === 'number' ? places.shift() : part))
    },
    labelOf: (field) => field.label || (field.name ?? '').replace(/([a-z])([A-Z])/g, '$1 $2').replace(/^./, (letter) => letter.toUpperCase()),
    entityOf: (field) => field.entity || field.field?.label || data.words.item,
    typeTitle: (library) => types.get(library.split(' ')[0])?.title ?? library.split(' ')[0].replace(/^.*\./, ''),
    isOwn: ({ path }) => {
      for (let length = path.length; length > 0; length -= 1) {
        const library = store.get(path.slice(0, length))?.library
        if (typeof library === 'string') return library.startsWith('Keyroom.')
      }
      return data.draft.library.startsWith('Keyroom.')
    },
    knownSemantics: (library) => semantics.get(library),
    async semanticsOf(library) {
      const known = semantics.get(library)
      if (known) return known
      const response = await fetch(`${data.urls.semantics}?library=${encodeURIComponent(library)}`, { headers: { Accept: 'application/json' } })
      if (!response.ok) throw new Error(data.words.notInstalled)
      const fields = (await response.json()).fields
      semantics.set(library, fields)
      return fields
    },
    fileAddress: (path) => `${data.urls.content}/${path.split('/').map(encodeURIComponent).join('/')}`,
    sendFile,
    /** Words of a type's own, without what could run. */
    inert: (html) => new DOMParser().parseFromString(html, 'text/html').body.textContent,
    register(ctx, frame, redraw = ctx.redraw) {
      frames.set(nameOf(ctx.path), { frame, redraw, id: ctx.id, path: ctx.path })
    },
    onChange: (element, look) => watchers.set(element, [...(watchers.get(element) ?? []), look]),
    onRemove: (element, end) => removers.set(element, end),
    condition: conditions.add,
    refresh(path) {
      const { frame, redraw } = frames.get(nameOf(path)) ?? {}
      if (!frame?.isConnected || !redraw) return form.redraw()
      redraw()
      settled()
    },
    say: (sentence) => {
      live.textContent = ''
      setTimeout(() => (live.textContent = sentence), 30)
    },
    foldAll: (keys, path) => {
      const toggle = (open) => {
        for (const key of keys) folds.setOpen(key, open)
        form.refresh(path)
        form.focus({ id: `${idOf(path)}-${open ? 'close' : 'open'}` })
      }
      const isAnyOpen = folds.there().some(({ key, isOpen }) => keys.includes(key) && isOpen())
      return isAnyOpen ? el('button', { type: 'button', class: 'link-btn', id: `${idOf(path)}-close`, onclick: () => toggle(false) }, data.words.closeAll) : el('button', { type: 'button', class: 'link-btn', id: `${idOf(path)}-open`, onclick: () => toggle(true) }, data.words.openAll)
    },
    /** Opens whatever hides a field. */
    reveal(path) {
      const name = nameOf(path)
      const isAbove = (above) => name === above || name.startsWith(`${above}.`)
      for (let turn = 0; turn < 30; turn += 1) {
        const shut = folds.there().find(({ paths, isOpen }) => !isOpen() && paths.some(isAbove))
        if (!shut) break
        shut.open()
      }
      settled()
    },
    focus({ id, first, row }) {
      if (first || row) form.reveal(first ?? row.slice(0, -1))
      const within = first ? nearest(first) : row ? document.getElementById(`${idOf(row)}-row`) : document.getElementById(id)
      const target = first ? within?.querySelector('input:not([type=hidden]):not(.visually-hidden), textarea, select, [contenteditable]') ?? within : row ? within?.querySelector('.fold-toggle, .grip') ?? within : within
      target?.focus()
      target?.scrollIntoView({ block: 'nearest' })
    },
  }
  const nearest = (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const name = nameOf(path.slice(0, length))
      const found = host.querySelector(`[data-path="${window.CSS.escape(name)}"]`)
      if (found) return found
    }
    return host
  }
  const folds = makeFolds(form)
  Object.assign(form, { fold: folds.fold, setOpen: folds.setOpen })
  const faults = makeFaults({ host, form, frames, folds, nearest })
  form.applyFaults = faults.apply
  const settled = () => {
    prune(watchers)
    prune(removers, (end) => end())
    for (const [name, { frame }] of frames) if (!frame.isConnected) frames.delete(name)
    conditions.look()
    faults.apply()
  }
  const scopeOf = (path, fields, key) => ({ path, fields, key, single: false, depth: 0 })
  const draw = () => {
    const title = { name: 'title', type: 'text', label: data.words.title, maxLength: 255, description: data.words.titleHint }
    const main = scopeOf(['params'], semantics.get(data.draft.library) ?? [], 'params')
    const about = scopeOf(['metadata'], data.metadataFields, 'metadata')
    host.replaceChildren(
      renderField(form, title, scopeOf([], [title], '')),
      ...renderFields(form, main, inSections(main.fields)),
      form.fold({ key: ':about', label: data.words.about, body: () => data.metadataFields.map((field) => renderField(form, field, about)), paths: [['metadata']], hint: data.words.aboutHint, id: 'f-about' }))
    settled()
  }
  form.redraw = () => {
    const { activeElement } = document
    const [id, top] = [host.contains(activeElement) ? activeElement.id : '', document.scrollingElement.scrollTop]
    draw()
    if (id) document.getElementById(id)?.focus({ preventScroll: true })
    document.scrollingElement.scrollTop = top
  }
  let before = store.get()
  store.listen((now, { from, path: changed }) => {
    const path = differs(before, now)
    before = now
    if (from === 'change') {
      faults.drop(changed)
      conditions.look()
      for (const [element, looks] of watchers) if (element.isConnected) looks.forEach((look) => look())
      return
    }
    form.redraw()
    if (from === 'load') return
    form.reveal(path.slice(0, -1))
    const found = nearest(path)
    found.scrollIntoView({ block: 'nearest' })
    found.dataset.changed = ''
    setTimeout(() => delete found.dataset.changed, 1200)
  })
  draw()
  return { ...form, faults, has: (path) => at(store.get(), path) !== undefined, fill }
}

export { iconButton }
