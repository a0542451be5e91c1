/** What each page does that may stand in a frame of an LMS: fits it, leads out of it, keeps what is typed, and knows whose tab it is. */
import { fitFrame } from './resize.js'
import { note, tabOf } from './tab.js'
import { keepTyped } from './typed.js'

const { run, whose, back, csrf, words } = JSON.parse(document.getElementById('in-frame').textContent)
const isFramed = window.parent !== window

const said = (text) => {
  const note = document.getElementById('way-out-said')
  note.textContent = text
  note.hidden = false
}

const send = (ticket, target) => {
  const form = Object.assign(document.createElement('form'), { method: 'post', action: '/lti/window', target, hidden: true })
  form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'ticket', value: ticket }))
  document.body.append(form)
  HTMLFormElement.prototype.submit.call(form)
  form.remove()
}

/** The window opens with the click, since later browsers wouldn't let it; then it is sent in, by a ticket of one use. */
const leadOut = async () => {
  const name = `keyroom-${run}`
  const opened = window.open('', name)
  if (!opened) return said(words.blocked)
  try {
    const answer = await fetch(`/lti/window/${run}`, { method: 'POST', headers: { 'X-CSRF-Token': csrf, Accept: 'application/json' }, body: new URLSearchParams({ at: location.pathname + location.search }) })
    if (!answer.ok) throw new Error(String(answer.status))
    send((await answer.json()).ticket, name)
    said(words.opened)
  } catch {
    opened.close()
    said(words.failed)
  }
}

/** Somebody else came in in another tab: this page is theirs now, and this tab asks before it shows it. */
const askWho = () => {
  const main = document.querySelector('main')
  const rest = [...main.children]
  // Whatever a style says of it.
  for (const each of rest) each.style.setProperty('display', 'none', 'important')
  const box = document.getElementById('other-person').content.cloneNode(true).firstElementChild
  box.querySelector('button').addEventListener('click', () => {
    note(run, { whose })
    box.remove()
    for (const each of rest) each.style.removeProperty('display')
    main.focus()
  })
  main.prepend(box)
  box.focus()
}

const tab = tabOf(run)
if (tab.whose !== undefined && tab.whose !== whose) askWho()
else note(run, { whose, at: location.pathname + location.search, back, ended: undefined })
keepTyped(whose)
if (isFramed) {
  fitFrame()
  const button = document.getElementById('way-out')
  button.hidden = false
  button.querySelector('button').addEventListener('click', () => void leadOut())
}
