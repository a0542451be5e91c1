import { localTimes } from './times.js'

/** What every page of a participant does: times in the reader's own zone, and a language list that closes. */
localTimes()

const languages = document.querySelector('.langs')
const close = (event) => {
  if (!languages?.open || (event.type === 'click' && languages.contains(event.target)) || (event.type === 'keydown' && event.key !== 'Escape')) return
  languages.open = false
  if (event.type === 'keydown') languages.querySelector('summary').focus()
}
document.body.addEventListener('click', close)
document.body.addEventListener('keydown', close)
