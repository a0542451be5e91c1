export interface Kept<T> {
  get(key: string): T | undefined
  set(key: string, value: T): T
  clear(): void
}

/**
 * Remembers for a short time what every request asks for and what seldom changes. What this node writes it clears; another node
 * sees a change after `ms` at the latest.
 */
export const keptFor = <T>(ms: number, most = 10_000): Kept<T> => {
  const entries = new Map<string, { value: T; until: number }>()
  return {
    get(key) {
      const found = entries.get(key)
      return found && found.until > Date.now() ? found.value : undefined
    },
    set(key, value) {
      if (entries.size >= most) entries.clear()
      entries.set(key, { value, until: Date.now() + ms })
      return value
    },
    clear: () => entries.clear(),
  }
}
