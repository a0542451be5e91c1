import { begin, hush, tellNew } from './moments.js'
import { renew } from './parts.js'

/** A room: its activity's frame tells how high it is and that something was achieved; what, the server says. */
const LATE_MS = 15_000
const frame = document.getElementById('frame')
const content = document.getElementById('content')
const waiting = document.getElementById('content-wait')
const late = document.getElementById('content-late')
const said = document.getElementById('content-said')
const frameOrigin = new URL(frame.src, location.href).origin

begin()

let timer
const setHeight = (height) => {
  frame.style.blockSize = `${Math.max(120, Math.min(20_000, Math.ceil(height)))}px`
}
const isHere = () => {
  clearTimeout(timer)
  waiting.hidden = true
  late.hidden = true
  delete content.dataset.loading
}
const expect = () => {
  content.dataset.loading = ''
  waiting.hidden = false
  late.hidden = true
  clearTimeout(timer)
  timer = setTimeout(() => {
    waiting.hidden = true
    late.hidden = false
  }, LATE_MS)
}

// Of this activity, also where the server would by now go on to the next one.
let renewing = Promise.resolve()
const news = () => {
  renewing = renewing.then(() => renew(content.dataset.here)).then(tellNew).catch(() => undefined) // offline for a moment: the next news brings all
}

const onMessage = ({ data, source, origin }) => {
  if (!frame.isConnected) return window.removeEventListener('message', onMessage)
  if (source !== frame.contentWindow || origin !== frameOrigin || typeof data !== 'object' || data === null) return
  if (data.keyroom === 'resize' && Number.isFinite(data.height)) {
    isHere()
    setHeight(data.height)
  }
  if (data.keyroom === 'status') said.textContent = String(data.text)
  if (data.keyroom === 'outcome') news()
  if (data.keyroom === 'escape') hush()
}
window.addEventListener('message', onMessage)

/**
 * What the frame told before this script listened is measured; in another origin, asked for again. A browser's own «can't be
 * reached» page tells nothing, so the retry is offered.
 */
const catchUp = () => {
  const inside = frame.contentDocument
  if (inside?.readyState !== 'complete' || inside.URL === 'about:blank') return
  setHeight(inside.body.getBoundingClientRect().height)
  isHere()
}
expect()
catchUp()
frame.addEventListener('load', () => {
  waiting.hidden = true
  delete content.dataset.loading
  catchUp()
  frame.contentWindow.postMessage({ keyroom: 'measure' }, frameOrigin)
})
document.getElementById('content-again').addEventListener('click', () => {
  expect()
  frame.src = frame.getAttribute('src')
})

// What was done on a phone or in a window of its own shows on return.
const onReturn = () => {
  if (!frame.isConnected) return document.removeEventListener('visibilitychange', onReturn)
  if (document.visibilityState === 'visible') news()
}
document.addEventListener('visibilitychange', onReturn)

// A reload shouldn't open the door again.
const here = new URL(location.href)
if (here.searchParams.has('opened')) {
  here.searchParams.delete('opened')
  history.replaceState(history.state, '', here)
}
