import { z } from 'zod'
import { read } from '../../../infra/index.js'
import { reader } from '../model.js'
import { Explained, explanation, withoutKeys } from './explained.js'

const TrueFalse = Explained.extend({ correct: z.enum(['true', 'false']) })
type TrueFalse = z.output<typeof TrueFalse>

/** A response is true or false. */
export const trueFalse = reader<TrueFalse>({
  machineName: 'Keyroom.TrueFalse',
  kind: 'verified',
  params: TrueFalse,
  max: () => 1,
  mark({ correct }, response) {
    const { answer } = read(z.object({ answer: z.boolean() }), { answer: response })
    const isRight = String(answer) === correct
    return { score: isRight ? 1 : 0, correct: isRight, feedback: [] }
  },
  earned: explanation,
  shown: withoutKeys,
})
