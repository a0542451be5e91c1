/**
 * Keeps a staff list fresh: fetched again when something happens, each minute, and when it is sorted, filtered or searched.
 * Only what changes is put in place, so focus, scroll and what is being typed stay. Without this script links and forms do the same.
 */
const { part, live, words } = JSON.parse(document.getElementById('part-data').textContent)
const form = document.getElementById('find')
const heard = document.getElementById('heard')
const fresh = document.getElementById('fresh')
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: 'short', timeZone: document.documentElement.dataset.zone })
const isHere = () => document.contains(heard)

let asked = 0
let later
let took = 0
let stopped = false

const addressOf = () => {
  const address = new URL(part, location.href)
  address.search = location.search
  address.searchParams.delete('said')
  address.searchParams.set('lang', document.documentElement.lang)
  return address
}

const localize = (root) => {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short', timeZone: document.documentElement.dataset.zone })
  for (const time of root.querySelectorAll('time[data-local=title]')) time.title = format.format(new Date(time.dateTime))
}

/** Puts the new parts in place of the old; the focus goes to what has the same id. */
const swap = (html) => {
  const page = new DOMParser().parseFromString(html, 'text/html')
  const focused = document.activeElement?.closest('[data-part]') ? document.activeElement.id : ''
  const scrolled = window.scrollY
  for (const next of page.querySelectorAll('[data-part]')) {
    const old = document.getElementById(next.id)
    if (!old) continue
    const aside = old.querySelector('.sheet')?.scrollLeft ?? 0
    const made = document.adoptNode(next)
    localize(made)
    old.replaceWith(made)
    if (made.querySelector('.sheet')) made.querySelector('.sheet').scrollLeft = aside
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
  window.scrollTo({ top: scrolled, behavior: 'instant' })
}

const tell = (text) => {
  fresh.hidden = false
  fresh.textContent = text
}

/** Whoever is marking text to copy it isn't interrupted. */
const isMarking = () => {
  const selection = document.getSelection()
  return selection && !selection.isCollapsed && Boolean(selection.anchorNode?.parentElement?.closest('[data-part]'))
}

const load = async ({ say = false } = {}) => {
  const mine = ++asked
  const begun = Date.now()
  clearTimeout(later)
  later = undefined
  try {
    const response = await fetch(addressOf(), { headers: { Accept: 'text/html' } })
    if (mine !== asked || !isHere()) return
    if (response.status === 401 || response.status === 403) {
      stopped = true
      heard.textContent = words.over
      return tell(words.over)
    }
    if (!response.ok) return tell(words.away)
    const html = await response.text()
    if (mine !== asked || !isHere()) return
    took = Date.now() - begun
    swap(html)
    tell(words.fresh.replace('%s', clock.format(new Date())))
    if (say) heard.textContent = document.getElementById('found')?.textContent ?? ''
  } catch {
    if (isHere()) tell(words.away)
  }
}

/** What comes while a fetch is due is in that fetch; and where fetching takes long, it is done less often. */
const soon = (wait) => {
  later ??= setTimeout(() => {
    later = undefined
    if (!isHere() || stopped) return
    if (document.hidden || isMarking()) soon(5000)
    else void load()
  }, Math.max(wait, 4 * took))
}

const refine = (search) => {
  history.replaceState(history.state, '', `${location.pathname}${search}`)
  return load({ say: true })
}

/** The search as it stands; the place in the pages is lost, since the list is another. */
const searched = () => {
  const fields = new URLSearchParams(location.search)
  fields.delete('page')
  fields.delete('said')
  const q = form.elements.q.value.trim()
  if (q) fields.set('q', q)
  else fields.delete('q')
  return fields.size > 0 ? `?${fields}` : ''
}

const onClick = (event) => {
  const link = event.target instanceof Element ? event.target.closest('[data-refine] a[href]') : null
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  const turned = Boolean(link.closest('.paging'))
  void refine(new URL(link.href).search).then(() => {
    if (!turned) return
    const title = document.getElementById('list-title')
    title?.scrollIntoView({ block: 'start' })
    title?.focus({ preventScroll: true })
  })
}

document.getElementById('main').addEventListener('click', onClick)
if (form) {
  let typing
  form.elements.q.addEventListener('input', () => {
    clearTimeout(typing)
    typing = setTimeout(() => void refine(searched()), 250)
  })
  for (const select of form.querySelectorAll('select')) {
    select.addEventListener('change', () => {
      const fields = new URLSearchParams(searched())
      if (select.value) fields.set(select.name, select.value)
      else fields.delete(select.name)
      if (select.name === 'sort') fields.delete('dir')
      void refine(`?${fields}`)
    })
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    clearTimeout(typing)
    void refine(searched())
  })
}

const beat = setInterval(() => (isHere() && !stopped ? soon(0) : clearInterval(beat)), 60_000)
const listen = ({ connectLive }) => {
  const line = connectLive()
  line.on('insights', () => soon(1000))
  // Whatever was missed while the line was down is fetched; at the first connection nothing was.
  let met = false
  line.on('connect', () => (met ? soon(1000) : (met = true)))
}
// Without a line the list is still fetched each minute.
if (live) import(live).then(listen, () => undefined)
