/** Choosing links for the LMS, and the way back to it. Without this script both are plain forms. */

/** The browser's zone, where the LMS hasn't said the person's. */
for (const input of document.querySelectorAll('input[data-zone]')) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  if (!timeZone || timeZone === input.value) continue
  for (const words of document.querySelectorAll('[data-zone-words]')) words.textContent = words.textContent.replace(input.value, timeZone)
  input.value = timeZone
}

/** What isn't chosen isn't sent; a second press sends nothing more. */
const choosing = document.querySelector('form[data-choosing]')
choosing?.addEventListener('submit', (event) => {
  if (choosing.dataset.sent) return event.preventDefault()
  choosing.dataset.sent = 'yes'
  for (const pick of choosing.querySelectorAll('.pick')) {
    if (pick.querySelector('input[name=pick]').checked) continue
    for (const field of pick.querySelectorAll('.options :is(input, select)')) field.disabled = true
  }
})
/** A fault that stands in something folded away is shown. */
choosing?.addEventListener('invalid', ({ target }) => {
  for (let folded = target.closest('details'); folded; folded = folded.parentElement.closest('details')) folded.open = true
}, true)
/** Back in this page, everything may be sent again. */
window.addEventListener('pageshow', ({ persisted }) => {
  if (!persisted || !choosing) return
  delete choosing.dataset.sent
  for (const field of choosing.querySelectorAll(':disabled')) field.disabled = false
})

const back = document.querySelector('form[data-send]')
if (back) {
  back.addEventListener('submit', (event) => {
    if (back.dataset.sent) return event.preventDefault()
    back.dataset.sent = 'yes'
  })
  back.requestSubmit()
}
