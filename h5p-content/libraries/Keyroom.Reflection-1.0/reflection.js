/**
 * Writing for oneself. What is for the writer alone stays in their own state; the server is told how many words there are and no
 * more. What the instructor may read is sent as a list of texts.
 */
(function () {
  'use strict'
  const Core = window.Keyroom.Core
  const LEAST = 20

  Core.type('Reflection', (self, params, contentId, extras) => {
    const bridge = Core.bridge()
    const item = extras.subContentId || '_'
    const prompts = params.prompts ?? []
    const min = Number(params.min) || LEAST
    const shared = params.audience === 'instructor'
    const past = bridge?.items?.[item]
    let done = bridge ? past?.correct === true : extras.previousState?.done === true
    const sent = shared && Array.isArray(past?.response) ? past.response : undefined
    const before = (done && sent) || (extras.previousState?.texts ?? sent ?? [])
    let told = done ? (past?.feedback ?? (bridge ? '' : params.explain)) : ''
    let view = null

    const content = Core.content(self, contentId, extras, (root) => {
      view = viewOf(content, { params, prompts, min, shared, submit: () => void submit() })
      view.write(before)
      root.append(view.element)
      view.show(done, told)
    })
    const texts = () => (view ? view.read() : prompts.map((_, index) => before[index] ?? ''))
    const count = () => Core.countWords(texts().join('\n'))

    const submit = async () => {
      if (count() < min) return view.say('info', Core.t('writeMore', { min }))
      const wait = view.wait()
      try {
        const verdict = bridge ? await bridge.answer(item, shared ? texts() : { words: count() }) : { correct: true, feedback: params.explain }
        done = verdict.correct
        told = verdict.feedback
      } catch (problem) {
        return view.say('info', Core.t('problem'), Core.plain(problem?.title))
      } finally {
        wait()
      }
      view.show(done, told)
      Core.lead(view.status)
      self.trigger(statement())
    }

    const statement = () => {
      const event = self.createXAPIEventTemplate('answered')
      const definition = (event.data.statement.object.definition ??= {})
      Object.assign(definition, { type: 'http://adlnet.gov/expapi/activities/cmi.interaction', interactionType: 'long-fill-in', description: { 'en-US': prompts.map(Core.plain).join('\n') } })
      event.setScoredResult(self.getScore(), 1, self, true, done)
      // A statement travels: what is for the writer alone isn't in it.
      if (shared) event.data.statement.result.response = texts().join('[,]')
      return event
    }

    self.isSolved = () => done
    self.isAnswered = () => done
    self.getAnswerGiven = () => done || texts().some((text) => text.trim() !== '')
    self.getMaxScore = () => 1
    self.getScore = () => (done ? 1 : 0)
    self.showSolutions = () => undefined
    self.resetTask = () => {
      done = false
      told = ''
      view?.write([])
      view?.show(false, '')
    }
    self.getXAPIData = () => ({ statement: statement().data.statement })
    self.getCurrentState = () => (texts().some((text) => text !== '') || done ? { texts: texts(), ...(done && { done }) } : undefined)
  })

  const viewOf = (content, { params, prompts, min, shared, submit }) => {
    const count = Core.wordCount({ min })
    const written = () => fields.map((field) => field.read())
    const fields = prompts.map((prompt) => Core.writing(content.words('label', prompt, { class: 'kr-prompt' }), { rows: 4, describedBy: count.element.id, changed: () => count.show(Core.countWords(written().join('\n'))) }))
    const press = Core.el('button', { type: 'submit', class: 'kr-button kr-main' }, Core.t('keepIt'))
    const status = Core.el('div', { class: 'kr-status', role: 'status' })
    const who = Core.el('p', { class: 'kr-who' }, Core.icon(shared ? 'send' : 'lock'), Core.el('span', {}, Core.t(shared ? 'instructorToo' : Core.bridge() ? 'onlyYou' : 'onlyYouHere')))
    const take = takeAway(content, prompts, written)
    const element = Core.el('form', { class: 'kr-question', novalidate: true, on: { submit: (event) => { event.preventDefault(); submit() } } },
      content.embedded && content.title ? content.words('h3', content.title, { class: 'kr-eyebrow' }) : null,
      params.intro ? content.author('div', params.intro, { class: 'kr-text' }) : null, who, fields.map((field) => field.element), count.element,
      Core.el('div', { class: 'kr-actions' }, press, take.buttons), status, take.status)
    return {
      element, status,
      read: written,
      write: (texts) => {
        fields.forEach((field, index) => field.write(texts[index] ?? ''))
        count.show(Core.countWords(written().join('\n')))
      },
      say: (tone, sentence, more) => status.replaceChildren(Core.verdict(tone, sentence, more)),
      wait: () => {
        const lock = (on) => {
          press.disabled = on
          // What is one's own can go on; what is sent stays as it is sent.
          if (shared) fields.forEach((field) => field.lock(on))
        }
        lock(true)
        return () => lock(false)
      },
      show: (done, told) => {
        press.hidden = done
        // What was sent stands as it was sent; what is one's own can go on.
        if (shared) fields.forEach((field) => field.lock(done))
        status.replaceChildren(...(done ? [Core.verdict('right', Core.t(shared ? 'keptShared' : 'kept'), told ? content.author('div', told, { class: 'kr-feedback' }) : null)] : []))
      },
    }
  }

  /** One's own text, to take along. */
  const takeAway = (content, prompts, written) => {
    const status = Core.el('p', { class: 'kr-hint', role: 'status' })
    const whole = () => prompts.map((prompt, index) => `${Core.plain(prompt)}\n\n${written()[index]}`).join('\n\n\n')
    const copy = () => navigator.clipboard?.writeText(whole()).then(() => Core.t('copied'), () => Core.t('notCopied')) ?? Promise.resolve(Core.t('notCopied'))
    const save = () => {
      const link = Core.el('a', { href: URL.createObjectURL(new Blob([whole()], { type: 'text/plain;charset=utf-8' })), download: `${content.title || Core.t('myReflection')}.txt` })
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 1000)
    }
    return {
      status,
      buttons: [
        Core.quietButton(Core.t('copyText'), async () => { status.textContent = await copy() }, { icon: 'copy' }),
        Core.quietButton(Core.t('saveText'), save, { icon: 'save' }),
      ],
    }
  }
})()
