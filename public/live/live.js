/** One connection per window, for as long as a page wants to hear something. Listening is all it can do. */
import { io } from '../vendor/socket.io.js'

let socket
/** What the page at hand listens to; another page put in its place by lti/window.js begins with nothing. */
let heard = []

/** The newest ticket of the window: a page put in later brings a fresh one. */
const ticket = () => {
  const given = document.getElementById('live')
  return given ? JSON.parse(given.textContent).ticket : undefined
}

const hush = (list) => {
  for (const [event, fn] of list) socket?.off(event, fn)
  heard = heard.filter((each) => !list.includes(each))
  if (heard.length === 0) {
    socket?.close()
    socket = undefined
  }
}
// The page's own scripts run after this, so a window that stays live reconnects at once.
document.addEventListener('keyroom:page', () => hush(heard))

/** WebSocket first: it needs no sticky sessions at a proxy. */
const open = () => io({ path: '/socket.io', transports: ['websocket', 'polling'], tryAllTransports: true, reconnectionDelayMax: 20_000, auth: (give) => give({ ticket: ticket() }) })

/** `on('connect', …)` comes at each connection, also after one was lost: what was missed meanwhile is to be fetched then. */
export const connectLive = () => {
  const mine = []
  return {
    on(event, fn) {
      if (!ticket()) return
      socket ??= open()
      socket.on(event, fn)
      mine.push([event, fn])
      heard.push(mine.at(-1))
      if (event === 'connect' && socket.connected) fn()
    },
    close: () => hush(mine.splice(0)),
  }
}
