import { isDeepStrictEqual } from 'node:util'
import type { LedgerEvent, Slice, Slices, Standing } from './model.js'

/** Each domain's slice under its name. */
export type SliceMap = { [K in keyof Slices]: Slice<Slices[K]> }
type AnySlices = [string, Slice<unknown>][]

const entries = (slices: SliceMap): AnySlices => Object.entries(slices) as unknown as AnySlices

export const freshStanding = (slices: SliceMap, run: string, learner: string): Standing =>
  ({
    _id: `${run}:${learner}`, run, learner, v: 0, at: new Date(0),
    ...Object.fromEntries(entries(slices).map(([name, slice]) => [name, slice.initial()])),
  }) as Standing

/** The standing after the event. */
export const foldEvent = (slices: SliceMap, standing: Standing, event: LedgerEvent): Standing => {
  const next: Record<string, unknown> = { ...standing, v: event.v, at: event.at }
  for (const [name, slice] of entries(slices)) next[name] = slice.evolve(next[name] ?? slice.initial(), event)
  return next as unknown as Standing
}

const isPlain = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !(value instanceof Date)

/** The paths at which two standings differ. */
export const differences = (a: unknown, b: unknown, path = ''): string[] => {
  if (isDeepStrictEqual(a, b)) return []
  if (!isPlain(a) || !isPlain(b)) return [path]
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].flatMap((key) => differences(a[key], b[key], path ? `${path}.${key}` : key))
}
