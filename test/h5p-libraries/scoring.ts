/** Stands for Keyroom's server in these tests: strips the key from parameters and scores with it, by the rules both sides agreed on. */
export interface Library { library: string; params: Params; subContentId?: string; metadata?: Record<string, unknown> }
export type Params = Record<string, unknown>
export interface Verdict { correct: boolean; score: number; max: number; feedback?: string }
interface Answer { text: string; correct?: boolean; feedback?: string }

const fold = (text: string, caseSensitive: boolean): string => {
  const folded = text.normalize('NFKC').trim().replace(/\s+/g, ' ')
  return caseSensitive ? folded : folded.toLowerCase()
}
const gapsOf = (text: string): string[][] => [...text.matchAll(/\*([^*:]*)[^*]*\*/g)].map(([, answers = '']) => answers.split('/'))

const scoreChoice = (answers: Answer[], explain: string, response: number[]): Verdict => {
  const right = answers.flatMap((answer, index) => (answer.correct ? [index] : []))
  const hits = response.filter((index) => right.includes(index)).length
  const misses = response.filter((index) => !right.includes(index))
  const correct = misses.length === 0 && hits === right.length
  const told = misses.map((index) => answers[index]?.feedback ?? '').join(' ')
  return { correct, score: Math.max(0, hits - misses.length), max: Math.max(1, right.length), feedback: correct ? explain : told }
}

export const score = ({ library, params }: Library, response: unknown): Verdict => {
  const explain = String(params.explain ?? '')
  if (library.startsWith('Keyroom.Choice ')) return scoreChoice(params.answers as Answer[], explain, response as number[])
  if (library.startsWith('Keyroom.TrueFalse ')) {
    const correct = String(response) === params.correct
    return { correct, score: correct ? 1 : 0, max: 1, ...(correct && { feedback: explain }) }
  }
  if (library.startsWith('Keyroom.Lock ')) {
    const correct = (params.words as string[]).some((word) => fold(word, false) === fold(String(response), false))
    return { correct, score: correct ? 1 : 0, max: 1, ...(correct && { feedback: explain }) }
  }
  const gaps = gapsOf(String(params.text))
  const written = response as string[]
  const sensitive = params.caseSensitive === true
  const hits = gaps.filter((answers, index) => answers.some((answer) => fold(answer, sensitive) === fold(written[index] ?? '', sensitive))).length
  return { correct: hits === gaps.length, score: hits, max: gaps.length, ...(hits === gaps.length && { feedback: explain }) }
}

/** What a correct response to a question is. */
export const keyOf = ({ library, params }: Library): unknown => {
  if (library.startsWith('Keyroom.Choice ')) return (params.answers as Answer[]).flatMap((answer, index) => (answer.correct ? [index] : []))
  if (library.startsWith('Keyroom.TrueFalse ')) return params.correct === 'true'
  if (library.startsWith('Keyroom.Lock ')) return (params.words as string[])[0]
  return gapsOf(String(params.text)).map(([first = '']) => first)
}

const isLibrary = (value: object): value is Library => 'library' in value && 'params' in value && typeof value.library === 'string'
const QUESTION = /^Keyroom\.(Choice|TrueFalse|Blanks|Lock) /

/** Every question inside a content, itself included, by its item id. */
export const questionsOf = (content: Library): Map<string, Library> => {
  const found = new Map<string, Library>()
  if (QUESTION.test(content.library)) return found.set(content.subContentId ?? '_', content)
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if (isLibrary(value) && QUESTION.test(value.library)) return void found.set(value.subContentId ?? '_', value)
    Object.values(value).forEach(walk)
  }
  walk(content.params)
  return found
}

/** The parameters as Keyroom sends them to the browser: without anything that tells the answer. */
export const strip = <T>(value: T): T => {
  const copy = structuredClone(value)
  const walk = (each: unknown): void => {
    if (typeof each !== 'object' || each === null) return
    if (isLibrary(each) && QUESTION.test(each.library)) return stripOne(each)
    Object.values(each).forEach(walk)
  }
  walk(copy)
  return copy
}

const stripOne = ({ library, params }: Library): void => {
  if (library.startsWith('Keyroom.Choice ')) {
    const answers = params.answers as Answer[]
    params.multiple = answers.filter(({ correct }) => correct).length > 1
    params.answers = answers.map(({ text }) => ({ text }))
  }
  if (typeof params.text === 'string') params.text = params.text.replace(/\*[^*:]*(:?[^*]*)\*/g, '*$1*')
  delete params.correct
  delete params.words
  delete params.explain
  delete params.feedback
}
