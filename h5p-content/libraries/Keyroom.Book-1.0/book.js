/** Pages to read and questions to answer among them, in chapters where there are any; contents, progress, and a summary at the end. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  Core.type('Book', (self, params, contentId, extras) =>
    Core.container(self, contentId, extras, (base) => {
      const pages = (params.pages ?? []).map((page) => ({ title: Core.plain(page.title), chapter: Core.plain(page.chapter).trim(), blocks: (page.blocks ?? []).map(base.add).filter(Boolean) }))
      const count = pages.length
      const known = (index) => Number.isInteger(index) && index >= 0 && index < count
      const seen = new Set((base.before.seen ?? []).filter(known))
      // at === count: the summary.
      let at = known(base.before.at) || base.before.at === count ? base.before.at : 0
      let ended = base.before.ended === true
      let show = () => undefined

      const asks = (page) => page.blocks.filter((block) => block.getMaxScore?.() > 0)
      const whole = () => seen.size === count && base.solved() === base.questions().length
      const standing = (index) => ({ seen: seen.has(index), solved: asks(pages[index]).filter(base.isSolved).length, asks: asks(pages[index]).length })

      const render = (root) => {
        const progress = Core.progress()
        const contents = contentsOf(base, pages, (index) => go(index))
        const sheets = pages.map((page, index) => {
          const heading = Core.el('h2', { class: 'kr-title' })
          heading.append(Core.el('span', { class: 'kr-over' }, Core.t('page', { n: index + 1, count })), base.content.words('span', page.title))
          return { heading, element: Core.el('section', { class: 'kr-panel kr-page' }, heading, page.blocks.map((block) => Core.place(block, { class: 'kr-block' }))) }
        })
        const end = summaryOf(base, params)
        const back = Core.quietButton(Core.t('previous'), () => go(at - 1), { icon: 'previous' })
        const next = Core.button(Core.t('next'), () => go(at + 1), { after: 'next' })
        const finish = Core.button(Core.t('finish'), () => go(count), { icon: 'flag' })

        const go = (index) => {
          at = index
          ended ||= at === count
          contents.close()
          show()
          if (at === count || whole()) base.finish()
          Core.lead(at === count ? end.heading : sheets[at].heading)
        }
        show = () => {
          if (at < count) seen.add(at)
          sheets.forEach(({ element }, index) => { element.hidden = index !== at })
          back.hidden = at === 0
          next.hidden = at >= count - 1
          finish.hidden = at !== count - 1
          const [open, all] = [base.questions().length - base.solved(), base.questions().length]
          const read = Core.t('readOf', { n: seen.size, count })
          const solved = all > 0 ? Core.t('solvedOf', { n: base.solved(), count: all }) : ''
          progress.show([read, solved].filter(Boolean).join(' · '), (seen.size + base.solved()) / (count + all))
          contents.show(at, standing)
          end.show(at === count, { open, lines: [read, solved, self.getMaxScore() > 0 ? Core.t('pointsOf', { n: self.getScore(), count: self.getMaxScore() }) : ''].filter(Boolean), rows: chapterRows(base, pages, standing, go) })
          self.trigger('resize')
        }
        root.append(progress.element, contents.element, ...sheets.map(({ element }) => element), end.element, Core.el('div', { class: 'kr-turn' }, back, next, finish))
        if (count > 0) show()
      }

      return {
        render,
        changed: () => {
          show()
          if (whole()) base.finish()
        },
        own: () => (at > 0 || seen.size > 1 ? { at, seen: [...seen].sort((a, b) => a - b), ...(ended && { ended }) } : undefined),
        reset: () => {
          at = 0
          ended = false
          seen.clear()
          show()
        },
      }
    }))

  /** Pages in their chapters; a book without any has one chapter, unnamed. */
  const chaptersOf = (pages) => {
    const chapters = []
    pages.forEach(({ chapter }, index) => {
      if (chapters.length === 0 || chapter) chapters.push({ title: chapter, pages: [] })
      chapters.at(-1).pages.push(index)
    })
    return chapters
  }
  const isDone = ({ seen, solved, asks }) => seen && solved === asks
  const standingIn = ({ seen, solved, asks }) => {
    if (!seen) return []
    if (solved === asks) return [Core.state(true, 'read')]
    return [Core.el('span', { class: 'kr-chip' }, Core.t('solvedOf', { n: solved, count: asks }))]
  }

  const rowOf = (base, page, index, go) => {
    const state = Core.el('span')
    const press = Core.el('button', { type: 'button', class: 'kr-row', on: { click: () => go(index) } },
      Core.el('span', { class: 'kr-number', 'aria-hidden': 'true' }, Core.number(index + 1)), Core.el('span', { class: 'kr-row-main' }, base.content.words('span', page.title, { class: 'kr-row-words' }), state))
    return {
      item: Core.el('li', {}, press),
      show: (current, standing) => {
        if (current) press.setAttribute('aria-current', 'page')
        else press.removeAttribute('aria-current')
        press.classList.toggle('kr-done', isDone(standing))
        state.replaceChildren(...standingIn(standing))
      },
    }
  }

  /** Rows of all pages under their chapters, each chapter with how much of it is done. */
  const listOf = (base, pages, go) => {
    const rows = pages.map((page, index) => rowOf(base, page, index, go))
    const chapters = chaptersOf(pages).map(({ title, pages: inside }) => {
      const far = Core.el('span', { class: 'kr-hint' })
      const list = Core.el('ol', { class: 'kr-rows', start: inside[0] + 1 }, inside.map((index) => rows[index].item))
      return { inside, far, element: title ? Core.el('section', { class: 'kr-chapter' }, Core.el('h3', { class: 'kr-chapter-title' }, base.content.words('span', title), far), list) : list }
    })
    return {
      elements: chapters.map(({ element }) => element),
      show: (at, standing) => {
        rows.forEach((row, index) => row.show(index === at, standing(index)))
        for (const { inside, far } of chapters) far.textContent = Core.t('chapterDone', { n: inside.filter((index) => isDone(standing(index))).length, count: inside.length })
      },
    }
  }

  /** The contents, folded away until somebody wants them. */
  const contentsOf = (base, pages, go) => {
    const list = listOf(base, pages, go)
    const element = Core.el('details', { class: 'kr-contents' },
      Core.el('summary', {}, Core.icon('list'), Core.el('span', {}, Core.t('contents')), Core.icon('next')),
      Core.el('nav', { 'aria-label': Core.t('contents') }, list.elements))
    return { element, close: () => { element.open = false }, show: list.show }
  }
  const chapterRows = (base, pages, standing, go) => {
    const list = listOf(base, pages, go)
    list.show(-1, standing)
    return list.elements
  }

  const summaryOf = (base, params) => {
    const heading = Core.el('h2', { class: 'kr-title' }, Core.t('summary'))
    const words = Core.el('p', { class: 'kr-lead' })
    const lines = Core.el('p', { class: 'kr-hint' })
    const rows = Core.el('div', { class: 'kr-panel' })
    const element = Core.el('section', { class: 'kr-panel' }, heading, params.summary ? base.content.author('div', params.summary, { class: 'kr-text' }) : null, words, lines, rows)
    return {
      heading, element,
      show: (on, { open, lines: all, rows: list }) => {
        element.hidden = !on
        if (!on) return
        words.textContent = `${Core.t('bookEnd')} ${base.questions().length > 0 ? Core.t(open > 0 ? 'someOpen' : 'allSolved') : ''}`.trim()
        lines.textContent = all.join(' · ')
        rows.replaceChildren(...list)
      },
    }
  }
})()
