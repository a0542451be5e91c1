/** Questions one at a time, in any order, as often as one likes; then a page that says which are solved. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  Core.type('QuestionSet', (self, params, contentId, extras) =>
    Core.container(self, contentId, extras, (base) => {
      const added = (params.questions ?? []).map(base.add).filter(Boolean)
      const children = params.shuffle ? Core.shuffled(added.length, contentId, extras.subContentId).map((index) => added[index]) : added
      const count = children.length
      const kept = base.before.at
      let at = Number.isInteger(kept) && kept >= 0 && kept <= count ? kept : 0
      let show = () => undefined

      const render = (root) => {
        const progress = Core.progress()
        const panels = children.map((child, index) => {
          const heading = Core.el('h2', { class: 'kr-title' }, Core.t('question', { n: index + 1, count }))
          return { heading, element: Core.el('section', { class: 'kr-panel' }, heading, Core.place(child)) }
        })
        const result = resultOf(base, { children, params, score: () => [self.getScore(), self.getMaxScore()] }, { go: (index) => go(index), retry: () => retry() })
        const steps = children.map((_, index) => Core.el('button', { type: 'button', class: 'kr-step', on: { click: () => go(index) } }))
        const back = Core.quietButton(Core.t('previous'), () => go(at - 1), { icon: 'previous' })
        const next = Core.button(Core.t('next'), () => go(at + 1), { after: 'next' })
        const finish = Core.button(Core.t('finish'), () => go(count), { icon: 'flag' })

        /** Those still open, from an empty page each; what is solved stays. */
        const retry = () => {
          const open = children.filter((child) => !base.isSolved(child))
          for (const child of open) child.resetTask?.()
          go(children.indexOf(open[0]))
        }
        const go = (index) => {
          at = index
          show()
          if (at === count) base.finish()
          Core.lead(at === count ? result.heading : panels[at].heading)
        }
        show = () => {
          panels.forEach(({ element }, index) => { element.hidden = index !== at })
          result.element.hidden = at !== count
          if (at === count) result.show()
          back.hidden = at === 0
          next.hidden = at >= count - 1
          finish.hidden = at !== count - 1
          progress.show(Core.t('solvedOf', { n: base.solved(), count }), count > 0 ? base.solved() / count : 0)
          steps.forEach((step, index) => showStep(step, index, index === at, base.isSolved(children[index])))
          self.trigger('resize')
        }
        root.append(
          params.intro ? base.content.author('div', params.intro, { class: 'kr-text kr-intro' }) : '',
          progress.element,
          count > 1 ? Core.el('nav', { class: 'kr-steps', 'aria-label': Core.t('questions') }, steps) : '',
          ...panels.map(({ element }) => element), result.element,
          Core.el('div', { class: 'kr-turn' }, back, next, finish),
        )
        show()
      }

      return {
        render,
        changed: () => {
          show()
          if (base.solved() === count) base.finish()
        },
        own: () => (at > 0 ? { at } : undefined),
        reset: () => {
          at = 0
          show()
        },
      }
    }))

  const showStep = (step, index, current, solved) => {
    step.replaceChildren(solved ? Core.icon('check') : Core.el('span', { 'aria-hidden': 'true' }, Core.number(index + 1)), Core.unseen(`${Core.t('toQuestion', { n: index + 1 })}: ${Core.t(solved ? 'solved' : 'open')}`))
    step.classList.toggle('kr-done', solved)
    if (current) step.setAttribute('aria-current', 'step')
    else step.removeAttribute('aria-current')
  }

  /** How many points, whether that is enough, and the way back to each question. */
  const resultOf = (base, { children, params, score }, { go, retry }) => {
    const heading = Core.el('h2', { class: 'kr-title' }, Core.t('result'))
    const words = Core.el('p', { class: 'kr-lead' })
    const points = Core.el('p', { class: 'kr-hint' })
    const message = Core.el('div', { class: 'kr-message' })
    const again = Core.quietButton(Core.t('retryOpen'), retry, { icon: 'retry' })
    const rows = Core.el('ul', { class: 'kr-rows' })
    return {
      heading,
      element: Core.el('section', { class: 'kr-panel' }, heading, words, points, message, rows, Core.el('div', { class: 'kr-actions' }, again)),
      show: () => {
        words.textContent = Core.t(base.solved() === children.length ? 'allSolved' : 'someOpen')
        const [got, max] = score()
        points.textContent = Core.t('pointsOf', { n: got, count: max })
        const said = max > 0 && (got / max) * 100 >= (Number(params.pass) || 100) ? params.passed : params.notPassed
        message.hidden = !said
        message.replaceChildren(...(said ? [base.content.author('div', said, { class: 'kr-text' })] : []))
        again.hidden = base.solved() === children.length
        rows.replaceChildren(...Core.questionRows(base, children, go))
      },
    }
  }
})()
