/** What all of Keyroom's types share: H5P's contract for a content, the page's language, the way author's text is shown. */
(function () {
  'use strict'
  const { Keyroom, H5P } = window
  const Core = Keyroom.Core

  /** Puts a type where H5P looks for it: `Keyroom.Choice` is `window.Keyroom.Choice`. */
  Core.type = (name, construct) => {
    const type = function (params, contentId, extras) {
      construct(this, params ?? {}, contentId, extras ?? {})
    }
    type.prototype = Object.create(H5P.EventDispatcher.prototype)
    type.prototype.constructor = type
    Keyroom[name] = type
  }

  /** The server's side where Keyroom is the host, else undefined. */
  Core.bridge = () => window.H5PIntegration?.keyroom

  /** A name of this learner, only to shuffle by: the host's user, or the id H5P's core keeps for visitors. */
  const learner = () => {
    const user = window.H5PIntegration?.user
    if (user) return String(user.mail ?? user.id ?? user.name ?? '')
    try {
      localStorage.H5PUserUUID = localStorage.H5PUserUUID || H5P.createUUID()
      return localStorage.H5PUserUUID
    } catch {
      return '' // storage refused: everyone here sees one order
    }
  }

  const seedOf = (text) => [...text].reduce((hash, letter) => Math.imul(hash ^ letter.codePointAt(0), 16777619) >>> 0, 2166136261)

  /** 0…count-1 in an order that is always the same for one learner and one content. */
  Core.shuffled = (count, contentId, subContentId) => {
    let seed = seedOf(`${learner()}|${contentId}|${subContentId ?? ''}`)
    const random = () => {
      seed = (seed + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
    }
    const order = Array.from({ length: count }, (_, index) => index)
    for (let last = count - 1; last > 0; last -= 1) {
      const other = Math.floor(random() * (last + 1))
      ;[order[last], order[other]] = [order[other], order[last]]
    }
    return order
  }

  const titleOf = (metadata) => {
    const title = Core.plain(metadata?.title).trim()
    return /^untitled\b/i.test(title) ? '' : title
  }

  /**
   * Makes `self` a content: events, title, `attach`. `render(root)` is called once, when there is a place to stand.
   * Returns what the type builds with.
   */
  Core.content = (self, contentId, extras, render) => {
    H5P.EventDispatcher.call(self)
    self.contentId = contentId
    self.subContentId = extras.subContentId
    self.parent = extras.parent
    const title = titleOf(extras.metadata)
    const own = window.H5PIntegration?.contents?.[`cid-${contentId}`]?.metadata
    const spoken = extras.metadata?.defaultLanguage ?? own?.defaultLanguage ?? own?.language
    const lang = spoken && spoken !== 'und' ? spoken : undefined
    const root = Core.el('div', { class: `kr${extras.parent ? '' : ' kr-root'}`, lang: Core.language() })
    if (Core.language() === 'ar') root.dir = 'rtl'
    let rendered = false

    self.getTitle = () => title || titleOf(own)
    self.attach = ($container) => {
      if (!rendered) {
        rendered = true
        render(root)
        self.setActivityStarted()
      }
      $container[0].append(root)
      new ResizeObserver(() => self.trigger('resize')).observe(root)
    }

    return {
      root, title,
      embedded: Boolean(extras.parent),
      /** Author's HTML, marked with its own language and direction: a page in Arabic may hold a content in English. */
      author: (tag, html, attributes = {}) => {
        const element = Core.el(tag, { lang, dir: 'auto', ...attributes })
        element.append(Core.fragment(html))
        return element
      },
      /** Author's plain text. */
      words: (tag, text, attributes = {}) => Core.el(tag, { lang, dir: 'auto', ...attributes }, Core.plain(text)),
      image: (image, alt) =>
        Core.el('img', { class: 'kr-image', src: H5P.getPath(image.path, contentId), alt: Core.plain(alt), lang, width: image.width, height: image.height }),
    }
  }

  const button = (kind) => (label, act, { icon, after, ...attributes } = {}) =>
    Core.el('button', { type: 'button', class: `kr-button ${kind}`, ...attributes, on: { click: act } }, icon && Core.icon(icon), Core.el('span', {}, label), after && Core.icon(after))
  Core.button = button('kr-main')
  Core.quietButton = button('kr-quiet')

  /** How far one has come: the words say it, the bar repeats it. */
  Core.progress = () => {
    const fill = Core.el('i')
    const words = Core.el('span', { class: 'kr-progress-words' })
    const element = Core.el('div', { class: 'kr-progress' }, words, Core.el('div', { class: 'kr-bar', 'aria-hidden': 'true' }, fill))
    return {
      element,
      show: (text, share) => {
        words.textContent = text
        fill.style.inlineSize = `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%`
      },
    }
  }

  /** Text and Tips ask nothing; standing alone they are done when the reader says so. */
  Core.reading = (self, extras, content) => {
    if (content.embedded) return
    let done = extras.previousState?.done === true
    const thanks = Core.el('p', { class: 'kr-line', role: 'status' })
    const say = () => thanks.append(Core.icon('check'), Core.t('isDone'))
    const press = Core.button(Core.t('done'), () => {
      done = true
      say()
      press.remove()
      Core.lead(thanks)
      self.triggerXAPI('completed', { result: { completion: true } })
    })
    if (done) say()
    content.root.append(Core.el('div', { class: 'kr-actions' }, done ? null : press, thanks))
    self.getCurrentState = () => (done ? { done } : undefined)
  }
})()
