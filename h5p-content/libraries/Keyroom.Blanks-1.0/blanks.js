/**
 * A text with gaps: `*answer/another answer:tip*`; a `/` or `:` of an answer's own is written `\/` or `\:`.
 * A response is the list of what was written, gap by gap. Keyroom's server folds and compares by the same rules.
 */
(function () {
  'use strict'
  const Core = window.Keyroom.Core
  const MOST_PATTERNS = 32

  /** The text in pieces: strings, and gaps { answers, tip }. In Keyroom the answers are not there. */
  const parse = (text) =>
    text.split(/(\*[^*]*\*)/).map((piece) => {
      if (piece.length < 2 || !piece.startsWith('*')) return piece
      const [answers, ...tip] = piece.slice(1, -1).split(/(?<!\\):/)
      const clear = (answer) => answer.replace(/\\([/:])/g, '$1').trim()
      return { answers: answers.split(/(?<!\\)\//).map(clear).filter(Boolean), tip: tip.join(':').trim() }
    })

  Core.type('Blanks', (self, params, contentId, extras) => {
    const pieces = parse(Core.plain(params.text))
    const gaps = pieces.filter((piece) => typeof piece === 'object')
    const same = (one, other) => Core.fold(one, params.caseSensitive === true) === Core.fold(other, params.caseSensitive === true)
    const fits = (gap, index, response) => gap.answers.some((answer) => same(answer, response?.[index] ?? ''))
    const score = (response) => {
      const hits = gaps.filter((gap, index) => fits(gap, index, response)).length
      const correct = hits === gaps.length
      return { correct, score: hits, max: gaps.length, feedback: correct ? params.explain : '' }
    }

    Core.question(self, params, contentId, extras, (content) => {
      let fields = []
      const fieldOf = (gap) => {
        const n = fields.length + 1
        const mark = Core.el('span', { class: 'kr-mark', id: Core.id('mark') })
        const input = Core.el('input', {
          type: 'text', class: 'kr-gap', dir: 'auto', autocapitalize: 'off', spellcheck: 'false', maxlength: 200,
          'aria-label': Core.t('gap', { n, count: gaps.length }), 'aria-describedby': mark.id,
        })
        const tip = gap.tip ? tipOf(content, gap.tip, n) : null
        fields.push({ gap, input, mark })
        return Core.el('span', { class: 'kr-blank' }, input, mark, tip)
      }
      const paragraphs = () => {
        const all = [Core.el('p')]
        for (const piece of pieces) {
          if (typeof piece === 'object') all.at(-1).append(fieldOf(piece))
          else
            piece.split(/\n+/).forEach((line, index) => {
              if (index > 0) all.push(Core.el('p'))
              all.at(-1).append(line)
            })
        }
        return all.filter((paragraph) => paragraph.hasChildNodes())
      }
      return {
        nothing: [], needs: 'fillFirst', score, max: () => gaps.length,
        build: () => {
          const task = params.task ? content.words('div', params.task, { class: 'kr-prompt', id: Core.id('prompt') }) : null
          const text = content.words('div', '', { class: 'kr-cloze' })
          text.append(...paragraphs())
          return Core.el('fieldset', { class: 'kr-controls', 'aria-labelledby': task?.id, 'aria-label': task ? null : Core.t('fillFirst') }, task, text)
        },
        read: () => fields.map(({ input }) => input.value),
        write: (response) => fields.forEach(({ input }, index) => { input.value = response[index] ?? '' }),
        lock: (on) => fields.forEach(({ input }) => { input.readOnly = on }),
        valid: (response) => Array.isArray(response) && response.length <= gaps.length && response.every((each) => typeof each === 'string'),
        isEmpty: (response) => response.every((each) => each.trim() === ''),
        mark: (response, verdict, solution) =>
          fields.forEach(({ gap, input, mark }, index) => {
            mark.replaceChildren()
            input.parentNode.className = 'kr-blank'
            input.removeAttribute('aria-invalid')
            const known = Boolean(verdict) && (verdict.correct || gap.answers.length > 0)
            if (known) {
              const right = verdict.correct || fits(gap, index, response)
              input.parentNode.classList.add(right ? 'kr-right' : 'kr-tried')
              if (!right) input.setAttribute('aria-invalid', 'true')
              mark.append(Core.icon(right ? 'check' : 'retry'), Core.unseen(Core.t(right ? 'isRight' : 'isGapTried')))
            }
            if (solution && gap.answers[0] && !fits(gap, index, response)) mark.append(Core.el('span', {}, Core.t('answer', { answer: gap.answers.join(' / ') })))
          }),
        definition: () => ({
          interactionType: 'fill-in',
          description: { 'en-US': [Core.plain(params.task), pieces.map((piece) => (typeof piece === 'object' ? '__________' : piece)).join('')].filter(Boolean).join('\n') },
        }),
        pattern: () => {
          const each = gaps.reduce((all, gap) => all.flatMap((start) => gap.answers.map((answer) => [...start, answer])).slice(0, MOST_PATTERNS), [[]])
          return each.map((answers) => `{case_matters=${params.caseSensitive === true}}${answers.join('[,]')}`)
        },
        encode: (response) => response.join('[,]'),
      }
    })
  })

  /** A tip opens beside its gap on a press of the lamp, and closes on the next. */
  const tipOf = (content, text, n) => {
    const words = content.words('span', text, { class: 'kr-gap-tip', id: Core.id('tip'), hidden: true })
    const press = Core.el('button', {
      type: 'button', class: 'kr-tip-press', 'aria-label': Core.t('tip', { n }), 'aria-expanded': 'false', 'aria-controls': words.id,
      on: {
        click: () => {
          words.hidden = !words.hidden
          press.setAttribute('aria-expanded', String(!words.hidden))
        },
      },
    }, Core.icon('bulb'))
    return Core.el('span', { class: 'kr-tip-at' }, press, words)
  }
})()
