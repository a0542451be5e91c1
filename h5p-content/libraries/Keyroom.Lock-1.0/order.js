/** Things to put in order: each with its two arrows and a handle to drag it by. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  Core.order = (content, things) => {
    const list = Core.el('ol', { class: 'kr-order' })
    const live = Core.el('p', { class: 'kr-unseen', role: 'status' })
    let locked = false
    const items = things.map((thing) => {
      const arrow = (key, icon, step) => Core.el('button', { type: 'button', class: 'kr-icon-button', 'aria-label': Core.t(key, { thing: Core.plain(thing) }), on: { click: (event) => move(item, step, event.currentTarget) } }, Core.icon(icon))
      const [earlier, later] = [arrow('earlier', 'up', -1), arrow('later', 'down', 1)]
      const grip = Core.el('span', { class: 'kr-grip', 'aria-hidden': 'true' }, Core.icon('grip'))
      const element = Core.el('li', { class: 'kr-thing' }, grip, content.words('span', thing, { class: 'kr-row-words' }), earlier, later)
      const item = { thing, element, earlier, later }
      return item
    })
    const rows = () => [...list.children]
    const show = () => {
      items.forEach((item) => {
        item.earlier.setAttribute('aria-disabled', String(locked || item.element === list.firstChild))
        item.later.setAttribute('aria-disabled', String(locked || item.element === list.lastChild))
      })
    }
    const tell = (item) => { live.textContent = Core.t('placed', { thing: Core.plain(item.thing), n: rows().indexOf(item.element) + 1, count: items.length }) }
    const move = (item, step, focused) => {
      const at = rows().indexOf(item.element) + step
      if (locked || at < 0 || at >= items.length) return
      if (step < 0) list.insertBefore(item.element, rows()[at])
      else list.insertBefore(item.element, rows()[at].nextSibling)
      focused?.focus()
      show()
      tell(item)
    }
    const write = (order) => {
      const left = [...items]
      for (const thing of order) {
        const [item] = left.splice(left.findIndex((each) => each.thing === thing), 1)
        list.append(item.element)
      }
      show()
    }
    for (const item of items) {
      Core.drag(item.element, {
        can: () => !locked,
        drop: (_x, y) => {
          const before = rows().filter((row) => row !== item.element).find((row) => {
            const { top, height } = row.getBoundingClientRect()
            return y < top + height / 2
          })
          list.insertBefore(item.element, before ?? null)
          show()
          tell(item)
        },
      })
    }
    write(things)
    return {
      element: Core.el('div', { class: 'kr-ordering' }, Core.el('p', { class: 'kr-hint' }, Core.t('orderHow')), list, live),
      nothing: things,
      read: () => rows().map((row) => items.find(({ element }) => element === row).thing),
      write: (order) => write(order.length > 0 ? order : things),
      lock: (on) => {
        locked = on
        list.classList.toggle('kr-locked', on)
        show()
      },
      isEmpty: () => false,
      valid: (order) => Array.isArray(order) && [...order].sort().join('\n') === [...things].sort().join('\n'),
    }
  }
})()
