/**
 * The box that types' own upgrade code runs in. The page around sends parameters; what the code makes of them goes back. A type's
 * `upgrades.js` fills `H5PUpgrades[type][major][minor]` with a function or with { contentUpgrade } (https://h5p.org/documentation/developers/content-upgrade).
 */
window.H5PUpgrades = {}
window.H5P = {}
const changes = JSON.parse(document.getElementById('changes').textContent)
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const versionOf = (library) => {
  const found = /^(.+) (\d+)\.(\d+)$/.exec(library)
  return { machineName: found?.[1], major: Number(found?.[2]), minor: Number(found?.[3]) }
}
const compare = (a, b) => a.major - b.major || a.minor - b.minor

/** The steps after one version, up to and with another, in order. */
const stepsBetween = (machineName, from, to) =>
  Object.entries(window.H5PUpgrades[machineName] ?? {})
    .flatMap(([major, minors]) => Object.entries(minors).map(([minor, step]) => ({ major: Number(major), minor: Number(minor), run: typeof step === 'function' ? step : step?.contentUpgrade })))
    .filter((step) => typeof step.run === 'function' && compare(step, from) > 0 && compare(step, to) <= 0)
    .sort(compare)

const once = (run, params, extras) =>
  new Promise((resolve, reject) => {
    run(params, (error, newParams, newExtras) => (error ? reject(new Error(String(error))) : resolve({ params: newParams ?? params, extras: newExtras ?? extras })), extras)
  })

/** Contents inside are brought to the newest version that the fields they stand in take. */
const inFields = async (shapes, params) => {
  if (!isObject(params)) return params
  for (const shape of shapes) if (shape.name in params) params[shape.name] = await inField(shape, params[shape.name])
  return params
}
const inField = async (shape, value) => {
  if (shape.type === 'list' && shape.field && Array.isArray(value)) return Promise.all(value.map((each) => inField(shape.field, each)))
  if (shape.type === 'group') {
    const [only] = shape.fields ?? []
    // H5P writes a group of one field as that field alone.
    return shape.fields?.length === 1 && !(isObject(value) && only.name in value) ? inField(only, value) : inFields(shape.fields ?? [], value)
  }
  if (shape.type !== 'library' || !isObject(value) || typeof value.library !== 'string') return value
  const { machineName } = versionOf(value.library)
  const taken = (shape.options ?? []).find((option) => versionOf(option).machineName === machineName)
  if (!taken) return value
  const { params, metadata } = await upgrade(value.library, taken, value.params, value.metadata)
  return { ...value, library: taken, params, ...(metadata ? { metadata } : {}) }
}

const upgrade = async (from, to, params, metadata) => {
  const [old, fresh] = [versionOf(from), versionOf(to)]
  let state = { params, extras: { metadata } }
  for (const { run } of compare(old, fresh) < 0 ? stepsBetween(old.machineName, old, fresh) : []) state = await once(run, state.params, state.extras)
  return { params: await inFields(changes[to]?.shape ?? [], state.params), metadata: state.extras?.metadata }
}

window.addEventListener('message', async ({ data, source }) => {
  if (source !== window.parent || typeof data?.task !== 'number') return
  try {
    const done = await upgrade(data.from, data.to, data.params, data.metadata)
    window.parent.postMessage({ task: data.task, ...JSON.parse(JSON.stringify(done)) }, '*')
  } catch (error) {
    window.parent.postMessage({ task: data.task, error: String(error?.message ?? error) }, '*')
  }
})
window.addEventListener('load', () => window.parent.postMessage({ ready: true }, '*'))
