/** Longer than a content needs to begin. */
const PATIENCE = 6000

/**
 * The content as learners will see it, beside its form. The next one is made ready out of sight and takes the place of the one
 * that is seen, so that nothing jumps; it begins where that was left, unless it is to begin again.
 */
export const makePreview = ({ host, address, title, onstate }) => {
  let shown
  let next
  let timer
  let place = ''
  const origin = new URL(address, location.href).origin
  const make = (src) => {
    const frame = document.createElement('iframe')
    frame.title = title
    frame.allow = 'fullscreen'
    frame.className = 'preview-frame'
    if (place) frame.name = `keyroom-place:${place}`
    frame.src = src
    return frame
  }
  const heightIn = (frame) => {
    try {
      return frame.contentDocument?.body?.getBoundingClientRect().height ?? 0
    } catch {
      return 0 // another origin: it tells by itself
    }
  }
  const swap = (height) => {
    clearTimeout(timer)
    if (!next) return
    if (height) next.style.blockSize = `${Math.ceil(height)}px`
    next.removeAttribute('data-waiting')
    next.inert = false
    shown?.remove()
    shown = next
    next = undefined
    onstate('shown')
  }
  const onMessage = ({ data, source, origin: from }) => {
    if (!host.isConnected) return window.removeEventListener('message', onMessage)
    if (from !== origin) return
    if (data?.keyroom === 'place' && typeof data.state === 'string' && source === shown?.contentWindow) place = data.state
    if (data?.keyroom !== 'resize' || !Number.isFinite(data.height)) return
    if (source === next?.contentWindow) return swap(data.height)
    if (source === shown?.contentWindow) shown.style.blockSize = `${Math.ceil(data.height)}px`
  }
  window.addEventListener('message', onMessage)
  return {
    update(mark, { anew = false } = {}) {
      if (anew) place = ''
      next?.remove()
      clearTimeout(timer)
      next = make(`${address}&r=${mark}`)
      next.dataset.waiting = ''
      next.inert = true
      const mine = next
      next.addEventListener('load', () => {
        mine.contentWindow?.postMessage({ keyroom: 'measure' }, origin)
        // A page that says «not yet» measures nothing.
        timer = setTimeout(() => mine === next && swap(heightIn(mine)), mine.contentDocument?.querySelector('.h5p-content') ? PATIENCE : 50)
      })
      host.append(next)
      onstate('loading')
    },
  }
}
