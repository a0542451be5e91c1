import { watchFrame } from './frame-watch.js'
import { renew } from './parts.js'

/** One activity on a phone, alone: what it brought is said here and on the computer. */
const content = document.getElementById('content')
const late = document.getElementById('content-late')
const watched = watchFrame(document.getElementById('frame'), {
  ready() {
    late.hidden = true
    delete content.dataset.failed
  },
  late(failed) {
    late.hidden = false
    if (failed) content.dataset.failed = ''
  },
  said: (text) => (document.getElementById('content-said').textContent = text),
  outcome: () => void renew(content.dataset.here).catch(() => undefined), // a later one brings it
})
document.getElementById('content-again').addEventListener('click', () => {
  late.hidden = true
  delete content.dataset.failed
  watched.again()
})
