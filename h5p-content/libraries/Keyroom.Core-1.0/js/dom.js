/** DOM without HTML strings, so that nothing a learner or a server says is ever read as markup. Author's HTML alone passes `fragment`. */
(function () {
  'use strict'
  const Keyroom = (window.Keyroom = window.Keyroom || {})
  const Core = (Keyroom.Core = Keyroom.Core || {})
  let serial = 0

  /** An id no other part of the page has. */
  Core.id = (stem) => `kr-${stem}-${(serial += 1)}`

  /** An element with attributes, listeners (`on`) and children; what is null or false is left out. */
  Core.el = (tag, { on = {}, ...attributes } = {}, ...children) => {
    const element = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(name, '')
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value))
    }
    for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener)
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false))
    return element
  }

  const SVG = 'http://www.w3.org/2000/svg'
  const ICONS = {
    check: 'M5 12.5 10 17.5 19.5 7',
    retry: 'M4.5 12a7.5 7.5 0 1 0 2.6-5.7M4.5 4.5v4.3h4.3',
    info: 'M12 11v6M12 7.2v.1',
    bulb: 'M9 18h6M10 21h4M8.5 15a6 6 0 1 1 7 0c-.6.6-1 1.2-1 2h-5c0-.8-.4-1.4-1-2Z',
    next: 'M9 5l7 7-7 7',
    previous: 'M15 5l-7 7 7 7',
    play: 'M8 5.5v13l10.5-6.5Z',
    pause: 'M9 6v12M15 6v12',
    plus: 'M12 6v12M6 12h12',
    flag: 'M6 20V5h11l-2 3.5 2 3.5H6',
    list: 'M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01',
    lock: 'M6 11h12v9H6ZM9 11V8a3 3 0 0 1 6 0v3',
    unlocked: 'M6 11h12v9H6ZM9 11V7a3 3 0 0 1 5.8-1',
    key: 'M8 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M11 11l8.5 8.5M16 16l2.5-2.5',
    save: 'M12 4v11M7.5 10.5 12 15l4.5-4.5M5 19.5h14',
    up: 'M6 15l6-6 6 6',
    down: 'M6 9l6 6 6-6',
    left: 'M15 6l-6 6 6 6',
    right: 'M9 6l6 6-6 6',
    remove: 'M7 7l10 10M17 7 7 17',
    erase: 'M20 6H9l-6 6 6 6h11ZM11 9.5l5 5M16 9.5l-5 5',
    grip: 'M9 6v.01M15 6v.01M9 12v.01M15 12v.01M9 18v.01M15 18v.01',
    sound: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11',
    mute: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM16 10l5 5M21 10l-5 5',
    captions: 'M4 6h16v12H4ZM10.5 10.5a2 2 0 1 0 0 3M17 10.5a2 2 0 1 0 0 3',
    whole: 'M5 9V5h4M19 9V5h-4M5 15v4h4M19 15v4h-4',
    pen: 'M5 19l1-4L16 5l3 3L9 18ZM14 7l3 3',
    send: 'M4 12l16-7-6 15-3-6Z',
    clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4.5l3 2',
    copy: 'M9 9h10v11H9ZM6 15H5V4h10v2',
    question: 'M9 9.5a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.1-1.5 2.4M12 18v.01',
    star: 'M12 4l2.4 5.2 5.6.6-4.2 3.8 1.2 5.6L12 16.3 7 19.2l1.2-5.6L4 9.8l5.6-.6Z',
  }

  /** A picture beside words; it says nothing by itself, so it is hidden from screen readers. */
  Core.icon = (name) => {
    const svg = document.createElementNS(SVG, 'svg')
    const path = document.createElementNS(SVG, 'path')
    for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', class: `kr-icon kr-icon-${name}`, 'aria-hidden': 'true', focusable: 'false' })) svg.setAttribute(key, value)
    path.setAttribute('d', ICONS[name] ?? ICONS.plus)
    svg.append(path)
    return svg
  }

  /** Words for screen readers alone. */
  Core.unseen = (text) => Core.el('span', { class: 'kr-unseen' }, text)

  const FORBIDDEN = 'script, style, link, meta, base, iframe, object, embed, form, input, button, textarea, select'
  const STYLES = ['text-align', 'color', 'background-color', 'font-size', 'text-decoration']

  const clean = (element) => {
    for (const { name, value } of [...element.attributes]) {
      const address = ['href', 'src', 'xlink:href', 'action', 'formaction'].includes(name)
      // The address as the browser reads it: without the white space and controls it skips.
      const scheme = value.replace(/[\u0000-\u0020]/g, '').toLowerCase()
      if (name.startsWith('on') || name === 'id' || (address && /^(javascript|data|vbscript):/.test(scheme))) element.removeAttribute(name)
    }
    const styles = element.getAttribute('data-kr-style')
    element.removeAttribute('data-kr-style')
    if (styles) {
      const wanted = document.createElement('i').style
      for (const rule of styles.split(';')) {
        const at = rule.indexOf(':')
        const property = rule.slice(0, at).trim().toLowerCase()
        if (at > 0 && STYLES.includes(property)) wanted.setProperty(property, rule.slice(at + 1).trim())
      }
      for (const property of STYLES) if (wanted.getPropertyValue(property)) element.style.setProperty(property, wanted.getPropertyValue(property))
    }
    if (element.localName === 'a') element.setAttribute('rel', 'noopener noreferrer')
    if (element.localName === 'a' && /^https?:/i.test(element.getAttribute('href') ?? '')) element.setAttribute('target', '_blank')
  }

  /**
   * Author's HTML as nodes. H5P cleans it when it is saved, and an uploaded package was saved elsewhere: so once more here.
   * A strict style-src refuses style attributes in markup; those of the editor are set through the style object instead.
   */
  Core.fragment = (html) => {
    const source = String(html ?? '').replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, ' data-kr-style='))
    const { body } = new DOMParser().parseFromString(source, 'text/html')
    for (const element of body.querySelectorAll(FORBIDDEN)) element.remove()
    for (const element of body.querySelectorAll('*')) clean(element)
    const fragment = document.createDocumentFragment()
    fragment.append(...body.childNodes)
    return fragment
  }

  /** An author's plain text: H5P stores it with entities, a file written by hand does not. */
  Core.plain = (text) => new DOMParser().parseFromString(String(text ?? ''), 'text/html').body.textContent ?? ''

  /** The same word, however it was typed: full-width or composed letters, curly quotes, spaces, marks nobody sees. */
  Core.fold = (answer, caseSensitive) => {
    const seen = answer.normalize('NFKC').replace(/[\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g, '')
    const folded = seen.replace(/[\u2018\u2019\u201b\u2032]/g, "'").replace(/[\u201c-\u201e\u2033]/g, '"').replace(/\s+/g, ' ').trim()
    return caseSensitive ? folded : folded.toLowerCase()
  }

  /** Moves the reader, too: focus goes where the new part begins. */
  Core.lead = (element) => {
    element.setAttribute('tabindex', '-1')
    element.focus()
  }
})()
