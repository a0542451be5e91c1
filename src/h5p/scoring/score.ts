import { cleanHtml } from '../clean-html.js'
import type { Scored } from '../model.js'
import type { Question } from './model.js'

const paragraph = (text: string): string => (/^\s*<(p|ul|ol|div|h\d|blockquote|table|pre)\b/i.test(text) ? text : `<p>${text}</p>`)

/**
 * Scores one answer. What it says back is what the answer has earned: of each wrong pick why, and the explanation once all is right.
 * @throws BadInput for a response of another shape.
 */
export const scoreQuestion = ({ kind, max, earned, mark, clue }: Question, response: unknown): Scored => {
  const { score, correct, feedback, pending } = mark(response)
  const told = correct ? [...feedback, ...earned] : feedback
  return {
    correct, score, max, kind,
    ...(pending ? { pending } : {}),
    ...(correct && clue ? { clue } : {}),
    ...(told.length > 0 ? { feedback: told.map((text) => cleanHtml(paragraph(text))).join('') } : {}),
  }
}
