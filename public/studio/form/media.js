import { button, el, fill, icon } from './dom.js'

const ACCEPT = { image: 'image/png,image/jpeg,image/gif,image/webp,image/svg+xml', audio: 'audio/*', video: 'video/mp4,video/webm,video/ogg', file: undefined }

/** H5P keeps films and sounds as a list of sources, a picture or a file as one. */
const isList = ({ type }) => type === 'video' || type === 'audio'
const entryOf = ({ path, mime, width, height }) => ({ path, mime, copyright: { license: 'U' }, ...(width ? { width, height } : {}) })

const shown = ({ form, field }, file) => {
  const address = /^https?:/.test(file.path) ? file.path : form.fileAddress(file.path)
  if (field.type === 'image') return el('img', { src: address, alt: '', class: 'thumb', loading: 'lazy' })
  if (/^https?:/.test(file.path)) return el('p', { class: 'file-name', dir: 'ltr' }, file.path)
  if (field.type === 'video') return el('video', { src: address, controls: true, class: 'thumb', preload: 'metadata' })
  if (field.type === 'audio') return el('audio', { src: address, controls: true, preload: 'metadata' })
  return el('p', { class: 'file-name', dir: 'ltr' }, file.path.split('/').pop())
}

/** Whose work a file is. */
const rights = ({ form, key, id }, at) => {
  const set = (name, value) => form.set([...at, 'copyright'], { license: 'U', ...form.get([...at, 'copyright']), [name]: value || undefined }, { typing: true })
  const now = () => form.get([...at, 'copyright']) ?? {}
  const text = (name, label) => el('label', { class: 'pair' }, el('span', {}, label), Object.assign(el('input', { type: 'text', dir: 'auto', oninput: (event) => set(name, event.target.value) }), { value: now()[name] ?? '' }))
  const licence = el('select', { onchange: (event) => set('license', event.target.value) }, Object.entries(form.words).filter(([key]) => key.startsWith('licence.')).map(([key, name]) => el('option', { value: key.slice(8) }, name)))
  const body = () => {
    licence.value = now().license ?? 'U'
    return [el('div', { class: 'rights' }, text('title', form.words.workTitle), text('author', form.words.workAuthor), text('source', form.words.workSource), el('label', { class: 'pair' }, el('span', {}, form.words.licence), licence))]
  }
  return form.fold({ key: `${key}/:rights`, label: form.words.rights, body, paths: [], small: true, id: `${id}-rights` })
}

/** A file of the content: chosen or dropped, sent with a bar that shows how far it is, shown, taken out again. */
export const fileControl = (ctx, describedBy) => {
  const { form, field, id, path } = ctx
  const host = el('div', { class: 'media', id, tabindex: -1, role: 'group', 'aria-labelledby': `${id}-label`, 'aria-describedby': describedBy })
  const fileNow = () => (isList(field) ? form.get(path)?.[0] : form.get(path))
  const at = isList(field) ? [...path, 0] : path
  const put = (entry, place = path) => {
    form.set(place, entry && isList(field) ? [entry] : entry, { structural: true })
    // While a file was on its way, its row may have been drawn anew elsewhere.
    if (host.isConnected) draw()
    else form.redraw()
  }
  const send = async (file) => {
    const bar = el('progress', { max: 1, value: 0, 'aria-label': fill(form.words.sending, { name: file.name }) })
    const stop = new AbortController()
    host.replaceChildren(el('div', { class: 'sending' }, el('p', { class: 'small' }, fill(form.words.sending, { name: file.name })), bar, button('cross', form.words.cancel, () => stop.abort())))
    try {
      const entry = entryOf(await form.sendFile(file, { onprogress: (share) => (bar.value = share), signal: stop.signal }))
      const place = form.pathNow(ctx)
      if (!place) return
      put(entry, place)
      form.say(fill(form.words.sentFile, { name: file.name }))
    } catch (problem) {
      if (!host.isConnected && problem.name !== 'AbortError') form.say(problem.message)
      draw(problem.name === 'AbortError' ? '' : problem.message)
    }
    if (host.isConnected) form.focus({ id })
  }
  const chooser = (label) => {
    const input = el('input', { type: 'file', id: `${id}-file`, accept: ACCEPT[field.type], class: 'visually-hidden', 'aria-describedby': describedBy, onchange: () => input.files[0] && void send(input.files[0]) })
    return [input, el('label', { for: `${id}-file`, class: 'btn quiet small-btn' }, icon('upload'), el('span', {}, label))]
  }
  const byAddress = () => {
    const input = el('input', { type: 'url', dir: 'ltr', placeholder: 'https://', 'aria-label': form.words.address })
    const mimeOf = (address) => (/youtu\.?be/.test(address) ? 'video/YouTube' : /vimeo/.test(address) ? 'video/Vimeo' : field.type === 'audio' ? 'audio/mpeg' : 'video/mp4')
    return el('div', { class: 'by-address' }, input, button('tick', form.words.take, () => /^https?:\/\/\S+$/.test(input.value.trim()) && put({ path: input.value.trim(), mime: mimeOf(input.value), copyright: { license: 'U' } })))
  }
  const draw = (fault = '') => {
    const file = fileNow()
    const parts = file?.path
      ? [shown(ctx, file), el('div', { class: 'row' }, ...chooser(form.words.replace), button('remove', form.words.remove, () => (put(undefined), form.focus({ id })))), rights(ctx, at)]
      : [el('div', { class: 'drop' }, ...chooser(form.words[`choose-${field.type}`]), el('span', { class: 'small muted' }, form.words.orDrop)), isList(field) && !form.isOwn(ctx) && byAddress()]
    host.replaceChildren(...parts.filter(Boolean), ...(fault ? [el('p', { class: 'f-fault', role: 'alert' }, fault)] : []))
  }
  host.addEventListener('dragover', (event) => event.dataTransfer.types.includes('Files') && event.preventDefault())
  host.addEventListener('drop', (event) => {
    const [file] = event.dataTransfer.files
    if (!file) return
    event.preventDefault()
    void send(file)
  })
  draw()
  return host
}

export const colourControl = ({ form, id, path, field }, describedBy) => {
  const plain = () => (/^#[0-9a-f]{6}$/i.test(form.get(path) ?? '') ? form.get(path) : '#000000')
  const text = el('input', { type: 'text', id, dir: 'ltr', 'aria-describedby': describedBy, placeholder: '#rrggbb', class: 'colour-text', oninput: () => {
    form.set(path, text.value || undefined, { typing: true })
    picker.value = plain()
  } })
  const picker = el('input', { type: 'color', 'aria-labelledby': `${id}-label`, oninput: () => {
    text.value = picker.value
    form.set(path, picker.value, { typing: true })
  } })
  text.value = form.get(path) ?? field.default ?? ''
  picker.value = plain()
  return el('div', { class: 'colour' }, picker, text)
}
