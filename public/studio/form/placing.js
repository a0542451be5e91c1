import { el } from './dom.js'
import { renderField } from './field.js'
import { idOf } from './values.js'

/** How far along, in percent, to a tenth. */
const share = (at, length) => Math.round(Math.min(1, Math.max(0, at / length)) * 1000) / 10
const isNumber = ({ name }) => name === 'x' || name === 'y'

/** Where something lies in the picture of its content: pressed on there, or said in numbers, which is the keyboard's way. */
const placing = ({ form, path }, inner) => {
  const [index, all, picture] = [path.at(-1), path.slice(0, -1), [...path.slice(0, -2), 'image']]
  const image = el('img', { alt: '' })
  const marks = el('div', { class: 'placing-marks', 'aria-hidden': 'true' })
  const put = (event) => {
    const { left, top, width, height } = image.getBoundingClientRect()
    const place = { x: share(event.clientX - left, width), y: share(event.clientY - top, height) }
    form.set(path, { ...form.get(path), ...place })
    for (const [name, value] of Object.entries(place)) host.querySelector(`#${window.CSS.escape(idOf([...path, name]))}`).value = value
  }
  const stage = el('div', { class: 'placing-stage', onclick: put }, image, marks)
  const hint = el('p', { class: 'f-hint' })
  // Physical sides on purpose: a picture isn't mirrored where people read from the right.
  const markOf = (spot, at) => {
    const mark = el('span', { class: 'placing-mark', 'data-here': at === index }, String(at + 1))
    mark.style.left = `${Number(spot?.x) || 0}%`
    mark.style.top = `${Number(spot?.y) || 0}%`
    return mark
  }
  const show = () => {
    const { path: file } = form.get(picture) ?? {}
    stage.hidden = !file
    hint.textContent = file ? form.words.placeHow : form.words.placeLater
    const address = file && (/^https?:/.test(file) ? file : form.fileAddress(file))
    if (address && image.getAttribute('src') !== address) image.src = address
    const spots = form.get(all)
    marks.replaceChildren(...(Array.isArray(spots) ? spots.map(markOf) : []))
  }
  const host = el('div', { class: 'placing' }, hint, stage, el('div', { class: 'placing-numbers' }, inner.fields.filter(isNumber).map((field) => renderField(form, field, inner))))
  form.onChange(host, show)
  show()
  return host
}

/** A group that lies in a picture says so in its semantics; its other fields follow as they always do. */
export const placed = (ctx, inner, others) => (ctx.field.keyroom === 'place' ? [placing(ctx, inner), ...others(inner.fields.filter((field) => !isNumber(field)))] : others(inner.fields))
