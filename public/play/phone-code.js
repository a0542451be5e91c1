/** The code that opens this activity on a phone: asked for, counted down, and followed once the phone is at work. */
const form = document.getElementById('phone-ask')
const panel = document.getElementById('phone')
const part = (name) => document.getElementById(`phone-${name}`)
const units = { minute: undefined, second: undefined }
for (const unit of Object.keys(units)) units[unit] = new Intl.NumberFormat(document.documentElement.lang, { style: 'unit', unit, unitDisplay: 'long' })

let ticking
let live
const CODE = ['picture', 'how', 'or', 'left']

const say = (text) => {
  part('said').textContent = text
}
/** `again`: a new one is what is wanted next. */
const hideCode = ({ again = false } = {}) => {
  clearInterval(ticking)
  part('new').classList.toggle('quiet', !again)
  for (const name of CODE) part(name).hidden = true
}
const countDown = (seconds) => {
  const until = Date.now() + seconds * 1000
  const tick = () => {
    if (!panel.isConnected) return clearInterval(ticking)
    const left = Math.ceil((until - Date.now()) / 1000)
    if (left <= 0) {
      hideCode({ again: true })
      return say(panel.dataset.over)
    }
    part('left').textContent = panel.dataset.left.replace('{time}', left > 90 ? units.minute.format(Math.round(left / 60)) : units.second.format(left))
  }
  clearInterval(ticking)
  ticking = setInterval(tick, 1000)
  tick()
}
const show = ({ picture, address, seconds }) => {
  part('picture').src = picture
  part('address').textContent = address
  for (const name of CODE) part(name).hidden = false
  part('new').classList.add('quiet')
  say('')
  countDown(seconds)
}

/** Sockets are for who waits for a phone: nobody else loads them. */
const follow = async (activity, changed) => {
  if (live) return
  const { connectLive } = await import('../live/live.js')
  live = connectLive()
  live.on('phone', (told) => {
    if (told.activity !== activity) return
    hideCode()
    panel.hidden = false
    say(told.state === 'done' ? panel.dataset.done : panel.dataset.opened)
    if (told.state !== 'opened') changed({ here: true })
  })
  // What was missed while the line was down; somebody may be typing in the activity, so that stays as it is.
  live.on('connect', () => changed({ here: false }))
}

/** `changed({ here })`: the phone has done something, in this very activity where `here` says so. */
export const offerPhone = (changed) => {
  const ask = async () => {
    panel.hidden = false
    panel.focus()
    try {
      const response = await fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams(new FormData(form)) })
      const told = await response.json()
      if (!response.ok) throw new Error(told.title)
      show(told)
    } catch (error) {
      hideCode({ again: true })
      return say(error.message && !(error instanceof TypeError) && !(error instanceof SyntaxError) ? error.message : panel.dataset.problem)
    }
    await follow(new FormData(form).get('activity'), changed).catch(() => undefined) // it is seen on return then
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void ask()
  })
  part('close').addEventListener('click', () => {
    hideCode()
    panel.hidden = true
    form.querySelector('button').focus()
  })
}
