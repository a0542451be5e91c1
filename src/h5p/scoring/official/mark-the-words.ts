import { z } from 'zod'
import { reader } from '../model.js'
import { piecesOf } from './html.js'
import { lenient } from './params.js'
import { indexesBelow, readResponse } from './response.js'

const MarkTheWords = lenient(z.object({ textField: z.string().catch('') }))
type MarkTheWords = z.output<typeof MarkTheWords>

const OPENING = /^[[({⟨¿¡“"«„]+/
const CLOSING = /[",….:;?!\])}⟩»”]+$/

/** Words as the type cuts them: by spaces, without the marks around them. */
const wordsIn = (html: string): string[] =>
  piecesOf(html)
    .flatMap((piece) => piece.replace(/&nbsp;|\r\n|\n|\r/g, ' ').match(/ \*[^* ]+\* |[^\s]+/g) ?? [])
    .map((entry) => {
      const trimmed = entry.trim()
      const start = OPENING.exec(trimmed)?.[0].length ?? 0
      return trimmed.slice(start, Math.max(start, trimmed.length - (CLOSING.exec(trimmed)?.[0].length ?? 0)))
    })
    .filter((word) => word !== '')

/** `**` stands for a star that is meant. As in the type's own script, of several the last is taken out. */
const withoutDouble = (word: string): string => {
  const double = [...word].map((_, index) => index).filter((index) => word.startsWith('**', index)).at(-1)
  return double === undefined ? word : word.slice(0, double) + word.slice(double + 2)
}
/** `*word*`, or one mark more after it. */
const isAnswer = (word: string): boolean => {
  const bare = withoutDouble(word)
  return bare.length > 2 && bare.startsWith('*') && (bare.endsWith('*') || bare.at(-2) === '*')
}

/** A response is the indexes of all words marked. A wrong one takes a point away; where no word is right, marking none earns the point. */
export const markTheWords = reader<MarkTheWords>({
  machineName: 'H5P.MarkTheWords',
  kind: 'rescored',
  params: MarkTheWords,
  max: ({ textField }) => Math.max(1, wordsIn(textField).filter(isAnswer).length),
  mark({ textField }, response) {
    const words = wordsIn(textField)
    const all = words.filter(isAnswer).length
    const marked = readResponse(indexesBelow(words.length), response)
    const right = marked.filter((index) => isAnswer(words[index] ?? '')).length
    const wrong = marked.length - right
    const score = Math.max(0, (all === 0 && wrong === 0 ? 1 : right) - wrong)
    return { score, correct: score === Math.max(1, all), feedback: [] }
  },
})
