/** What this tab remembers of who is in it and where they are; nothing where the browser lets it keep nothing. No other tab reads it. */
const NAME = 'kr-tab-'
/** A visit that ended is taken up where it was within a day. */
const LATE_MS = 86_400_000

const attempt = (work) => {
  try {
    return work()
  } catch {
    return undefined
  }
}
export const kept = (name) => attempt(() => JSON.parse(sessionStorage.getItem(name) ?? 'null')) ?? undefined
export const keep = (name, value) => attempt(() => (value === undefined ? sessionStorage.removeItem(name) : sessionStorage.setItem(name, JSON.stringify(value))))
export const keptNames = (prefix) => (attempt(() => Object.keys(sessionStorage)) ?? []).filter((name) => name.startsWith(prefix))

/** `{ whose, at, back, ended }` */
export const tabOf = (run) => kept(NAME + run) ?? {}
export const note = (run, more) => keep(NAME + run, { ...tabOf(run), ...more })

/** Who came in by a launch in this tab. Gives the page where their visit ended before, if it did. */
export const arrive = (run, whose) => {
  const before = tabOf(run)
  keep(NAME + run, { whose })
  return before.whose === whose && before.ended > Date.now() - LATE_MS ? before.at : undefined
}

/** The run of an address of ours. */
export const runIn = (path) => /^\/(?:play|insights|studio)\/([^/]+)\//.exec(path)?.[1]
