import { plain } from './plain.js'

/** A gap in a text: `*one/another:tip*`. A `/` or `:` that belongs to an answer is written `\/` or `\:`. */
export interface Gap { answers: string[]; tip?: string }

const GAP = /\*([^*]*)\*/g
const clear = (html: string): string => plain(html).replace(/\\([/:])/g, '$1').trim()

/** Cuts at the first separator that isn't escaped. */
const cut = (text: string, separator: '/' | ':'): string[] => text.split(separator === '/' ? /(?<!\\)\// : /(?<!\\):/)

const gapOf = (inside: string): Gap => {
  const [answers = '', ...tip] = cut(inside, ':')
  return { answers: cut(answers, '/').map(clear).filter((answer) => answer !== ''), ...(tip.length > 0 ? { tip: tip.join(':').trim() } : {}) }
}

export const gapsOf = (text: string): Gap[] => [...text.matchAll(GAP)].map(([, inside = '']) => gapOf(inside))

/** The text with its gaps, and nothing of what belongs in them but the tips. */
export const hideGaps = (text: string): string =>
  text.replace(GAP, (_whole, inside: string) => {
    const { tip } = gapOf(inside)
    return tip === undefined ? '**' : `*:${tip}*`
  })

/** The same word, however it was typed: full-width or composed letters, curly apostrophes, spaces, marks nobody sees. */
export const foldAnswer = (text: string, caseSensitive: boolean): string => {
  const folded = text.normalize('NFKC').replace(/[\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g, '').replace(/[‘’‛′]/g, "'").replace(/[“”„″]/g, '"').replace(/\s+/g, ' ').trim()
  return caseSensitive ? folded : folded.toLowerCase()
}

export const fits = ({ answers }: Gap, typed: string, caseSensitive: boolean): boolean =>
  answers.some((answer) => foldAnswer(answer, caseSensitive) === foldAnswer(typed, caseSensitive))
