/** Keeps ladders on a page true: each is fetched anew when the run's ladder changes, in the viewer's own language and with their own neighbours. */
import { connectLive } from '../live/live.js'

/** After a new connection: what changed while there was none, not all viewers at once. */
const AFTER_CONNECT_MS = 500

const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches
const rowsOf = (part) => [...part.querySelectorAll('tr[data-row]')]

/** Rows glide from where they stood to where they stand. */
const glide = (part, before) => {
  if (still()) return
  for (const row of rowsOf(part)) {
    const was = before.get(row.dataset.row)
    const by = was === undefined ? 0 : was - row.getBoundingClientRect().top
    if (by !== 0) row.animate([{ transform: `translateY(${by}px)` }, { transform: 'none' }], { duration: 450, easing: 'cubic-bezier(.2, .8, .2, 1)' })
  }
}

/** Puts the new in the old one's place; the keyboard stays where it was. */
const swap = (part, fresh) => {
  if (part.innerHTML === fresh.innerHTML) return
  const before = new Map(rowsOf(part).map((row) => [row.dataset.row, row.getBoundingClientRect().top]))
  const held = part.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null
  part.replaceChildren(...fresh.childNodes)
  if (held !== null) [...part.querySelectorAll('a')].find((link) => link.getAttribute('href') === held)?.focus({ preventScroll: true })
  glide(part, before)
}

let round = 0
/** What each part shows is of this round: an answer that was overtaken is not put in. */
const shown = new WeakMap()

const refresh = async (part) => {
  const mine = ++round
  const response = await fetch(part.dataset.live, { headers: { Accept: 'text/html' }, credentials: 'same-origin' })
  if (!response.ok) return
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById(part.id)
  if (!fresh || (shown.get(part) ?? 0) > mine) return
  shown.set(part, mine)
  swap(part, fresh)
}

const parts = [...document.querySelectorAll('[data-live][id^="ladder"]')]
let due
let stale = false

const now = () => {
  due = undefined
  // A page nobody looks at asks for nothing until somebody does.
  stale = document.hidden
  if (!stale) for (const part of parts.filter(({ isConnected }) => isConnected)) void refresh(part).catch(() => undefined)
}
/** One fetch for all that changes within the time, at a moment of this viewer's own. */
const soon = (within) => {
  due ??= setTimeout(now, Math.random() * within)
}

if (parts.length > 0) {
  const live = connectLive()
  live.on('ladder', ({ within }) => soon(within))
  live.on('connect', () => soon(AFTER_CONNECT_MS))
  document.addEventListener('visibilitychange', () => {
    if (stale && !document.hidden) now()
  })
}
