/** A content that asks nothing and never says that it was seen: the learner says so. */
{
  const { keyroom } = window.H5PIntegration
  const place = document.getElementById('frame-done')
  const [button] = place.getElementsByTagName('button')
  const said = place.querySelector('[role=status]')

  button.addEventListener('click', async () => {
    button.disabled = true
    try {
      await keyroom.complete()
      said.textContent = place.dataset.said
      button.hidden = true
    } catch {
      button.disabled = false // the bridge has said why
    }
  })
}
