import { at, put } from './values.js'

/** More than anyone wants back. */
const STEPS = 200
/** Letters typed in one field within this time are one step. */
const ONE_STEP = 1500

/**
 * What is being written: `{ title, params, metadata }`, and all the ways back. `change(path, value)` makes a step;
 * `{ typing: true }` joins the steps of one field. Listeners are told `(what, { path, from: 'change' | 'undo' | 'redo' | 'load' })`.
 */
export const makeStore = (first) => {
  let now = first
  let back = []
  let forth = []
  let typed = { name: '', at: 0 }
  const listeners = new Set()
  const tell = (about) => listeners.forEach((listener) => listener(now, about))
  const step = (value, about) => {
    now = value
    tell(about)
  }
  return {
    get: (path = []) => at(now, path),
    listen: (listener) => listeners.add(listener),
    change(path, value, { typing = false } = {}) {
      if (at(now, path) === value) return
      const name = path.join('.')
      const isSame = typing && typed.name === name && Date.now() - typed.at < ONE_STEP
      typed = { name: typing ? name : '', at: Date.now() }
      if (!isSame) back = [...back, now].slice(-STEPS)
      forth = []
      step(put(now, path, value), { path, from: 'change', typing })
    },
    /** Something that follows from a step, and is undone with it. */
    amend(path, value) {
      now = put(now, path, value)
    },
    load(value) {
      back = []
      forth = []
      step(value, { path: [], from: 'load' })
    },
    canUndo: () => back.length > 0,
    canRedo: () => forth.length > 0,
    undo() {
      const before = back.at(-1)
      if (before === undefined) return
      back = back.slice(0, -1)
      forth = [...forth, now]
      typed = { name: '', at: 0 }
      step(before, { path: [], from: 'undo' })
    },
    redo() {
      const after = forth.at(-1)
      if (after === undefined) return
      forth = forth.slice(0, -1)
      back = [...back, now]
      step(after, { path: [], from: 'redo' })
    },
  }
}
