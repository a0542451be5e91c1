import { z } from 'zod'
import { read } from '../../../infra/index.js'

/** What a learner can have typed into one question; a request carries little more. */
const LONGEST = 20_000
const cut = (text: string): string[] => (text === '' ? [] : text.split('[,]'))
const Index = z.string().regex(/^\d{1,5}$/).transform(Number)

/** An index below `count`, as xAPI writes it. */
export const indexBelow = (count: number) => Index.pipe(z.int().max(count - 1))

/** xAPI's list, `0[,]2`; an empty text is an empty list. @see [xAPI, response patterns](https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Data.md#response-patterns) */
export const listOf = <T extends z.ZodType>(each: T) => z.preprocess((text) => (typeof text === 'string' && text.length <= LONGEST ? cut(text) : undefined), z.array(each))

const unique = (all: unknown[]): boolean => new Set(all).size === all.length

/** Different indexes below `count`, as a list. */
export const indexesBelow = (count: number) => listOf(indexBelow(count)).refine(unique)

/** A text for each part of a question; empty where none was answered. */
export const parts = <T extends z.ZodType>(each: T) => z.preprocess((given) => (given === '' ? [] : given), z.array(each))

/** @throws BadInput for a response of another shape. */
export const readResponse = <T extends z.ZodType>(schema: T, response: unknown): z.output<T> =>
  (read(z.object({ response: schema }), { response }) as { response: z.output<T> }).response
