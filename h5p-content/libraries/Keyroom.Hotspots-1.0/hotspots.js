/**
 * A picture with places to open. Under (or beside) it the same places as a list, which holds the texts and questions:
 * with a keyboard, a screen reader or a small screen the list is all one needs.
 */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  Core.type('Hotspots', (self, params, contentId, extras) =>
    Core.container(self, contentId, extras, (base) => {
      const spots = base.addAsked(params.spots)
      const count = spots.length
      const seen = new Set((base.before.seen ?? []).filter((index) => index in spots))
      let open = base.before.open in spots ? base.before.open : null
      let show = () => undefined
      const whole = () => seen.size === count && base.solved() === base.questions().length

      const render = (root) => {
        const progress = Core.progress()
        const entries = spots.map((spot, index) => entryOf(base, spot, index, () => toggle(index)))
        const marks = spots.map((spot, index) => markOf(spot, index, entries[index].panel.id, () => toggle(index, true)))
        const picture = pictureOf(base, params, spots, marks)

        const toggle = (index, follow = false) => {
          open = open === index && !follow ? null : index
          if (open !== null) seen.add(open)
          show()
          if (follow) Core.lead(entries[index].panel)
          if (whole()) base.finish()
        }
        show = () => {
          spots.forEach((spot, index) => {
            const asks = spot.child?.getMaxScore?.() > 0
            const done = seen.has(index) && (!asks || base.isSolved(spot.child))
            entries[index].show(index === open, seen.has(index), done)
            marks[index].setAttribute('aria-expanded', String(index === open))
            marks[index].classList.toggle('kr-done', done)
            marks[index].replaceChildren(Core.icon(done ? 'check' : (spot.icon ?? 'plus')))
          })
          const solved = base.questions().length > 0 ? ` · ${Core.t('solvedOf', { n: base.solved(), count: base.questions().length })}` : ''
          progress.show(`${Core.t('seenOf', { n: seen.size, count })}${solved}`, (seen.size + base.solved()) / Math.max(1, count + base.questions().length))
          self.trigger('resize')
        }
        root.append(progress.element, Core.el('div', { class: 'kr-spots' }, picture,
          Core.el('section', { class: 'kr-spot-list', 'aria-label': Core.t('spots') }, entries.map(({ element }) => element))))
        show()
      }

      return {
        render,
        changed: () => {
          show()
          if (whole()) base.finish()
        },
        own: () => (seen.size > 0 ? { seen: [...seen].sort((a, b) => a - b), ...(open !== null && { open }) } : undefined),
        reset: () => {
          open = null
          seen.clear()
          show()
        },
      }
    }))

  const entryOf = (base, spot, index, toggle) => {
    const state = Core.el('span', { class: 'kr-spot-state' })
    const panel = Core.el('div', { class: 'kr-spot-panel', id: Core.id('spot'), role: 'group' }, base.content.author('div', spot.text, { class: 'kr-text' }), spot.child && Core.place(spot.child, { class: 'kr-block' }))
    const label = base.content.words('span', spot.label, { class: 'kr-row-words', id: Core.id('label') })
    panel.setAttribute('aria-labelledby', label.id)
    const press = Core.el('button', { type: 'button', class: 'kr-row', 'aria-controls': panel.id, on: { click: toggle } }, Core.el('span', { class: 'kr-number', 'aria-hidden': 'true' }, Core.number(index + 1)), Core.el('span', { class: 'kr-row-main' }, label, state), Core.icon('next'))
    return {
      panel,
      element: Core.el('div', { class: 'kr-spot' }, Core.el('h2', {}, press), panel),
      show: (open, seen, done) => {
        press.setAttribute('aria-expanded', String(open))
        press.classList.toggle('kr-done', done)
        panel.hidden = !open
        state.replaceChildren(...(seen ? [Core.state(done, done ? (spot.child?.getMaxScore?.() > 0 ? 'solved' : 'seen') : 'open')] : []))
      },
    }
  }

  const markOf = (spot, index, panel, open) =>
    Core.el('button', { type: 'button', class: 'kr-spot-mark', 'aria-label': `${Core.number(index + 1)}. ${Core.plain(spot.label)}`, 'aria-controls': panel, 'aria-expanded': 'false', on: { click: open } })

  const pictureOf = (base, params, spots, marks) => {
    const picture = Core.el('div', { class: 'kr-picture' }, params.image?.path ? base.content.image(params.image, params.alt) : null, marks)
    new ResizeObserver(() => settle(picture, spots, marks)).observe(picture)
    return Core.el('div', { class: 'kr-picture-side' }, picture)
  }

  /** Puts each mark on its place, inside the picture; on a small one pushes apart those that would lie on one another. */
  const settle = (picture, spots, marks) => {
    const { clientWidth: width, clientHeight: height } = picture
    const size = marks[0]?.offsetWidth ?? 0
    const inside = (value, most) => Math.min(Math.max(value, size / 2), Math.max(size / 2, most - size / 2))
    const places = spots.map(({ x, y }) => ({ x: inside((Number(x) / 100) * width, width), y: inside((Number(y) / 100) * height, height) }))
    for (let round = 0; round < 24; round += 1) {
      for (let a = 0; a < places.length; a += 1) {
        for (let b = a + 1; b < places.length; b += 1) {
          const [one, other] = [places[a], places[b]]
          const apart = Math.hypot(other.x - one.x, other.y - one.y)
          if (apart >= size) continue
          const [dx, dy] = apart > 0 ? [(other.x - one.x) / apart, (other.y - one.y) / apart] : [0, 1]
          const push = (size - apart) / 2
          Object.assign(one, { x: inside(one.x - dx * push, width), y: inside(one.y - dy * push, height) })
          Object.assign(other, { x: inside(other.x + dx * push, width), y: inside(other.y + dy * push, height) })
        }
      }
    }
    // Physical sides on purpose: a picture isn't mirrored where people read from the right.
    marks.forEach((mark, index) => {
      mark.style.left = `${places[index].x}px`
      mark.style.top = `${places[index].y}px`
    })
  }
})()
