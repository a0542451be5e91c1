/**
 * A film of pictures and words: scenes that follow one another while it plays, and stop for a question.
 * The words are on the screen, so they are its captions; all of them together are the transcript. It never starts by itself,
 * every scene can be reached by hand, and a question can be left for later.
 */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  Core.type('Sequence', (self, params, contentId, extras) =>
    Core.container(self, contentId, extras, (base) => {
      const scenes = base.addAsked(params.scenes)
      const count = scenes.length
      const children = scenes.map(({ child }) => child).filter(Boolean)
      const kept = base.before.at
      // at: the scene; asking: its question is open; at === count: the end.
      let at = Number.isInteger(kept) && kept >= 0 && kept <= count ? kept : 0
      let asking = at < count && base.before.asking === true && Boolean(scenes[at].child)
      let reached = at === count || base.before.reached === true
      let playing = false
      let show = () => undefined
      let rewind = () => undefined
      const whole = () => reached && base.solved() === children.length

      const render = (root) => {
        const stage = stageOf(base, scenes)
        const end = endOf(base, children, (index) => go(scenes.findIndex(({ child }) => child === children[index]), { ask: true }))
        const clock = Core.clock({ tick: (share) => stage.tick(at, share), over: () => sceneOver() })
        const controls = controlsOf({
          back: () => (asking ? go(at) : go(at - 1)),
          next: () => (scenes[at].child && !asking ? go(at, { ask: true }) : go(at + 1)),
          toggle: () => (playing ? pause() : play()),
          again: () => go(0),
        })

        const pause = () => {
          playing = false
          clock.rest()
          controls.show({ at, count, playing, asking, solved: false })
        }
        const play = () => {
          if (asking) return go(at + 1, { thenPlay: true })
          playing = true
          clock.run()
          controls.show({ at, count, playing, asking, solved: false })
        }
        /** Time is up: the question, or the next scene without taking the keyboard away from where it is. */
        const sceneOver = () => {
          if (scenes[at].child && !base.isSolved(scenes[at].child)) return go(at, { ask: true })
          go(at + 1, { thenPlay: true, quiet: true })
        }
        const go = (index, { ask = false, thenPlay = false, quiet = false } = {}) => {
          at = index
          asking = ask
          playing = false
          if (at === count) reached = true
          else clock.set(scenes[at].seconds, asking ? 1 : 0)
          show()
          if (at === count) {
            base.finish()
            Core.lead(end.heading)
          } else if (thenPlay) play()
          if (at < count && !quiet) Core.lead(asking ? stage.question(at) : stage.heading(at))
          if (at < count && quiet) stage.announce(at)
        }
        show = () => {
          stage.show(at, asking)
          end.show(at === count)
          controls.show({ at, count, playing, asking, solved: asking && base.isSolved(scenes[at].child) })
          self.trigger('resize')
        }
        root.append(stage.element, end.element, controls.element, transcriptOf(base, scenes))
        if (count === 0) return
        rewind = () => {
          playing = false
          clock.set(scenes[0].seconds)
        }
        if (at < count) clock.set(scenes[at].seconds, asking ? 1 : 0)
        show()
      }

      return {
        render,
        changed: () => {
          show()
          if (whole()) base.finish()
        },
        own: () => (at > 0 || asking || reached ? { at, ...(asking && { asking }), ...(reached && { reached }) } : undefined),
        reset: () => {
          at = 0
          asking = reached = false
          rewind()
          show()
        },
      }
    }))

  const stageOf = (base, scenes) => {
    const live = Core.el('p', { class: 'kr-unseen', role: 'status' })
    const bars = scenes.map(() => Core.el('i'))
    const views = scenes.map((scene, index) => {
      const heading = Core.el('h2', { class: 'kr-title' }, Core.el('span', { class: 'kr-over' }, Core.t('scene', { n: index + 1, count: scenes.length })), base.content.words('span', scene.heading))
      const words = Core.el('div', { class: 'kr-caption' }, heading, base.content.author('div', scene.text, { class: 'kr-text' }))
      const picture = scene.image?.path ? base.content.image(scene.image, scene.alt) : null
      const stop = Core.el('p', { class: 'kr-over' }, Core.t('stop'))
      const question = scene.child ? Core.el('div', { class: 'kr-asked' }, stop, Core.place(scene.child)) : null
      const film = Core.el('div', { class: `kr-film${picture ? '' : ' kr-wordy'}` }, picture, words)
      return { heading, question, stop, film, element: Core.el('section', { class: 'kr-scene' }, film, question) }
    })
    return {
      element: Core.el('div', { class: 'kr-stage' }, Core.el('div', { class: 'kr-timeline', 'aria-hidden': 'true' }, bars.map((bar) => Core.el('span', {}, bar))), views.map(({ element }) => element), live),
      heading: (at) => views[at].heading,
      question: (at) => views[at].stop,
      announce: (at) => { live.textContent = `${views[at].heading.textContent}` },
      tick: (at, share) => { if (bars[at]) bars[at].style.inlineSize = `${share * 100}%` },
      show: (at, asking) => {
        views.forEach(({ element, question, film }, index) => {
          element.hidden = index !== at
          if (question) question.hidden = !(index === at && asking)
          film.classList.toggle('kr-dim', index === at && asking)
        })
        bars.forEach((bar, index) => { if (index !== at) bar.style.inlineSize = index < at ? '100%' : '0' })
      },
    }
  }

  const endOf = (base, children, go) => {
    const heading = Core.el('h2', { class: 'kr-title' }, Core.t('sequenceEnd'))
    const words = Core.el('p', { class: 'kr-lead' })
    const rows = Core.el('ul', { class: 'kr-rows' })
    const element = Core.el('section', { class: 'kr-panel' }, heading, words, rows)
    return {
      heading, element,
      show: (on) => {
        element.hidden = !on
        if (!on || children.length === 0) return
        words.textContent = Core.t(base.solved() === children.length ? 'allSolved' : 'someOpen')
        rows.replaceChildren(...Core.questionRows(base, children, go))
      },
    }
  }

  const controlsOf = ({ back, next, toggle, again }) => {
    const backward = Core.quietButton(Core.t('previous'), back, { icon: 'previous' })
    const forward = Core.quietButton(Core.t('next'), next, { after: 'next' })
    const restart = Core.quietButton(Core.t('again'), again, { icon: 'retry' })
    const press = Core.button(Core.t('play'), toggle)
    return {
      element: Core.el('div', { class: 'kr-turn kr-player', role: 'group', 'aria-label': Core.t('player') }, backward, press, forward, restart),
      show: ({ at, count, playing, asking, solved }) => {
        const over = at >= count
        backward.hidden = over || (at === 0 && !asking)
        forward.hidden = over
        press.hidden = over || (asking && !solved)
        restart.hidden = !over
        const key = playing ? 'pause' : asking ? 'goOn' : 'play'
        press.replaceChildren(Core.icon(playing ? 'pause' : 'play'), Core.el('span', {}, Core.t(key)))
      },
    }
  }

  const transcriptOf = (base, scenes) =>
    Core.el('details', { class: 'kr-contents' },
      Core.el('summary', {}, Core.icon('list'), Core.el('span', {}, Core.t('transcript')), Core.icon('next')),
      Core.el('div', { class: 'kr-transcript' }, scenes.map((scene) => [
        base.content.words('h3', scene.heading), scene.image?.path && scene.alt ? base.content.words('p', scene.alt, { class: 'kr-described' }) : null, base.content.author('div', scene.text, { class: 'kr-text' }),
      ])))
})()
