/** The wait at a door counts down in words; a key sent meanwhile is tried as soon as the lock is still. */
const { lang } = document.documentElement
const format = new Intl.NumberFormat(lang, { style: 'unit', unit: 'second', unitDisplay: 'long' })

for (const form of document.querySelectorAll('form[data-wait]')) {
  const words = form.querySelector('[data-countdown]')
  const number = words.querySelector('.num')
  const until = Date.now() + Number(form.dataset.wait) * 1000
  let held = false
  // Read out once when it comes and once when it is over, not every second.
  form.querySelector('[role=status]').setAttribute('aria-live', 'off')
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000)
    if (!form.isConnected) return
    if (left > 0) {
      number.textContent = format.format(left)
      setTimeout(tick, 250)
      return
    }
    form.removeAttribute('data-wait')
    form.querySelector('[role=status]').removeAttribute('aria-live')
    words.textContent = words.dataset.over
    if (held) form.requestSubmit()
  }
  form.addEventListener('submit', (event) => {
    if (!form.dataset.wait) return
    event.preventDefault()
    if (!held) words.append(` ${words.dataset.trying}`)
    held = true
  })
  tick()
}

// After a wrong key the cursor stands in the field, with what was typed marked: to type over it or mend it.
const wrong = document.querySelector('form[data-door] input[aria-invalid]')
if (wrong) {
  wrong.focus()
  wrong.select()
}
