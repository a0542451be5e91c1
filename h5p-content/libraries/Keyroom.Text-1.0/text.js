/** Text to read. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  Core.type('Text', (self, params, contentId, extras) => {
    const content = Core.content(self, contentId, extras, (root) => {
      root.append(content.author('div', params.text, { class: 'kr-text' }))
      Core.reading(self, extras, content)
    })
  })
})()
