import { z } from 'zod'
import { isObject } from '../sub-content.js'

/** Questions of ours may say why the right answer is right, once it was given. */
export const Explained = z.object({ explain: z.string().optional() })
export const explanation = ({ explain }: z.output<typeof Explained>): string[] => (explain ? [explain] : [])

/** What only the server may see, wherever in a question of ours it stands. */
const KEYS = new Set(['correct', 'feedback', 'explain'])

/** The parameters without the keys. */
export const withoutKeys = (params: Record<string, unknown>): Record<string, unknown> => {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    return isObject(value) ? withoutKeys(value) : value
  }
  return Object.fromEntries(Object.entries(params).flatMap(([key, each]) => (KEYS.has(key) ? [] : [[key, walk(each)]])))
}
