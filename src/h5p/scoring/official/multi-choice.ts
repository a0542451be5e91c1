import { z } from 'zod'
import { reader } from '../model.js'
import { lenient, listed } from './params.js'
import { indexesBelow, readResponse } from './response.js'

const Answer = lenient(z.object({ correct: z.boolean().optional().catch(undefined), weight: z.number().catch(1) }))
const Behaviour = lenient(z.object({ type: z.string().catch('auto'), singlePoint: z.boolean().catch(true), passPercentage: z.number().catch(100) }))
const MultiChoice = lenient(z.object({ answers: listed(Answer), behaviour: Behaviour, weight: z.number().catch(1) }))
type MultiChoice = z.output<typeof MultiChoice>

/** The first answer is right where it doesn't say: that is this type's default. */
const isRight = ({ correct }: MultiChoice['answers'][number], index: number): boolean => correct ?? index === 0
const rightOnes = ({ answers }: MultiChoice): MultiChoice['answers'] => answers.filter(isRight)

/** Radio buttons, where one answer alone is right or the author says so. */
const isSingle = (params: MultiChoice): boolean => (params.behaviour.type === 'auto' ? rightOnes(params).length === 1 : params.behaviour.type === 'single')

/** All the points there are for picks; `weight` where picking nothing is right. */
const sumOf = (params: MultiChoice): number => {
  const right = rightOnes(params)
  return right.length === 0 ? params.weight : right.reduce((sum, { weight }) => sum + weight, 0)
}
const maxOf = (params: MultiChoice): number => (isSingle(params) || params.behaviour.singlePoint ? params.weight : sumOf(params))

const pointsOf = (params: MultiChoice, picks: number[]): number => {
  const points = picks.reduce((sum, pick) => {
    const answer = params.answers[pick]
    return answer ? sum + (isRight(answer, pick) ? answer.weight : -answer.weight) : sum
  }, 0)
  const score = picks.length === 0 && rightOnes(params).length === 0 ? params.weight : Math.max(0, points)
  if (!params.behaviour.singlePoint) return score
  return (100 * score) / sumOf(params) >= params.behaviour.passPercentage ? params.weight : 0
}

/** A right pick adds its weight, a wrong one takes it away; a single choice, or one point for all, is all or nothing. */
export const multiChoice = reader<MultiChoice>({
  machineName: 'H5P.MultiChoice',
  kind: 'rescored',
  params: MultiChoice,
  max: maxOf,
  mark(params, response) {
    const single = isSingle(params)
    const picks = readResponse(indexesBelow(params.answers.length).refine((all) => !single || all.length <= 1), response)
    const [only] = picks
    const picked = only === undefined ? undefined : params.answers[only]
    const score = single ? Number(picked !== undefined && only !== undefined && isRight(picked, only)) : pointsOf(params, picks)
    return { score, correct: score >= maxOf(params), feedback: [] }
  },
})
