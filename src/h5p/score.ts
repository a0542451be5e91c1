import { z } from 'zod'
import { read } from '../infra/index.js'
import { fits, gapsOf } from './blanks.js'
import { cleanHtml } from './clean-html.js'
import type { Scored } from './model.js'
import { maxOf, type Question } from './questions.js'

type Of<T extends Question['type']> = Extract<Question, { type: T }>
/** Points, and what was said of the wrong in it. */
interface Marked { score: number; correct: boolean; feedback: string[] }

const paragraph = (text: string): string => (/^\s*<(p|ul|ol|div|h\d|blockquote|table|pre)\b/i.test(text) ? text : `<p>${text}</p>`)

/** A right pick earns a point, a wrong one takes one away, never below none. Right is the exact set alone. */
const markChoice = ({ answers }: Of<'Choice'>, response: unknown): Marked => {
  const { picked } = read(z.object({ picked: z.array(z.int().min(0).max(answers.length - 1)).max(answers.length) }), { picked: response })
  const picks = [...new Set(picked)].flatMap((index) => answers[index] ?? [])
  const wrong = picks.filter(({ correct }) => !correct)
  const right = picks.length - wrong.length
  const all = answers.filter(({ correct }) => correct).length
  return {
    score: Math.max(0, right - wrong.length),
    correct: right === all && wrong.length === 0,
    feedback: wrong.flatMap(({ feedback }) => feedback ?? []),
  }
}
const markTrueFalse = ({ correct }: Of<'TrueFalse'>, response: unknown): Marked => {
  const { answer } = read(z.object({ answer: z.boolean() }), { answer: response })
  const isRight = String(answer) === correct
  return { score: isRight ? 1 : 0, correct: isRight, feedback: [] }
}
const markBlanks = ({ text, caseSensitive = false }: Of<'Blanks'>, response: unknown): Marked => {
  const gaps = gapsOf(text)
  const { typed } = read(z.object({ typed: z.array(z.string().max(500)).length(gaps.length) }), { typed: response })
  const score = gaps.filter((gap, index) => fits(gap, typed[index] ?? '', caseSensitive)).length
  return { score, correct: score === gaps.length, feedback: [] }
}

const mark = (question: Question, response: unknown): Marked => {
  switch (question.type) {
    case 'Choice':
      return markChoice(question, response)
    case 'TrueFalse':
      return markTrueFalse(question, response)
    case 'Blanks':
      return markBlanks(question, response)
  }
}

/** Scores one answer. What it says back is what the answer has earned: of each wrong pick why, and the explanation once all is right. */
export const scoreQuestion = (question: Question, response: unknown): Scored => {
  const { score, correct, feedback } = mark(question, response)
  const earned = correct && question.explain ? [...feedback, question.explain] : feedback
  return {
    correct, score, max: maxOf(question), kind: 'verified',
    ...(earned.length > 0 ? { feedback: earned.map((text) => cleanHtml(paragraph(text))).join('') } : {}),
  }
}
