import { z } from 'zod'
import { gapsOf } from './blanks.js'

const Explained = z.object({ explain: z.string().optional() })
const Choice = Explained.extend({ answers: z.array(z.object({ correct: z.boolean().optional(), feedback: z.string().optional() })) })
const TrueFalse = Explained.extend({ correct: z.enum(['true', 'false']) })
const Blanks = Explained.extend({ text: z.string(), caseSensitive: z.boolean().optional() })

/** A question with its key, as only the server sees it. */
export type Question =
  | ({ type: 'Choice'; item: string } & z.output<typeof Choice>)
  | ({ type: 'TrueFalse'; item: string } & z.output<typeof TrueFalse>)
  | ({ type: 'Blanks'; item: string } & z.output<typeof Blanks>)

/** The item of a content that is one question. */
export const ALONE = '_'

/** «Keyroom.Choice 1.0» gives «Choice»; an official type gives nothing. */
export const ownType = (library: string): string | undefined => /^Keyroom\.(\w+) \d+\.\d+$/.exec(library)?.[1]

export const questionOf = (item: string, library: string, params: unknown): Question | undefined => {
  switch (ownType(library)) {
    case 'Choice':
      return { type: 'Choice', item, ...Choice.parse(params) }
    case 'TrueFalse':
      return { type: 'TrueFalse', item, ...TrueFalse.parse(params) }
    case 'Blanks':
      return { type: 'Blanks', item, ...Blanks.parse(params) }
    default:
      return undefined
  }
}

export const maxOf = (question: Question): number => {
  switch (question.type) {
    case 'Choice':
      return question.answers.filter(({ correct }) => correct).length
    case 'TrueFalse':
      return 1
    case 'Blanks':
      return gapsOf(question.text).length
  }
}

/** A content inside another. */
export interface SubContent { library: string; params: unknown; subContentId: string }
export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
export const isSubContent = (value: unknown): value is Record<string, unknown> & SubContent =>
  isObject(value) && typeof value.library === 'string' && typeof value.subContentId === 'string'

/** Every question inside a content, in reading order, however deep its containers nest. */
export const questionsIn = (library: string, params: unknown): Question[] => {
  const own = questionOf(ALONE, library, params)
  if (own) return [own]
  const walk = (value: unknown): Question[] => {
    if (Array.isArray(value)) return value.flatMap(walk)
    if (!isObject(value)) return []
    const question = isSubContent(value) ? questionOf(value.subContentId, value.library, value.params) : undefined
    return question ? [question] : Object.values(value).flatMap(walk)
  }
  return walk(params)
}
