/**
 * What a learner did and the server doesn't have yet. It is kept in this browser before it is sent and forgotten once it has
 * arrived, so that neither a lost line, nor a closed window, nor a session that ended loses it. Named by learner, run and content,
 * and sealed (AES-GCM) under a key that only their own session is given: whoever else uses this browser neither reads nor sends it.
 * Where a browser can't seal (http on a host of the local network) it is kept as long as the window; where storage is refused, in memory.
 */
{
  const PREFIX = 'keyroom-kept:'
  const KEPT_MS = 30 * 86_400_000
  const canSeal = Boolean(window.crypto?.subtle)
  /** What isn't at rest: on its way there, or refused. */
  const memory = new Map()

  /** What storage refuses, be it all or one thing too many, stays in memory. */
  const stored = (use, otherwise, kind = canSeal ? 'localStorage' : 'sessionStorage') => {
    try {
      return use(window[kind])
    } catch {
      return otherwise
    }
  }
  const remove = (name) => {
    memory.delete(name)
    stored((storage) => storage.removeItem(name))
  }
  const names = (prefix) => [...new Set([...memory.keys(), ...stored(Object.keys, [])])].filter((name) => name.startsWith(prefix)).sort()
  const parsed = (text) => {
    try {
      return JSON.parse(text)
    } catch {
      return null
    }
  }

  /** After thirty days nobody comes back for it; also of others, whose it would stay for ever. What lies open in lasting storage goes at once. */
  const sweep = (kind) =>
    stored((storage) => {
      for (const name of Object.keys(storage).filter((each) => each.startsWith(PREFIX))) {
        const kept = parsed(storage.getItem(name))
        if (!(kept?.at > Date.now() - KEPT_MS) || (kind === 'localStorage' && !kept.sealed)) storage.removeItem(name)
      }
    }, undefined, kind)
  sweep('localStorage')
  sweep('sessionStorage')

  const bytesIn = (text) => Uint8Array.from(window.atob(text), (letter) => letter.charCodeAt(0))
  const textOf = (bytes) => window.btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  const utf8 = (text) => new window.TextEncoder().encode(text)

  /** Each thing is sealed under its name too: none can be put in another's place. */
  const makeSeal = (secret) => {
    const key = window.crypto.subtle.importKey('raw', bytesIn(secret), 'AES-GCM', false, ['encrypt', 'decrypt'])
    const by = (name, iv) => ({ name: 'AES-GCM', iv, additionalData: utf8(name) })
    return {
      async close(name, value) {
        const iv = window.crypto.getRandomValues(new Uint8Array(12))
        const sealed = await window.crypto.subtle.encrypt(by(name, iv), await key, utf8(JSON.stringify(value)))
        return { iv: textOf(iv), sealed: textOf(new Uint8Array(sealed)) }
      },
      async open(name, { iv, sealed }) {
        const clear = await window.crypto.subtle.decrypt(by(name, bytesIn(iv)), await key, bytesIn(sealed))
        return JSON.parse(new window.TextDecoder().decode(clear))
      },
    }
  }
  const unsealed = { close: async (_name, clear) => ({ clear }), open: async (_name, { clear }) => clear }

  let serial = 0
  const sortable = () => `${String(Date.now()).padStart(14, '0')}-${String((serial += 1)).padStart(6, '0')}-${Math.random().toString(36).slice(2, 8)}`

  /** `secret`: the key, in Base64. */
  window.KeyroomOutbox = (whose, secret) => {
    const base = `${PREFIX}${whose}:`
    const [queue, verdicts, stateName] = [`${base}queue:`, `${base}told:`, `${base}state`]
    const verdictOn = (name) => verdicts + name.slice(queue.length)
    const seal = canSeal ? makeSeal(secret) : unsealed
    const resting = (name) => stored((storage) => storage.getItem(name), null)

    const read = async (name) => {
      if (memory.has(name)) return memory.get(name)
      const rest = resting(name)
      if (rest === null) return undefined
      try {
        return await seal.open(name, parsed(rest))
      } catch {
        // Sealed under another key, or spoilt: nobody will ever read it.
        if (resting(name) === rest) remove(name)
        return undefined
      }
    }
    /** There at once, and at rest a moment later. */
    const write = async (name, draft) => {
      const value = { ...draft, at: Date.now() }
      memory.set(name, value)
      const rest = JSON.stringify({ ...(await seal.close(name, value)), at: value.at })
      if (memory.get(name) === value && stored((storage) => (storage.setItem(name, rest), true), false)) memory.delete(name)
    }

    let turn = Promise.resolve()
    return {
      /** Whether what is kept outlives the window. */
      lasts: canSeal,
      /** In the order they were put. */
      list: async () => (await Promise.all(names(queue).map(read))).filter(Boolean),
      put(draft) {
        const entry = { ...draft, name: `${queue}${sortable()}` }
        void write(entry.name, entry)
        return entry
      },
      drop: ({ name }) => remove(name),
      /** The server's word on something another window waits for. */
      tell: ({ name }, told) => write(verdictOn(name), { told }),
      async told({ name }) {
        const found = await read(verdictOn(name))
        if (found) remove(verdictOn(name))
        return found?.told
      },
      state: () => read(stateName),
      keepState: (state) => void write(stateName, state),
      /** Unless there is a newer one by now. */
      async dropState(data) {
        const [rest, found] = [resting(stateName), await read(stateName)]
        const newer = memory.get(stateName)
        if (found?.data === data && (newer ? newer.data === data : resting(stateName) === rest || rest === null)) remove(stateName)
      },
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
  /** Enough of a text to know it again by. */
  window.KeyroomOutbox.markOf = (text) => {
    let [one, two] = [0x811c9dc5, 0x41c6ce57]
    for (let at = 0; at < text.length; at += 1) {
      one = Math.imul(one ^ text.charCodeAt(at), 0x01000193)
      two = Math.imul(two + text.charCodeAt(at), 0x5bd1e995) ^ (two >>> 13)
    }
    return `${text.length}.${one >>> 0}.${two >>> 0}`
  }
}
