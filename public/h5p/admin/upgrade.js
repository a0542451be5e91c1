import { problemText } from '../../look/problem.js'

/** Brings drafts to a newer version of a type, one after the other: each is fetched, put into the box, and what comes out is saved. */
const task = JSON.parse(document.getElementById('upgrade-task')?.textContent ?? 'null')
const button = document.getElementById('upgrade')
const bar = document.getElementById('upgrade-bar')
const said = document.getElementById('upgrade-said')
/** Code that says nothing for so long has lost its way. */
const PATIENCE_MS = 30_000
const say = (name, about = {}) => (task.words[name] ?? task.words.silent).replace(/\{(\w+)\}/g, (_all, key) => about[key] ?? '')

const openBox = () => new Promise((resolve) => {
  const box = document.createElement('iframe')
  box.className = 'box'
  box.setAttribute('sandbox', 'allow-scripts')
  box.tabIndex = -1
  box.ariaHidden = 'true'
  const waiting = new Map()
  const hear = ({ data, source }) => {
    if (source !== box.contentWindow) return
    if (data.ready) resolve({ run, close })
    waiting.get(data.task)?.(data)
  }
  const close = () => {
    window.removeEventListener('message', hear)
    box.remove()
  }
  let count = 0
  const run = (work) => new Promise((done, failed) => {
    const number = ++count
    const late = setTimeout(() => failed(new Error(say('silent'))), PATIENCE_MS)
    waiting.set(number, ({ why, about, params, metadata }) => {
      clearTimeout(late)
      if (why) failed(new Error(say(why, about)))
      else done({ params, metadata })
    })
    box.contentWindow.postMessage({ task: number, ...work }, '*')
  })
  window.addEventListener('message', hear)
  box.src = `upgrade/box?${new URLSearchParams({ from: task.from, to: task.to })}`
  document.body.append(box)
})
const json = async (answer) => {
  const body = await answer.json().catch(() => ({}))
  if (answer.ok) return body
  throw new Error(body.type === '/problems/h5p/stale-draft' ? say('stale') : problemText(body) || say('silent'))
}
/** Each draft has a box of its own: what one type's code broke in it, or still does in it, doesn't reach the next. */
const bring = async (id) => {
  const { from, to } = task
  const { revision, ...draft } = await json(await fetch(`upgrade/draft/${id}?${new URLSearchParams({ from })}`))
  const box = await openBox()
  const made = await box.run({ from, to, ...draft }).finally(box.close)
  return json(await fetch('upgrade', {
    method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF-Token': task.csrf },
    body: JSON.stringify({ draft: id, revision, from, to, ...made }),
  }))
}
const told = ({ now, left, faults }) => {
  const places = [...new Set(faults.map(({ path }) => path))]
  return [
    say('done', { libraries: now.join(', ') || task.to }), left && say('left'),
    places.length > 0 && say('faults', { places: places.slice(0, 3).join(', ') + (places.length > 3 ? ', …' : '') }),
  ].filter(Boolean).join(' ')
}

button?.addEventListener('click', async () => {
  button.disabled = true
  bar.hidden = false
  said.textContent = ''
  for (const item of document.querySelectorAll('#drafts li:not([data-done])')) {
    const state = item.querySelector('.state-of')
    try {
      state.textContent = told(await bring(item.dataset.draft))
      item.dataset.done = ''
      delete item.dataset.bad
    } catch (error) {
      item.dataset.bad = ''
      state.textContent = error.message
    }
    bar.value += 1
  }
  const [done, all] = ['#drafts li[data-done]', '#drafts li'].map((which) => document.querySelectorAll(which).length)
  bar.hidden = true
  bar.value = done
  said.textContent = say('result', { done, all })
  button.hidden = done === all
  if (button.hidden) said.focus()
  button.disabled = false
  button.textContent = say('again')
})
