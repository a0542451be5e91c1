/** Tells the LMS that its registration window is done with: it then takes away the frame or the window. */
const button = document.getElementById('close-registration')
const said = document.getElementById('close-registration-said')
const above = window.opener ?? (window.parent === window ? undefined : window.parent)
const say = () => (said.textContent = said.dataset.words)

button.addEventListener('click', () => {
  // To whichever origin it has: the word holds no secret (LTI Dynamic Registration 1.0, 3.7).
  above?.postMessage({ subject: 'org.imsglobal.lti.close' }, '*')
  if (window.opener) window.close()
  say()
})
// A page opened by hand has nobody to tell.
if (!above) {
  button.remove()
  say()
}
