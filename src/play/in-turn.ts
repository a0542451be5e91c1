/** Does one after another what concerns the same thing, and side by side what doesn't. */
export const inTurn = (): (<T>(thing: string, task: () => Promise<T>) => Promise<T>) => {
  const last = new Map<string, Promise<unknown>>()
  return (thing, task) => {
    const mine = (last.get(thing) ?? Promise.resolve()).then(task)
    const ended: Promise<unknown> = mine.catch(() => undefined).then(() => {
      if (last.get(thing) === ended) last.delete(thing)
    })
    last.set(thing, ended)
    return mine
  }
}
