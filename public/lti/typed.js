/**
 * What was typed into a form and didn't arrive: kept in this tab for who typed it, and put back when they see the form again; after
 * a session that ended, or a form that another session refused.
 */
import { keep, kept, keptNames } from './tab.js'

const PREFIX = 'kr-typed-'
/** A form that keeps its own, or something that isn't to be kept. */
const LEFT_OUT = ':is([type=hidden], [type=password], [type=file], [type=submit], [type=button], [name=_csrf], [data-not-kept])'
const LONGEST = 100_000

/** By where the form is sent, since the page around may stand at several addresses. */
const nameOf = (form, whose) => `${PREFIX}${whose}-${new URL(form.getAttribute('action') || location.href, location.href).pathname}`
const forms = () => [...document.querySelectorAll('form[method=post i]:not([data-not-kept])')]
const fieldsOf = (form) => [...form.elements].filter((each) => each.name && !each.matches(LEFT_OUT) && !(each instanceof HTMLElement && each.localName === 'button'))
const isTicked = (field) => field.type === 'checkbox' || field.type === 'radio'
const isChoice = (field) => isTicked(field) || field.localName === 'select'
const keyOf = (field) => (isTicked(field) ? `${field.name}=${field.value}` : field.name)

const isChanged = (field) => {
  if (isTicked(field)) return field.checked !== field.defaultChecked
  if (field.localName === 'select') return [...field.options].some((each) => each.selected !== each.defaultSelected)
  return field.value !== field.defaultValue
}
const save = (form, whose) => {
  const changed = fieldsOf(form).filter(isChanged)
  const values = Object.fromEntries(changed.map((field) => [keyOf(field), isTicked(field) ? field.checked : field.value.slice(0, LONGEST)]))
  keep(nameOf(form, whose), changed.length > 0 ? { values, at: Date.now() } : undefined)
}
const restore = (form, whose) => {
  const found = kept(nameOf(form, whose))
  if (!found) return
  for (const field of fieldsOf(form)) {
    const value = found.values[keyOf(field)]
    // What the page brings itself is newer; and a choice that was never sent is no text that somebody would miss.
    if (value === undefined || isChanged(field) || (isChoice(field) && !found.refused)) continue
    if (isTicked(field)) field.checked = value
    else field.value = value
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
}

/** A page of theirs came: what was sent before it has arrived; unless the way here was back, past an answer that may have been a refusal. */
const forgetSent = () => {
  const isBack = window.performance.getEntriesByType('navigation')[0]?.type === 'back_forward'
  for (const name of keptNames(PREFIX)) {
    const found = kept(name)
    if (found?.sent) keep(name, isBack ? { ...found, sent: undefined } : undefined)
  }
}

export const keepTyped = (whose) => {
  forgetSent()
  for (const form of forms()) restore(form, whose)
  const onChange = ({ target }) => {
    const form = target instanceof Element ? target.closest('form[method=post i]:not([data-not-kept])') : null
    if (form) save(form, whose)
  }
  const onSubmit = ({ target }) => {
    const found = target.matches?.('form[method=post i]') && kept(nameOf(target, whose))
    if (found) keep(nameOf(target, whose), { ...found, sent: true })
  }
  // On the page itself: another page put in its place brings its own.
  document.body.addEventListener('input', onChange)
  document.body.addEventListener('change', onChange)
  document.body.addEventListener('submit', onSubmit)
}

/** What was sent last was refused. Whether anything was typed. */
export const notArrived = () => {
  const names = keptNames(PREFIX)
  for (const name of names) {
    const found = kept(name)
    if (found?.sent) keep(name, { ...found, sent: undefined, refused: true })
  }
  return names.length > 0
}
