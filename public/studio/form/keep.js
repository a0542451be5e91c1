import { problemText } from '../../look/problem.js'

/** How long after the last letter something is saved; and how long at most after the first. */
const SOON = 900
const LATEST = 5000
const LONGEST = 30_000
/** What a closing page may still send, in bytes. */
const SMALL = 60_000

/** What this device keeps while the line is down. A window may forbid it: then only the page keeps it. */
const shelf = (name) => {
  const attempt = (work) => {
    try {
      return work()
    } catch {
      return undefined
    }
  }
  return {
    read: () => attempt(() => JSON.parse(localStorage.getItem(name) ?? 'null')) ?? undefined,
    write: (value) => attempt(() => localStorage.setItem(name, JSON.stringify(value))),
    clear: () => attempt(() => localStorage.removeItem(name)),
  }
}

/** Enough of parameters to know them again by: of each save that may have arrived one is kept. */
const markOf = (params) => {
  const text = JSON.stringify(params ?? {})
  let [one, two] = [0x811c9dc5, 0x41c6ce57]
  for (let at = 0; at < text.length; at += 1) {
    one = Math.imul(one ^ text.charCodeAt(at), 0x01000193)
    two = Math.imul(two + text.charCodeAt(at), 0x5bd1e995) ^ (two >>> 13)
  }
  return `${text.length}.${one >>> 0}.${two >>> 0}`
}

/**
 * Saves what is written, by itself. It tells `onstate` one of `saved` (with the time), `waiting`, `saving`, `offline`,
 * `refused` (with the server's sentence), `stale`, `expired`; tries again until the line is back; keeps on the device what
 * couldn't be sent.
 */
export const makeKeeper = ({ id, url, csrf, revision, at, store, onstate, onsaved }) => {
  const kept = shelf(`keyroom-draft-${id}`)
  let now = revision
  let sent = store.get()
  let first = 0
  let timer
  let tries = 0
  let running
  let isOver = false
  let wasLeft = false
  let savedAt = new Date(at)
  /** What was sent and not answered: it may have arrived all the same. */
  const unanswered = new Set()

  const bodyOf = (value) => JSON.stringify({ revision: now, title: value.title ?? '', params: value.params ?? {}, metadata: value.metadata ?? {} })
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF-Token': csrf }
  const isDirty = () => store.get() !== sent
  const keep = (value) => kept.write({ revision: now, value, unanswered: [...unanswered] })

  const later = (ms) => {
    clearTimeout(timer)
    if (!isOver) timer = setTimeout(() => void flush(), ms)
  }
  const missed = (state, value) => {
    keep(value)
    onstate(state)
    tries += 1
    later(Math.min(LONGEST, 1000 * 2 ** tries))
  }
  const taken = (value, answer) => {
    now = answer.revision
    sent = value
    tries = 0
    first = 0
    savedAt = new Date(answer.savedAt)
    unanswered.clear()
    onsaved(answer, value)
    // Written on while it was under way: that isn't saved yet.
    if (isDirty()) return soon()
    kept.clear()
    onstate('saved', { at: savedAt })
  }
  /** Somebody else's save, or our own whose answer was lost on the way? */
  const wasOurs = async () => {
    const response = await fetch(url, { headers: { Accept: 'application/json' } }).catch(() => undefined)
    const theirs = response?.ok ? await response.json() : undefined
    if (!theirs || !unanswered.has(markOf(theirs.params))) return false
    now = theirs.revision
    unanswered.clear()
    return true
  }
  const send = async (value) => {
    onstate('saving')
    unanswered.add(markOf(value.params))
    const response = await fetch(url, { method: 'PUT', headers, body: bodyOf(value) }).catch(() => undefined)
    if (!response || response.status >= 500 || response.status === 429 || response.status === 408) return missed('offline', value)
    if (response.ok) return taken(value, await response.json())
    const problem = await response.json().catch(() => ({}))
    keep(value)
    if (response.status === 409) {
      if (unanswered.size > 1 || tries > 0 || wasLeft) if (await wasOurs()) return send(value)
      isOver = true
      return onstate('stale', { value })
    }
    if (response.status === 401) return missed('expired', value)
    onstate('refused', { sentence: problemText(problem) })
  }
  const flush = async () => {
    clearTimeout(timer)
    while (running) await running
    if (isOver || !isDirty()) return
    running = send(store.get()).finally(() => (running = undefined))
    await running
  }
  const soon = () => {
    if (isOver) return
    if (!isDirty()) {
      // Taken back to what is saved already.
      clearTimeout(timer)
      first = 0
      return running ? undefined : onstate('saved', { at: savedAt })
    }
    onstate('waiting')
    first ||= Date.now()
    later(Math.max(0, Math.min(SOON, first + LATEST - Date.now())))
  }
  store.listen(soon)
  const online = () => tries > 0 && void flush()
  const leave = () => {
    if (isOver || !isDirty()) return
    const body = bodyOf(store.get())
    unanswered.add(markOf(store.get().params))
    keep(store.get())
    if (new window.Blob([body]).size < SMALL) void fetch(url, { method: 'PUT', headers, body, keepalive: true }).then((response) => response.ok && kept.clear()).catch(() => undefined)
  }
  const onHidden = () => document.visibilityState === 'hidden' && void flush()
  const warn = (event) => isDirty() && tries > 0 && event.preventDefault()
  const end = () => {
    void flush()
    clearTimeout(timer)
    for (const [target, name, handler] of wires) target.removeEventListener(name, handler)
  }
  const wires = [[window, 'online', online], [window, 'pagehide', leave], [document, 'visibilitychange', onHidden], [window, 'beforeunload', warn], [document, 'keyroom:page', end]]
  for (const [target, name, handler] of wires) target.addEventListener(name, handler)
  return {
    flush, isDirty,
    /**
     * What this device kept when it was left without a line. `stale`: somebody saved since, and whose is to be kept is asked; a save of
     * our own that arrived without our hearing of it is nobody else's.
     */
    leftBehind() {
      const found = kept.read()
      if (!found?.value) return undefined
      const there = markOf(sent.params)
      const isOurs = found.revision === now || found.unanswered?.includes(there)
      if (isOurs && found.revision !== now && markOf(found.value.params) === there && found.value.title === sent.title) {
        kept.clear()
        return undefined
      }
      wasLeft = true
      for (const mark of found.unanswered ?? []) unanswered.add(mark)
      unanswered.add(markOf(found.value.params))
      isOver = !isOurs
      return { value: found.value, stale: !isOurs }
    },
    forget: kept.clear,
    stop: () => (isOver = true),
  }
}
