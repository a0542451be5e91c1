/**
 * Official types score themselves and tell by xAPI what was answered. This takes the answers out of what they tell and has the
 * server score them again; our own types ask it by themselves. In the page only where such questions are.
 */
{
  const { keyroom, contents } = window.H5PIntegration
  const [{ url }] = Object.values(contents)
  /** Nobody scores these again: that they were answered is all there is to tell. */
  const unscored = new Set(keyroom.unscored)
  const items = new Set([...keyroom.official, ...unscored])
  /** Types that are one question of several parts: a response is a text for each. */
  const PARTS = new Set(['H5P.SingleChoiceSet', 'H5P.Summary'])

  /** The content inside that a statement is about, by the id it was saved under. */
  const itemOf = ({ object }) => {
    const [whole, inside] = (object?.id ?? '').split('?subContentId=')
    return whole === url ? (inside ?? '_') : undefined
  }
  const isBlank = (response) => [response].flat().every((text) => text.replaceAll('[,]', '') === '')

  const sent = new Map(Object.entries(keyroom.items).map(([item, { response }]) => [item, JSON.stringify(response)]))
  const isNew = (item, response) => !keyroom.items[item]?.correct && sent.get(item) !== JSON.stringify(response)

  /** The learner is done with the whole. */
  let closed = false
  /** Each is kept at once, as it was given, whatever becomes of the line. What the server refuses is said by the bridge. */
  const send = async (item, response, { raw } = {}) => {
    if (!isNew(item, response)) return
    sent.set(item, JSON.stringify(response))
    try {
      const { score } = await keyroom.answer(item, response, { each: true })
      if (Number.isFinite(raw) && raw !== score && !unscored.has(item)) console.info(`Keyroom: ${item} scores ${score} on the server, ${raw} in the browser. The server's counts.`)
    } catch ({ kept }) {
      if (kept) return // it is sent under the next session
      sent.delete(item)
      if (closed && response !== '') void send(item, '')
    }
  }

  /** All that a container says was answered inside it. What wasn't is no answer, unless leaving it out is right. */
  const harvest = ({ statement, children }) => {
    const item = itemOf(statement)
    if (!items.has(item)) return (children ?? []).forEach(harvest)
    const response = children ? children.map((part) => part.statement.result?.response ?? '') : statement.result?.response
    const score = statement.result?.score
    if (response !== undefined && (!isBlank(response) || score?.raw > 0)) send(item, response, score)
  }

  /** What they left out is answered with nothing. */
  const closeAll = () => {
    closed = true
    for (const item of items) if (!sent.has(item)) void send(item, '')
  }

  function listen(event) {
    const { statement } = event.data
    if (!['answered', 'completed'].includes(event.getVerb())) return
    const item = itemOf(statement)
    const { response, score } = statement.result ?? {}
    if (unscored.has(item)) return send(item, typeof response === 'string' ? response : '')
    const hasParts = PARTS.has(this.libraryInfo?.machineName)
    if (items.has(item) && !hasParts) return response !== undefined && send(item, response, score)
    // A part alone carries its response; the whole has none of its own.
    if (hasParts && response !== undefined) return
    // A page of a book is done once its last question was touched, not answered.
    if (item !== '_' && this.libraryInfo?.machineName === 'H5P.Column') return
    if (typeof this.getXAPIData === 'function') harvest(this.getXAPIData())
    if (item === '_' && !items.has('_')) closeAll()
  }
  document.addEventListener('DOMContentLoaded', () => window.H5P.externalDispatcher.on('xAPI', listen))
}
