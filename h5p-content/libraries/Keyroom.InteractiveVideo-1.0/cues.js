/** The stops of a video: which is next, what holds it up, and their places on the page. Knows no player. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  /** 65 → «1:05». */
  Core.clockTime = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds || 0))
    const two = (part) => new Intl.NumberFormat(Core.language(), { minimumIntegerDigits: 2 }).format(part)
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
    return `${hours > 0 ? `${Core.number(hours)}:${two(minutes)}` : Core.number(minutes)}:${two(whole % 60)}`
  }

  Core.cues = (base, list, { allowSkipping, seen }) => {
    const cues = list
      .map((cue) => ({ at: Math.max(0, Number(cue.at) || 0), child: base.add(cue.content) }))
      .filter(({ child }) => child)
      .sort((a, b) => a.at - b.at)
      .map((cue, index) => {
        const asks = cue.child.getMaxScore?.() > 0
        const heading = Core.el('h3', { class: 'kr-over' }, Core.t(asks ? 'askedAt' : 'textAt', { time: Core.clockTime(cue.at) }))
        return { ...cue, index, asks, heading, section: Core.el('section', { class: 'kr-asked' }, heading, Core.place(cue.child)) }
      })
    const isDone = ({ asks, child, index }) => (asks ? base.isAnswered(child) : seen.has(index))
    return {
      all: cues,
      asking: cues.filter(({ asks }) => asks),
      isDone,
      /** Where the video can't go on yet. */
      gate: () => (allowSkipping ? undefined : cues.find((cue) => !isDone(cue))),
      /** The stop between two moments that is still open. */
      between: (from, to) => cues.find((cue) => cue.at > from && cue.at <= to && !isDone(cue)),
    }
  }
})()
