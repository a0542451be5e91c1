/** Enters with the cookie where it stuck, and where the browser keeps none, with the token of this window alone. */
import { arrive } from './tab.js'

const { next, run, whose, tokens, words, window: windowScript } = JSON.parse(document.getElementById('entry').textContent)

const answers = async (address) => {
  try {
    return (await fetch(address, { method: 'HEAD', redirect: 'manual', credentials: 'same-origin' })).ok
  } catch {
    return false
  }
}

// Where a visit ended before its time, it goes on.
const before = arrive(run, whose)
if (await answers(next)) location.replace(before && (await answers(before)) ? before : next)
else {
  const { openWindowWith } = await import(windowScript)
  await openWindowWith(tokens, before ?? next, words)
}
