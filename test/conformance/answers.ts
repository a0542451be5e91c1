/** A right and a wrong response for a question, as xAPI writes it: what somebody would answer who reads its parameters. */
export interface Known { right: unknown; wrong: unknown }
/** A question inside a content. */
export interface Asked { id: string; machineName: string; params: Params }
export type Params = Record<string, unknown>

const isObject = (value: unknown): value is Params => typeof value === 'object' && value !== null && !Array.isArray(value)
export const objects = (value: unknown): Params[] => (Array.isArray(value) ? value.filter(isObject) : [])
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [])
export const at = (params: unknown, ...names: string[]): unknown => names.reduce((value: unknown, name) => (isObject(value) ? value[name] : undefined), params)
const list = (all: unknown[]): string => all.join('[,]')

/** What stands between stars, without tips. */
export const starred = (text: string): string[] => [...text.matchAll(/\*([^*]+)\*/g)].map(([, inside = '']) => inside.split(/[:\\]/)[0] ?? '')

const choice = (params: Params): Known => {
  const answers = objects(params.answers)
  const right = answers.flatMap(({ correct }, index) => (correct === true ? [index] : []))
  const wrong = answers.flatMap(({ correct }, index) => (correct === true ? [] : [index]))
  const type = at(params, 'behaviour', 'type')
  const single = type === 'single' || (type !== 'multi' && right.length === 1)
  return { right: list(single ? right.slice(0, 1) : right), wrong: list(single ? wrong.slice(0, 1) : wrong) }
}

const dragText = (params: Params): Known => {
  const words = starred(String(params.textField))
  return { right: list(words), wrong: list(words.length > 1 ? [...words.slice(1), words[0]] : starred(String(params.distractors)).slice(0, 1)) }
}

const dragQuestion = (params: Params): Known => {
  const zones = objects(at(params, 'question', 'task', 'dropZones')).map(({ correctElements }) => texts(correctElements))
  const elements = objects(at(params, 'question', 'task', 'elements')).map(({ dropZones }) => texts(dropZones))
  const put = (isWanted: (zone: string[], element: number) => boolean): string =>
    list(elements.flatMap((allowed, element) => {
      const zone = zones.findIndex((each, index) => allowed.includes(String(index)) && isWanted(each, element))
      return zone < 0 ? [] : [`${zone}[.]${element}`]
    }))
  return { right: put((zone, element) => zone.includes(String(element))), wrong: put((zone, element) => !zone.includes(String(element))) }
}

/** By type; a text whose words the type itself must count (`MarkTheWords`) is asked of the page. */
const KNOWN: Record<string, (params: Params) => Known> = {
  'H5P.MultiChoice': choice,
  'H5P.TrueFalse': ({ correct }) => ({ right: String(correct), wrong: correct === 'true' ? 'false' : 'true' }),
  'H5P.Blanks': (params) => {
    const gaps = texts(params.questions).flatMap(starred)
    return { right: list(gaps.map((gap) => gap.split('/')[0]?.trim())), wrong: list(gaps.map(() => 'something else')) }
  },
  'H5P.DragText': dragText,
  'H5P.DragQuestion': dragQuestion,
  'H5P.SingleChoiceSet': ({ choices }) => ({ right: objects(choices).map(() => '0'), wrong: objects(choices).map(() => '1') }),
  'H5P.Summary': ({ summaries }) => {
    const groups = objects(summaries).filter(({ summary }) => Array.isArray(summary))
    return { right: groups.map(() => '0'), wrong: groups.map(() => '1[,]0') }
  },
}
export const SCORED = [...Object.keys(KNOWN), 'H5P.MarkTheWords']
export const knownOf = ({ machineName, params }: Asked): Known | undefined => KNOWN[machineName]?.(params)

/** All questions of a content that hands here can answer, in reading order. */
export const askedIn = (library: string, params: unknown, id = '_'): Asked[] => {
  const machineName = library.split(' ')[0] ?? ''
  if (SCORED.includes(machineName)) return isObject(params) ? [{ id, machineName, params }] : []
  const walk = (value: unknown): Asked[] => {
    if (Array.isArray(value)) return value.flatMap(walk)
    if (!isObject(value)) return []
    if (typeof value.library === 'string' && typeof value.subContentId === 'string') return askedIn(value.library, value.params, value.subContentId)
    return Object.values(value).flatMap(walk)
  }
  return walk(params)
}
