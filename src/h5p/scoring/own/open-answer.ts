import { z } from 'zod'
import { read } from '../../../infra/index.js'
import type { Fault } from '../../model.js'
import { reader } from '../model.js'
import { countWords, MAX_TEXT } from './written.js'

const Criterion = z.object({
  title: z.string(), description: z.string().optional(),
  levels: z.array(z.object({ title: z.string(), points: z.number().min(0) })),
})
const OpenAnswer = z.object({
  question: z.string(), min: z.number().optional(), max: z.number().optional(),
  rubric: z.array(Criterion).default([]), sample: z.string().optional(), reveal: z.enum(['submitted', 'reviewed', 'never']).default('reviewed'),
})
type OpenAnswer = z.output<typeof OpenAnswer>

const best = ({ levels }: z.output<typeof Criterion>): number => Math.max(0, ...levels.map(({ points }) => points))
const maxOf = ({ rubric }: OpenAnswer): number => (rubric.length > 0 ? rubric.reduce((sum, criterion) => sum + best(criterion), 0) : 1)

const Written = ({ min = 0, max }: OpenAnswer) =>
  z.object({
    written: z.string().max(MAX_TEXT)
      .refine((text) => countWords(text) >= Math.max(1, min), { message: `must have ${Math.max(1, min)} words at least` })
      .refine((text) => max === undefined || countWords(text) <= max, { message: `must not have more than ${String(max)} words` }),
  })

const faultsOf = (params: OpenAnswer): Fault[] => {
  const { rubric, min = 0, max } = params
  const flat = rubric.findIndex((criterion) => best(criterion) === 0)
  return [
    ...(max !== undefined && max < min ? [{ path: 'max', message: 'must not be less than the fewest words' }] : []),
    ...(flat >= 0 ? [{ path: `rubric.${flat}.levels`, message: 'needs a level that is worth a point' }] : []),
  ]
}

/** A response is a text. A person reads it, so it has no points yet; the sample is told then, or at once where the author says so. */
export const openAnswer = reader<OpenAnswer>({
  machineName: 'Keyroom.OpenAnswer',
  kind: 'verified',
  params: OpenAnswer,
  max: maxOf,
  mark(params, response) {
    read(Written(params), { written: response })
    return { score: 0, correct: false, pending: true, feedback: params.reveal === 'submitted' && params.sample ? [params.sample] : [] }
  },
  task: ({ question, rubric, sample, reveal }) => ({
    question, criteria: rubric,
    ...(sample ? { sample, showsSample: reveal !== 'never' } : {}),
  }),
  shown({ sample: _sample, ...open }) {
    return open
  },
  faults: faultsOf,
})
