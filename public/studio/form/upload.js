import { problemText } from '../../look/problem.js'

/**
 * Sends a file with how far it is. The one place that uses XMLHttpRequest: fetch can't tell. `window.keyroomHeaders` is what a
 * window without cookies signs its requests with (public/lti/window.js).
 */
export const sendFile = (file, { url, csrf, words, onprogress, signal, field = 'file' }) =>
  new Promise((resolve, reject) => {
    const request = new window.XMLHttpRequest()
    const fail = (name, message) => reject(Object.assign(new Error(message), { name }))
    request.open('POST', url)
    for (const [name, value] of Object.entries({ Accept: 'application/json', 'X-CSRF-Token': csrf, ...window.keyroomHeaders?.() })) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ loaded, total, lengthComputable }) => lengthComputable && onprogress?.(loaded / total))
    request.addEventListener('error', () => fail('NetworkError', words.lineDown))
    request.addEventListener('abort', () => fail('AbortError', ''))
    request.addEventListener('load', () => {
      const answer = (() => {
        try {
          return JSON.parse(request.responseText)
        } catch {
          return {}
        }
      })()
      if (request.status < 300) return resolve(answer)
      fail('Refused', problemText(answer) || words.lineDown)
    })
    signal?.addEventListener('abort', () => request.abort())
    const body = new FormData()
    body.append(field, file, file.name)
    request.send(body)
  })
