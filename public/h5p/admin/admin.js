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

/** Without this script the form sends one file: the server takes no more at once. */
const input = form.querySelector('input[type=file]')
input.multiple = true

const sendOne = async (file) => {
  const data = new FormData()
  data.append(input.name, file)
  bar.value = 0
  say(words.sending)
  const { status, text } = await send(data)
  const answer = parsed(text)
  return status === 200 && answer.next ? { file, answer } : { file, fault: problemText(answer) || words.failed }
}
/** One after the other. What needs a library that came with a later one is sent again after it, as long as that helps. */
const sendAll = async (files) => {
  const [taken, last] = [[], new Map()]
  for (let left = files, before = Infinity; left.length > 0 && left.length < before;) {
    before = left.length
    for (const file of left) last.set(file, await sendOne(file))
    taken.push(...[...last.values()].filter(({ answer }) => answer))
    left = [...last.values()].filter(({ fault }) => fault).map(({ file }) => file)
    last.forEach(({ answer }, file) => answer && last.delete(file))
  }
  return { taken, refused: [...last.values()] }
}
/** Where the page says what was done: as after one file, with all of them counted. */
const nextOf = (taken) => {
  if (taken.length === 1) return taken[0].answer.next
  const all = taken.flatMap(({ answer }) => answer.installed)
  const news = all.filter(({ type }) => type !== 'none').length
  return `./?${new URLSearchParams(news > 0 ? { said: 'installed', count: news } : { said: 'same', count: all.length })}`
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const button = form.querySelector('button')
  const files = [...input.files]
  button.disabled = true
  bar.hidden = false
  const { taken, refused } = await sendAll(files)
  if (refused.length === 0) return location.assign(new URL(nextOf(taken), location.href))
  bar.hidden = true
  button.disabled = false
  const lines = files.length === 1 ? [refused[0].fault] : [...refused.map(({ file, fault }) => `${file.name}: ${fault}`), ...(taken.length > 0 ? [words.others] : [])]
  say('', true)
  state.append(...lines.flatMap((line, index) => (index > 0 ? [document.createElement('br'), line] : [line])))
})

for (const each of document.querySelectorAll('form[data-sure]')) {
  each.addEventListener('submit', (event) => {
    if (!window.confirm(each.dataset.sure)) event.preventDefault()
  })
}
