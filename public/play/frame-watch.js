/** What a page knows of the activity's frame in it: whether it came, how high it is, and what it says. */
const LATE_MS = 15_000
/** Once all of it has loaded, a content needs no longer to begin. */
const GRACE_MS = 6_000

/** `on`: `ready()`, `late(failed)`, `said(text)`, `outcome()`, `ended()`, `escape()`, `kept(names)`; what isn't given isn't told. */
export const watchFrame = (frame, on) => {
  const origin = new URL(frame.src, location.href).origin
  let timer
  let came = false
  const late = (failed) => {
    clearTimeout(timer)
    if (!came) on.late?.(failed)
  }
  const expect = () => {
    came = false
    clearTimeout(timer)
    timer = setTimeout(() => late(false), LATE_MS)
  }
  const setHeight = (height) => {
    frame.style.blockSize = `${Math.max(120, Math.min(20_000, Math.ceil(height)))}px`
  }
  const isHere = () => {
    if (came) return
    came = true
    clearTimeout(timer)
    on.ready?.()
  }
  const TOLD = {
    ready: isHere,
    failed: () => late(true),
    resize: ({ height }) => Number.isFinite(height) && setHeight(height),
    status: ({ text }) => on.said?.(String(text)),
    outcome: () => on.outcome?.(),
    ended: () => on.ended?.(),
    escape: () => on.escape?.(),
    kept: ({ names }) => Array.isArray(names) && on.kept?.(names),
  }
  const onMessage = ({ data, source, origin: from }) => {
    if (!frame.isConnected) return window.removeEventListener('message', onMessage)
    if (source !== frame.contentWindow || from !== origin || typeof data !== 'object' || data === null) return
    if (Object.hasOwn(TOLD, data.keyroom)) TOLD[data.keyroom](data)
  }
  window.addEventListener('message', onMessage)

  // What it told before anybody listened is asked for again.
  const ask = () => frame.contentWindow?.postMessage({ keyroom: 'measure' }, '*') // nothing anybody may not read
  const onLoad = () => {
    ask()
    clearTimeout(timer)
    if (!came) timer = setTimeout(() => late(true), GRACE_MS)
  }
  frame.addEventListener('load', onLoad)
  expect()
  // It may have loaded already; a document of another origin doesn't say.
  const inside = frame.contentDocument
  if (inside?.readyState === 'complete' && inside.URL !== 'about:blank') onLoad()
  else ask()
  return {
    /** Asks which of these outboxes have something in them; `kept` hears it. */
    askKept: (names) => frame.contentWindow?.postMessage({ keyroom: 'kept', names }, origin),
    /** Loads it anew, from another address where one is given. */
    again(address = frame.getAttribute('src')) {
      expect()
      frame.src = address
    },
  }
}
