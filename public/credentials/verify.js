// The form that checks a credential: takes a file into its box, so that it is sent, and limited, as a pasted one is.
const bring = document.getElementById('bring')
const told = document.getElementById('told')
const box = document.getElementById('credential')
const input = document.getElementById('file')

bring.hidden = false
input.addEventListener('change', async () => {
  const [file] = input.files
  if (!file) return
  if (file.size > Number(bring.dataset.max)) {
    told.textContent = bring.dataset.tooLarge
    input.value = ''
    return
  }
  box.value = await file.text()
  told.textContent = bring.dataset.taken
})
