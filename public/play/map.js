import { renew } from './parts.js'

/** The map: the ladder's card follows the ladder; many who look don't all ask at once. */
const { client } = JSON.parse(document.getElementById('live')?.textContent ?? '{}')
const card = document.querySelector('[data-part=ladder]')
if (client && card) {
  const { connectLive } = await import(client)
  let asked = false
  connectLive().on('ladder', ({ within = 0 } = {}) => {
    if (asked) return
    asked = true
    setTimeout(() => {
      asked = false
      void renew().catch(() => undefined) // the next change brings what this one missed
    }, Math.random() * within)
  })
}
