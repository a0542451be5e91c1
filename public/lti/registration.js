/** Tells the LMS that its registration window is done with: it then takes away the frame or the window. */
const said = document.getElementById('close-registration-said')

document.getElementById('close-registration').addEventListener('click', () => {
  const above = window.opener ?? (window.parent === window ? undefined : window.parent)
  // To whichever origin it has: the word holds no secret (LTI Dynamic Registration 1.0, 3.7).
  above?.postMessage({ subject: 'org.imsglobal.lti.close' }, '*')
  if (window.opener) window.close()
  said.textContent = said.dataset.words
})
