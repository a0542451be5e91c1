import type { Fault } from '../../h5p/index.js'
import type { Say } from '../../infra/index.js'
import type { Labels } from './labels.js'

/** A fault as its author reads it: at which field, in their language. */
export interface SaidFault {
  path: string
  words: string
  /** The field's own name, and those above it. */
  label: string
  /** Nothing is wrong yet: it only isn't there. */
  missing: boolean
  /** Said, and no reason to keep it from learners. */
  soft?: true
}

/** h5p/ says faults in plain English, as a course file's author reads them on the command line; this finds the same sentence in the catalogue. */
const SENTENCES: [RegExp, string, ...string[]][] = [
  [/^is missing/, 'missing'],
  [/^must be a number$/, 'number'],
  [/^must not be less than (-?[\d.]+)$/, 'tooSmall', 'min'],
  [/^must not be more than (-?[\d.]+)$/, 'tooLarge', 'max'],
  [/^must not have more than (\d+) decimals$/, 'decimals', 'max'],
  [/^must go in steps of ([\d.]+)$/, 'step', 'step'],
  [/^must be of the form asked for$/, 'form'],
  [/^must be text$/, 'text'],
  [/^must not be longer than (\d+) characters$/, 'tooLong', 'max'],
  [/^must be one of its options$/, 'object'],
  [/^must be one of (.+)$/, 'choice', 'values'],
  [/^must name a file by its path$/, 'file'],
  [/^(must be a file of this content|is not among the files of this content)/, 'foreignFile'],
  [/^must be true or false$/, 'switch'],
  [/^must be a list/, 'list'],
  [/^needs two answers at least$/, 'twoAnswers'],
  [/^needs an answer that is correct$/, 'noRightAnswer'],
  [/^needs a gap/, 'noGap'],
  [/^has a gap without an answer$/, 'emptyGap'],
  [/^needs (\d+) at least$/, 'tooFew', 'min'],
  [/^must not have more than (\d+)$/, 'tooMany', 'max'],
  [/^must name a library$/, 'library'],
  [/^(\S+ \S+) is not installed/, 'notInstalled', 'library'],
  [/^(\S+ \S+) doesn’t belong here$/, 'elsewhere', 'library'],
  [/^must be an object$/, 'object'],
  [/^needs a word that opens it$/, 'lockWord'],
  [/^must be two to eight digits$/, 'lockDigits'],
  [/^needs two (different things|directions|colours|pairs|categories|cards) at least$/, 'two'],
  [/^needs a text or a picture on each card$/, 'faceless'],
  [/^needs an alternative text for its picture$/, 'alt'],
  [/^must not be less than the fewest words$/, 'fewestWords'],
  [/^needs a level that is worth a point$/, 'flatRubric'],
  [/^needs a prompt$/, 'missing'],
  [/^has nothing the server can score/, 'scoresNothing'],
]
const MISSING = new Set(['missing', 'tooFew', 'twoAnswers', 'noRightAnswer', 'noGap', 'library', 'lockWord', 'two', 'faceless', 'alt'])

/** @returns the catalogue's key and what it takes; undefined for a sentence only this content's type knows */
export const keyOf = (message: string): { key: string; params: Record<string, string> } | undefined => {
  for (const [pattern, key, ...names] of SENTENCES) {
    const found = pattern.exec(message)
    if (found) return { key, params: Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ''])) }
  }
  return undefined
}

/** Faults below `params`, as the form shows them. */
export const sayFaults = (faults: Fault[], labels: Labels, t: Say): SaidFault[] =>
  faults.map(({ path, message, soft }) => {
    const known = keyOf(message)
    const whole = path === '' ? 'params' : `params.${path}`
    return { path: whole, words: known ? t(`studio-forms.faults.${known.key}`, known.params) : message, label: labels(path), missing: MISSING.has(known?.key ?? ''), ...(soft ? { soft } : {}) }
  })
