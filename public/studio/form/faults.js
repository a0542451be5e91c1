import { el, fill } from './dom.js'
import { nameOf } from './values.js'

/** The parts of a fault's path as the form has them. */
const partsOf = (path) => path.split('.').filter(Boolean).map((part) => (/^\d+$/.test(part) ? Number(part) : part))

/**
 * What doesn't fit, said at its field. What is only missing still isn't scolded for before its field was left, or before
 * everything is looked through.
 */
export const makeFaults = ({ host, form, frames, folds, nearest }) => {
  let faults = []
  let isChecking = false
  const touched = new Set()
  let isPressed = false
  const afterPress = (work) => (isPressed ? window.addEventListener('pointerup', () => setTimeout(work, 0), { once: true }) : work())
  for (const name of ['pointerdown', 'pointerup', 'pointercancel']) host.addEventListener(name, () => (isPressed = name === 'pointerdown'), true)
  host.addEventListener('focusout', ({ target }) => {
    const path = target.closest?.('[data-path]')?.dataset.path
    if (!path || touched.has(path)) return
    touched.add(path)
    // A line that appears moves what is just being pressed away from under the finger.
    afterPress(apply)
  })
  /** What another's type would have otherwise is said, and nobody has to mend it. */
  const toMend = () => faults.filter(({ soft }) => !soft)
  const isSaid = ({ path, missing }) => isChecking || !missing || touched.has(path)

  /** The field on the page that a fault belongs to: its own, or what holds it. */
  const homeOf = ({ path }) => {
    const parts = partsOf(path)
    for (let length = parts.length; length > 0; length -= 1) {
      const found = frames.get(nameOf(parts.slice(0, length)))
      if (found?.frame.isConnected) return found
    }
    return undefined
  }
  const controlOf = ({ id, frame }) => frame.querySelector(`#${window.CSS.escape(id)}`) ?? (frame.id === id ? frame : undefined)
  const apply = () => {
    const said = faults.filter(isSaid)
    const at = new Map()
    for (const fault of said) {
      const home = homeOf(fault)
      if (home) at.set(home, [...(at.get(home) ?? []), fault])
    }
    for (const each of frames.values()) {
      const line = each.frame.querySelector(`#${window.CSS.escape(`${each.id}-fault`)}`)
      const here = at.get(each) ?? []
      if (line) {
        line.hidden = here.length === 0
        line.textContent = [...new Set(here.map(({ words }) => words))].join(' ')
      }
      const isWrong = here.some(({ soft }) => !soft)
      each.frame.toggleAttribute('data-fault', isWrong)
      const control = controlOf(each)
      if (isWrong) control?.setAttribute('aria-invalid', 'true')
      else control?.removeAttribute('aria-invalid')
    }
    for (const { paths, mark } of folds.all) {
      const count = said.filter(({ path, soft }) => !soft && paths.some((above) => path === above || path.startsWith(`${above}.`))).length
      mark.hidden = count === 0
      mark.textContent = count === 0 ? '' : fill(form.words.toMend, { count })
    }
  }
  const go = (path) => {
    const parts = partsOf(path)
    form.reveal(parts)
    const found = homeOf({ path })
    const control = (found && controlOf(found)) ?? nearest(parts)
    if (!control.matches('input, textarea, select, button, [contenteditable]')) control.tabIndex = -1
    control.focus()
    control.scrollIntoView({ block: 'center' })
  }
  return {
    apply,
    go,
    /** Changed since it was looked at: whether it still doesn't fit, the next save says. */
    drop(path) {
      const name = nameOf(path)
      const left = faults.filter((fault) => fault.path !== name && !fault.path.startsWith(`${name}.`))
      if (left.length === faults.length) return
      faults = left
      apply()
    },
    set(fresh) {
      faults = fresh
      apply()
    },
    count: () => toMend().length,
    /** Everything that is still to do, as links, in a box that takes the keyboard. */
    summary(box) {
      isChecking = true
      apply()
      const one = ({ path, words, label }) => el('li', {}, el('a', { href: '#', onclick: (event) => {
        event.preventDefault()
        go(path)
      } }, label ? `${label}: ${words}` : words))
      const [wrong, different] = [toMend(), faults.filter(({ soft }) => soft)]
      box.replaceChildren(
        el('h2', { class: 'h3', id: 'summary-title', tabindex: -1 }, wrong.length === 0 ? form.words.nothingToMend : fill(form.words.mendThese, { count: wrong.length })),
        wrong.length > 0 && el('ul', { class: 'faults' }, wrong.map(one)),
        different.length > 0 && el('h3', { class: 'h3' }, fill(form.words.differs, { count: different.length })),
        different.length > 0 && el('ul', { class: 'faults' }, different.map(one)),
      )
      box.hidden = false
      box.querySelector('h2').focus()
      box.scrollIntoView({ block: 'nearest' })
    },
    isChecking: () => isChecking,
  }
}
