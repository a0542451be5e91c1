/** What keeps something for this frame? The platform, where it offers to; a cookie; the tab's own storage; else only a window of its own helps. */
import { put, SOON_MS } from './storage.js'

const { on, proving, proof, seal, storage } = JSON.parse(document.getElementById('keep').textContent)
const name = `kr-proof-${seal}`

// In a frame without an origin of its own, both throw.
const keepsCookies = () => {
  try {
    return /(?:^|; )kr-kept=1/.test(document.cookie)
  } catch {
    return false
  }
}
const keepsProof = () => {
  try {
    sessionStorage.setItem(name, proof)
    return sessionStorage.getItem(name) === proof
  } catch {
    return false
  }
}

const kept = storage ? put(storage, name, proof) : Promise.resolve(false)
const soon = new Promise((later) => setTimeout(later, SOON_MS, false))

if (await Promise.race([kept, soon])) location.replace(proving)
else if (keepsCookies()) location.replace(on)
else if (keepsProof() || (await kept)) location.replace(proving)
else document.getElementById('nothing-kept').hidden = false
