import { button, el, fill } from './dom.js'
import { gapsIn, wordsIn } from './values.js'

/** Shows how gaps are written, makes one of what is selected, and says which gaps there are. */
export const startGaps = ({ form, path, id }, frame, control, wrap) => {
  const { words } = form
  const found = el('p', { class: 'gaps-found small', id: `${id}-gaps`, role: 'status' })
  const make = button('add', words.makeGap, () => wrap((selected) => `*${selected.replaceAll('*', '').trim() || words.gapAnswer}*`))
  // The selection must outlive the press.
  make.addEventListener('mousedown', (event) => event.preventDefault())
  const shown = () => {
    const gaps = gapsIn(form.get(path))
    if (gaps.length === 0) return found.replaceChildren(wordsIn(form.get(path)) ? words.noGap : '')
    const one = ({ answers, tip }) => el('span', { class: 'gap' }, answers.join(` ${words.or} `) || '?', tip && el('span', { class: 'gap-tip' }, fill(words.gapTip, { tip })))
    found.replaceChildren(el('span', {}, `${words.gaps} `), ...gaps.map(one))
  }
  const how = el('p', { class: 'gaps-how small' }, words.gapsHow, ' ', el('code', { dir: 'ltr' }, '*answer*'), ' ', el('code', { dir: 'ltr' }, '*one/another*'), ' ', el('code', { dir: 'ltr' }, '*answer:tip*'))
  frame.insertBefore(how, control)
  control.after(el('div', { class: 'gaps' }, make, found))
  form.onChange(frame, shown)
  shown()
}
