// The certificate's page: copies its address, prints. Without scripts both buttons stay away.
const told = document.getElementById('told')

const copy = document.querySelector('[data-copy]')
if (copy && navigator.clipboard) {
  copy.hidden = false
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(copy.dataset.copy)
    told.textContent = copy.dataset.copied
  })
}

const print = document.querySelector('[data-print]')
if (print) {
  print.hidden = false
  print.addEventListener('click', () => window.print())
}
