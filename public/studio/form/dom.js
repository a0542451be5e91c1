/** Elements in one line: `el('p', { class: 'hint' }, 'words')`. A handler is given by its name: `onclick`. */
export const el = (name, attributes = {}, ...children) => {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    const isSaid = typeof value === 'boolean' && /^(data|aria)-/.test(key)
    if (value === undefined || value === null || (value === false && !isSaid)) continue
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value)
    else if (value === true && !isSaid) made.setAttribute(key, '')
    else made.setAttribute(key, String(value))
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false))
  return made
}

const PATHS = {
  add: 'M10 4v12M4 10h12', remove: 'M5 6h10M8 6V4h4v2m-6 0 .7 10h6.600L14 6', copy: 'M7 7h9v9H7zM4 13V4h9', up: 'M10 16V5m-5 5 5-5 5 5', down: 'M10 4v11m-5-5 5 5 5-5',
  grip: 'M7 5v.01M7 10v.01M7 15v.01M13 5v.01M13 10v.01M13 15v.01', open: 'm7 4 6 6-6 6', undo: 'M7 5 3.500 8.500 7 12M4 8.500h8a4 4 0 0 1 0 8H9', redo: 'm13 5 3.500 3.500L13 12m3-3.500H8a4 4 0 0 0 0 8h3',
  tick: 'm4 10 4 4 8-9', cross: 'm5 5 10 10M15 5 5 15', upload: 'M10 14V4M6 8l4-4 4 4M4 16h12', link: 'M8.500 11.500 11.500 8.500M9 6l1.500-1.500a3.500 3.500 0 0 1 5 5L14 11M11 14l-1.500 1.500a3.500 3.500 0 0 1-5-5L6 9',
  bullets: 'M8 5h9M8 10h9M8 15h9M4 5v.01M4 10v.01M4 15v.01', numbers: 'M8 5h9M8 10h9M8 15h9M3.500 4h1v3M3 13h2l-2 3h2', quote: 'M4 5v10M8 6h8M8 10h8M8 14h5', table: 'M3 5h14v10H3zM3 10h14M10 5v10', line: 'M3 10h14', eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z', clock: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 6v4l3 2', code: 'm7 6-4 4 4 4m6-8 4 4-4 4',
}
const SVG = 'http://www.w3.org/2000/svg'
/** A drawing beside words, or in a button that has a name of its own. */
export const icon = (name) => {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 20 20')
  svg.setAttribute('aria-hidden', 'true')
  svg.setAttribute('class', `icon icon-${name}`)
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', PATHS[name] ?? '')
  svg.append(path)
  return svg
}

/** A button that is a drawing; its name is said and shown on hover. */
export const iconButton = (name, label, onclick, more = {}) => el('button', { type: 'button', class: 'icon-btn', 'aria-label': label, title: label, onclick, ...more }, icon(name))
export const button = (name, label, onclick, more = {}) => el('button', { type: 'button', class: 'btn quiet small-btn', onclick, ...more }, name && icon(name), el('span', {}, label))

/** `{entity}` in a sentence. */
export const fill = (sentence, values = {}) => (sentence ?? '').replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole))

/** As a sentence begins. */
export const capital = (text) => text.charAt(0).toLocaleUpperCase() + text.slice(1)

/** `aria-describedby` and its like: only what is there. */
export const ids = (...names) => names.filter(Boolean).join(' ') || undefined
