import { watchFrame } from './frame-watch.js'
import { rememberLow } from './low.js'
import { begin, hush, tellNew } from './moments.js'
import { renew } from './parts.js'
import { offerPhone } from './phone-code.js'

/** A room: its activity's frame tells how high it is and that something was achieved; what, the server says. */
const frame = document.getElementById('frame')
const content = document.getElementById('content')
const note = (name) => document.getElementById(`content-${name}`)

begin()

const showLoading = (is) => {
  if (is) content.dataset.loading = ''
  else delete content.dataset.loading
  note('wait').hidden = !is
}
// Of this activity, also where the server would by now go on to the next one.
let renewing = Promise.resolve()
const news = () => {
  renewing = renewing.then(() => renew(content.dataset.here)).then(tellNew).catch(() => undefined) // offline for a moment: the next news brings all
}

/** Something kept of another activity is sent by that one: the way there. The frame knows, which may be of another origin than this page. */
const others = JSON.parse(document.getElementById('kept-data').textContent)
const tellKept = ([name]) => {
  const other = others.find((each) => each.name === name)
  if (!other) return
  const link = note('kept').querySelector('a')
  Object.assign(link, { href: other.href, textContent: other.words })
  note('kept').hidden = false
}

const watched = watchFrame(frame, {
  ready() {
    watched.askKept(others.map(({ name }) => name))
    showLoading(false)
    delete content.dataset.failed
    note('late').hidden = true
  },
  late(failed) {
    showLoading(false)
    // The frame's own sentence would be the same once more.
    if (failed) content.dataset.failed = ''
    const words = note('late-words')
    words.textContent = failed ? words.dataset.failed : words.dataset.late
    note('late').hidden = false
  },
  said: (text) => (note('said').textContent = text),
  outcome: news,
  ended() {
    note('ended').hidden = false
    note('late').hidden = true
  },
  escape: hush,
  kept: tellKept,
})
showLoading(true)
const again = (address) => {
  showLoading(true)
  note('late').hidden = true
  delete content.dataset.failed
  watched.again(address)
}

/** With a new ticket, where a new page is to be had; what failed in few files comes in single ones. */
const retry = async () => {
  const failed = 'failed' in content.dataset
  showLoading(true)
  note('late').hidden = true
  const response = await fetch(content.dataset.here, { headers: { Accept: 'text/html' } }).catch(() => undefined)
  if (response?.status === 401) {
    showLoading(false)
    note('ended').hidden = false
    return
  }
  const page = response?.ok ? new DOMParser().parseFromString(await response.text(), 'text/html') : undefined
  const address = new URL(page?.getElementById('frame')?.getAttribute('src') ?? frame.getAttribute('src'), location.href)
  if (failed) address.searchParams.set('apart', '1')
  again(address.href)
}
note('again').addEventListener('click', retry)

rememberLow(content, again)
// The activity here shows what the phone has done, too.
offerPhone(({ here }) => {
  news()
  if (here) again()
})

// What was done on a phone or in a window of its own shows on return.
const onReturn = () => {
  if (!frame.isConnected) return document.removeEventListener('visibilitychange', onReturn)
  if (document.visibilityState === 'visible') news()
}
document.addEventListener('visibilitychange', onReturn)

// A reload shouldn't open the door again.
const here = new URL(location.href)
if (here.searchParams.has('opened')) {
  here.searchParams.delete('opened')
  history.replaceState(history.state, '', here)
}
