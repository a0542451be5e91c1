/** Dragging by mouse, pen or finger. Whoever uses it gives another way too: nothing here can be done by dragging alone. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core
  /** A press that moves less than this is a press. */
  const SLACK = 6

  /** Below a point, but for what is being dragged. */
  Core.under = (x, y, selector) => document.elementFromPoint(x, y)?.closest(selector) ?? null

  /** `subject` follows the pointer; `over(x, y)` while it does, `drop(x, y)` at the end. A finger drags by the grip alone, so that a page still scrolls. */
  Core.drag = (subject, { can = () => true, over = () => undefined, drop }) => {
    let from = null
    const stop = () => {
      const lifted = from?.lifted
      from = null
      subject.classList.remove('kr-lifted')
      subject.style.translate = ''
      return lifted
    }
    const swallow = (event) => {
      event.stopPropagation()
      event.preventDefault()
    }
    subject.addEventListener('pointerdown', (event) => {
      const byGrip = event.target.closest('.kr-grip')
      if (event.button !== 0 || !can() || (event.pointerType === 'touch' && !byGrip) || (!byGrip && subject.localName !== 'button')) return
      from = { x: event.clientX, y: event.clientY, lifted: false }
      subject.setPointerCapture(event.pointerId)
    })
    subject.addEventListener('pointermove', (event) => {
      if (!from) return
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y]
      if (!from.lifted && Math.hypot(dx, dy) < SLACK) return
      if (!from.lifted) {
        from.lifted = true
        subject.classList.add('kr-lifted')
      }
      subject.style.translate = `${dx}px ${dy}px`
      over(event.clientX, event.clientY)
    })
    subject.addEventListener('pointerup', (event) => {
      const { clientX, clientY } = event
      const target = stop() ? { clientX, clientY } : null
      if (!target) return
      // The click that follows a drag is none.
      subject.addEventListener('click', swallow, { capture: true, once: true })
      setTimeout(() => subject.removeEventListener('click', swallow, { capture: true }), 0)
      drop(clientX, clientY)
    })
    subject.addEventListener('pointercancel', stop)
  }
})()
