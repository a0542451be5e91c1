import { z } from 'zod'

/** A question of a course file, with what the author holds to be right and something wrong of the same shape. */
export interface Question { item: string; right: unknown; wrong: unknown }

const Choice = z.object({ answers: z.array(z.object({ correct: z.boolean().optional() })) })
const TrueFalse = z.object({ correct: z.enum(['true', 'false']) })
const Blanks = z.object({ text: z.string() })
const Lock = z.object({ words: z.array(z.string()).min(1) })
const Reflection = z.object({ min: z.number() })

/** `*one/another:tip*` takes «one». */
const gapsOf = (text: string): string[] => [...text.matchAll(/\*([^*]+)\*/g)].map(([, gap = '']) => gap.split(/[/:]/)[0]?.trim() ?? '')

const questionOf = (item: string, library: string, params: unknown): Question | undefined => {
  if (library.startsWith('Keyroom.Choice ')) {
    const { answers } = Choice.parse(params)
    const indexes = (correct: boolean) => answers.flatMap((answer, index) => ((answer.correct ?? false) === correct ? [index] : []))
    return { item, right: indexes(true), wrong: indexes(false).slice(0, 1) }
  }
  if (library.startsWith('Keyroom.TrueFalse ')) {
    const right = TrueFalse.parse(params).correct === 'true'
    return { item, right, wrong: !right }
  }
  if (library.startsWith('Keyroom.Blanks ')) {
    const right = gapsOf(Blanks.parse(params).text)
    return { item, right, wrong: right.map(() => '?') }
  }
  if (library.startsWith('Keyroom.Lock ')) return { item, right: Lock.parse(params).words[0], wrong: '?' }
  // What is for the writer alone never leaves the browser: the server is told how many words there are.
  if (library.startsWith('Keyroom.Reflection ')) return { item, right: { words: Reflection.parse(params).min * 2 }, wrong: { words: 1 } }
  return undefined
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Every question inside a content, in reading order, however deep its containers nest. A content that is one question has the item «_». */
export const questionsOf = (library: string, params: unknown): Question[] => {
  const own = questionOf('_', library, params)
  if (own) return [own]
  const found: Question[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk)
    if (!isObject(value)) return
    if (typeof value.library === 'string' && typeof value.subContentId === 'string') {
      const question = questionOf(value.subContentId, value.library, value.params)
      if (question) return void found.push(question)
    }
    Object.values(value).forEach(walk)
  }
  walk(params)
  return found
}
