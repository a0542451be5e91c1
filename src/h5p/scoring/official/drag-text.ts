import { z } from 'zod'
import { reader } from '../model.js'
import { lenient } from './params.js'
import { listOf, readResponse } from './response.js'

const DragText = lenient(z.object({ textField: z.string().catch(''), distractors: z.string().catch('') }))
type DragText = z.output<typeof DragText>

const TIP = /:[^\\*]+/g
const FEEDBACK = [/\\\+[^\\*:]+/g, /\\-[^\\*:]+/g]

/** `*word:tip\+right\-wrong*` without all but the word. What stands there twice stays: the type's own script takes one away alone. */
const wordOf = (part: string): string =>
  [TIP, ...FEEDBACK].reduce((text, extra) => text.replace(part.match(extra)?.join(',') ?? '', ''), part.replace(/^\*/, '').replace(/\*$/, '')).replace(/\s+$/, '')

/** A single star begins and ends with one, too. */
const wordsIn = (text: string): string[] => {
  const parts = text.replace(/\r\n|\n|\r/g, '<br/>').split(/(\*.*?\*)/)
  return parts.filter((part) => part.startsWith('*') && part.endsWith('*')).map(wordOf)
}

/** A response is the word dragged into each place, in their order. Equal words serve for each other. */
export const dragText = reader<DragText>({
  machineName: 'H5P.DragText',
  kind: 'rescored',
  params: DragText,
  max: ({ textField }) => wordsIn(textField).length,
  mark({ textField, distractors }, response) {
    const places = wordsIn(textField)
    const words = new Set(['', ...places, ...wordsIn(distractors)])
    const dragged = readResponse(listOf(z.string().refine((word) => words.has(word))).refine(({ length }) => length === 0 || length === places.length), response)
    const score = places.filter((word, index) => word === dragged[index] && word !== '').length
    return { score, correct: score === places.length, feedback: [] }
  },
})
