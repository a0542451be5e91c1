import Squire from '/assets/vendor/squire.js'
import { button, el, icon } from './dom.js'
import { rulesOf, toEditor, toKeep } from './rich-clean.js'

/** What a toolbar can do, by the tag its field must allow. */
const TOOLS = [
  { tag: 'strong', say: 'bold', mark: 'B', key: 'B', on: (s) => s.bold(), off: (s) => s.removeBold(), has: 'B' },
  { tag: 'em', say: 'italic', mark: 'I', key: 'I', on: (s) => s.italic(), off: (s) => s.removeItalic(), has: 'I' },
  { tag: 'u', say: 'underline', mark: 'U', key: 'U', on: (s) => s.underline(), off: (s) => s.removeUnderline(), has: 'U' },
  { tag: 's', say: 'strike', mark: 'S', on: (s) => s.strikethrough(), off: (s) => s.removeStrikethrough(), has: 'S' },
  { tag: 'sub', say: 'sub', mark: 'x₂', on: (s) => s.subscript(), off: (s) => s.removeSubscript(), has: 'SUB' },
  { tag: 'sup', say: 'sup', mark: 'x²', on: (s) => s.superscript(), off: (s) => s.removeSuperscript(), has: 'SUP' },
  { tag: 'code', say: 'code', icon: 'code', on: (s) => s.changeFormat({ tag: 'CODE' }, null), off: (s) => s.changeFormat(null, { tag: 'CODE' }), has: 'CODE' },
  { tag: 'a', say: 'link', icon: 'link', has: 'A' },
  { tag: 'h2', say: 'heading', mark: 'H2', block: 'H2' }, { tag: 'h3', say: 'heading', mark: 'H3', block: 'H3' }, { tag: 'h4', say: 'subheading', mark: 'H4', block: 'H4' },
  { tag: 'ul', say: 'bullets', icon: 'bullets', on: (s) => s.makeUnorderedList(), off: (s) => s.removeList(), has: 'UL' },
  { tag: 'ol', say: 'numbers', icon: 'numbers', on: (s) => s.makeOrderedList(), off: (s) => s.removeList(), has: 'OL' },
  { tag: 'blockquote', say: 'quote', icon: 'quote', on: (s) => s.increaseQuoteLevel(), off: (s) => s.removeQuote(), has: 'BLOCKQUOTE' },
  { tag: 'table', say: 'table', icon: 'table', on: (s) => s.insertHTML('<table><tbody><tr><th><br></th><th><br></th></tr><tr><td><br></td><td><br></td></tr></tbody></table>') },
  { tag: 'hr', say: 'line', icon: 'line', on: (s) => s.insertHTML('<hr>') },
]

const replaceBlocks = (squire, name) =>
  squire.modifyBlocks((fragment) => {
    const output = document.createDocumentFragment()
    for (const node of [...fragment.childNodes]) {
      const block = document.createElement(name)
      block.append(...node.childNodes)
      output.append(block)
    }
    return output
  })

const isOn = (squire, { has, block }) => (block ? new RegExp(`(^|>)${block}(>|$|[.[#])`).test(squire.getPath()) : Boolean(has) && squire.hasFormat(has))

/** Asks for an address beside the text, not in a window of the browser's. */
const linkForm = (words, squire, done) => {
  const now = squire.getSelection().commonAncestorContainer
  const known = (now.nodeType === 1 ? now : now.parentElement)?.closest('a')?.getAttribute('href') ?? ''
  const input = el('input', { type: 'url', value: known, placeholder: 'https://', 'aria-label': words.linkTo, dir: 'ltr' })
  const finish = (change) => {
    squire.focus()
    change?.()
    done()
  }
  const put = () => finish(() => (/^(https?:\/\/|mailto:)\S+$/i.test(input.value.trim()) ? squire.makeLink(input.value.trim()) : undefined))
  const form = el('div', { class: 'rich-link', onkeydown: (event) => {
    if (event.key === 'Enter') put()
    else if (event.key === 'Escape') finish()
    else return
    event.preventDefault()
    event.stopPropagation()
  } }, input, button('tick', words.linkPut, put), known && button('remove', words.linkRemove, () => finish(() => squire.removeLink())))
  return { form, input }
}

