import { z } from 'zod'
import { read } from '../../../infra/index.js'
import { reader } from '../model.js'
import { Explained, explanation, withoutKeys } from './explained.js'
import { fits, gapsOf, hideGaps } from './gaps.js'

const Blanks = Explained.extend({ text: z.string(), caseSensitive: z.boolean().optional() })
type Blanks = z.output<typeof Blanks>

/** A response is what was typed into each gap, in their order. */
export const blanks = reader<Blanks>({
  machineName: 'Keyroom.Blanks',
  kind: 'verified',
  params: Blanks,
  max: ({ text }) => gapsOf(text).length,
  mark({ text, caseSensitive = false }, response) {
    const gaps = gapsOf(text)
    const { typed } = read(z.object({ typed: z.array(z.string().max(500)).length(gaps.length) }), { typed: response })
    const score = gaps.filter((gap, index) => fits(gap, typed[index] ?? '', caseSensitive)).length
    return { score, correct: score === gaps.length, feedback: [] }
  },
  earned: explanation,
  shown: (params) => ({ ...withoutKeys(params), text: hideGaps(String(params.text)) }),
  faults({ text }) {
    const gaps = gapsOf(text)
    if (gaps.length === 0) return [{ path: 'text', message: 'needs a gap: put what belongs in it between *stars*' }]
    return gaps.every(({ answers }) => answers.length > 0) ? [] : [{ path: 'text', message: 'has a gap without an answer' }]
  },
})
