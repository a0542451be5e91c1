/**
 * Cards to put where they belong: beside one thing each, or into categories. A response is the list of [card, place].
 * In Keyroom cards and places come from the server, which alone knows what belongs together.
 */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  /** What the author wrote, as cards and places; elsewhere than in Keyroom also where each card belongs. */
  const readParams = (params, contentId, subContentId) => {
    if (params.places) return { places: params.places, cards: params.cards ?? [], order: (params.cards ?? []).map((_, index) => index), belongs: null }
    const pairs = params.kind !== 'categories'
    const places = pairs ? (params.pairs ?? []).map(({ left, leftImage, leftAlt }) => ({ text: left, image: leftImage, alt: leftAlt })) : (params.categories ?? []).map(({ title }) => ({ text: title }))
    const homes = pairs
      ? (params.pairs ?? []).map(({ right, rightImage, rightAlt }, place) => ({ text: right, image: rightImage, alt: rightAlt, place }))
      : (params.categories ?? []).flatMap(({ cards }, place) => (cards ?? []).map((card) => ({ ...card, place })))
    const cards = [...homes, ...(params.extras ?? []).filter(Boolean).map((text) => ({ text, place: null }))]
    return { places, cards, order: Core.shuffled(cards.length, contentId, subContentId), belongs: cards.map(({ place }) => place) }
  }

  Core.type('Match', (self, params, contentId, extras) => {
    const { places, cards, order, belongs } = readParams(params, contentId, extras.subContentId)
    const single = params.kind !== 'categories'
    const same = (one, other) => (cards[one].text ?? '') === (cards[other].text ?? '') && cards[one].image?.path === cards[other].image?.path
    const max = () => (belongs ? belongs.filter((place) => place !== null).length : cards.length)
    const isRight = ([card, place]) => belongs.some((home, other) => home === place && same(card, other))
    const score = (response) => {
      const hits = response.filter(isRight).length
      const correct = hits === max() && response.length === hits
      return { correct, score: hits, max: max(), feedback: correct ? params.explain : '' }
    }

    Core.question(self, params, contentId, extras, (content) => {
      let board = null
      return {
        nothing: [], needs: 'placeFirst', score, max,
        build: () => {
          board = boardOf(content, { places, cards, order, single })
          const task = content.author('div', params.task, { class: 'kr-prompt', id: Core.id('prompt') })
          return Core.el('fieldset', { class: 'kr-controls', 'aria-labelledby': task.id }, task, Core.el('p', { class: 'kr-hint' }, Core.t('matchHow')), board.element)
        },
        read: () => board.read(),
        write: (response) => board.write(response),
        lock: (on) => board.lock(on),
        valid: (response) => Array.isArray(response) && response.every((put) => Array.isArray(put) && put[0] in cards && put[1] in places),
        isEmpty: (response) => response.length === 0,
        mark: (response, verdict, solution) => board.mark((card, place) => {
          if (verdict?.correct) return 'right'
          if (!belongs || !response || !verdict) return undefined
          return solution || isRight([card, place]) ? (isRight([card, place]) ? 'right' : 'tried') : 'tried'
        }),
        definition: () => ({
          interactionType: 'matching', description: { 'en-US': Core.plain(params.task) },
          source: cards.map((card, index) => ({ id: String(index), description: { 'en-US': nameOf(card, index) } })),
          target: places.map((place, index) => ({ id: String(index), description: { 'en-US': nameOf(place, index) } })),
        }),
        pattern: () => [belongs.flatMap((place, card) => (place === null ? [] : [`${card}[.]${place}`])).join('[,]')],
        encode: (response) => response.map(([card, place]) => `${card}[.]${place}`).join('[,]'),
      }
    })
  })

  /** What something is called: its text, or what its picture shows. */
  const nameOf = ({ text, alt }, index) => Core.plain(text).trim() || Core.plain(alt).trim() || Core.t('picture', { n: index + 1 })
  const faceOf = (content, { text, image, alt }) => [image?.path ? content.image(image, text ? '' : alt) : null, text ? content.words('span', text, { class: 'kr-row-words' }) : null]

  /** The table: cards not yet put, and the places. Every card is a button wherever it lies; each place has a button that takes the chosen one. */
  const boardOf = (content, { places, cards, order, single }) => {
    let chosen = null
    let locked = false
    const live = Core.el('p', { class: 'kr-unseen', role: 'status' })
    const done = Core.el('p', { class: 'kr-hint' }, Core.t('allPlaced'))
    const at = new Map()
    const names = cards.map(nameOf)

    const buttons = cards.map((card, index) => {
      const mark = Core.el('span', { class: 'kr-mark' })
      const element = Core.el('button', { type: 'button', class: 'kr-card', 'aria-pressed': 'false', on: { click: () => choose(index) } },
        Core.el('span', { class: 'kr-grip', 'aria-hidden': 'true' }, Core.icon('grip')), faceOf(content, card), mark)
      Core.drag(element, { can: () => !locked, over: (x, y) => light(zoneUnder(x, y)), drop: (x, y) => dropped(index, zoneUnder(x, y)) })
      return { element, mark }
    })
    const zone = (place, attributes, label) => {
      const list = Core.el('div', { class: 'kr-cards' })
      const press = Core.el('button', { type: 'button', class: 'kr-put', on: { click: () => (chosen === null ? say('emptyPlace', { place: placeName(place) }) : put(chosen, place)) } }, Core.el('span', {}, Core.t(place === null ? 'putBack' : 'putHere')))
      return { place, list, press, element: Core.el('div', { ...attributes, role: 'group', 'aria-label': label }, list, press) }
    }
    const bank = zone(null, { class: 'kr-zone kr-bank' }, Core.t('cards'))
    bank.element.append(done)
    const zones = places.map((place, index) => zone(index, { class: 'kr-zone' }, nameOf(place, index)))
    const all = [bank, ...zones]
    const placeName = (place) => (place === null ? Core.t('cards') : nameOf(places[place], place))
    const say = (key, values) => { live.textContent = Core.t(key, values) }
    const zoneUnder = (x, y) => all.find(({ element }) => element === Core.under(x, y, '.kr-zone')) ?? zones.find(({ element }) => Core.under(x, y, '.kr-place')?.contains(element))
    const light = (under) => all.forEach(({ element }) => element.classList.toggle('kr-over-zone', element === under?.element))
    const dropped = (card, under) => {
      light(undefined)
      if (under) put(card, under.place, { quiet: true })
    }

    const show = () => {
      for (const { place, list, press, element } of all) {
        const here = order.filter((card) => (at.get(card) ?? null) === place)
        list.replaceChildren(...here.map((card) => buttons[card].element))
        const takes = chosen !== null && (at.get(chosen) ?? null) !== place
        press.hidden = locked || (place === null ? !takes : here.length > 0 && !takes)
        press.setAttribute('aria-label', takes ? Core.t(place === null ? 'putAside' : 'putInto', { card: names[chosen], place: placeName(place) }) : Core.t('emptyPlace', { place: placeName(place) }))
        press.classList.toggle('kr-ready', takes)
        element.classList.toggle('kr-empty', here.length === 0)
      }
      done.hidden = at.size < cards.length
      buttons.forEach(({ element }, card) => element.setAttribute('aria-pressed', String(card === chosen)))
    }
    const choose = (card) => {
      if (locked) return
      chosen = chosen === card ? null : card
      show()
      buttons[card].element.focus()
      if (chosen !== null) say('chosenCard', { card: names[card] })
    }
    const put = (card, place, { quiet = false } = {}) => {
      if (locked) return
      if (place === null) at.delete(card)
      else {
        if (single) for (const [other, home] of at) if (home === place) at.delete(other)
        at.set(card, place)
      }
      chosen = null
      mark(() => undefined)
      show()
      say(place === null ? 'nowBack' : 'nowAt', { card: names[card], place: placeName(place) })
      if (!quiet) (bank.list.querySelector('button') ?? buttons[card].element).focus()
    }
    const mark = (verdictOf) => {
      buttons.forEach(({ element, mark }, card) => {
        const verdict = at.has(card) ? verdictOf(card, at.get(card)) : undefined
        element.classList.remove('kr-right', 'kr-tried')
        mark.replaceChildren()
        if (!verdict) return
        element.classList.add(`kr-${verdict}`)
        mark.append(Core.icon(verdict === 'right' ? 'check' : 'retry'), Core.unseen(Core.t(verdict === 'right' ? 'isRight' : 'isGapTried')))
      })
    }
    const rows = places.map((place, index) => Core.el('div', { class: 'kr-place' }, Core.el('div', { class: 'kr-place-face' }, faceOf(content, place)), zones[index].element))
    show()
    return {
      element: Core.el('div', { class: `kr-match${single ? ' kr-pairs' : ''}` }, bank.element, Core.el('div', { class: 'kr-places' }, rows), live),
      read: () => [...at].sort(([a], [b]) => a - b),
      write: (response) => {
        at.clear()
        for (const [card, place] of response) at.set(card, place)
        chosen = null
        show()
      },
      lock: (on) => {
        locked = on
        show()
      },
      mark,
    }
  }
})()
