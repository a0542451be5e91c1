// What a tool may ask of the page that opened it. Client Side postMessages 0.1 and postMessage Storage 0.1, of 1EdTech.
const { origins, storage, back } = JSON.parse(document.querySelector('#host').textContent)
const frame = document.querySelector('iframe.tool')

/** Each origin has a shelf of its own, for as long as the tab is open. */
const shelf = ({ origin }, key) => `lti ${origin} ${key}`
const isKey = (key) => typeof key === 'string' && key !== '' && key.length <= 500

/** By subject: what is answered; nothing, where the page only does something. */
const subjects = {
  'lti.capabilities': () => ({ supported_messages: Object.keys(subjects).filter((subject) => storage || !subject.endsWith('_data')).map((subject) => ({ subject })) }),
  'lti.put_data': (event, { key, value }) => {
    if (!isKey(key) || (value !== null && typeof value !== 'string')) return { error: { code: 'bad_request', message: 'A key and a value are needed, both texts' } }
    if (value === null) sessionStorage.removeItem(shelf(event, key))
    else sessionStorage.setItem(shelf(event, key), value)
    return { key, value }
  },
  'lti.get_data': (event, { key }) => (isKey(key) ? { key, value: sessionStorage.getItem(shelf(event, key)) } : { error: { code: 'bad_request', message: 'A key is needed' } }),
  'lti.frameResize': (event, { height }) => {
    if (!frame || event.source !== frame.contentWindow || !(Number(height) > 0)) return
    frame.style.blockSize = `${Math.min(Math.max(Number(height), 200), 20_000)}px`
  },
  'lti.close': () => void location.assign(back),
  'org.imsglobal.lti.close': () => void location.assign(back),
}

const objectIn = (data) => {
  if (typeof data !== 'string') return data
  try {
    return JSON.parse(data) // as some tools send it
  } catch {
    return undefined
  }
}
window.addEventListener('message', (event) => {
  const message = objectIn(event.data)
  const subject = message?.subject
  if (!origins.includes(event.origin) || !Object.hasOwn(subjects, subject) || (subject.endsWith('_data') && !storage)) return
  const answer = subjects[subject](event, message)
  if (answer) event.source.postMessage({ subject: `${subject}.response`, message_id: message.message_id, ...answer }, event.origin)
})
