/**
 * The platform keeps things for us where the browser keeps none: LTI postMessage Storage 0.1. It is asked in the frame that the
 * login named, by its own origin and no other, and what another origin or window says is no answer.
 */
/** Where something else serves as well, the platform has so long to answer; */
export const SOON_MS = 1500
/** and where nothing does: a slow phone's frames take their time. */
const PATIENCE_MS = 6000

/** A frame beside ours, or the page around; neither may be there. */
const windowOf = (target) => {
  const around = window.parent === window ? window.opener : window.parent
  try {
    const found = target === '_parent' ? around : around?.frames[target]
    // What a window has by other names is no frame.
    return typeof found?.postMessage === 'function' ? found : undefined
  } catch {
    return undefined
  }
}

const ask = ({ target, origin }, message) =>
  new Promise((resolve) => {
    const platform = windowOf(target)
    if (!platform) return resolve(undefined)
    const message_id = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-')
    const end = (answer) => {
      clearTimeout(timer)
      window.removeEventListener('message', onMessage)
      resolve(answer)
    }
    const onMessage = ({ data, source, origin: from }) => {
      if (source !== platform || from !== origin || data?.message_id !== message_id || data.subject !== `${message.subject}.response`) return
      end(data.error ? undefined : data)
    }
    const timer = setTimeout(end, PATIENCE_MS, undefined)
    window.addEventListener('message', onMessage)
    platform.postMessage({ ...message, message_id }, origin)
  })

/** Whether the platform has it now. */
export const put = async (storage, key, value) => (await ask(storage, { subject: 'lti.put_data', key, value })) !== undefined

/** What the platform kept under the key; nothing where it doesn't answer in time. */
export const get = async (storage, key) => {
  const value = (await ask(storage, { subject: 'lti.get_data', key }))?.value
  return typeof value === 'string' ? value : undefined
}
