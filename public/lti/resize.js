/** Tells the page around how high this one is, so that its frame fits (lti.frameResize). A height is no secret: any LMS may read it. */
const SOON_MS = 120
/** A frame that grows with each telling is higher by what it holds, not by what stands in it. */
const MOST_IN_A_ROW = 8
const ROW_MS = 2000

export const fitFrame = () => {
  const { body } = document
  // As high as its content: else a page stretched to a frame that once was high would never let it shrink.
  body.style.minBlockSize = '0'
  let told = 0
  let toldAt = 0
  let rising = 0
  let timer
  const tell = () => {
    timer = undefined
    if (!body.isConnected) return observer.disconnect()
    const height = Math.ceil(body.getBoundingClientRect().height)
    if (height === 0 || Math.abs(height - told) < 2) return
    rising = height > told && Date.now() - toldAt < ROW_MS ? rising + 1 : 0
    if (rising > MOST_IN_A_ROW) return observer.disconnect()
    told = height
    toldAt = Date.now()
    window.parent.postMessage({ subject: 'lti.frameResize', height }, '*')
  }
  const observer = new ResizeObserver(() => (timer ??= setTimeout(tell, SOON_MS)))
  observer.observe(body)
  tell()
}
