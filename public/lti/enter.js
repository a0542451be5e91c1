/** Enters with the cookie where it stuck, and where the browser keeps none, with the token of this window alone. */
const { next, token, words, window: windowScript } = JSON.parse(document.getElementById('entry').textContent)

const cookieWorks = async () => {
  try {
    return (await fetch(next, { method: 'HEAD', redirect: 'manual', credentials: 'same-origin' })).ok
  } catch {
    return false
  }
}

if (await cookieWorks()) location.replace(next)
else {
  const { openWindowWith } = await import(windowScript)
  await openWindowWith(token, next, words)
}
