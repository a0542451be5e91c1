/** Tips that open one by one: the why beside the what. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  Core.type('Tips', (self, params, contentId, extras) => {
    const content = Core.content(self, contentId, extras, (root) => {
      if (content.embedded && content.title) root.append(content.words('h3', content.title, { class: 'kr-eyebrow' }))
      const group = params.oneAtATime ? Core.id('tips') : null
      for (const tip of params.tips ?? [])
        root.append(Core.el('details', { class: 'kr-tip', name: group },
          Core.el('summary', {}, Core.icon('bulb'), content.words('span', tip.title), Core.icon('next')),
          tip.image?.path ? content.image(tip.image, tip.alt) : null, content.author('div', tip.text, { class: 'kr-text' })))
      Core.reading(self, extras, content)
    })
  })
})()
