/** A challenge; whoever solves it gets a fragment that builds a key. In Keyroom it comes with the verdict, and not before. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  Core.type('Clue', (self, params, contentId, extras) =>
    Core.container(self, contentId, extras, (base) => {
      const task = base.add(params.task)
      const item = params.task?.subContentId
      const bridge = Core.bridge()
      const own = { title: params.title, fragment: params.fragment, note: params.note, picture: params.picture, alt: params.pictureAlt }
      const found = () => (bridge ? bridge.items?.[item]?.clue : task && base.isSolved(task) ? own : undefined)
      const heading = Core.el('h2', { class: 'kr-title' }, Core.el('span', { class: 'kr-over' }, Core.t('clue')), base.content.words('span', params.title))
      const gift = Core.el('section', { class: 'kr-gift', hidden: true })

      const show = () => {
        const clue = found()
        gift.hidden = !clue
        if (!clue) return
        gift.replaceChildren(
          Core.el('p', { class: 'kr-over' }, Core.icon('key'), Core.t('clueGives')),
          base.content.words('p', clue.fragment, { class: 'kr-fragment' }),
          clue.picture?.path ? base.content.image(clue.picture, clue.alt) : '',
          clue.note ? base.content.words('p', clue.note) : '',
          Core.el('p', { class: 'kr-hint' }, Core.t('clueKept')),
        )
      }
      const tell = () => {
        const clue = found()
        const known = (bridge ?? {}).clues ?? []
        if (!clue || !bridge || known.some(({ title, fragment }) => title === clue.title && fragment === clue.fragment)) return
        bridge.clues = [...known, clue]
        window.dispatchEvent(new CustomEvent('keyroom-clue'))
      }
      return {
        render: (root) => {
          root.append(heading, Core.el('p', { class: 'kr-hint' }, Core.t('clueWaits')), task ? Core.place(task, { class: 'kr-block' }) : '', gift)
          show()
        },
        changed: () => {
          show()
          tell()
          if (task && base.isSolved(task)) base.finish()
        },
        own: () => undefined,
        reset: show,
      }
    }))
})()
