/**
 * A video that stops for questions. It never starts by itself. Where the line is thin, or there is no video, its picture, words and
 * questions do: nothing of the video is asked for then.
 */
(function () {
  'use strict'
  const { H5P } = window
  const Core = window.Keyroom.Core
  /** A film recorded on the fly doesn't know its length before its end was looked for. */
  const END_OF_TIME = 1e9

  Core.type('InteractiveVideo', (self, params, contentId, extras) =>
    Core.container(self, contentId, extras, (base) => {
      const sources = (params.video ?? []).filter((source) => source?.path)
      const seen = new Set((base.before.seen ?? []).filter(Number.isInteger))
      const cues = Core.cues(base, params.cues ?? [], { allowSkipping: params.allowSkipping === true, seen })
      // In Keyroom the page around asks the learner.
      const thin = Core.bridge() ? Core.bridge().lowBandwidth === true : navigator.connection?.saveData === true
      let light = sources.length === 0 || (base.before.light ?? thin)
      let now = Number(base.before.at) || 0
      let ended = base.before.ended === true
      let view = null

      const answered = () => cues.asking.filter(cues.isDone).length
      const whole = () => answered() === cues.asking.length && (cues.asking.length > 0 || ended)
      const done = () => {
        view?.show()
        if (whole()) base.finish()
      }
      return {
        render: (root) => {
          const page = {
            base, params, sources, cues, seen, contentId, answered,
            isLight: () => light, now: () => now,
            setLight: (on) => { light = on },
            moved: (at) => { now = at },
            over: () => {
              ended = true
              done()
            },
            resized: () => self.trigger('resize'),
          }
          view = viewOf(page)
          root.append(...view.elements)
          view.start()
        },
        changed: done,
        own: () => {
          const chosen = light !== (sources.length === 0 || thin)
          if (now === 0 && seen.size === 0 && !ended && !chosen) return undefined
          return { at: Math.floor(now * 10) / 10, ...(seen.size > 0 && { seen: [...seen] }), ...(ended && { ended }), ...(chosen && { light }) }
        },
        reset: () => {
          seen.clear()
          now = 0
          ended = false
          view?.rewind()
        },
      }
    }))

  /** The video, the stops below it, and what goes with both. */
  const viewOf = (page) => {
    const { base, params, sources, cues, seen, answered, isLight, setLight, now, moved, over, resized } = page
    const video = videoOf(page)
    let asking = null
    const progress = Core.progress()
    const note = Core.el('p', { class: 'kr-light-note', role: 'status' })
    const hint = Core.el('p', { class: 'kr-hint' }, Core.t('answerFirst'))
    const onward = Core.button(Core.t('goOn'), () => goOn(), { after: 'next' })
    const asks = Core.el('div', { class: 'kr-asks' }, cues.all.map(({ section }) => section), Core.el('div', { class: 'kr-actions' }, onward, hint))
    const stage = Core.el('div', { class: 'kr-video-stage' })
    const still = params.poster?.path ? base.content.image(params.poster, params.alt) : null
    const controls = Core.videoControls({ video, stage, tracks: tracksOf(params), cues, toggle: () => toggle(), seek: (at) => seek(at) })
    const rows = Core.el('ul', { class: 'kr-rows' })
    const transcript = Core.transcript(base.content, params.transcript ?? [], (at) => {
      seek(at)
      controls.focus()
    })
    const mode = Core.quietButton('', () => change(!isLight()))
    const read = Core.button(Core.t('done'), () => over(), { icon: 'check' })
    stage.append(Core.el('div', { class: 'kr-screen' }, video), controls.element)

    const length = () => (Number.isFinite(video.duration) ? video.duration : 0)
    const draw = () => {
      controls.show({ now: now(), length: length(), playing: !video.paused, held: asking !== null })
      if (!isLight()) transcript.show(now())
    }
    const show = () => {
      const thin = isLight()
      stage.hidden = thin
      if (still) still.hidden = !thin
      stage.classList.toggle('kr-dim', asking !== null)
      cues.all.forEach((cue) => { cue.section.hidden = !thin && cue !== asking })
      onward.hidden = thin || asking === null || (!cues.isDone(asking) && asking.asks && params.allowSkipping !== true)
      hint.hidden = thin || asking === null || !onward.hidden
      mode.hidden = sources.length === 0
      mode.lastChild.textContent = Core.t(thin ? 'withVideo' : 'withoutVideo')
      read.hidden = !thin || cues.asking.length > 0
      progress.element.hidden = cues.asking.length === 0
      progress.show(Core.t('answeredOf', { n: answered(), count: cues.asking.length }), answered() / Math.max(1, cues.asking.length))
      rows.hidden = thin
      rows.replaceChildren(...cues.asking.map((cue) => rowOf(base, cue, () => visit(cue))))
      draw()
      resized()
    }
    const ask = (cue) => {
      begun = true
      video.pause()
      asking = cue
      moved(cue.at)
      if (Math.abs(video.currentTime - cue.at) > 0.3) video.currentTime = cue.at
      show()
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined)
      Core.lead(cue.heading)
    }
    const goOn = () => {
      if (!asking) return
      if (!asking.asks) seen.add(asking.index)
      passed.add(asking)
      asking = null
      show()
      controls.focus()
      void video.play().catch(() => undefined)
    }
    /** Skipped on purpose, or answered: not asked again as the video goes by. */
    const passed = new Set()
    const held = (to) => {
      const gate = cues.gate()
      return gate && to >= gate.at ? gate : undefined
    }
    const seek = (at) => {
      const gate = held(at)
      if (gate) return ask(gate)
      begun = true
      asking = null
      moved(at)
      video.currentTime = at
      show()
    }
    const visit = (cue) => ask(held(cue.at) ?? cue)
    /** Until the learner plays or looks for a place, the place of last time stands, whatever the video says while it loads. */
    let begun = now() === 0
    const begin = () => {
      if (begun) return
      begun = true
      if (Math.abs(video.currentTime - now()) > 0.3) video.currentTime = now()
    }
    const toggle = () => {
      begin()
      if (video.paused) void video.play().catch(() => undefined)
      else video.pause()
    }
    const tick = () => {
      if (!begun || isLight() || asking || video.dataset.probing) return
      const to = video.currentTime
      const cue = held(to) ?? cues.between(now(), to)
      if (cue && !passed.has(cue)) return ask(cue)
      moved(to)
      draw()
    }
    const change = (thin, why = 'lightNote') => {
      video.pause()
      asking = null
      setLight(thin)
      note.textContent = thin ? Core.t(sources.length === 0 ? 'noVideo' : why) : ''
      note.hidden = !thin || sources.length === 0
      if (thin) unload(video)
      else load(video, page)
      transcript.use(thin)
      show()
    }
    for (const event of ['play', 'pause', 'loadedmetadata', 'durationchange', 'seeked']) video.addEventListener(event, draw)
    video.addEventListener('play', () => begin())
    video.addEventListener('timeupdate', tick)
    video.addEventListener('click', toggle)
    video.addEventListener('ended', over)
    video.addEventListener('keyroom-failed', () => change(true, 'videoFailed'))
    return {
      elements: [progress.element, note, still, stage, asks, rows, transcript.element, Core.el('div', { class: 'kr-actions kr-video-end' }, read, mode)].filter(Boolean),
      show, start: () => change(isLight()),
      rewind: () => {
        passed.clear()
        asking = null
        video.currentTime = 0
        show()
      },
    }
  }

  const tracksOf = (params) => (params.tracks ?? []).filter((track) => track.file?.path)
  const videoOf = ({ params, contentId }) =>
    Core.el('video', { class: 'kr-video', preload: 'none', playsinline: true, poster: params.poster?.path && H5P.getPath(params.poster.path, contentId), 'aria-label': Core.plain(params.alt) || Core.t('videoPlayer') })

  /** The video's addresses are in the page only once it is wanted. */
  const load = (video, { sources, params, contentId, now }) => {
    if (video.firstChild) return
    const failed = () => video.dispatchEvent(new Event('keyroom-failed'))
    const files = sources.map((source) => Core.el('source', { src: H5P.getPath(source.path, contentId), type: source.mime }))
    files.at(-1).addEventListener('error', failed, { once: true })
    video.append(...files, ...tracksOf(params).map((track) => Core.el('track', { kind: 'captions', src: H5P.getPath(track.file.path, contentId), srclang: Core.plain(track.srclang), label: Core.plain(track.label) })))
    /** Where the learner was. Until it is there, what the video says of its time isn't the learner's doing. */
    const goTo = (at, then) => {
      video.dataset.probing = 'yes'
      video.addEventListener('seeked', then, { once: true })
      video.currentTime = at
    }
    const resume = (at) => (at > 0 ? goTo(at, () => delete video.dataset.probing) : delete video.dataset.probing)
    video.addEventListener('loadedmetadata', () => {
      const at = now()
      if (Number.isFinite(video.duration)) resume(at)
      else goTo(END_OF_TIME, () => (at > 0 ? resume(at) : goTo(0, () => delete video.dataset.probing)))
    }, { once: true })
    video.preload = 'metadata'
    video.load()
  }
  const unload = (video) => {
    video.preload = 'none'
    if (!video.firstChild) return
    video.replaceChildren()
    video.load()
  }

  const rowOf = (base, cue, go) => {
    const done = base.isAnswered(cue.child)
    return Core.el('li', {}, Core.el('button', { type: 'button', class: `kr-row${done ? ' kr-done' : ''}`, on: { click: go } },
      Core.el('span', { class: 'kr-time' }, Core.clockTime(cue.at)),
      Core.el('span', { class: 'kr-row-main' }, base.content.words('span', cue.child.getTitle?.() || Core.t('askedAt', { time: Core.clockTime(cue.at) }), { class: 'kr-row-words' }), Core.state(base.isSolved(cue.child), base.isSolved(cue.child) ? 'solved' : 'open'))))
  }
})()
