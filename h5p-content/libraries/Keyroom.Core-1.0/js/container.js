/** What QuestionSet, Sequence, Book, Hotspots, Clue and InteractiveVideo share: contents inside them, their score and state, and the moment all is done. */
(function () {
  'use strict'
  const { H5P } = window
  const Core = window.Keyroom.Core

  /**
   * `make({ content, add, addAsked, questions, solved, finish, … })` sets the type up and returns `own()`: what it remembers itself
   * (undefined when nothing), and `reset()`. `changed(child)` is called when a content inside was answered.
   */
  Core.container = (self, contentId, extras, make) => {
    const before = extras.previousState ?? {}
    const inside = new Map()
    let reported = Number.isFinite(before.reported) ? before.reported : -1
    let type = null
    const content = Core.content(self, contentId, extras, (root) => type.render(root))

    const questions = () => [...inside.values()].filter((child) => typeof child.getMaxScore === 'function' && child.getMaxScore() > 0)
    const isSolved = (child) => (typeof child.isSolved === 'function' ? child.isSolved() : child.getScore?.() === child.getMaxScore?.())
    const isAnswered = (child) => Boolean(child.isAnswered?.() ?? child.getAnswerGiven?.())
    const solved = () => questions().filter(isSolved).length
    const sum = (what) => questions().reduce((total, child) => total + (Number(child[what]()) || 0), 0)

    /** A content inside, from a library field; null where the author left it empty. */
    const add = (library) => {
      if (!library?.library || !library.params) return null
      const key = library.subContentId ?? String(inside.size)
      const previousState = before.inside?.[key]
      const child = H5P.newRunnable(library, contentId, undefined, undefined, { parent: self, ...(previousState && { previousState }) })
      if (!child) return null
      inside.set(key, child)
      child.on('xAPI', (event) => {
        if (event.getVerb() !== 'answered') return
        type.changed?.(child)
      })
      return child
    }

    /** Parts of a content that may each ask something: a place in a picture, a scene. */
    const addAsked = (parts) => (parts ?? []).map((part) => ({ ...part, child: add(part.question) }))

    const scored = (verb) => {
      const event = self.createXAPIEventTemplate(verb)
      const definition = (event.data.statement.object.definition ??= {})
      Object.assign(definition, { type: 'http://adlnet.gov/expapi/activities/cmi.interaction', interactionType: 'compound' })
      if (sum('getMaxScore') > 0) event.setScoredResult(sum('getScore'), sum('getMaxScore'), self, true, solved() === questions().length)
      else event.data.statement.result = { completion: true }
      return event
    }

    /** Says `completed`, and says it again only when the score has grown since. */
    const finish = () => {
      const score = sum('getScore')
      if (score <= reported) return
      reported = score
      self.trigger(scored('completed'))
    }

    self.isAnswered = () => questions().every(isAnswered)
    self.getScore = () => sum('getScore')
    self.getMaxScore = () => sum('getMaxScore')
    self.getAnswerGiven = () => questions().some((child) => child.getAnswerGiven?.())
    self.showSolutions = () => questions().forEach((child) => child.showSolutions?.())
    self.resetTask = () => {
      reported = -1
      for (const child of inside.values()) child.resetTask?.()
      type.reset()
    }
    self.getXAPIData = () => ({ statement: scored('answered').data.statement, children: questions().flatMap((child) => child.getXAPIData?.() ?? []) })
    self.getCurrentState = () => {
      const states = [...inside].map(([key, child]) => [key, child.getCurrentState?.()]).filter(([, state]) => state !== undefined)
      const own = type.own()
      if (!own && states.length === 0 && reported < 0) return undefined
      return { ...own, ...(states.length > 0 && { inside: Object.fromEntries(states) }), ...(reported >= 0 && { reported }) }
    }
    self.on('resize', () => {
      for (const child of inside.values()) child.trigger?.('resize')
    })

    type = make({ content, before, add, addAsked, questions, isSolved, isAnswered, solved, finish })
  }

  /** Each question in a line of its own with how it stands, and the way to it. */
  Core.questionRows = (base, children, go) =>
    children.map((child, index) => {
      const solved = base.isSolved(child)
      return Core.el('li', {},
        Core.el('button', { type: 'button', class: `kr-row${solved ? ' kr-done' : ''}`, on: { click: () => go(index) } },
          Core.el('span', { class: 'kr-number', 'aria-hidden': 'true' }, Core.number(index + 1)),
          Core.el('span', { class: 'kr-row-main' },
            base.content.words('span', child.getTitle?.() || Core.t('toQuestion', { n: index + 1 }), { class: 'kr-row-words' }), Core.state(solved, solved ? 'solved' : 'open'))))
    })

  /** «Solved» with a tick, or what else there is to say. */
  Core.state = (done, key) => Core.el('span', { class: `kr-chip${done ? ' kr-done' : ''}` }, done && Core.icon('check'), Core.t(key))

  /** Gives a content inside a place of its own. */
  Core.place = (child, attributes = {}) => {
    const place = Core.el('div', attributes)
    child?.attach(H5P.jQuery(place))
    return place
  }
})()
