/**
 * A window without cookies: pages are fetched with the window's token, which lives in this script's memory alone, and put in
 * this document's place. Links, forms, redirects and history work as they do elsewhere; a reload needs a new launch.
 */
const plainFetch = window.fetch.bind(window)
let visits = 0

const ours = (address) => new URL(address, location.href).origin === location.origin

const withToken = (token) => (input, init = {}) => {
  const request = new Request(input, init)
  if (ours(request.url)) request.headers.set('Authorization', `Bearer ${token}`)
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

const go = async (address, { init = {}, remember = true } = {}) => {
  const response = await window.fetch(address, { ...init, headers: { Accept: 'text/html', ...init.headers } })
  if (!(response.headers.get('content-type') ?? '').startsWith('text/html')) {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(await response.blob())
    link.download = new URL(response.url).pathname.split('/').pop() ?? ''
    link.click()
    return
  }
  const html = await response.text()
  if (remember) history.pushState({ keyroom: true }, '', response.url)
  show(html)
  const place = location.hash ? document.getElementById(location.hash.slice(1)) : null
  if (place) place.scrollIntoView()
  else window.scrollTo(0, 0)
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
  const action = sender?.getAttribute('formaction') ?? form.getAttribute('action') ?? location.href
  if (event.defaultPrevented || !ours(action)) return
  event.preventDefault()
  const fields = new URLSearchParams([...new FormData(form, sender)].map(([name, value]) => [name, String(value)]))
  if ((form.method || 'get').toLowerCase() === 'get') {
    const address = new URL(action, location.href)
    address.search = fields.toString()
    void go(address.href)
  } else void go(action, { init: form.enctype === 'multipart/form-data' ? { method: 'POST', body: new FormData(form, sender) } : { method: 'POST', body: fields } })
}

export const openWindowWith = async (token, next) => {
  window.fetch = withToken(token)
  window.addEventListener('click', onClick)
  window.addEventListener('submit', onSubmit)
  window.addEventListener('popstate', () => void go(location.href, { remember: false }))
  await go(next)
}