const toolbarOf = ({ words, rules, label, activate, host }) => {
  const bar = el('div', { class: 'rich-bar', role: 'toolbar', 'aria-label': `${words.formatting}: ${label}` })
  const run = (tool) => {
    const squire = activate()
    if (tool.tag === 'a') {
      host.querySelector('.rich-link')?.remove()
      const { form, input } = linkForm(words, squire, () => host.querySelector('.rich-link')?.remove())
      bar.after(form)
      return input.focus()
    }
    const on = isOn(squire, tool)
    if (tool.block) replaceBlocks(squire, on ? rules.block : tool.block)
    else if (on && tool.off) tool.off(squire)
    else tool.on(squire)
    squire.focus()
  }
  const tools = TOOLS.filter(({ tag }) => rules.allowed.has(tag))
  for (const [index, tool] of tools.entries()) {
    const name = tool.key ? `${words[tool.say]} (Ctrl+${tool.key})` : words[tool.say]
    bar.append(el('button', { type: 'button', class: 'tool', 'data-tool': tool.tag, 'aria-label': name, title: name, 'aria-pressed': tool.has || tool.block ? 'false' : undefined, tabindex: index === 0 ? 0 : -1,
      onmousedown: (event) => event.preventDefault(), onclick: () => run(tool) }, tool.icon ? icon(tool.icon) : el('span', { 'aria-hidden': 'true', 'data-mark': tool.mark })))
  }
  // One stop for Tab, arrows inside: a toolbar as the authoring practices have it.
  bar.addEventListener('keydown', (event) => {
    const all = [...bar.children]
    const here = all.indexOf(document.activeElement)
    const towards = getComputedStyle(bar).direction === 'rtl' ? -1 : 1
    const to = { ArrowRight: here + towards, ArrowLeft: here - towards, Home: 0, End: all.length - 1 }[event.key]
    if (to === undefined || here < 0) return
    event.preventDefault()
    const next = all[(to + all.length) % all.length]
    for (const each of all) each.tabIndex = each === next ? 0 : -1
    next.focus()
  })
  const mark = (squire) => {
    for (const [index, tool] of tools.entries()) if (tool.has || tool.block) bar.children[index].setAttribute('aria-pressed', String(isOn(squire, tool)))
  }
  return { bar: tools.length > 0 ? bar : undefined, mark }
}

/**
 * A slim field's tools are there while it has the focus. Left by a press, it keeps them till the press is over: else all that stands
 * below moves up under the pointer, and the click lands on something else.
 */
const showTools = (host) => {
  const presses = ['pointerdown', 'pointerup', 'pointercancel']
  let isPressed = false
  const note = ({ type }) => (isPressed = type === 'pointerdown')
  const close = () => {
    for (const each of presses) window.removeEventListener(each, note, true)
    delete host.dataset.open
  }
  host.addEventListener('focusin', () => {
    host.dataset.open = ''
    for (const each of presses) window.addEventListener(each, note, true)
  })
  host.addEventListener('focusout', ({ relatedTarget }) => {
    if (host.contains(relatedTarget)) return
    if (!isPressed) return close()
    const later = () => setTimeout(() => host.contains(document.activeElement) || close())
    for (const each of ['pointerup', 'pointercancel']) window.addEventListener(each, later, { once: true, capture: true })
  })
}

/**
 * A text with the few formats its field allows. Squire comes in when the text is entered, so that a page of fifty texts opens
 * at once. `onchange(html)` is told what is to be kept.
 */
export const richText = ({ field, id, value, label, describedBy, words, onchange, slim = false, placeholder }) => {
  const rules = rulesOf(field)
  const text = el('div', { class: 'rich-text', id, role: 'textbox', 'aria-multiline': 'true', 'aria-labelledby': `${id}-label`, 'aria-describedby': describedBy, contenteditable: 'true', tabindex: 0, 'data-placeholder': placeholder })
  text.innerHTML = toEditor(typeof value === 'string' ? value : '', rules)
  const host = el('div', { class: 'rich', 'data-slim': slim })
  let squire
  const isBlank = () => text.textContent.trim() === '' && !text.querySelector('li, table, hr')
  // On the element around: Squire watches the text itself.
  const showEmpty = () => (host.dataset.empty = String(isBlank()))
  showEmpty()
  let last = toKeep(text.innerHTML, rules)
  const activate = () => {
    if (squire) return squire
    const html = text.innerHTML
    squire = new Squire(text, {
      blockTag: rules.block, addLinks: false,
      sanitizeToDOMFragment: (dirty) => document.createRange().createContextualFragment(toEditor(dirty, rules)),
      didError: (error) => console.error(error),
    })
    squire.setHTML(html)
    squire.addEventListener('input', () => {
      showEmpty()
      // Squire tells of marks of ours, too. Not `getHTML`: it marks the place of the cursor in the text, which is a change again.
      const html = toKeep(text.innerHTML, rules)
      if (html !== last) onchange((last = html))
    })
    squire.addEventListener('pathChange', () => mark(squire))
    // Tab leaves the text; lists are indented by nobody's accident.
    for (const key of ['Tab', 'Shift-Tab']) squire.setKeyHandler(key, null)
    return squire
  }
  const { bar, mark } = toolbarOf({ words, rules, label, activate, host })
  // Before the click is looked at: else it would find the text that was there before.
  for (const early of ['pointerenter', 'pointerdown']) text.addEventListener(early, activate, { once: true })
  text.addEventListener('focus', () => squire ?? activate().moveCursorToEnd())
  host.append(...(bar ? [bar] : []), text)
  if (slim) showTools(host)
  return {
    host, text,
    /** Puts something around what is selected, or at the cursor. */
    wrap(around) {
      const editor = activate()
      const selected = editor.getSelectedText()
      editor.focus()
      editor.insertPlainText(around(selected), false)
    },
    destroy: () => squire?.destroy(),
  }
}
