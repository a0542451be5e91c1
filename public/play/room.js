import { knowAll, tellNew } from './moments.js'
import { renew } from './parts.js'

/** A room: its activity's frame tells how high it is and that something was achieved; what, the server says. */
const LATE_MS = 15_000
const frame = document.getElementById('frame')
const content = document.getElementById('content')
const waiting = document.getElementById('content-wait')
const late = document.getElementById('content-late')
const frameOrigin = new URL(frame.src, location.href).origin

knowAll()

let timer
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

let renewing = Promise.resolve()
const news = () => {
  renewing = renewing.then(renew).then(tellNew).catch(() => undefined) // offline for a moment: the next news brings all
}

const onMessage = ({ data, source, origin }) => {
  if (!frame.isConnected) return window.removeEventListener('message', onMessage)
  if (source !== frame.contentWindow || origin !== frameOrigin || typeof data !== 'object' || data === null) return
  if (data.keyroom === 'resize' && Number.isFinite(data.height)) {
    isHere()
    frame.style.blockSize = `${Math.max(120, Math.min(20_000, Math.ceil(data.height)))}px`
  }
  if (data.keyroom === 'outcome') news()
}
window.addEventListener('message', onMessage)

// The frame may have come before this script.
const hasCome = () => {
  try {
    return frame.contentDocument?.readyState === 'complete' && frame.contentDocument.URL !== 'about:blank'
  } catch {
    return false
  }
}
if (!hasCome()) expect()
frame.addEventListener('load', () => {
  waiting.hidden = true
  delete content.dataset.loading
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
