import { z } from 'zod'
import { reader } from '../model.js'
import { lenient } from './params.js'
import { readResponse } from './response.js'

const TrueFalse = lenient(z.object({ correct: z.string().catch('true') }))
type TrueFalse = z.output<typeof TrueFalse>

export const trueFalse = reader<TrueFalse>({
  machineName: 'H5P.TrueFalse',
  kind: 'rescored',
  params: TrueFalse,
  max: () => 1,
  mark({ correct }, response) {
    const isRight = readResponse(z.enum(['true', 'false', '']), response) === (correct === 'true' ? 'true' : 'false')
    return { score: Number(isRight), correct: isRight, feedback: [] }
  },
})
