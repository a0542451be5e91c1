/** All that is said, with its times: to read along, to read instead, and to go to a moment. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  Core.transcript = (content, passages, go) => {
    const rows = passages.map((passage) => {
      const at = Math.max(0, Number(passage.at) || 0)
      const time = Core.clockTime(at)
      const press = Core.el('button', { type: 'button', class: 'kr-time', 'aria-label': Core.t('goToTime', { time }), on: { click: () => go(at) } }, time)
      const still = Core.el('span', { class: 'kr-time' }, time)
      const words = Core.el('p', { dir: 'auto' }, passage.speaker ? [content.words('strong', passage.speaker), ' '] : null, content.words('span', passage.text))
      return { at, press, still, element: Core.el('li', {}, press, still, words) }
    })
    const element = Core.el('details', { class: 'kr-contents' },
      Core.el('summary', {}, Core.icon('list'), Core.el('span', {}, Core.t('transcript')), Core.icon('next')), Core.el('ol', { class: 'kr-passages' }, rows.map((row) => row.element)))
    return {
      element: rows.length > 0 ? element : null,
      /** With a video its times lead there; without one they are only said. */
      use: (light) => {
        if (light) element.open = true
        element.classList.toggle('kr-whole', light)
        rows.forEach((row) => row.element.removeAttribute('aria-current'))
        rows.forEach(({ press, still }) => {
          press.hidden = light
          still.hidden = !light
        })
      },
      show: (now) => {
        const current = rows.findLast(({ at }) => at <= now)
        rows.forEach((row) => {
          if (row === current) row.element.setAttribute('aria-current', 'true')
          else row.element.removeAttribute('aria-current')
        })
      },
    }
  }
})()
