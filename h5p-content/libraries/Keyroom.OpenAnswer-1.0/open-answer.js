/**
 * A question answered in writing and read by a person. A response is a text. It is a draft, then it waits, then it is reviewed;
 * where the author lets it, it can be written again. Elsewhere than in Keyroom nobody reads it: the criteria are for oneself.
 */
(function () {
  'use strict'
  const Core = window.Keyroom.Core
  const best = ({ levels }) => Math.max(0, ...(levels ?? []).map(({ points }) => Number(points) || 0))

  Core.type('OpenAnswer', (self, params, contentId, extras) => {
    const bridge = Core.bridge()
    const item = extras.subContentId || '_'
    const rubric = params.rubric ?? []
    const max = rubric.length > 0 ? rubric.reduce((sum, criterion) => sum + best(criterion), 0) : 1
    const kept = extras.previousState ?? {}
    const past = bridge?.items?.[item]
    // sent: what a reader has; again: it is being written anew.
    let sent = bridge ? (typeof past?.response === 'string' ? past.response : undefined) : kept.sent
    let pending = bridge ? past?.pending === true : false
    let sample = past?.feedback ?? ''
    let review = past?.review
    let again = kept.again === true && sent !== undefined
    let view = null

    const content = Core.content(self, contentId, extras, (root) => {
      view = viewOf(content, { params, rubric, send: () => void send(), rewrite: () => rewrite() })
      view.write(sent !== undefined && !again ? sent : (kept.text ?? sent ?? ''))
      root.append(view.element)
      show()
    })
    const solved = () => (review ? review.score >= review.max : past?.correct === true)
    const mayRewrite = () => sent !== undefined && params.resubmit !== false && !solved() && (!bridge || (Boolean(review) && !pending))
    const show = () => view.show({ sent: sent !== undefined && !again, pending, review, sample: review?.sample ?? sample, mayRewrite: mayRewrite(), solved: solved() })
    const text = () => (view ? view.read() : (kept.text ?? sent ?? ''))

    const rewrite = () => {
      again = true
      show()
      view.focus()
    }
    const faultOf = (count) => {
      if (count === 0) return Core.t('writeFirst')
      if (count < (Number(params.min) || 0)) return Core.t('tooShort', { min: Number(params.min) })
      return params.max && count > Number(params.max) ? Core.t('tooLong', { max: Number(params.max) }) : undefined
    }
    const send = async () => {
      const fault = faultOf(Core.countWords(text()))
      if (fault) return view.say('info', fault)
      const wait = view.wait()
      try {
        const verdict = bridge ? await bridge.answer(item, text()) : { feedback: params.reveal === 'never' ? '' : params.sample }
        sent = text()
        pending = verdict.pending === true
        sample = verdict.feedback ?? ''
        if (bridge) review = undefined
        again = false
      } catch (problem) {
        return view.say('info', Core.t('problem'), Core.plain(problem?.title))
      } finally {
        wait()
      }
      show()
      Core.lead(view.status)
      self.trigger(statement())
    }

    const statement = () => {
      const event = self.createXAPIEventTemplate('answered')
      const definition = (event.data.statement.object.definition ??= {})
      Object.assign(definition, { type: 'http://adlnet.gov/expapi/activities/cmi.interaction', interactionType: 'long-fill-in', description: { 'en-US': Core.plain(params.question) } })
      if (review || !bridge) event.setScoredResult(self.getScore(), self.getMaxScore(), self, true, solved())
      else event.data.statement.result = { completion: true } // no score before somebody has read it
      event.data.statement.result.response = text()
      return event
    }

    self.isSolved = solved
    self.isAnswered = () => sent !== undefined
    self.getAnswerGiven = () => sent !== undefined
    self.getMaxScore = () => review?.max ?? max
    self.getScore = () => review?.score ?? 0
    self.showSolutions = () => undefined
    self.resetTask = () => {
      if (bridge) return // what was sent is with its reader
      sent = undefined
      again = false
      view?.write('')
      if (view) show()
    }
    self.getXAPIData = () => ({ statement: statement().data.statement })
    self.getCurrentState = () => {
      if (text() === '' && sent === undefined) return undefined
      return { text: text(), ...(again && { again }), ...(!bridge && sent !== undefined && { sent }) }
    }
  })

  const viewOf = (content, { params, rubric, send, rewrite }) => {
    const limits = { min: Number(params.min) || 0, max: Number(params.max) || 0 }
    const count = Core.wordCount(limits)
    const field = Core.writing(Core.el('label', { class: 'kr-over' }, Core.t('yourAnswer')), { rows: 8, describedBy: count.element.id, changed: () => count.show(Core.countWords(field.read())) })
    const note = Core.el('p', { class: 'kr-hint' }, Core.t('draftIs'))
    const press = Core.el('button', { type: 'submit', class: 'kr-button kr-main' })
    const anew = Core.quietButton(Core.t('writeAgain'), rewrite, { icon: 'pen' })
    const status = Core.el('div', { class: 'kr-status', role: 'status' })
    const after = Core.el('div', { class: 'kr-review' })
    const element = Core.el('form', { class: 'kr-question', novalidate: true, on: { submit: (event) => { event.preventDefault(); send() } } },
      content.embedded && content.title ? content.words('h3', content.title, { class: 'kr-eyebrow' }) : null,
      content.author('div', params.question, { class: 'kr-prompt kr-text' }), params.image?.path ? content.image(params.image, params.alt) : null,
      rubric.length > 0 ? criteriaOf(content, rubric) : null, field.element, count.element, Core.bridge() ? note : null, Core.el('div', { class: 'kr-actions' }, press, anew), status, after)
    return {
      element, status,
      focus: () => field.field.focus(),
      read: field.read,
      write: (text) => {
        field.write(text)
        count.show(Core.countWords(text))
      },
      say: (tone, sentence, more) => status.replaceChildren(Core.verdict(tone, sentence, more)),
      /** What stands there while it is sent is what is sent. */
      wait: () => {
        press.disabled = true
        field.lock(true)
        return () => {
          press.disabled = false
          field.lock(false)
        }
      },
      show: ({ sent, pending, review, sample, mayRewrite, solved }) => {
        field.lock(sent)
        press.hidden = sent
        press.replaceChildren(Core.icon('send'), Core.el('span', {}, Core.t(review ? 'sendAgain' : 'sendAnswer')))
        note.hidden = sent
        anew.hidden = !sent || !mayRewrite
        const [tone, sentence] = review && !pending ? [solved ? 'right' : 'info', Core.t(solved ? 'openAccepted' : 'openReviewed', review)] : Core.bridge() ? ['wait', Core.t('openWaiting')] : ['info', Core.t('openLocal')]
        status.replaceChildren(...(sent ? [Core.verdict(tone, sentence, mayRewrite ? Core.t('sendAgainHow') : undefined)] : []))
        after.replaceChildren(...[review ? reviewOf(content, review) : null, (sent || review) && sample ? Core.el('section', { class: 'kr-sample' }, Core.el('h3', {}, Core.t('sampleAnswer')), content.author('div', sample, { class: 'kr-text' })) : null].filter(Boolean))
      },
    }
  }

  /** Known before one writes: what it will be read by. */
  const criteriaOf = (content, rubric) =>
    Core.el('details', { class: 'kr-contents kr-criteria' },
      Core.el('summary', {}, Core.icon('list'), Core.el('span', {}, Core.t('criteria')), Core.icon('next')),
      Core.el('dl', { class: 'kr-rubric' }, rubric.map(({ title, description, levels }) => [
        Core.el('dt', {}, content.words('span', title)),
        Core.el('dd', {}, description ? content.words('p', description) : null, Core.el('ul', {}, (levels ?? []).map((level) => content.words('li', Core.t('levelPoints', { title: Core.plain(level.title), points: Number(level.points) || 0 }))))),
      ])))

  const reviewOf = (content, { criteria, comment }) =>
    Core.el('section', {},
      criteria?.length > 0 ? Core.el('dl', { class: 'kr-rubric' }, criteria.map(({ title, level, points }) => [Core.el('dt', {}, content.words('span', title)), Core.el('dd', {}, content.words('span', Core.t('levelPoints', { title: Core.plain(level), points: Number(points) || 0 })))])) : null,
      comment ? [Core.el('h3', {}, Core.t('comment')), Core.el('blockquote', { dir: 'auto' }, String(comment))] : null)
})()
