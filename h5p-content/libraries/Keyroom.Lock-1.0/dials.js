/** Wheels of digits: typed, turned by arrow keys, or by the buttons above and below. Read from left to right in every language. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core
  /** A digit of any script we meet, as 0…9. */
  const digitIn = (text) => {
    const found = [...text].reverse().find((letter) => /\p{Nd}/u.test(letter))
    if (found === undefined) return undefined
    const code = found.codePointAt(0)
    const zero = [0x30, 0x660, 0x6f0, 0xff10].find((start) => code >= start && code < start + 10)
    return zero === undefined ? undefined : code - zero
  }

  Core.dials = (count) => {
    let locked = false
    const inputs = []
    const turn = (index, to) => {
      if (locked) return
      const value = (to + 10) % 10
      inputs[index].value = String(value)
      inputs[index].setAttribute('aria-valuenow', String(value))
    }
    const now = (index) => digitIn(inputs[index].value) ?? 0
    const typed = (index, digit) => {
      turn(index, digit)
      inputs[index + 1]?.focus()
    }
    const dial = (index) => {
      const n = index + 1
      const input = Core.el('input', {
        type: 'text', inputmode: 'numeric', maxlength: 2, value: '0', role: 'spinbutton', autocomplete: 'off',
        'aria-label': Core.t('digit', { n, count }), 'aria-valuemin': 0, 'aria-valuemax': 9, 'aria-valuenow': 0,
        on: {
          focus: () => input.select(),
          input: () => {
            const digit = digitIn(input.value)
            if (digit === undefined) turn(index, 0)
            else typed(index, digit)
          },
          keydown: (event) => {
            const step = { ArrowUp: 1, ArrowDown: -1 }[event.key]
            const digit = event.key.length === 1 && !event.ctrlKey && !event.metaKey ? digitIn(event.key) : undefined
            if (event.key === 'ArrowLeft') inputs[index - 1]?.focus()
            else if (event.key === 'ArrowRight') inputs[index + 1]?.focus()
            else if (step) turn(index, now(index) + step)
            else if (digit !== undefined) typed(index, digit)
            else return
            event.preventDefault()
          },
        },
      })
      inputs.push(input)
      // The keyboard has the arrow keys: one stop a wheel is enough.
      const press = (key, icon, step) => Core.el('button', { type: 'button', class: 'kr-turn-dial', tabindex: -1, 'aria-label': Core.t(key, { n }), on: { click: () => turn(index, now(index) + step) } }, Core.icon(icon))
      return Core.el('div', { class: 'kr-dial' }, press('digitUp', 'up', 1), input, press('digitDown', 'down', -1))
    }
    return {
      element: Core.el('div', { class: 'kr-dials', dir: 'ltr' }, Array.from({ length: count }, (_, index) => dial(index))),
      nothing: '0'.repeat(count),
      read: () => inputs.map((_, index) => now(index)).join(''),
      write: (digits) => inputs.forEach((_, index) => turn(index, digitIn(digits[index] ?? '0') ?? 0)),
      lock: (on) => {
        locked = on
        inputs.forEach((input) => { input.readOnly = on })
      },
      isEmpty: () => false,
      valid: (digits) => typeof digits === 'string' && /^\d+$/.test(digits) && digits.length === count,
      /** A clue's digits, from the wheel on that was turned last. */
      insert: (text, at = inputs.findIndex((_, index) => now(index) === 0)) => {
        const digits = [...text].map(digitIn).filter((digit) => digit !== undefined)
        digits.slice(0, count).forEach((digit, index) => { if (inputs[Math.max(0, at) + index]) turn(Math.max(0, at) + index, digit) })
      },
    }
  }
})()
