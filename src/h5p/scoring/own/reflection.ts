import { z } from 'zod'
import { read } from '../../../infra/index.js'
import { reader } from '../model.js'
import { Explained, explanation, withoutKeys } from './explained.js'
import { countWords, MAX_TEXT } from './written.js'

const Reflection = Explained.extend({ prompts: z.array(z.string()), min: z.number().default(20), audience: z.enum(['me', 'instructor']).default('me') })
type Reflection = z.output<typeof Reflection>

/**
 * Writing for oneself. What is for the writer alone never comes here, so that no record can hold it: a response is `{ words }`,
 * how many there are. What the instructor may read is the list of texts. Nothing is judged but that something is written.
 */
export const reflection = reader<Reflection>({
  machineName: 'Keyroom.Reflection',
  kind: 'verified',
  params: Reflection,
  max: () => 1,
  mark({ prompts, min, audience }, response) {
    const Response = audience === 'me'
      ? z.object({ written: z.strictObject({ words: z.int().min(0).max(MAX_TEXT) }) }).transform(({ written }) => written.words)
      : z.object({ written: z.array(z.string().max(MAX_TEXT)).length(prompts.length) }).transform(({ written }) => countWords(written.join('\n')))
    const correct = read(Response, { written: response }) >= min
    return { score: correct ? 1 : 0, correct, feedback: [] }
  },
  earned: explanation,
  shown: withoutKeys,
  faults: ({ prompts }) => (prompts.length > 0 ? [] : [{ path: 'prompts', message: 'needs a prompt' }]),
})
