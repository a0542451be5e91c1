/** Does the work for each, so many at a time, and answers in their order. */
export const inTurns = async <T, R>(most: number, all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> => {
  const done: R[] = []
  const rest = all.entries()
  const worker = async (): Promise<void> => {
    for (const [index, each] of rest) done[index] = await work(each)
  }
  await Promise.all(Array.from({ length: Math.min(most, all.length) }, worker))
  return done
}
