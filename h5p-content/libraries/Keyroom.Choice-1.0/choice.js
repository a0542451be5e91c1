/** One answer or several. A response is the list of chosen answers by the author's index, whatever order the learner sees. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  Core.type('Choice', (self, params, contentId, extras) => {
    const answers = params.answers ?? []
    const right = answers.flatMap((answer, index) => (answer.correct === true ? [index] : []))
    // Where the key isn't in the parameters, the server says which of the two it is.
    const multiple = params.multiple ?? right.length > 1
    const order = params.shuffle ? Core.shuffled(answers.length, contentId, extras.subContentId) : answers.map((_, index) => index)
    // How many are right may be known from a solved response alone.
    const max = (solved) => (multiple ? (solved?.length ?? Math.max(1, right.length)) : 1)

    const score = (response) => {
      const picked = [...new Set(response)]
      const hits = picked.filter((index) => right.includes(index)).length
      const misses = picked.filter((index) => !right.includes(index))
      const correct = misses.length === 0 && hits === right.length
      const told = misses.map((index) => answers[index].feedback).filter(Boolean)
      const feedback = correct ? params.explain : told.map((each) => `<p>${each}</p>`).join('')
      return { correct, score: Math.max(0, hits - misses.length), max: max(), feedback }
    }

    Core.question(self, params, contentId, extras, (content) => {
      let options
      return {
        nothing: [], needs: 'chooseFirst', score, max,
        build: () => {
          options = Core.options({
            multiple,
            prompt: content.author('div', params.question, { class: 'kr-prompt' }),
            hint: Core.el('p', { class: 'kr-hint' }, Core.t(multiple ? 'chooseAll' : 'chooseOne')),
            options: order.map((index) => ({ value: index, label: content.author('span', answers[index].text, { class: 'kr-label' }) })),
          })
          return options.element
        },
        read: () => options.read(),
        write: (response) => options.write(response),
        lock: (on) => options.lock(on),
        valid: (response) => Array.isArray(response) && response.every((index) => Number.isInteger(index) && index in answers),
        isEmpty: (response) => response.length === 0,
        mark: (response, verdict, solution) =>
          options.mark((index) => {
            const chosen = response?.includes(index)
            if (solution && right.includes(index)) return chosen ? 'right' : 'answer'
            if (chosen && verdict?.correct) return 'right'
            // A single wrong pick is wrong for certain; of several, only the author's key knows which.
            if (chosen && verdict && !multiple) return 'tried'
            return undefined
          }),
        definition: () => ({
          interactionType: 'choice',
          description: { 'en-US': Core.plain(params.question) },
          choices: answers.map((answer, index) => ({ id: String(index), description: { 'en-US': Core.plain(answer.text) } })),
        }),
        pattern: () => [right.join('[,]')],
        encode: (response) => response.join('[,]'),
      }
    })
  })
})()
