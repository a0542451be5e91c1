import { z } from 'zod'
import { reader } from '../model.js'
import { lenient, listed } from './params.js'
import { parts, readResponse } from './response.js'

/** A group without statements isn't asked. */
const Group = z.object({ summary: z.array(z.unknown()) })
const Summary = lenient(z.object({ summaries: listed(Group) }))
type Summary = z.output<typeof Summary>

/** All picks of a group, in their order, `2[,]0`. One of a state brought back can be nameless. */
const Picks = z.string().max(1000).regex(/^(\d{0,5}(\[,\]\d{0,5})*)$/)

/** A response is one text for each group. The first statement is the right one, and counts where it was the first picked. */
export const summary = reader<Summary>({
  machineName: 'H5P.Summary',
  kind: 'rescored',
  params: Summary,
  max: ({ summaries }) => summaries.length,
  mark({ summaries }, response) {
    const picks = readResponse(parts(Picks).refine(({ length }) => length === 0 || length === summaries.length), response)
    const score = picks.filter((each) => each === '0').length
    return { score, correct: score === summaries.length, feedback: [] }
  },
})
