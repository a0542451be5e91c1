import { z } from 'zod'
import { reader } from '../model.js'
import { textOf } from './html.js'
import { lenient, listed } from './params.js'
import { listOf, readResponse } from './response.js'
import { isWithin } from './spelling.js'

const Behaviour = lenient(z.object({ caseSensitive: z.boolean().catch(false).default(true), acceptSpellingErrors: z.boolean().catch(false) }))
const Blanks = lenient(z.object({ questions: listed(z.string().min(1)), behaviour: Behaviour }))
type Blanks = z.output<typeof Blanks>

/** What stands between stars, `answer/another:tip`. As in the type's own script, the letter after a gap never opens the next, and `**` opens none. */
const insides = (text: string): string[] => {
  const found: string[] = []
  for (let start = text.indexOf('*'); start !== -1; ) {
    const end = text.indexOf('*', start + 1)
    if (end === -1) break
    const inside = text.slice(start + 1, end)
    if (inside !== '') found.push(inside)
    start = text.indexOf('*', inside === '' ? end + 1 : end + 2)
  }
  return found
}
const answersOf = (inside: string): string[] => inside.replace(/:[^]*$/, '').split('/').map((answer) => textOf(answer.trim()))
const gapsOf = ({ questions }: Blanks): string[][] => questions.flatMap(insides).map(answersOf)

const isSpelled = (typed: string, answer: string): boolean => {
  const slips = answer.length > 9 ? 2 : answer.length > 3 ? 1 : 0
  return slips > 0 && isWithin(typed, answer.trim(), slips)
}
const fits = (typed: string, answers: string[], { caseSensitive, acceptSpellingErrors }: Blanks['behaviour']): boolean => {
  const folded = (text: string): string => (caseSensitive ? text : text.toLowerCase())
  return answers.map(folded).some((answer) => folded(typed) === answer.trim() || (acceptSpellingErrors && isSpelled(folded(typed), answer)))
}

/** A response is what was typed into each gap, in their order. */
export const blanks = reader<Blanks>({
  machineName: 'H5P.Blanks',
  kind: 'rescored',
  params: Blanks,
  max: (params) => gapsOf(params).length,
  mark(params, response) {
    const gaps = gapsOf(params)
    const typed = readResponse(listOf(z.string()).refine(({ length }) => length === 0 || length === gaps.length), response)
    const score = gaps.filter((answers, index) => fits((typed[index] ?? '').trim(), answers, params.behaviour)).length
    return { score, correct: score === gaps.length, feedback: [] }
  },
})
