/**
 * Good news: read out politely, never in the way, gone after a while unless somebody looks at it. One below the other where there
 * is room; on a phone one after the other, or they would hide what comes next.
 */
const STAYS_MS = 8000
const STAYS_WHILE_OTHERS_WAIT_MS = 4000
const APART_MS = 350
const isNarrow = () => matchMedia('(max-width: 40rem)').matches
const place = () => document.getElementById('moments')
const told = new Set()
let coming = []
let timer

const SIGNS = {
  xp: 'M12 2l3 6.500 7 .8-5.200 4.800 1.400 7L12 17.600 5.800 21.100l1.400-7L2 9.300l7-.8z',
  level: 'M12 2 3 12h5v10h8V12h5z',
  badge: 'M12 1l9.500 5.500v11L12 23l-9.500-5.500v-11z',
  room: 'M3 11 12 3l9 8v11h-6v-7H9v7H3z',
  finish: 'M6 2h12v7a6 6 0 0 1-12 0zM10 15h4v4h-4zM6 19h12v3H6z',
}
const sign = (kind) => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  path.setAttribute('d', SIGNS[kind])
  svg.append(path)
  return svg
}
const line = (tag, text, className = '') => Object.assign(document.createElement(tag), { textContent: text, className })

const close = (moment) => {
  if ('leaving' in moment.dataset) return
  moment.dataset.leaving = ''
  // The keyboard doesn't fall out of the page with it.
  if (moment.contains(document.activeElement)) (place().querySelector('.moment:not([data-leaving]) button') ?? document.querySelector('main')).focus({ preventScroll: true })
  setTimeout(() => {
    moment.remove()
    if (isNarrow()) next()
  }, 250)
}
const leaveLater = (moment) => {
  let timer
  const stay = () => clearTimeout(timer)
  const go = () => {
    clearTimeout(timer)
    timer = setTimeout(() => close(moment), isNarrow() && coming.length > 0 ? STAYS_WHILE_OTHERS_WAIT_MS : STAYS_MS)
  }
  go()
  moment.addEventListener('pointerenter', stay)
  moment.addEventListener('focusin', stay)
  moment.addEventListener('pointerleave', go)
  moment.addEventListener('focusout', go)
}

const show = ({ kind, title, lines, link }) => {
  const moment = document.createElement('div')
  moment.className = 'moment'
  moment.dataset.kind = kind
  const words = document.createElement('div')
  words.append(line('b', title), ...lines.map((text) => line('p', text, 'small')))
  if (link) {
    const go = Object.assign(line('a', link.words, 'tap'), { href: link.href })
    go.addEventListener('click', () => close(moment))
    words.append(go)
  }
  const shut = Object.assign(line('button', '×', 'shut-moment'), { type: 'button' })
  shut.setAttribute('aria-label', place().dataset.close)
  shut.addEventListener('click', () => close(moment))
  moment.append(sign(kind), words, shut)
  place().append(moment)
  leaveLater(moment)
}

/** The next of those to come, unless it has to wait for the place of the one before. */
const next = () => {
  clearTimeout(timer)
  if (coming.length === 0 || !place() || (isNarrow() && place().childElementCount > 0)) return
  show(coming.shift())
  timer = setTimeout(next, APART_MS)
}

/** The news that stands in the page as data. */
const standing = () => JSON.parse(document.getElementById('moments-data')?.textContent ?? '[]')
export const tellNew = () => {
  const fresh = standing().filter(({ id }) => !told.has(id))
  for (const { id } of fresh) told.add(id)
  coming.push(...fresh)
  next()
}
/** What the page held when it came is no news, but for what it came to tell. */
export const begin = () => {
  const fresh = document.getElementById('moments-data')?.dataset.fresh.split(' ') ?? []
  for (const { id } of standing()) if (!fresh.includes(id)) told.add(id)
  tellNew()
}

/** Enough of it, now. */
export const hush = () => {
  coming = []
  for (const moment of place()?.children ?? []) close(moment)
}
// On the document: this module runs once, also where pages are put in one after another.
document.addEventListener('keydown', (event) => event.key === 'Escape' && hush())
