import { z } from 'zod'
import { isObject } from '../sub-content.js'

/**
 * Parameters as a type's own script takes them: what is missing or of another shape is as if it weren't there. An author of an
 * official type has nobody here to complain to, so nothing is refused.
 */
export const lenient = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (isObject(value) ? value : {}), schema)

/** A list without what isn't of its shape. */
export const listed = <T extends z.ZodType>(each: T) =>
  z.unknown().optional().transform((value) =>
    (Array.isArray(value) ? (value as unknown[]) : []).flatMap((one) => {
      const parsed = each.safeParse(one)
      return parsed.success ? [parsed.data] : []
    }),
  )
