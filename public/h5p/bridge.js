/**
 * Between a content and the server that scores it: `H5PIntegration.keyroom.answer` and `.complete`. What is done goes through
 * the outbox: kept first, then sent until it arrives, in order and always with the same key, so that it counts once however
 * often it was sent.
 */
{
  const { keyroom, contents } = window.H5PIntegration
  const [cid] = Object.keys(contents)
  const parent = keyroom.parent ?? location.origin
  const status = document.getElementById('frame-status')
  const outbox = window.KeyroomOutbox(keyroom.outbox, keyroom.seal)
  const { markOf } = window.KeyroomOutbox
  const LONGEST = 30_000
  const SMALL = 60_000
  const NO_ANSWER_MS = 2500
  const SAVE_MS = 5000
  const AT_ONCE_MS = 15_000
  /** A wait that the server asks for because of what was answered: it is told, and the answer isn't sent again by itself. */
  const RESTING = '/problems/play/lock-resting'
  const WORDS = outbox.lasts ? keyroom.words : { ...keyroom.words, waiting: keyroom.words.waitingHere, expired: keyroom.words.expiredHere }

  const tell = (message) => window.parent !== window && window.parent.postMessage(message, parent)
  const say = (sentence) => {
    if (status.textContent === sentence) return
    status.textContent = sentence
    // The frame may be longer than the window: the page around can say it where it is seen.
    tell({ keyroom: 'status', text: sentence })
  }
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

  keyroom.lowBandwidth = new URLSearchParams(location.search).get('low') === '1'
  if (keyroom.lowBandwidth) {
    // A type that knows nothing of it fetches no film or sound before somebody wants it.
    const create = document.createElement.bind(document)
    document.createElement = (name, ...rest) => {
      const element = create(name, ...rest)
      if (element instanceof window.HTMLMediaElement) {
        element.preload = 'none'
        Object.defineProperties(element, { preload: { get: () => 'none', set() {} }, autoplay: { get: () => false, set() {} } })
        const set = element.setAttribute.bind(element)
        element.setAttribute = (attribute, value) => ['preload', 'autoplay'].includes(attribute) || set(attribute, value)
      }
      return element
    }
  }

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

  const canWait = (code) => code === 408 || code === 429 || code >= 500
  const refusalIn = async (response) => {
    const problem = await response.json().catch(() => ({}))
    return { title: problem.title || WORDS.refused, ...problem, status: response.status, ...(problem.type === RESTING ? { seconds: Number(response.headers.get('Retry-After')) } : {}) }
  }
  /** The session is over. What is kept waits for the next one; the page around knows the way there. */
  const sayEnded = () => {
    say(WORDS.expired)
    tell({ keyroom: 'ended' })
    return { title: WORDS.expired, status: 401, kept: true }
  }

  let waited = false
  const sayWaiting = () => {
    waited = true
    say(WORDS.waiting)
  }
  const ADDRESSES = { answer: keyroom.answers, complete: keyroom.completed }
  /** Sends until an answer comes, a longer pause each time. Gives `{ ok }`, `{ refused }`, or `{ ended }`. */
  const send = async ({ kind, body }) => {
    for (let tries = 0; ; tries += 1) {
      const response = await fetch(ADDRESSES[kind], { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'Accept-Language': document.documentElement.lang }, body }).catch(() => undefined)
      if (response?.ok) return { ok: await response.json() }
      if (response?.status === 401) return { ended: true }
      const refused = response && (await refusalIn(response))
      if (refused && (!canWait(refused.status) || refused.type === RESTING)) return { refused }
      sayWaiting()
      const after = Number(response?.headers.get('Retry-After')) * 1000 || Math.min(LONGEST, 1000 * 2 ** tries)
      await pause(after * (0.8 + Math.random() * 0.4))
    }
  }

  /** Who waits in this window for the server's word on what was put in the outbox. */
  const waiting = new Map()
  const settle = (entry, { ok, refused }) => {
    const hope = waiting.get(entry.name)
    waiting.delete(entry.name)
    if (hope) return ok ? hope.resolve(ok) : hope.reject(refused)
    return outbox.tell(entry, { ok, refused })
  }
  /** What another window has sent for this one. */
  const hear = async () => {
    for (const name of [...waiting.keys()]) {
      const told = await outbox.told({ name })
      if (told) await settle({ name }, told)
    }
  }
  outbox.onChange(hear)

  /** Something kept from before wasn't taken. */
  let lost = false
  /** Sends all that is kept, in order. Gives how many were taken. */
  const deliver = async () => {
    await hear()
    let [sent, settled] = [0, 0]
    lost = false
    for (let [entry] = await outbox.list(); entry; [entry] = await outbox.list()) {
      const came = await send(entry)
      if (came.ended) {
        const refused = sayEnded()
        for (const { reject } of waiting.values()) reject(refused)
        waiting.clear()
        return sent
      }
      // Who asked for it here is told by their content; what was kept from before has nobody else to say it.
      if (came.refused && !waiting.has(entry.name)) lost = true
      await settle(entry, came)
      outbox.drop(entry)
      settled += 1
      if (came.ok) sent += 1
    }
    if (settled > 0) say(lost ? WORDS.refused : waited && sent > 0 ? WORDS.sent : '')
    waited = false
    return sent
  }
  let putting = Promise.resolve()
  /** In the order they were done. The same thing kept from before goes out under its first key. */
  const putIn = (draft) => {
    const isSame = ({ kind, item, said }) => kind === draft.kind && item === draft.item && said === draft.said
    putting = putting.then(async () => (await outbox.list()).find(isSame) ?? outbox.put({ ...draft, body: JSON.stringify({ ...draft.content, key: newKey() }), content: undefined }))
    return putting
  }
  /** The server's word on something just done. */
  const keep = async (draft) => {
    const entry = await putIn(draft)
    const word = new Promise((resolve, reject) => waiting.set(entry.name, { resolve, reject }))
    // Another window may be the one that tries, and is as patient.
    const slow = setTimeout(() => waiting.has(entry.name) && sayWaiting(), navigator.onLine ? NO_ANSWER_MS : 0)
    void outbox.alone(deliver)
    return word.finally(() => clearTimeout(slow))
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

  /** `each`: another answer to the same, given while the first is on its way, is an answer too. */
  keyroom.answer = (item, response, { each = false } = {}) =>
    once(`answer ${item}${each ? ` ${JSON.stringify(response)}` : ''}`, async () => {
      const { verdict, outcome } = await keep({ kind: 'answer', item, said: JSON.stringify(response), content: { item, response } })
      if (!keyroom.items[item]?.correct || verdict.correct) keyroom.items[item] = { ...verdict, response }
      tell({ keyroom: 'outcome', outcome })
      setTimeout(save, 300) // once the type shows the verdict
      return verdict
    })

  let completed = false
  keyroom.complete = () =>
    once('complete', async () => {
      const { outcome } = await keep({ kind: 'complete', content: {} })
      completed = true
      tell({ keyroom: 'outcome', outcome })
      setTimeout(save, 300) // its end is where the learner is to find it again
      return outcome
    })

  /**
   * Where the learner left off: `acked` is what the server has, as far as we know. What was sent and not answered may have arrived all the
   * same: found there on return, it is our own. A newer one from another device is never overwritten by what waited here.
   */
  const mine = (contents[cid].contentUserData[0] ??= {})
  // A preview is made anew with each change. The page around hands its place on, in the next window's name; types of others might not bear it.
  const PLACE = 'keyroom-place:'
  const handsOn = new URL(keyroom.state, location.href).pathname.startsWith('/studio/') && contents[cid].library?.startsWith('Keyroom.')
  if (handsOn && window.name.startsWith(PLACE)) mine.state = window.name.slice(PLACE.length)
  let acked = mine.state || ''
  let [latest, sending, lastSent, misses] = [acked, false, 0, 0]
  const unanswered = new Set()
  const MOST_UNANSWERED = 50
  const restored = outbox.state().then((kept) => {
    if (!kept) return
    if (!kept.bases?.includes(markOf(acked)) || kept.data === acked) return outbox.forgetState()
    for (const mark of kept.bases) unanswered.add(mark)
    latest = mine.state = kept.data
  }).catch(() => undefined)

  const isKnown = () => latest === '' || (latest === acked && unanswered.size === 0)
  let later
  const pushIn = (ms) => {
    clearTimeout(later)
    later = setTimeout(() => void push(), ms)
  }
  const push = async () => {
    if (sending || isKnown()) return
    const data = latest
    sending = true
    lastSent = Date.now()
    unanswered.add(markOf(data))
    if (unanswered.size > MOST_UNANSWERED) unanswered.delete(unanswered.values().next().value)
    // Letters of most scripts are longer on their way than here, and a browser refuses what is too long to outlive its page.
    const body = new URLSearchParams({ data, preload: '1', invalidate: '1' })
    const response = await fetch(keyroom.state, { method: 'POST', body, keepalive: body.toString().length < SMALL }).catch(() => undefined)
    sending = false
    if (response?.status === 401) return void sayEnded()
    if (!response || canWait(response.status)) return pushIn(Math.min(LONGEST, SAVE_MS * 2 ** (misses += 1)))
    misses = 0
    if (response.ok) acked = data
    if (response.ok) unanswered.clear()
    // Too large for the server, or not wanted: it stays on this device, and the answers count all the same.
    else unanswered.delete(markOf(data))
    if (response.ok) void outbox.dropState(data)
    if (latest !== data) pushIn(SAVE_MS)
  }
  /** Kept at once; sent now, or a little later with what comes till then. */
  const save = ({ now = true } = {}) => {
    const [instance] = window.H5P?.instances ?? []
    if (!instance) return
    const state = instance.getCurrentState?.()
    const data = state === undefined ? latest : JSON.stringify(state)
    const isNew = data !== latest
    latest = data
    if (isNew && handsOn) tell({ keyroom: 'place', state: data })
    if (isNew && isKnown()) outbox.forgetState()
    else if (isNew) outbox.keepState({ data, bases: [markOf(acked), ...unanswered] })
    mine.state = data
    if (now || Date.now() - lastSent > SAVE_MS) void push()
  }
  // At rest before the window can be closed: sealing takes a moment that a closing page no longer has.
  let soon
  for (const done of ['input', 'change', 'click', 'keyup']) {
    document.addEventListener(done, () => {
      soon ??= setTimeout(() => {
        soon = undefined
        save({ now: false })
      }, 50)
    }, { passive: true })
  }
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && save())
  window.addEventListener('pagehide', () => save())
  window.addEventListener('online', () => void push())

  /** What was kept before this page came: sent first. The content begins anew to show the verdicts, unless somebody is at work already. */
  const resume = async () => {
    await restored
    const before = (await outbox.list()).length
    void push()
    if (before === 0) return
    const began = Date.now()
    let atWork = false
    document.addEventListener('input', () => (atWork = true), { once: true })
    waited = true
    const sent = await outbox.alone(deliver)
    if (sent === 0) return
    tell({ keyroom: 'outcome', outcome: {} })
    if (!atWork && !lost && Date.now() - began < AT_ONCE_MS) location.reload()
  }

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

  /** Whether the content is there, or never will be. */
  const place = document.querySelector('.h5p-content')
  let came
  const end = (how) => {
    if (came === 'ready' || came === how) return
    came = how
    document.documentElement.dataset[how] = ''
    if (how === 'ready') delete document.documentElement.dataset.failed
    tell({ keyroom: how })
  }
  const look = () => window.H5P?.instances?.length > 0 && place.childElementCount > 0 && end('ready')
  new MutationObserver(look).observe(place, { childList: true, subtree: true })
  window.addEventListener('error', ({ target }) => target instanceof window.HTMLScriptElement && end('failed'), true)
  window.addEventListener('load', () => {
    look()
    setTimeout(() => look() || end('failed'), 3000)
  })
  // Should one file of a bundle spoil the others, each comes by itself the next time.
  const again = new URL(location.href)
  again.searchParams.set('apart', '1')
  document.getElementById('frame-again').href = again.href

  // A page around that began to listen late asks; and whether anything is kept here, where it mayn't look itself, of other activities.
  window.addEventListener('message', ({ data, source, origin }) => {
    if (source !== window.parent || origin !== parent) return
    if (data?.keyroom === 'kept' && Array.isArray(data.names)) tell({ keyroom: 'kept', names: window.KeyroomOutbox.waiting(data.names) })
    if (data?.keyroom !== 'measure') return
    height = 0
    measure()
    if (came) tell({ keyroom: came })
  })
  // Who has just answered still has the keyboard in here: Escape stills the news of the page around.
  window.addEventListener('keydown', ({ key }) => key === 'Escape' && tell({ keyroom: 'escape' }))
  window.addEventListener('resize', () => {
    for (const instance of window.H5P?.instances ?? []) window.H5P.trigger(instance, 'resize')
  })
  // What waited here comes out of its seal first: the content begins with it.
  window.H5P = { ...window.H5P, preventInit: true }
  const begin = () => setTimeout(() => window.H5P.init(document.body))
  // After the core's scripts, before it starts the content.
  document.addEventListener('DOMContentLoaded', () => {
    if (!window.H5P?.externalDispatcher) return
    const { setUserData } = window.H5P
    // The core saves now and then; so do we, and two who save would each take the other for another device.
    window.H5P.setUserData = (contentId, name, data, extras, ...rest) =>
      name === 'state' && !extras?.subContentId ? save({ now: false }) : setUserData(contentId, name, data, extras, ...rest)
    if (keyroom.reports) window.H5P.externalDispatcher.on('xAPI', report)
    void restored.then(begin)
  })
  void resume()
}
