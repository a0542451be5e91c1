/** The clock of one scene: runs, rests, tells how far it is. Stands still while nobody can see the page. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core
  const TICK = 200

  Core.clock = ({ tick, over }) => {
    let length = 0
    let gone = 0
    let since = null
    let timer = null

    const passed = () => Math.min(length, gone + (since === null ? 0 : performance.now() - since))
    const rest = () => {
      gone = passed()
      since = null
      clearInterval(timer)
    }
    const beat = () => {
      tick(length > 0 ? passed() / length : 1)
      if (passed() < length) return
      rest()
      over()
    }
    const run = () => {
      rest()
      since = performance.now()
      timer = setInterval(beat, TICK)
    }
    let wasRunning = false
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) {
        wasRunning = since !== null
        rest()
      } else if (wasRunning) run()
    })
    return {
      run, rest,
      set: (seconds, share = 0) => {
        rest()
        length = Math.max(1, Number(seconds) || 12) * 1000
        gone = length * share
        tick(share)
      },
    }
  }
})()
