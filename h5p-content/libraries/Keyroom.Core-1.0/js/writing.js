/** Places to write at length, for OpenAnswer and Reflection. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core
  const CJK = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}'
  const WORD = new RegExp(`[${CJK}]|(?:(?![${CJK}])[\\p{L}\\p{N}\\p{M}’'-])+`, 'gu')

  /** Words as Keyroom's server counts them: a Chinese or Japanese character is one each. */
  Core.countWords = (text) => (text.match(WORD) ?? []).filter((word) => /[\p{L}\p{N}]/u.test(word)).length

  /** A labelled text area. `changed()` is called as it is written in. */
  Core.writing = (label, { rows = 4, describedBy, changed }) => {
    const id = Core.id('writing')
    const field = Core.el('textarea', { class: 'kr-writing', id, rows, dir: 'auto', maxlength: 20000, 'aria-describedby': describedBy, on: { input: () => changed() } })
    label.setAttribute('for', id)
    return {
      field,
      element: Core.el('div', { class: 'kr-write' }, label, field),
      read: () => field.value,
      write: (text) => { field.value = text },
      lock: (on) => { field.readOnly = on },
    }
  }

  /** How much is written, of how much is wanted: quiet, and read when the field is. */
  Core.wordCount = ({ min, max }) => {
    const element = Core.el('p', { class: 'kr-hint', id: Core.id('count') })
    return {
      element,
      show: (count) => {
        const wanted = min && max ? Core.t('wordsBetween', { min, max }) : min ? Core.t('wordsAtLeast', { min }) : max ? Core.t('wordsAtMost', { max }) : ''
        element.textContent = [Core.t('words', { n: count }), wanted].filter(Boolean).join(' · ')
      },
    }
  }
})()
