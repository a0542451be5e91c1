/** A statement that is true or false. A response is a boolean. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  Core.type('TrueFalse', (self, params, contentId, extras) => {
    const right = params.correct === 'true'
    const score = (response) => {
      const correct = response === right
      return { correct, score: correct ? 1 : 0, max: 1, feedback: correct ? params.explain : params.feedback }
    }

    Core.question(self, params, contentId, extras, (content) => {
      let options
      const indexOf = (response) => (typeof response === 'boolean' ? [response ? 0 : 1] : [])
      return {
        nothing: null, needs: 'chooseFirst', score, max: () => 1,
        build: () => {
          options = Core.options({
            inline: true,
            prompt: content.author('div', params.question, { class: 'kr-prompt' }),
            hint: Core.el('p', { class: 'kr-hint' }, Core.t('chooseOne')),
            options: ['true', 'false'].map((key, value) => ({ value, label: Core.el('span', { class: 'kr-label' }, Core.t(key)) })),
          })
          return options.element
        },
        read: () => [true, false][options.read()[0]] ?? null,
        write: (response) => options.write(indexOf(response)),
        lock: (on) => options.lock(on),
        valid: (response) => typeof response === 'boolean',
        isEmpty: (response) => typeof response !== 'boolean',
        mark: (response, verdict, solution) =>
          options.mark((value) => {
            const chosen = indexOf(response).includes(value)
            if (solution && indexOf(right).includes(value)) return chosen ? 'right' : 'answer'
            if (!chosen || !verdict) return undefined
            return verdict.correct ? 'right' : 'tried'
          }),
        definition: () => ({ interactionType: 'true-false', description: { 'en-US': Core.plain(params.question) } }),
        pattern: () => [String(right)],
        encode: (response) => (response === null ? '' : String(response)),
      }
    })
  })
})()
