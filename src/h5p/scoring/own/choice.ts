import { z } from 'zod'
import { read } from '../../../infra/index.js'
import { reader } from '../model.js'
import { isObject } from '../sub-content.js'
import { Explained, explanation, withoutKeys } from './explained.js'

const Choice = Explained.extend({ answers: z.array(z.object({ correct: z.boolean().optional(), feedback: z.string().optional() })) })
type Choice = z.output<typeof Choice>

const rightOnes = ({ answers }: Choice): number => answers.filter(({ correct }) => correct).length
const isMultiple = (answers: unknown): boolean => Array.isArray(answers) && answers.filter((answer) => isObject(answer) && answer.correct === true).length > 1

/** A response is the list of picked answers' indexes. A right pick earns a point, a wrong one takes one away, never below none; right is the exact set alone. */
export const choice = reader<Choice>({
  machineName: 'Keyroom.Choice',
  kind: 'verified',
  params: Choice,
  max: rightOnes,
  mark(params, response) {
    const { answers } = params
    const { picked } = read(z.object({ picked: z.array(z.int().min(0).max(answers.length - 1)).max(answers.length) }), { picked: response })
    const picks = [...new Set(picked)].flatMap((index) => answers[index] ?? [])
    const wrong = picks.filter(({ correct }) => !correct)
    const right = picks.length - wrong.length
    return {
      score: Math.max(0, right - wrong.length),
      correct: right === rightOnes(params) && wrong.length === 0,
      feedback: wrong.flatMap(({ feedback }) => feedback ?? []),
    }
  },
  earned: explanation,
  shown: (params) => ({ ...withoutKeys(params), multiple: isMultiple(params.answers) }),
  faults(params) {
    if (params.answers.length < 2) return [{ path: 'answers', message: 'needs two answers at least' }]
    return rightOnes(params) > 0 ? [] : [{ path: 'answers', message: 'needs an answer that is correct' }]
  },
})
