/** A sequence of directions or colours: pressed one after another, shown as it grows. Colours have a shape and a name as well. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core
  const MOST = 12
  const KEYS = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' }
  const DIRECTIONS = ['up', 'left', 'right', 'down']
  const COLOURS = ['red', 'blue', 'green', 'yellow', 'purple', 'orange']

  const nameOf = (sign) => Core.t(sign === 'right' ? 'right_' : sign)
  const pictureOf = (sign) => (DIRECTIONS.includes(sign) ? Core.icon(sign) : Core.el('i', { class: `kr-shape kr-shape-${sign}`, 'aria-hidden': 'true' }))

  Core.signs = (kind) => {
    const signs = kind === 'directions' ? DIRECTIONS : COLOURS
    let chosen = []
    let locked = false
    const list = Core.el('ol', { class: 'kr-signs', dir: 'ltr', 'aria-label': Core.t('chosen') })
    const none = Core.el('p', { class: 'kr-hint' }, Core.t('noneYet'))
    const live = Core.el('p', { class: 'kr-unseen', role: 'status' })
    const show = () => {
      none.hidden = chosen.length > 0
      list.hidden = chosen.length === 0
      list.replaceChildren(...chosen.map((sign) => Core.el('li', { class: 'kr-sign' }, pictureOf(sign), kind === 'directions' ? Core.unseen(nameOf(sign)) : Core.el('span', {}, nameOf(sign)))))
    }
    const put = (sign) => {
      if (locked || chosen.length >= MOST) return
      chosen = [...chosen, sign]
      show()
      live.textContent = Core.t('sequenceNow', { thing: nameOf(sign), n: chosen.length })
    }
    const erase = (count) => {
      if (locked || chosen.length === 0) return
      chosen = chosen.slice(0, -count)
      show()
      live.textContent = Core.t('sequenceErased', { n: chosen.length })
    }
    const keys = (event) => {
      if (event.key === 'Backspace') erase(1)
      else if (kind === 'directions' && KEYS[event.key]) put(KEYS[event.key])
      else return
      event.preventDefault()
    }
    const pad = Core.el('div', { class: `kr-pad kr-pad-${kind}`, dir: kind === 'directions' ? 'ltr' : null },
      signs.map((sign) => Core.el('button', { type: 'button', class: `kr-press kr-press-${sign}`, on: { click: () => put(sign) } }, pictureOf(sign), Core.el('span', {}, nameOf(sign)))))
    return {
      element: Core.el('div', { class: 'kr-sequence', on: { keydown: keys } },
        Core.el('div', { class: 'kr-so-far' }, none, list), pad, kind === 'directions' ? Core.el('p', { class: 'kr-hint' }, Core.t('arrowsToo')) : null,
        Core.el('div', { class: 'kr-actions' }, Core.quietButton(Core.t('eraseLast'), () => erase(1), { icon: 'erase' }), Core.quietButton(Core.t('eraseAll'), () => erase(MOST))), live),
      nothing: [],
      read: () => chosen,
      write: (signs) => {
        chosen = signs
        show()
      },
      lock: (on) => { locked = on },
      isEmpty: () => chosen.length === 0,
      valid: (response) => Array.isArray(response) && response.length <= MOST && response.every((sign) => signs.includes(sign)),
    }
  }
})()
