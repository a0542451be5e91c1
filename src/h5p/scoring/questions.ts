import { z } from 'zod'
import type { Clue } from '../model.js'
import type { Question } from './model.js'
import { asksSomeOnly } from './official/index.js'
import { readerOf, wrapperOf } from './registry.js'
import { isObject, isSubContent } from './sub-content.js'

/** The item of a content that is one question. */
export const ALONE = '_'

/** What the wrappers around a question add to it. */
interface Around { earned: string[]; clue?: Clue }

/** A draft may hold a question that isn't one yet. */
const readOr = (read: () => Question, unfinished: boolean): Question[] => {
  try {
    return [read()]
  } catch (error) {
    if (unfinished && error instanceof z.ZodError) return []
    throw error
  }
}

/** An official content comes as somebody made it: what can't be answered or kept by its id is no question to us. */
const isAskable = ({ kind, max, item }: Question): boolean => kind !== 'rescored' || (max > 0 && /^[\w-]{1,64}$/.test(item) && !(item in {}))

/**
 * Every question inside a content, in reading order, however deep its containers nest. What a wrapper around it earns, it earns too.
 * @throws ZodError for a question that isn't one, unless the content may be unfinished: then it is left out.
 */
export const questionsIn = (library: string, params: unknown, { unfinished = false } = {}): Question[] => {
  const enter = (item: string, library: string, params: unknown, around: Around): Question[] => {
    if (asksSomeOnly(library, params)) return []
    const reader = readerOf(library)
    if (reader) return readOr(() => reader.read(item, params), unfinished).filter(isAskable).map((question) => ({ ...question, earned: [...question.earned, ...around.earned], ...(around.clue ? { clue: around.clue } : {}) }))
    const wrapper = isObject(params) ? wrapperOf(library) : undefined
    if (!wrapper || !isObject(params)) return walk(params, around)
    const clue = wrapper.clue?.(params) ?? around.clue
    return walk(params, { earned: [...around.earned, ...wrapper.earned(params)], ...(clue ? { clue } : {}) })
  }
  const walk = (value: unknown, around: Around): Question[] => {
    if (Array.isArray(value)) return value.flatMap((each) => walk(each, around))
    if (!isObject(value)) return []
    if (isSubContent(value)) return enter(value.subContentId, value.library, value.params, around)
    return Object.values(value).flatMap((each) => walk(each, around))
  }
  return enter(ALONE, library, params, { earned: [] })
}

/** Whether a content asks anything that the server scores. */
export const asks = (library: string, params: unknown): boolean => questionsIn(library, params, { unfinished: true }).length > 0
