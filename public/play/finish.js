import { localTimes } from './times.js'
import { renew } from './parts.js'

/** Looks again while the credential or the grade is on its way: soon at first, then less often, for some minutes. */
const isWaiting = () => document.querySelector('[data-waits]') !== null
let wait = 1500
const look = () => {
  if (!isWaiting() || wait > 60_000) return
  renew().then(() => localTimes()).catch(() => undefined)
  wait *= 1.5
  setTimeout(look, wait)
}
setTimeout(look, wait)
