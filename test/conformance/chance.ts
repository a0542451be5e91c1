/** Chance that can be had again: the same seed gives the same. */
export interface Chance {
  /** 0 to 1, without 1. */
  share(): number
  /** A whole number, both ends among them. */
  whole(from: number, to: number): number
  yes(share?: number): boolean
  one<T>(of: readonly T[]): T
  some<T>(of: readonly T[]): T[]
  times<T>(from: number, to: number, make: (index: number) => T): T[]
}

export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0
  const share = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (from: number, to: number): number => from + Math.floor(share() * (to - from + 1))
  const chance: Chance = {
    share, whole,
    yes: (likely = 0.5) => share() < likely,
    one: (of) => of[whole(0, of.length - 1)] as never,
    some: (of) => of.map((each) => ({ each, at: share() })).filter(() => share() < 0.5).sort((a, b) => a.at - b.at).map(({ each }) => each),
    times: (from, to, make) => Array.from({ length: whole(from, to) }, (_, index) => make(index)),
  }
  return chance
}
