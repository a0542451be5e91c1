/**
 * A puzzle that opens to one answer. A response is a text (words, digits) or a list (order, directions, colours).
 * In Keyroom the answer isn't here: of digits the page knows how many, of things in order which.
 */
(function () {
  'use strict'
  const Core = window.Keyroom.Core
  const HINT_AFTER = 3
  const INTERACTIONS = { words: 'fill-in', digits: 'fill-in', order: 'sequencing', directions: 'sequencing', colours: 'sequencing' }
  const TITLES = { words: 'lockWords', digits: 'lockDigits', order: 'lockOrder', directions: 'lockDirections', colours: 'lockColours' }

  Core.type('Lock', (self, params, contentId, extras) => {
    const kind = params.kind in INTERACTIONS ? params.kind : 'words'
    const words = (params.words ?? []).filter(Boolean)
    const list = (params[kind] ?? []).length > 0 && Array.isArray(params[kind]) ? params[kind].filter(Boolean) : []
    const fold = (text) => Core.fold(text, params.caseSensitive === true)
    const fits = (response) => {
      if (kind === 'words') return words.some((word) => fold(Core.plain(word)) === fold(response))
      if (kind === 'digits') return response === params.digits
      return list.length > 0 && list.join('\n') === response.join('\n')
    }
    const score = (response) => {
      const correct = fits(response)
      return { correct, score: correct ? 1 : 0, max: 1, feedback: correct ? params.explain : '' }
    }

    const controlsOf = (content) => {
      if (kind === 'digits') return Core.dials(Number(params.wheels) || String(params.digits ?? '').length || 4)
      // Elsewhere than in Keyroom the things lie in the right order: mixed here.
      if (kind === 'order') return Core.order(content, Core.bridge() ? list : Core.shuffled(list.length, contentId, extras.subContentId).map((index) => list[index]))
      return kind === 'words' ? typing() : Core.signs(kind)
    }

    Core.question(self, params, contentId, extras, (content) => {
      let controls = null
      const hint = Core.el('div', { class: 'kr-lock-hint', hidden: true })
      const parts = () => (controls ??= controlsOf(content))
      return {
        nothing: kind === 'words' ? '' : kind === 'digits' ? '' : [], needs: 'enterFirst', score, max: () => 1,
        says: { check: 'openLock', right: 'lockOpen', notYet: 'lockShut' },
        // Two more seconds each, after the first few: trying every turn of the wheels takes longer than the riddle.
        rest: (tries) => Math.min(30, Math.max(0, 2 * (tries - 2))),
        build: () => {
          const prompt = content.author('div', params.prompt, { class: 'kr-prompt kr-text', id: Core.id('prompt') })
          const name = Core.el('p', { class: 'kr-over', id: Core.id('lock') }, Core.icon('lock'), Core.t(TITLES[kind]))
          return Core.el('fieldset', { class: 'kr-controls kr-lock', 'aria-labelledby': `${prompt.id} ${name.id}` },
            prompt, params.image?.path ? content.image(params.image, params.alt) : null,
            params.showClues ? cluesOf(content, parts().insert) : null, name, parts().element, hint)
        },
        read: () => parts().read(),
        write: (response) => parts().write(response === '' || response.length === 0 ? parts().nothing : response),
        lock: (on) => parts().lock(on),
        valid: (response) => response !== undefined && response !== null && parts().valid(response),
        isEmpty: () => parts().isEmpty(),
        mark: (_response, verdict) => {
          const late = Boolean(params.hint) && verdict !== null && !verdict.correct && (verdict.tries ?? 0) >= (Number(params.hintAfter) || HINT_AFTER)
          hint.hidden = !late
          hint.replaceChildren(...(late ? [Core.icon('bulb'), Core.el('strong', {}, `${Core.t('hint')}: `), content.words('span', params.hint)] : []))
        },
        definition: () => ({
          interactionType: INTERACTIONS[kind], description: { 'en-US': Core.plain(params.prompt) },
          ...(INTERACTIONS[kind] === 'sequencing' && { choices: [...new Set([...list, ...parts().read()])].map((id) => ({ id: Core.plain(id), description: { 'en-US': Core.plain(id) } })) }),
        }),
        pattern: () => (kind === 'words' ? words.map((word) => `{case_matters=${params.caseSensitive === true}}${word}`) : [kind === 'digits' ? params.digits : list.join('[,]')]),
        encode: (response) => (Array.isArray(response) ? response.join('[,]') : response),
      }
    })
  })

  const typing = () => {
    const input = Core.el('input', { type: 'text', class: 'kr-gap kr-lock-word', dir: 'auto', autocapitalize: 'off', spellcheck: 'false', autocomplete: 'off', maxlength: 200, 'aria-label': Core.t('lockWords') })
    return {
      element: input, nothing: '',
      read: () => input.value,
      write: (text) => { input.value = text },
      lock: (on) => { input.readOnly = on },
      isEmpty: () => input.value.trim() === '',
      valid: (text) => typeof text === 'string',
      insert: (text) => {
        if (input.readOnly) return
        input.setRangeText(text, input.selectionStart, input.selectionEnd, 'end')
        input.focus()
      },
    }
  }

  /** The clues of the course found so far; where the lock takes them, a press puts one in. */
  const cluesOf = (content, insert) => {
    const rows = Core.el('div', { class: 'kr-chips' })
    const show = () => {
      const clues = Core.bridge()?.clues ?? []
      rows.replaceChildren(...clues.map(({ title, fragment }) => {
        const words = [content.words('strong', fragment), ' ', content.words('span', title)]
        return insert
          ? Core.el('button', { type: 'button', class: 'kr-clue-chip', 'aria-label': Core.t('insertClue', { fragment: Core.plain(fragment), title: Core.plain(title) }), on: { click: () => insert(Core.plain(fragment)) } }, words)
          : Core.el('span', { class: 'kr-clue-chip' }, words)
      }))
      if (clues.length === 0) rows.append(Core.el('p', { class: 'kr-hint' }, Core.t('noClues')))
    }
    window.addEventListener('keyroom-clue', show)
    show()
    return Core.el('div', { class: 'kr-clues', role: 'group', 'aria-label': Core.t('cluesFound') }, Core.el('p', { class: 'kr-over' }, Core.icon('key'), Core.t('cluesFound')), rows)
  }
})()
