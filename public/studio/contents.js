import { sendFile } from './form/upload.js'
import { shutMenus } from './menus.js'

/** Uploads with how far they are; without this script the form is sent as any form. */
const { csrf, words } = JSON.parse(document.getElementById('contents-data').textContent)
const form = document.querySelector('form[data-upload]')
const state = form.querySelector('.upload-state')
const bar = state.querySelector('progress')
const said = state.querySelector('p')
const send = form.querySelector('button')

shutMenus(document.querySelector('main'))

form.addEventListener('submit', async (event) => {
  const [file] = form.elements.file.files
  if (!file) return
  event.preventDefault()
  state.hidden = false
  state.removeAttribute('data-fault')
  send.disabled = true
  bar.hidden = false
  said.textContent = words.going
  try {
    const { href } = await sendFile(file, { url: form.dataset.upload, csrf, words, onprogress: (share) => {
      bar.value = share
      if (share === 1) said.textContent = words.reading
    } })
    const link = document.createElement('a')
    link.href = href
    document.body.append(link)
    link.click()
  } catch (problem) {
    said.textContent = problem.message
    bar.hidden = true
    state.dataset.fault = ''
    send.disabled = false
  }
})
