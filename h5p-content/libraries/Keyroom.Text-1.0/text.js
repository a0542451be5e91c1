/** Text to read, and a picture above it where the author has one. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  Core.type('Text', (self, params, contentId, extras) => {
    const content = Core.content(self, contentId, extras, (root) => {
      if (params.image?.path) root.append(Core.el('figure', { class: 'kr-figure' }, content.image(params.image, params.alt), params.caption ? content.words('figcaption', params.caption) : null))
      root.append(content.author('div', params.text, { class: 'kr-text' }))
      Core.reading(self, extras, content)
    })
  })
})()
