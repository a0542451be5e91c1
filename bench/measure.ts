import type { Result, Row, Sample } from './model.js'

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
}

/** Rounds before those that count: code that has just begun to run runs slowly. */
export const WARM_UP = 2

/** Subject and floor by turns, so that what the machine does beside hits both; the first rounds only warm up. */
export const inTurns = async (rounds: number, subject: (round: number) => Promise<number>, floor: (round: number) => Promise<number>): Promise<Sample[]> => {
  const samples: Sample[] = []
  for (let round = 0; round < WARM_UP + rounds; round++) samples.push({ value: await subject(round), floor: await floor(round) })
  return samples.slice(WARM_UP)
}

/** Jobs done in a second, by so many callers at once: each takes the next job when its last one is answered. */
export const rate = async <T>(jobs: readonly T[], callers: number, call: (job: T) => Promise<unknown>): Promise<number> => {
  const waiting = jobs.values()
  const caller = async (): Promise<void> => {
    for (const job of waiting) await call(job)
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: callers }, caller))
  return (jobs.length * 1000) / (performance.now() - start)
}

export const resultOf = ({ name, aim, better, unit }: Row, rounds: readonly Sample[]): Result => {
  const samples = rounds.map(({ value, floor }) => value / floor)
  return { name, ratio: median(samples), aim, better, value: median(rounds.map((each) => each.value)), floor: median(rounds.map((each) => each.floor)), unit, samples }
}

export const isMet = ({ ratio, aim, better }: Result): boolean => (better === 'higher' ? ratio >= aim : ratio < aim)
