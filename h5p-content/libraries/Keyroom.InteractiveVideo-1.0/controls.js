/** A player's controls: real buttons, sliders and lists, in reading order; the bar runs from left to right in every language, as the film does. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core
  const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2]

  const choice = (label, icon, options, pick) => {
    const select = Core.el('select', { 'aria-label': Core.t(label), on: { change: () => pick(select.value) } }, options.map(([value, text, selected]) => Core.el('option', { value, selected }, text)))
    return Core.el('span', { class: 'kr-select' }, Core.icon(icon), select)
  }
  const iconButton = (act) => Core.el('button', { type: 'button', class: 'kr-icon-button', on: { click: act } })
  const dress = (button, icon, label) => {
    button.replaceChildren(Core.icon(icon))
    button.setAttribute('aria-label', label)
  }

  const soundOf = (video) => {
    const mute = iconButton(() => { video.muted = !video.muted })
    const level = Core.el('input', { type: 'range', class: 'kr-volume', dir: 'ltr', min: 0, max: 100, step: 5, value: 100, 'aria-label': Core.t('volume'), on: { input: () => {
      video.volume = Number(level.value) / 100
      video.muted = video.volume === 0
    } } })
    const show = () => {
      dress(mute, video.muted ? 'mute' : 'sound', Core.t(video.muted ? 'unmute' : 'mute'))
      level.value = video.muted ? 0 : Math.round(video.volume * 100)
    }
    video.addEventListener('volumechange', show)
    show()
    return [mute, level]
  }
  const captionsOf = (video, tracks) => {
    if (tracks.length === 0) return null
    const pick = (value) => [...video.textTracks].forEach((track, index) => { track.mode = String(index) === value ? 'showing' : 'disabled' })
    return choice('captions', 'captions', [['', Core.t('captionsOff'), true], ...tracks.map((track, index) => [index, Core.plain(track.label), false])], pick)
  }
  const speedOf = (video) => choice('speed', 'clock', SPEEDS.map((speed) => [speed, `${Core.number(speed)}×`, speed === 1]), (value) => { video.playbackRate = Number(value) })
  const screenOf = (stage) => {
    if (!document.fullscreenEnabled) return null
    const press = iconButton(() => void (document.fullscreenElement ? document.exitFullscreen() : stage.requestFullscreen()).catch(() => undefined))
    const show = () => dress(press, 'whole', Core.t(document.fullscreenElement ? 'leaveWhole' : 'wholeScreen'))
    document.addEventListener('fullscreenchange', show)
    show()
    return press
  }

  Core.videoControls = ({ video, stage, tracks, cues, toggle, seek }) => {
    const press = Core.el('button', { type: 'button', class: 'kr-button kr-main', on: { click: toggle } })
    const bar = Core.el('input', { type: 'range', class: 'kr-seek', dir: 'ltr', min: 0, max: 1, step: 0.1, value: 0, 'aria-label': Core.t('seek'), on: { input: () => seek(Number(bar.value)) } })
    const marks = Core.el('div', { class: 'kr-marks', dir: 'ltr', 'aria-hidden': 'true' })
    const time = Core.el('span', { class: 'kr-time-now' })
    const mark = (length) => marks.replaceChildren(...cues.all.filter(({ at }) => at <= length).map((cue) => {
      const point = Core.el('i', { class: cues.isDone(cue) ? 'kr-done' : '' })
      point.style.left = `${(cue.at / length) * 100}%` // physical: so is the bar
      return point
    }))
    return {
      element: Core.el('div', { class: 'kr-controls-bar', role: 'group', 'aria-label': Core.t('player') },
        Core.el('div', { class: 'kr-seek-row' }, marks, bar), press, time, Core.el('span', { class: 'kr-sound' }, soundOf(video)), captionsOf(video, tracks), speedOf(video), screenOf(stage)),
      focus: () => press.focus(),
      show: ({ now, length, playing, held }) => {
        press.replaceChildren(Core.icon(playing ? 'pause' : 'play'), Core.el('span', {}, Core.t(playing ? 'pause' : 'play')))
        press.hidden = held
        bar.max = String(length > 0 ? length : 1)
        bar.value = String(now)
        const words = Core.t('timeOf', { now: Core.clockTime(now), all: Core.clockTime(length) })
        time.textContent = words
        bar.setAttribute('aria-valuetext', words)
        if (length > 0) mark(length)
      },
    }
  }
})()
