/** What does this frame keep? A cookie; else a proof in the tab's own storage; else only a window of its own helps. */
const { on, proving, proof, seal } = JSON.parse(document.getElementById('keep').textContent)

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
    sessionStorage.setItem(`kr-proof-${seal}`, proof)
    return sessionStorage.getItem(`kr-proof-${seal}`) === proof
  } catch {
    return false
  }
}

if (keepsCookies()) location.replace(on)
else if (keepsProof()) location.replace(proving)
else document.getElementById('nothing-kept').hidden = false
