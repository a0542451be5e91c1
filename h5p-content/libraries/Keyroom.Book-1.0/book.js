/** Pages to read and questions to answer among them; contents, progress, and the way back and on. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  Core.type('Book', (self, params, contentId, extras) =>
    Core.container(self, contentId, extras, (base) => {
      const pages = (params.pages ?? []).map((page) => ({ title: Core.plain(page.title), blocks: (page.blocks ?? []).map(base.add).filter(Boolean) }))
      const count = pages.length
      const known = (index) => Number.isInteger(index) && index >= 0 && index < count
      const seen = new Set((base.before.seen ?? []).filter(known))
      let at = known(base.before.at) ? base.before.at : 0
      let ended = base.before.ended === true
      let show = () => undefined

      const solvedIn = (page) => page.blocks.filter((block) => block.getMaxScore?.() > 0).every(base.isSolved)
      const whole = () => seen.size === count && base.solved() === base.questions().length

      const render = (root) => {
        const progress = Core.progress()
        const contents = contentsOf(base, pages, (index) => go(index))
        const sheets = pages.map((page, index) => {
          const heading = Core.el('h2', { class: 'kr-title' })
          heading.append(Core.el('span', { class: 'kr-over' }, Core.t('page', { n: index + 1, count })), base.content.words('span', page.title))
          return { heading, element: Core.el('section', { class: 'kr-panel kr-page' }, heading, page.blocks.map((block) => Core.place(block, { class: 'kr-block' }))) }
        })
        const end = Core.el('p', { class: 'kr-line', role: 'status' })
        const back = Core.quietButton(Core.t('previous'), () => go(at - 1), { icon: 'previous' })
        const next = Core.button(Core.t('next'), () => go(at + 1), { after: 'next' })
        const finish = Core.button(Core.t('finish'), () => {
          ended = true
          show()
          base.finish()
          Core.lead(end)
        }, { icon: 'flag' })

        const go = (index) => {
          at = index
          contents.close()
          show()
          if (whole()) base.finish()
          Core.lead(sheets[at].heading)
        }
        show = () => {
          seen.add(at)
          sheets.forEach(({ element }, index) => { element.hidden = index !== at })
          back.hidden = at === 0
          next.hidden = at >= count - 1
          finish.hidden = at !== count - 1 || ended
          const open = base.questions().length - base.solved()
          end.replaceChildren(...(ended && at === count - 1 ? [Core.icon('flag'), `${Core.t('bookEnd')} ${Core.t(open > 0 ? 'someOpen' : 'allSolved')}`] : []))
          const asks = base.questions().length
          const share = (seen.size + base.solved()) / (count + asks)
          const solved = asks > 0 ? ` · ${Core.t('solvedOf', { n: base.solved(), count: asks })}` : ''
          progress.show(`${Core.t('readOf', { n: seen.size, count })}${solved}`, share)
          contents.show(at, (index) => seen.has(index) && solvedIn(pages[index]))
          self.trigger('resize')
        }
        root.append(progress.element, contents.element, ...sheets.map(({ element }) => element), end, Core.el('div', { class: 'kr-turn' }, back, next, finish))
        if (count > 0) show()
      }

      return {
        render,
        changed: () => {
          show()
          if (whole()) base.finish()
        },
        own: () => (at > 0 || seen.size > 1 ? { at, seen: [...seen].sort((a, b) => a - b), ...(ended && { ended }) } : undefined),
        reset: () => {
          at = 0
          ended = false
          seen.clear()
          show()
        },
      }
    }))

  /** The contents, folded away until somebody wants them. */
  const contentsOf = (base, pages, go) => {
    const entries = pages.map((page, index) => {
      const state = Core.el('span')
      const press = Core.el('button', { type: 'button', class: 'kr-row', on: { click: () => go(index) } },
        Core.el('span', { class: 'kr-number', 'aria-hidden': 'true' }, Core.number(index + 1)), Core.el('span', { class: 'kr-row-main' }, base.content.words('span', page.title, { class: 'kr-row-words' }), state))
      return { press, state, item: Core.el('li', {}, press) }
    })
    const element = Core.el('details', { class: 'kr-contents' },
      Core.el('summary', {}, Core.icon('list'), Core.el('span', {}, Core.t('contents')), Core.icon('next')),
      Core.el('nav', { 'aria-label': Core.t('contents') }, Core.el('ol', { class: 'kr-rows' }, entries.map(({ item }) => item))))
    return {
      element,
      close: () => { element.open = false },
      show: (at, done) =>
        entries.forEach(({ press, state }, index) => {
          if (index === at) press.setAttribute('aria-current', 'page')
          else press.removeAttribute('aria-current')
          press.classList.toggle('kr-done', done(index))
          state.replaceChildren(...(done(index) ? [Core.state(true, 'read')] : []))
        }),
    }
  }
})()
