/* global window, document, setTimeout */
// Runs in a content's frame before its scripts: notes what is told by xAPI, and lets a content be found by its id.
{
  const instances = new Map()
  const told = []

  /** A content inside, with its place in the page marked by its id. */
  const note = (id, instance) => {
    instances.set(id, instance)
    const attach = instance.attach
    if (typeof attach !== 'function') return
    instance.attach = function ($container) {
      $container?.attr?.('data-conformance', id)
      return attach.apply(this, arguments)
    }
  }
  const watch = (H5P) => {
    const make = H5P.newRunnable
    H5P.newRunnable = function (library, contentId, $container, ...more) {
      // Attached afterwards, so that its place can be marked first.
      const instance = make.call(this, library, contentId, undefined, ...more)
      if (!instance) return instance
      const [extras = {}] = more.slice(1)
      const id = library.subContentId ?? '_'
      note(id, instance)
      if ($container) {
        $container.toggleClass('h5p-standalone', Boolean(extras.standalone))
        instance.attach($container)
      }
      return instance
    }
    H5P.externalDispatcher.on('xAPI', ({ data: { statement } }) => told.push(statement.verb.id.split('/').pop()))
  }
  document.addEventListener('DOMContentLoaded', () => watch(window.H5P))

  const root = () => window.H5P.instances[0]
  const responseOf = ({ statement, children }) => children?.map((part) => part.statement.result?.response ?? '') ?? statement.result?.response ?? ''
  const idOf = ({ statement }) => statement.object.id.split('?subContentId=')[1] ?? '_'
  /** A type as it stands: what it was answered, and what it says that is worth. */
  const standOf = (data) => ({ response: responseOf(data), raw: data.statement.result?.score?.raw ?? 0, max: data.statement.result?.score?.max ?? 0 })

  /** What all questions in a container say of themselves; by the type's own report, or by its instance. */
  const stands = (items) => {
    const found = {}
    const look = (data) => {
      if (items.includes(idOf(data))) found[idOf(data)] = standOf(data)
      else data.children?.forEach(look)
    }
    const data = root().getXAPIData?.()
    if (data) look(data)
    for (const id of items) {
      const instance = instances.get(id)
      if (!found[id] && instance?.getXAPIData) found[id] = standOf(instance.getXAPIData())
    }
    return found
  }

  /** The index in a list that a share of it names. */
  const shareOf = (list, share) => list[Math.floor(share * list.length)]

  const act = (place, { fill, presses = [] }) => {
    if (fill) [...place.querySelectorAll(fill.selector)].forEach((input, index) => (input.value = fill.values[index % fill.values.length]))
    for (const { selector, share } of presses) shareOf([...place.querySelectorAll(selector)], share)?.click()
  }
  /** Where a part of a container is; one that waits for its slide or its second is brought there. */
  const placeOf = (id, around) => {
    const found = around.querySelector(`[data-conformance="${id}"]`)
    if (found) return found
    const place = around.appendChild(document.createElement('div'))
    instances.get(id).attach(window.H5P.jQuery(place))
    return place
  }
  /** What a container's own report says of the questions in it. */
  const reportOf = (data, ids) => ids.has(idOf(data)) ? [[idOf(data), standOf(data)]] : (data.children ?? []).flatMap((child) => reportOf(child, ids))

  /** Makes a question or a container with a state, types and presses in it, and says how it stands: all by the type's own code. */
  const stand = async ({ library, params, state, parts = {}, wait = 0, ...answered }) => {
    const place = document.createElement('div')
    document.body.append(place)
    const instance = window.H5P.newRunnable({ library, params, subContentId: 'random', metadata: {} }, root().contentId, window.H5P.jQuery(place), true, state === undefined ? {} : { previousState: state })
    act(place, answered)
    const drawn = Object.entries(parts).filter(([id]) => instances.has(id))
    for (const [id, each] of drawn) act(placeOf(id, place), each)
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    // A film counts a question when it tells anything.
    for (const [id] of drawn) instances.get(id).triggerXAPI('interacted')
    const data = instance.getXAPIData()
    const { response, raw, max } = standOf(data)
    const [score, maxScore] = [instance.getScore(), instance.getMaxScore()]
    const inside = Object.fromEntries(reportOf(data, new Set(drawn.map(([id]) => id))).map(([id, told]) => [id, { ...told, score: instances.get(id).getScore(), maxScore: instances.get(id).getMaxScore() }]))
    place.remove()
    return { response, raw, max, score, maxScore, inside }
  }

  window.conformance = { instances, told, root, stands, stand, state: () => root()?.getCurrentState?.() }
}
