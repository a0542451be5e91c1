import { z } from 'zod'
import type { Clue } from '../model.js'
import type { Question } from './model.js'
import { asksSomeOnly, isToldPart, toldPart } from './official/index.js'
import { readerOf, wrapperOf } from './registry.js'
import { isObject, isSubContent, machineNameOf } from './sub-content.js'

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
const canBeKept = (item: string): boolean => /^[\w-]{1,64}$/.test(item) && !(item in {})
const isAskable = ({ kind, max, item }: Question): boolean => kind === 'verified' || (canBeKept(item) && (max > 0 || kind === 'self-reported'))

/**
 * Every question inside a content, in reading order, however deep its containers nest; beside them, the parts that can't be scored
 * again and tell when they are answered. What a wrapper around a question earns, it earns too.
 * @throws ZodError for a question that isn't one, unless the content may be unfinished: then it is left out.
 */
export const questionsIn = (library: string, params: unknown, { unfinished = false } = {}): Question[] => {
  const enter = (item: string, library: string, params: unknown, around: Around): Question[] => {
    const told = [toldPart(item, machineNameOf(library))].filter(isAskable)
    if (asksSomeOnly(library, params)) return told
    const reader = readerOf(library)
    if (reader) return readOr(() => reader.read(item, params), unfinished).filter(isAskable).map((question) => ({ ...question, earned: [...question.earned, ...around.earned], ...(around.clue ? { clue: around.clue } : {}) }))
    const wrapper = isObject(params) ? wrapperOf(library) : undefined
    if (!wrapper || !isObject(params)) {
      const inside = walk(params, around)
      return inside.length === 0 && isToldPart(library) ? told : inside
    }
    const clue = wrapper.clue?.(params) ?? around.clue
    return walk(params, { earned: [...around.earned, ...wrapper.earned(params)], ...(clue ? { clue } : {}) })
  }
  const walk = (value: unknown, around: Around): Question[] => {
    if (Array.isArray(value)) return value.flatMap((each) => walk(each, around))
    if (!isObject(value)) return []
    if (isSubContent(value)) return enter(value.subContentId, value.library, value.params, around)
    return Object.values(value).flatMap((each) => walk(each, around))
  }
  const all = enter(ALONE, library, params, { earned: [] })
  // Where nothing is scored, the whole says that it is done.
  return all.some(({ kind }) => kind !== 'self-reported') ? all : []
}

/** Whether a content asks anything that the server scores. */
export const asks = (library: string, params: unknown): boolean => questionsIn(library, params, { unfinished: true }).length > 0
