/**
 * A window without cookies: pages are fetched with the window's token, which lives in this script's memory alone, and put in
 * this document's place. Links, forms, redirects and history work as they do elsewhere; a reload needs a new launch. The token is
 * good for some minutes, and the next one is got before it ends, as long as the session lasts.
 */
const plainFetch = window.fetch.bind(window)
let visits = 0
/** Counts what was asked for: an answer that was overtaken isn't shown. */
let asked = 0
let shown = ''
let words = { unreachable: '' }

const ours = (address) => new URL(address, location.href).origin === location.origin

let tokens = { token: '', renewal: '', seconds: 0 }
let freshUntil = 0
let renewing

const take = (given) => {
  tokens = given
  freshUntil = Date.now() + given.seconds * 600
}
/** Without a line, the old one serves a little longer; what ended is said by the answer to what was asked. */
const renew = () => {
  const ask = async () => {
    const answer = await plainFetch('/lti/renew', { method: 'POST', body: new URLSearchParams({ renewal: tokens.renewal }), credentials: 'omit' })
    if (answer.ok) take(await answer.json())
  }
  renewing ??= ask().catch(() => undefined).finally(() => (renewing = undefined))
  return renewing
}

const fetchWithToken = async (input, init = {}) => {
  const request = new Request(input, init)
  if (!ours(request.url)) return plainFetch(request)
  if (Date.now() > freshUntil) await renew()
  request.headers.set('Authorization', `Bearer ${tokens.token}`)
  return plainFetch(request)
}

/** Scripts put in by hand don't run, and a module runs once per address: so each is made anew, under an address of this visit. */
const revive = (script) => {
  const fresh = document.createElement('script')
  for (const { name, value } of script.attributes) fresh.setAttribute(name, value)
  if (script.src) {
    const address = new URL(script.getAttribute('src'), location.href)
    address.searchParams.set('visit', String(visits))
    fresh.src = address.href
  }
  fresh.textContent = script.textContent
  script.replaceWith(fresh)
}

const show = (html) => {
  const page = new DOMParser().parseFromString(html, 'text/html')
  const root = document.documentElement
  for (const { name } of [...root.attributes]) root.removeAttribute(name)
  for (const { name, value } of page.documentElement.attributes) root.setAttribute(name, value)
  root.replaceChildren(document.adoptNode(page.head), document.adoptNode(page.body))
  visits += 1
  for (const script of document.querySelectorAll('script:not([type="application/json"])')) revive(script)
  document.dispatchEvent(new CustomEvent('keyroom:page'))
}

/** Keeps the page that is there, and says that the other didn't come. */
const sayUnreachable = () => {
  const note = document.querySelector('[data-unreachable]') ?? document.createElement('p')
  note.dataset.unreachable = ''
  note.setAttribute('role', 'alert')
  note.textContent = words.unreachable
  const main = document.querySelector('main') ?? document.body
  main.prepend(note)
  note.scrollIntoView({ block: 'nearest' })
}

const save = async (response) => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = /filename="?([^";]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? new URL(response.url).pathname.split('/').pop() ?? ''
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** Where reading goes on: the place in the address, the page's own choice, or its beginning, as after any navigation. */
const settle = (hash) => {
  const place = hash ? document.getElementById(decodeURIComponent(hash.slice(1))) : null
  if (place) return place.scrollIntoView()
  window.scrollTo(0, 0)
  const start = document.querySelector('[autofocus]') ?? document.querySelector('main')
  if (start && !start.hasAttribute('autofocus')) start.setAttribute('tabindex', '-1')
  start?.focus({ preventScroll: true })
}

const placeOf = ({ pathname, search }) => pathname + search

const load = async (address, init, remember, turn) => {
  const response = await window.fetch(address, { ...init, headers: { Accept: 'text/html', ...init.headers } })
  if (!(response.headers.get('content-type') ?? '').startsWith('text/html')) return save(response)
  const html = await response.text()
  if (turn !== asked) return
  const arrived = new URL(response.url)
  arrived.hash ||= new URL(address, location.href).hash
  // A way back that led elsewhere stands under its own address: what the page asks for again is what it shows.
  if (!remember && placeOf(arrived) !== placeOf(location)) history.replaceState({ keyroom: true }, '', arrived.href)
  if (remember) history[placeOf(arrived) === placeOf(location) ? 'replaceState' : 'pushState']({ keyroom: true }, '', arrived.href)
  shown = placeOf(arrived)
  show(html)
  settle(arrived.hash)
}

const go = async (address, { init = {}, remember = true } = {}) => {
  const turn = ++asked
  document.documentElement.setAttribute('aria-busy', 'true')
  try {
    await load(address, init, remember, turn)
  } catch {
    if (turn === asked) sayUnreachable()
  } finally {
    document.documentElement.removeAttribute('aria-busy')
  }
}

const onClick = (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  if ((link.target && link.target !== '_self') || !ours(link.href) || link.getAttribute('href').startsWith('#')) return
  event.preventDefault()
  void go(link.href)
}

const onSubmit = (event) => {
  const form = event.target
  const sender = event.submitter
  // By attribute: a field may be named «action» or «method».
  const said = (name) => sender?.getAttribute(`form${name}`) ?? form.getAttribute(name)
  const action = said('action') || location.href
  if (event.defaultPrevented || !ours(action)) return
  event.preventDefault()
  const fields = new URLSearchParams([...new FormData(form, sender)].map(([name, value]) => [name, String(value)]))
  if ((said('method') ?? 'get').toLowerCase() === 'get') {
    const address = new URL(action, location.href)
    address.search = fields.toString()
    void go(address.href)
  } else void go(action, { init: { method: 'POST', body: said('enctype') === 'multipart/form-data' ? new FormData(form, sender) : fields } })
}

/** `given`: the first tokens. `said.unreachable`: what to say when a page doesn't come. */
export const openWindowWith = async (given, next, said) => {
  words = said
  take(given)
  window.fetch = fetchWithToken
  // For what fetch can't do: an upload that shows how far it is.
  window.keyroomHeaders = () => ({ Authorization: `Bearer ${tokens.token}` })
  setInterval(() => Date.now() > freshUntil && void renew(), 30_000)
  window.addEventListener('click', onClick)
  window.addEventListener('submit', onSubmit)
  window.addEventListener('popstate', () => {
    // A place on the same page is no other page.
    if (placeOf(location) !== shown) void go(location.href, { remember: false })
  })
  await go(next)
}
