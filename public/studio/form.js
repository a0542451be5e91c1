import { el, fill } from './form/dom.js'
import { makeForm } from './form/form.js'
import { makeKeeper } from './form/keep.js'
import { makePreview } from './form/preview.js'
import { makeStore } from './form/store.js'
import { sendFile } from './form/upload.js'
import { startOfAll, withIds } from './form/values.js'

/** The page of a draft: its form, what keeps it, and its preview. */
const data = JSON.parse(document.getElementById('form-data').textContent)
const { words, urls, csrf, draft } = data
const part = (name) => document.querySelector(`[data-studio="${name}"]`)
const timeOf = (date) => new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: 'short' }).format(date)

const store = makeStore({ title: draft.title, params: draft.params, metadata: draft.metadata })
const status = part('status')
const preview = makePreview({ host: part('preview'), address: urls.preview, title: words.previewOf, onstate: (state) => (part('preview-pane').dataset.state = state) })

const form = makeForm({
  host: part('fields'), live: part('live'), store, data,
  sendFile: (file, { onprogress, signal }) => sendFile(file, { url: urls.files, csrf, words, onprogress, signal }),
})

/** Sentences of the line that says how things stand; said aloud only when they change for the worse, or back. */
const SAID = new Set(['offline', 'stale', 'expired', 'refused'])
let last = ''
const onstate = (state, { at, sentence } = {}) => {
  status.dataset.state = state
  const say = state === 'saved' ? fill(words.saved, { time: timeOf(at) }) : state === 'refused' ? sentence : words[`state-${state}`]
  if (say !== undefined) part('status-words').textContent = say
  if (SAID.has(state) || (state === 'saved' && SAID.has(last))) form.say(say)
  if (state !== 'saving' && state !== 'waiting') last = state
  if (state === 'stale') askWhose()
}
const showCount = () => {
  const count = form.faults.count()
  part('check').querySelector('[data-count]').textContent = count === 0 ? words.complete : fill(words.toMend, { count })
  part('check').dataset.done = String(count === 0)
}
const keeper = makeKeeper({
  id: draft.id, url: urls.save, csrf, revision: draft.revision, at: draft.updatedAt, store, onstate,
  onsaved: ({ revision, faults }, { params }) => {
    form.faults.set(faults)
    showCount()
    if (!part('summary').hidden) part('summary').hidden = faults.length === 0 && !form.faults.isChecking()
    showAfter(revision, params)
  },
})

/** The preview is made anew where what it shows has changed. Our own types go on where they were; another begins again, so it waits for a pause. */
const PAUSE = draft.library.startsWith('Keyroom.') ? 0 : 3000
let shown = draft.params
let showing
const showAfter = (revision, params) => {
  if (params === shown) return
  shown = params
  clearTimeout(showing)
  showing = setTimeout(() => preview.update(revision), PAUSE)
}

/** Somebody else saved meanwhile: nothing is lost, whichever is taken. */
const askWhose = () => {
  const box = part('stale')
  const mine = async () => {
    const copy = await fetch(urls.duplicate, { method: 'POST', headers: { Accept: 'application/json', 'X-CSRF-Token': csrf } })
    if (!copy.ok) return void (box.querySelector('[role=status]').textContent = words.lineDown)
    const made = await copy.json()
    const { title, params, metadata } = store.get()
    const saved = await fetch(made.save, { method: 'PUT', headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF-Token': csrf }, body: JSON.stringify({ revision: made.revision, title: fill(words.copyTitle, { title }), params, metadata }) })
    if (!saved.ok) return void (box.querySelector('[role=status]').textContent = words.lineDown)
    keeper.forget()
    go(made.href)
  }
  const theirs = () => {
    keeper.forget()
    go(location.pathname)
  }
  box.replaceChildren(el('h2', { class: 'h3', tabindex: -1 }, words.staleTitle), el('p', {}, words.staleText),
    el('div', { class: 'row' }, el('button', { type: 'button', class: 'btn', onclick: () => void mine(), 'data-choose': 'mine' }, words.keepMine), el('button', { type: 'button', class: 'btn quiet', onclick: theirs, 'data-choose': 'theirs' }, words.takeTheirs)), el('p', { role: 'status', class: 'small' }))
  box.hidden = false
  box.querySelector('h2').focus()
}
/** As a link does it: a window without cookies follows links, not addresses. */
const go = (href) => {
  const link = el('a', { href, hidden: true })
  document.body.append(link)
  link.click()
}

const undo = part('undo')
const redo = part('redo')
const showSteps = () => {
  undo.disabled = !store.canUndo()
  redo.disabled = !store.canRedo()
}
store.listen(showSteps)
undo.addEventListener('click', () => store.undo())
redo.addEventListener('click', () => store.redo())
const isWriting = (target) => target instanceof Element && target.closest('input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, [contenteditable]')
const onKey = (event) => {
  if (!part('fields')) return document.removeEventListener('keydown', onKey)
  if (!(event.ctrlKey || event.metaKey) || event.altKey || isWriting(event.target)) return
  const key = event.key.toLowerCase()
  if (key === 'z') event.shiftKey ? store.redo() : store.undo()
  else if (key === 'y') store.redo()
  else return
  event.preventDefault()
}
document.addEventListener('keydown', onKey)

part('check').addEventListener('click', async () => {
  await keeper.flush()
  form.faults.summary(part('summary'))
})
// Whoever goes on takes along what was written last.
for (const link of document.querySelectorAll('[data-flush]')) {
  link.addEventListener('click', (event) => {
    if (!keeper.isDirty() || link.dataset.flush === 'done') return
    event.preventDefault()
    void keeper.flush().finally(() => {
      link.dataset.flush = 'done'
      link.click()
    })
  })
}

/** Below 1100 px: one of the two, by tabs. */
const tabs = [...document.querySelectorAll('[role=tab]')]
const choose = (tab) => {
  for (const each of tabs) {
    each.setAttribute('aria-selected', String(each === tab))
    each.tabIndex = each === tab ? 0 : -1
  }
  part('panes').dataset.shown = tab.dataset.pane
}
for (const [index, tab] of tabs.entries()) {
  tab.addEventListener('click', () => choose(tab))
  tab.addEventListener('keydown', ({ key }) => {
    if (!['ArrowLeft', 'ArrowRight'].includes(key)) return
    const other = tabs[(index + 1) % tabs.length]
    choose(other)
    other.focus()
  })
}
part('again').addEventListener('click', () => {
  clearTimeout(showing)
  preview.update(`again-${Date.now()}`, { anew: true })
})

const left = keeper.leftBehind()
if (left) {
  store.load(left.value)
  form.say(words.broughtBack)
} else if (Object.keys(draft.params).length === 0) {
  // A new one begins with what its type says it begins with.
  store.load({ ...store.get(), params: startOfAll(data.semantics[draft.library] ?? []) })
} else if (withIds(draft.params) !== draft.params) store.load({ ...store.get(), params: withIds(draft.params) })
form.faults.set(data.faults)
showCount()
showSteps()
if (left?.stale) onstate('stale')
else if (!keeper.isDirty()) onstate('saved', { at: new Date(draft.updatedAt) })
preview.update(draft.revision)
if (/^#f-/.test(location.hash)) form.faults.go(location.hash.slice(3).replaceAll('-', '.'))
document.documentElement.dataset.form = 'ready'
