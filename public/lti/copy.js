/** Buttons that copy what stands elsewhere on the page: a field's value, or an element's text. */
for (const button of document.querySelectorAll('[data-copy]')) {
  const source = document.getElementById(button.dataset.copy)
  const label = button.firstElementChild
  const before = label.textContent

  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent.trim())
    } catch {
      // A page without https has no clipboard; what is selected can still be copied.
      if (source.select) source.select()
      else window.getSelection().selectAllChildren(source)
      document.execCommand('copy')
    }
    label.textContent = button.dataset.copied
    setTimeout(() => (label.textContent = before), 2000)
  })
  button.hidden = false
}
