/** The page of a session that ended, or is another's: what was typed stays in this tab, and so does where it was. */
import { note, runIn, tabOf } from './tab.js'
import { notArrived } from './typed.js'

const box = document.getElementById('ended')
const run = runIn(location.pathname)
const { back, whose } = run ? tabOf(run) : {}
if (whose) note(run, { ended: Date.now() })
box.querySelector('[data-typed]').hidden = !notArrived()
const way = box.querySelector('[data-back]')
if (/^https?:/.test(back ?? '')) {
  way.querySelector('a').href = back
  way.hidden = false
}
