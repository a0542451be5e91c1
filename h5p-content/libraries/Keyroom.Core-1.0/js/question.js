/**
 * What Choice, TrueFalse, Blanks, Match and Lock share: check, verdict, retry, resume, xAPI and H5P's contract for questions.
 * With Keyroom the server judges and alone has the key; in any other host `kind.score` does, from the parameters.
 */
(function () {
  'use strict'
  const Core = window.Keyroom.Core
  const INTERACTION = 'http://adlnet.gov/expapi/activities/cmi.interaction'

  /**
   * A kind of question: `build()` → its controls; `read()`, `write(response)`, `valid(response)`, `isEmpty(response)`;
   * `score(response)` → { correct, score, max, feedback } and `max()`; `mark(response, verdict, solution)`; `lock(on)`;
   * `needs` (what to say to an empty answer); `definition()`, `pattern()`, `encode(response)` for xAPI.
   * Where it may: `says` { check, right, notYet } in other words than ours; `rest(tries)`, the seconds a wrong try costs.
   */
  Core.question = (self, params, contentId, extras, make) => {
    const bridge = Core.bridge()
    const item = extras.subContentId || '_'
    let verdict = null
    let checked = null
    let busy = false
    let parts = null

    const content = Core.content(self, contentId, extras, (root) => {
      parts = view(content, kind, params, () => void check())
      root.append(parts.form)
      restore()
    })
    const kind = make(content)

    const judge = async (response) => (bridge ? bridge.answer(item, response) : { ...kind.score(response), tries: (verdict?.tries ?? 0) + 1 })

    const show = ({ solution = false } = {}) => {
      kind.mark(checked, verdict, solution)
      kind.lock(solution || verdict?.correct === true)
      parts.show(verdict, solution)
    }

    const check = async () => {
      const response = kind.read()
      if (busy || parts.resting() || verdict?.correct) return
      if (kind.isEmpty(response)) return parts.say('info', Core.t(kind.needs))
      busy = true
      const free = parts.wait()
      try {
        verdict = await judge(response)
        checked = response
      } catch (problem) {
        free()
        const [title, detail] = [Core.plain(problem?.title), Core.plain(problem?.detail)]
        if (problem?.seconds) parts.say('wait', title, detail)
        else parts.say('info', Core.t('problem'), title)
        parts.rest(Number(problem?.seconds) || 0)
        return
      } finally {
        busy = false
      }
      free()
      show()
      if (verdict.correct) Core.lead(parts.status)
      else parts.rest(kind.rest?.(verdict.tries ?? 1) ?? 0)
      self.trigger(statement())
    }

    /** What the server remembers of this learner and this question. */
    const past = () => {
      const known = bridge?.items?.[item]
      return known && (known.correct || known.tries > 0) ? known : undefined
    }

    const restore = () => {
      const state = extras.previousState
      const known = past()
      const from = (value) => (value !== undefined && value !== null && kind.valid(value) ? value : undefined)
      const draft = from(state?.response)
      if (known) {
        checked = from(known.response) ?? null
        const max = Number.isFinite(known.max) ? known.max : kind.max(known.correct ? checked : undefined)
        verdict = { correct: known.correct, score: known.correct ? max : (known.score ?? 0), max, tries: known.tries, feedback: known.feedback }
      } else if (!bridge && from(state?.checked) !== undefined) {
        checked = state.checked
        verdict = { ...kind.score(checked), tries: Number(state.tries) || 1 }
      }
      const response = verdict?.correct ? checked : (draft ?? checked)
      if (response !== null && response !== undefined) kind.write(response)
      if (verdict) show()
    }

    const statement = () => {
      const event = self.createXAPIEventTemplate('answered')
      const definition = (event.data.statement.object.definition ??= {})
      Object.assign(definition, { type: INTERACTION, ...kind.definition() })
      // The key is the server's alone in Keyroom; elsewhere reports need it.
      if (!bridge) definition.correctResponsesPattern = kind.pattern()
      event.setScoredResult(self.getScore(), self.getMaxScore(), self, true, verdict?.correct === true)
      event.data.statement.result.response = kind.encode(current())
      return event
    }

    const current = () => {
      if (parts) return kind.read()
      const kept = past()?.response ?? extras.previousState?.response
      return kind.valid(kept) ? kept : kind.nothing
    }

    self.isSolved = () => verdict?.correct === true || past()?.correct === true
    /** Checked at least once, right or wrong; `getAnswerGiven` says yes to what is merely chosen. */
    self.isAnswered = () => Boolean(verdict || past())
    self.getAnswerGiven = () => Boolean(verdict || past()) || !kind.isEmpty(current())
    self.getMaxScore = () => verdict?.max ?? past()?.max ?? kind.max()
    self.getScore = () => {
      if (!bridge) return kind.score(current()).score
      return verdict?.score ?? (self.isSolved() ? self.getMaxScore() : 0)
    }
    self.showSolutions = () => {
      if (parts && !bridge) show({ solution: true })
      else if (parts) kind.lock(true) // the answers aren't here: a solved question shows them, another keeps its secret
    }
    self.resetTask = () => {
      verdict = null
      checked = null
      delete extras.previousState
      if (!parts) return
      kind.write(kind.nothing)
      show()
      parts.clear()
    }
    self.getXAPIData = () => ({ statement: statement().data.statement })
    self.getCurrentState = () => {
      if (!parts) return extras.previousState
      const response = kind.read()
      if (kind.isEmpty(response) && !verdict) return undefined
      return { response, ...(checked !== null && { checked }), ...(verdict && { tries: verdict.tries }) }
    }
  }

  const TONES = { right: 'check', retry: 'retry', info: 'info', wait: 'clock' }
  /** What is said of an answer: an icon, a sentence, and what there is to add (text or a node). */
  Core.verdict = (tone, sentence, more) =>
    Core.el('div', { class: `kr-verdict kr-${tone}` }, Core.icon(TONES[tone]),
      Core.el('div', {}, Core.el('p', { class: 'kr-sentence' }, sentence), more instanceof Node || !more ? more : Core.el('p', {}, more)))

  /** The question on the page: prompt and controls of the kind, one button, one polite status. */
  const view = (content, kind, params, check) => {
    const says = { check: 'check', right: 'right', notYet: 'notYet', ...kind.says }
    const tries = Core.el('span', { class: 'kr-tries' })
    const press = Core.el('button', { type: 'submit', class: 'kr-button kr-main' }, Core.t(says.check))
    let rested = 0
    const actions = Core.el('div', { class: 'kr-actions' }, press, tries)
    const status = Core.el('div', { class: 'kr-status', role: 'status' })
    const controls = kind.build()
    const form = Core.el(
      'form', { class: 'kr-question', novalidate: true, autocomplete: 'off', on: { submit: (event) => { event.preventDefault(); check() } } },
      content.embedded && content.title ? content.words('h3', content.title, { class: 'kr-eyebrow' }) : null, controls, actions, status,
    )
    const say = (tone, sentence, more) => {
      status.replaceChildren(Core.verdict(tone, sentence, more))
    }
    return {
      form, status, say,
      clear: () => status.replaceChildren(),
      /** While the server thinks nothing can be changed; afterwards the keyboard is where it was. */
      wait: () => {
        const focused = document.activeElement
        controls.disabled = press.disabled = true
        press.textContent = Core.t('checking')
        form.setAttribute('aria-busy', 'true')
        return () => {
          controls.disabled = press.disabled = false
          press.textContent = Core.t(says.check)
          form.removeAttribute('aria-busy')
          if (form.contains(focused) && (document.activeElement === document.body || !document.activeElement)) focused.focus({ preventScroll: true })
        }
      },
      resting: () => rested > Date.now(),
      /** A wrong try that costs time: the button waits, and stays where the keyboard is. */
      rest: (seconds) => {
        if (seconds <= 0) return
        const told = tries.textContent
        rested = Date.now() + seconds * 1000
        press.setAttribute('aria-disabled', 'true')
        const count = () => {
          const left = Math.ceil((rested - Date.now()) / 1000)
          tries.textContent = left > 0 ? `${told} · ${Core.t('rest', { n: left })}` : told
          if (left > 0) return void setTimeout(count, 250)
          press.removeAttribute('aria-disabled')
        }
        count()
      },
      show: (verdict, solution) => {
        const over = verdict?.correct === true || solution
        press.hidden = over
        tries.textContent = verdict ? Core.t('tries', { n: verdict.tries ?? 1 }) : ''
        const told = solution ? params.explain : verdict?.feedback
        const more = told ? content.author('div', told, { class: 'kr-feedback' }) : undefined
        if (verdict?.correct) say('right', Core.t(says.right), more)
        else if (solution && more) say('info', '', more)
        else if (verdict && !solution) say('retry', verdict.score > 0 ? Core.t('partly', verdict) : Core.t(says.notYet), more)
        else status.replaceChildren()
      },
    }
  }
})()
