import { z } from 'zod'
import { reader } from '../model.js'
import { lenient, listed } from './params.js'
import { indexBelow, parts, readResponse } from './response.js'

/** A choice without answers isn't shown. */
const Choice = z.object({ answers: z.array(z.unknown()) })
const SingleChoiceSet = lenient(z.object({ choices: listed(Choice) }))
type SingleChoiceSet = z.output<typeof SingleChoiceSet>

const MOST_ANSWERS = 100
const pick = z.union([z.literal(''), indexBelow(MOST_ANSWERS)])

/** A response is one text for each choice: the index of the answer picked, empty where none was. The first answer is the right one. */
export const singleChoiceSet = reader<SingleChoiceSet>({
  machineName: 'H5P.SingleChoiceSet',
  kind: 'rescored',
  params: SingleChoiceSet,
  max: ({ choices }) => choices.length,
  mark({ choices }, response) {
    const picks = readResponse(parts(pick).refine(({ length }) => length === 0 || length === choices.length), response)
    const score = picks.filter((index) => index === 0).length
    return { score, correct: score === choices.length, feedback: [] }
  },
})
