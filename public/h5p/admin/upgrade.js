/** Brings drafts to a newer version of their type, one after the other: each is fetched, put into the box, and what comes out is saved. */
const task = JSON.parse(document.getElementById('upgrade-task')?.textContent ?? 'null')
const button = document.getElementById('upgrade')
const bar = document.getElementById('upgrade-bar')
/** Code that says nothing for so long has lost its way. */
const PATIENCE_MS = 30_000

const openBox = () => new Promise((resolve) => {
  const box = document.createElement('iframe')
  box.className = 'box'
  box.setAttribute('sandbox', 'allow-scripts')
  box.tabIndex = -1
  box.ariaHidden = 'true'
  const waiting = new Map()
  window.addEventListener('message', ({ data, source }) => {
    if (source !== box.contentWindow) return
    if (data.ready) resolve({ run, close: () => box.remove() })
    waiting.get(data.task)?.(data)
  })
  let count = 0
  const run = (work) => new Promise((done, failed) => {
    const number = ++count
    const late = setTimeout(() => failed(new Error(task.words.failed)), PATIENCE_MS)
    waiting.set(number, ({ error, params, metadata }) => {
      clearTimeout(late)
      if (error) failed(new Error(error))
      else done({ params, metadata })
    })
    box.contentWindow.postMessage({ task: number, ...work }, '*')
  })
  box.src = `upgrade/box?${new URLSearchParams({ from: task.from, to: task.to })}`
  document.body.append(box)
})
const json = async (answer) => {
  const body = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Error(answer.status === 409 ? task.words.stale : [body.title, body.detail].filter(Boolean).join('. ') || task.words.failed)
  return body
}
const bring = async (box, id) => {
  const { from, to } = task
  const { revision, params, metadata } = await json(await fetch(`upgrade/draft/${id}?${new URLSearchParams({ from })}`))
  const made = await box.run({ from, to, params, metadata })
  return json(await fetch('upgrade', {
    method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF-Token': task.csrf },
    body: JSON.stringify({ draft: id, revision, from, to, ...made }),
  }))
}

button?.addEventListener('click', async () => {
  button.disabled = true
  const box = await openBox()
  for (const item of document.querySelectorAll('#drafts li:not([data-done])')) {
    const state = item.querySelector('.state-of')
    try {
      const { faults } = await bring(box, item.dataset.draft)
      item.dataset.done = ''
      delete item.dataset.bad
      state.textContent = faults.length > 0 ? task.words.faults : task.words.done
    } catch (error) {
      item.dataset.bad = ''
      state.textContent = error.message
    }
    bar.value += 1
  }
  box.close()
  button.disabled = document.querySelector('#drafts li:not([data-done])') === null
  bar.value = document.querySelectorAll('#drafts li[data-done]').length
})
