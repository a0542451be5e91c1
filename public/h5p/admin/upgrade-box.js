/**
 * The box that types' own upgrade code runs in. The page around sends parameters; what the code makes of them goes back. A type's
 * `upgrades.js` fills `H5PUpgrades[type][major][minor]` with a function or with { contentUpgrade } (https://h5p.org/documentation/developers/content-upgrade).
 */
window.H5PUpgrades = {}
/** All that upgrade code asks of H5P's core. */
window.H5P = {
  createUUID: () => 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => (crypto.getRandomValues(new Uint8Array(1))[0] & 15).toString(16)),
}
const changes = JSON.parse(document.getElementById('changes').textContent)
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const versionOf = (library) => {
  const found = /^(.+) (\d+)\.(\d+)$/.exec(library)
  return { machineName: found?.[1], major: Number(found?.[2]), minor: Number(found?.[3]) }
}
const compare = (a, b) => a.major - b.major || a.minor - b.minor
/** Why a draft isn't changed: the page has the sentence. */
class Kept extends Error {
  constructor(why, about) {
    super(why)
    this.about = about
  }
}

/** The steps after one version, up to and with another, in order. */
const stepsBetween = (machineName, from, to) =>
  Object.entries(window.H5PUpgrades[machineName] ?? {})
    .flatMap(([major, minors]) => Object.entries(minors).map(([minor, step]) => ({ major: Number(major), minor: Number(minor), run: typeof step === 'function' ? step : step?.contentUpgrade })))
    .filter((step) => typeof step.run === 'function' && compare(step, from) > 0 && compare(step, to) <= 0)
    .sort(compare)

const once = (run, params, extras) =>
  new Promise((resolve, reject) => {
    run(params, (error, newParams, newExtras) => (error ? reject(new Error(String(error?.message ?? error))) : resolve({ params: newParams ?? params, extras: newExtras ?? extras })), extras)
  })

/** Which version a content inside gets. In a type that was raised: the newest its place takes; what is newer than that, H5P refuses. */
const asItsPlaceTakes = (library, options, holder) => {
  const used = versionOf(library)
  const named = options.filter((option) => versionOf(option).machineName === used.machineName).sort((a, b) => compare(versionOf(b), versionOf(a)))
  if (named.length === 0) return library
  const best = named.find((option) => option in changes)
  if (!best) throw new Kept('absent', { library: named[0] })
  if (compare(versionOf(best), used) < 0) throw new Kept('too-new', { library, holder })
  return best
}
/** In a type that stays as it is: the one that is asked for alone, where its place takes it. */
const only = (from, to) => {
  const seen = { raised: 0, holder: undefined }
  return {
    seen,
    choose(library, options, holder) {
      if (library !== from) return library
      if (options.includes(to)) seen.raised += 1
      else seen.holder = holder
      return options.includes(to) ? to : library
    },
  }
}

const inFields = async (shapes, params, inside) => {
  if (!isObject(params)) return params
  for (const shape of shapes) if (shape.name in params) params[shape.name] = await inField(shape, params[shape.name], inside)
  return params
}
const inField = async (shape, value, inside) => {
  if (shape.type === 'list' && shape.field && Array.isArray(value)) return Promise.all(value.map((each) => inField(shape.field, each, inside)))
  if (shape.type === 'group') {
    const [only] = shape.fields ?? []
    // H5P writes a group of one field as that field alone.
    return shape.fields?.length === 1 && !(isObject(value) && only.name in value) ? inField(only, value, inside) : inFields(shape.fields ?? [], value, inside)
  }
  if (shape.type !== 'library' || !isObject(value) || typeof value.library !== 'string') return value
  const library = inside.choose(value.library, shape.options ?? [], inside.holder)
  // What a raised type holds is raised with it, however deep.
  const { params, metadata } = await bring(value.library, library, value, library === value.library ? inside.choose : asItsPlaceTakes)
  return { ...value, library, params, ...(metadata ? { metadata } : {}) }
}

/** The type's own steps first, as H5P does it, then what stands inside. */
const bring = async (from, to, { params, metadata }, choose) => {
  const [old, fresh] = [versionOf(from), versionOf(to)]
  let state = { params, extras: { metadata } }
  for (const { run } of compare(old, fresh) < 0 ? stepsBetween(old.machineName, old, fresh) : []) state = await once(run, state.params, state.extras)
  return { params: await inFields(changes[to]?.shape ?? [], state.params, { choose, holder: to }), metadata: state.extras?.metadata }
}
const bringDraft = async ({ from, to, library, ...content }) => {
  if (library === from) return bring(from, to, content, asItsPlaceTakes)
  const { seen, choose } = only(from, to)
  const done = await bring(library, library, content, choose)
  if (seen.raised === 0) throw new Kept(seen.holder ? 'not-taken' : 'unreached', { holder: seen.holder })
  return done
}

window.addEventListener('message', async ({ data, source }) => {
  if (source !== window.parent || typeof data?.task !== 'number') return
  try {
    window.parent.postMessage({ task: data.task, ...JSON.parse(JSON.stringify(await bringDraft(data))) }, '*')
  } catch (error) {
    const said = error instanceof Kept ? { why: error.message, about: error.about } : { why: 'failed', about: { reason: String(error?.message ?? error) } }
    window.parent.postMessage({ task: data.task, ...said }, '*')
  }
})
window.addEventListener('load', () => window.parent.postMessage({ ready: true }, '*'))
