import { createHash } from 'node:crypto'

const nameOf = (thing: unknown): string => createHash('sha256').update(JSON.stringify(thing)).digest('hex')

/** In an order that depends on each thing alone: always the same, and telling nothing of how they were arranged. */
export const mixed = <T>(things: readonly T[]): T[] =>
  things.map((thing) => ({ thing, name: nameOf(thing) })).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)).map(({ thing }) => thing)
