import { randomInt } from 'node:crypto'

/** Letters and digits that are read and heard as one thing only. */
const SIGNS = '23456789ABCDEFGHJKMNPQRTUVWXYZ'
const LENGTH = 6

/** A code short enough to be told on the telephone: «7KQ-4M2». */
export const newCode = (): string => written(Array.from({ length: LENGTH }, () => SIGNS[randomInt(SIGNS.length)]).join(''))

const written = (signs: string): string => `${signs.slice(0, LENGTH / 2)}-${signs.slice(LENGTH / 2)}`

/** What somebody typed, as a code is written; undefined where it can't be one. */
export const readCode = (typed: string): string | undefined => {
  const signs = typed.toUpperCase().replace(/[\s\u2066-\u2069–-]/g, '')
  return signs.length === LENGTH && [...signs].every((sign) => SIGNS.includes(sign)) ? written(signs) : undefined
}
