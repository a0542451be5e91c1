import type { z } from 'zod'
import { BadInput, type FieldFault } from './refusal.js'

/** Faults told of; a list of ten thousand wrong things would be as many sentences, and as many words in the log. */
const MOST_FAULTS = 20

/** Parses what came in, once, at the edge. @throws BadInput with each field that doesn't fit. */
export const read = <T extends z.ZodType>(schema: T, input: unknown): z.output<T> => {
  const parsed = schema.safeParse(input ?? {})
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.slice(0, MOST_FAULTS).map((issue): FieldFault => {
    const field = issue.path.join('.')
    // A schema's own message is a catalogue key («fields.…»); zod's built-in ones become the kind of fault.
    return { field, message: issue.message.startsWith('fields.') ? issue.message : `fields.${issue.code}` }
  })
  throw new BadInput(faults, parsed.error)
}
