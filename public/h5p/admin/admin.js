import { problemText } from '../../look/problem.js'

/** The administrator's page: an upload that shows how far it is, and a question before something is removed. */
const form = document.getElementById('upload')
const words = JSON.parse(document.getElementById('upload-words').textContent)
const state = document.getElementById('upload-state')
const bar = document.getElementById('upload-bar')

const say = (sentence, bad = false) => {
  state.textContent = sentence
  state.toggleAttribute('data-bad', bad)
}

/** Only XMLHttpRequest says how much of a body has been sent. */
const send = (data) => new Promise((resolve) => {
  const request = new window.XMLHttpRequest()
  request.open('POST', form.action)
  request.setRequestHeader('Accept', 'application/json')
  request.upload.addEventListener('progress', ({ loaded, total, lengthComputable }) => {
    if (lengthComputable) bar.value = loaded / total
    if (loaded === total) say(words.looking)
  })
  request.addEventListener('load', () => resolve({ status: request.status, text: request.responseText }))
  request.addEventListener('error', () => resolve({ status: 0, text: '' }))
  request.send(data)
})
const parsed = (text) => {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const button = form.querySelector('button')
  button.disabled = true
  bar.hidden = false
  bar.value = 0
  say(words.sending)
  const { status, text } = await send(new FormData(form))
  const answer = parsed(text)
  if (status === 200 && answer.next) return location.assign(new URL(answer.next, location.href))
  bar.hidden = true
  button.disabled = false
  say(problemText(answer) || words.failed, true)
})

for (const each of document.querySelectorAll('form[data-sure]')) {
  each.addEventListener('submit', (event) => {
    if (!window.confirm(each.dataset.sure)) event.preventDefault()
  })
}
