/**
 * Between a content and the server that scores it: `H5PIntegration.keyroom.answer` and `.complete`. An answer is sent until it
 * arrives, always with the same key, so that it counts once however often it was sent.
 */
{
  const { keyroom, contents } = window.H5PIntegration
  const [cid] = Object.keys(contents)
  const parent = keyroom.parent ?? location.origin
  const status = document.getElementById('frame-status')
  const LONGEST = 30_000
  const SMALL = 60_000

  const tell = (message) => window.parent !== window && window.parent.postMessage(message, parent)
  const say = (sentence) => {
    if (status.textContent === sentence) return
    status.textContent = sentence
    // The frame may be longer than the window: the page around can say it where it is seen.
    tell({ keyroom: 'status', text: sentence })
  }
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

  /** Until the time is over, or the line is back. */
  const pause = (ms) =>
    new Promise((resolve) => {
      const over = () => {
        clearTimeout(timer)
        window.removeEventListener('online', over)
        resolve()
      }
      const timer = setTimeout(over, ms)
      window.addEventListener('online', over)
    })

  const canWait = (status) => status === 408 || status === 429 || status >= 500
  const refusalIn = async (response) => {
    const problem = await response.json().catch(() => ({}))
    return { title: problem.title || keyroom.words.refused, ...problem, status: response.status }
  }

  /** Sends until an answer comes, a longer pause each time. Resolves with it, or rejects with the server's refusal (RFC 9457). */
  const send = async (address, body) => {
    let waited = false
    for (let tries = 0; ; tries += 1) {
      const response = await fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body }).catch(() => undefined)
      if (response?.ok) {
        if (waited) say(keyroom.words.sent)
        else say('')
        return response.json()
      }
      if (response && !canWait(response.status)) {
        const refusal = await refusalIn(response)
        say(response.status === 401 ? keyroom.words.expired : '')
        throw refusal
      }
      waited = true
      say(keyroom.words.waiting)
      const after = Number(response?.headers.get('Retry-After')) * 1000 || Math.min(LONGEST, 1000 * 2 ** tries)
      await pause(after * (0.8 + Math.random() * 0.4))
    }
  }

  /** One promise for each thing under way: pressing twice sends once. */
  const underWay = new Map()
  const once = (name, start) => {
    const known = underWay.get(name)
    if (known) return known
    const started = start().finally(() => underWay.delete(name))
    underWay.set(name, started)
    return started
  }

  keyroom.answer = (item, response) =>
    once(`answer ${item}`, async () => {
      const { verdict, outcome } = await send(keyroom.answers, JSON.stringify({ item, response, key: newKey() }))
      keyroom.items[item] = { ...verdict, response }
      tell({ keyroom: 'outcome', outcome })
      setTimeout(save, 300) // once the type shows the verdict
      return verdict
    })

  let completed = false
  keyroom.complete = () =>
    once('complete', async () => {
      const { outcome } = await send(keyroom.completed, JSON.stringify({ key: newKey() }))
      completed = true
      tell({ keyroom: 'outcome', outcome })
      return outcome
    })

  /** H5P's core saves now and then; this saves when something was done, and when the window goes. */
  const save = () => {
    const [instance] = window.H5P?.instances ?? []
    const state = instance?.getCurrentState?.()
    if (state === undefined) return
    const data = JSON.stringify(state)
    const saved = (contents[cid].contentUserData[0] ??= {})
    if (saved.state === data) return
    saved.state = data
    fetch(keyroom.state, { method: 'POST', body: new URLSearchParams({ data, preload: '1', invalidate: '1' }), keepalive: data.length < SMALL })
      .then((response) => response.ok || Promise.reject(new Error(String(response.status))))
      .catch(() => delete saved.state) // the next save tries again
  }
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && save())
  window.addEventListener('pagehide', save)

  /** The content's own «done», where there is nothing the server could score. */
  const report = (event) => {
    const { verb, object } = event.data?.statement ?? {}
    const isDone = ['completed', 'answered'].some((done) => verb?.id?.endsWith(`/${done}`))
    if (isDone && object?.id === contents[cid].url && !completed) keyroom.complete().catch(() => undefined)
  }

  let height = 0
  const measure = () => {
    const now = Math.ceil(document.body.getBoundingClientRect().height)
    if (now === height) return
    height = now
    tell({ keyroom: 'resize', height })
  }
  new ResizeObserver(measure).observe(document.body)
  // A page around that began to listen late asks.
  window.addEventListener('message', ({ data, source, origin }) => {
    if (source !== window.parent || origin !== parent || data?.keyroom !== 'measure') return
    height = 0
    measure()
  })
  // Who has just answered still has the keyboard in here: Escape stills the news of the page around.
  window.addEventListener('keydown', ({ key }) => key === 'Escape' && tell({ keyroom: 'escape' }))
  window.addEventListener('resize', () => {
    for (const instance of window.H5P?.instances ?? []) window.H5P.trigger(instance, 'resize')
  })
  // After the core's scripts, before it starts the content.
  document.addEventListener('DOMContentLoaded', () => keyroom.reports && window.H5P.externalDispatcher.on('xAPI', report))
}
