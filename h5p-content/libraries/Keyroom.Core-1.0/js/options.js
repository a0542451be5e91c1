/** Radio buttons or checkboxes in a fieldset, for Choice and TrueFalse: real inputs, so keyboard and screen readers know them. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  /** `options` in the order they are shown: { value, label (a node) }. `read()` gives the chosen values in that of the author. */
  Core.options = ({ multiple, prompt, hint, options, inline }) => {
    const name = Core.id('answer')
    const rows = options.map(({ value, label }) => {
      const mark = Core.el('span', { class: 'kr-mark' })
      const id = Core.id('option')
      const input = Core.el('input', { type: multiple ? 'checkbox' : 'radio', name, value, id })
      return { value, input, mark, element: Core.el('div', { class: 'kr-option' }, Core.el('label', { for: id }, input, label, mark)) }
    })
    prompt.id = Core.id('prompt')
    hint.id = Core.id('hint')
    const element = Core.el(
      'fieldset', { class: 'kr-controls', 'aria-labelledby': prompt.id, 'aria-describedby': hint.id },
      prompt, hint, Core.el('div', { class: `kr-options${inline ? ' kr-inline' : ''}` }, rows.map((row) => row.element)),
    )
    return {
      element,
      read: () => rows.filter(({ input }) => input.checked).map(({ value }) => value).sort((a, b) => a - b),
      write: (values) => rows.forEach(({ input, value }) => { input.checked = values.includes(value) }),
      lock: (on) => rows.forEach(({ input }) => { input.disabled = on }),
      /** `verdictOf(value)` → 'right', 'tried', 'answer' or nothing. Said in words and with an icon, never by colour alone. */
      mark: (verdictOf) => {
        for (const { value, element: row, mark } of rows) {
          const verdict = verdictOf(value)
          row.className = `kr-option${verdict ? ` kr-${verdict}` : ''}`
          mark.replaceChildren()
          if (verdict === 'tried') mark.append(Core.icon('retry'), Core.t('isTried'))
          else if (verdict) mark.append(Core.icon('check'), Core.t(verdict === 'right' ? 'isRight' : 'isAnswer'))
        }
      },
    }
  }
})()
