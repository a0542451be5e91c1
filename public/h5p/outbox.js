/**
 * What a learner did and the server doesn't have yet. It is kept in this browser before it is sent and forgotten once it has
 * arrived, so that neither a lost line, nor a closed window, nor a session that ended loses it. Named by learner, run and content:
 * whoever else uses this browser neither sees nor sends it. Where storage is refused, memory keeps it as long as the window.
 */
{
  const PREFIX = 'keyroom-kept:'
  const KEPT_MS = 30 * 86_400_000
  const memory = new Map()

  /** What storage refuses, be it all or one thing too many, stays in memory. */
  const stored = (use, otherwise) => {
    try {
      return use(window.localStorage)
    } catch {
      return otherwise
    }
  }
  const get = (name) => memory.get(name) ?? stored((storage) => storage.getItem(name), null)
  const set = (name, value) => {
    memory.delete(name)
    if (!stored((storage) => (storage.setItem(name, value), true), false)) memory.set(name, value)
  }
  const remove = (name) => {
    memory.delete(name)
    stored((storage) => storage.removeItem(name))
  }
  const names = (prefix) => [...new Set([...memory.keys(), ...stored(Object.keys, [])])].filter((name) => name.startsWith(prefix)).sort()
  const parsed = (name) => {
    try {
      return JSON.parse(get(name))
    } catch {
      return null
    }
  }

  /** After thirty days nobody comes back for it; also of others, whose it would stay for ever. */
  const sweep = () => {
    for (const name of names(PREFIX)) if (!(parsed(name)?.at > Date.now() - KEPT_MS)) remove(name)
  }
  sweep()

  let serial = 0
  const sortable = () => `${String(Date.now()).padStart(14, '0')}-${String((serial += 1)).padStart(6, '0')}-${Math.random().toString(36).slice(2, 8)}`

  window.KeyroomOutbox = (whose) => {
    const base = `${PREFIX}${whose}:`
    const [queue, verdicts, stateName] = [`${base}queue:`, `${base}told:`, `${base}state`]
    const verdictOn = (name) => verdicts + name.slice(queue.length)
    let turn = Promise.resolve()
    return {
      /** In the order they were put. */
      list: () => names(queue).flatMap((name) => parsed(name) ?? []),
      put(draft) {
        const name = `${queue}${sortable()}`
        const entry = { ...draft, name, at: Date.now() }
        set(name, JSON.stringify(entry))
        return entry
      },
      holds: ({ name }) => get(name) !== null,
      drop: ({ name }) => remove(name),
      /** The server's word on something another window waits for. */
      tell: ({ name }, told) => set(verdictOn(name), JSON.stringify({ told, at: Date.now() })),
      told({ name }) {
        const found = parsed(verdictOn(name))
        if (found) remove(verdictOn(name))
        return found?.told
      },
      state: () => parsed(stateName),
      keepState: (state) => set(stateName, JSON.stringify({ ...state, at: Date.now() })),
      /** Unless there is a newer one by now. */
      dropState: (data) => parsed(stateName)?.data === data && remove(stateName),
      forgetState: () => remove(stateName),
      /** One window at a time: a second one never sends the same beside the first. */
      alone(task) {
        const inTurn = () => (turn = turn.then(task, task))
        if (!navigator.locks) return inTurn()
        let began = false
        return navigator.locks.request(base, () => ((began = true), task())).catch((error) => (began ? Promise.reject(error) : inTurn()))
      },
      /** Calls when another window has told or taken something. */
      onChange(fn) {
        const listen = ({ key }) => key?.startsWith(base) && fn()
        window.addEventListener('storage', listen)
      },
    }
  }
  /** Whether anything is kept under these names; for the page around. */
  window.KeyroomOutbox.waiting = (all) => all.filter((whose) => names(`${PREFIX}${whose}:queue:`).length > 0)
}
