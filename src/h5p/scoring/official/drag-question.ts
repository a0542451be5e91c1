import { z } from 'zod'
import { reader } from '../model.js'
import { lenient, listed } from './params.js'
import { listOf, readResponse } from './response.js'

const Id = z.union([z.string(), z.number()]).transform(Number)
const Zone = lenient(z.object({ correctElements: listed(Id) }))
const Element = lenient(z.object({ dropZones: listed(Id), multiple: z.boolean().catch(false) }))
const Task = lenient(z.object({ elements: listed(Element), dropZones: listed(Zone) }))
const Behaviour = lenient(z.object({ singlePoint: z.boolean().catch(false), applyPenalties: z.boolean().catch(true) }))
const DragQuestion = lenient(z.object({ question: lenient(z.object({ task: Task })), behaviour: Behaviour }))
type DragQuestion = z.output<typeof DragQuestion>

/** Nothing belongs anywhere: leaving all where it is earns the point. */
const isBlankRight = ({ question }: DragQuestion): boolean => question.task.dropZones.every(({ correctElements }) => correctElements.length === 0)

const zonesOf = ({ question }: DragQuestion, element: number): number[] =>
  question.task.dropZones.flatMap(({ correctElements }, zone) => correctElements.filter((each) => each === element).map(() => zone))

/** An element that can be in several zones at once can earn as often. */
const sumOf = (params: DragQuestion): number => {
  if (isBlankRight(params)) return 1
  return params.question.task.elements.reduce((sum, { multiple }, index) => {
    const zones = zonesOf(params, index)
    return sum + (multiple ? zones.length : Math.min(1, zones.length))
  }, 0)
}

const Placed = z.string().regex(/^\d{1,5}\[\.\]\d{1,5}$/).transform((pair) => pair.split('[.]').map(Number) as [zone: number, element: number])

/** Different pairs of a zone and an element that may be put there; what isn't `multiple` is in one zone at most. */
const placements = ({ question: { task } }: DragQuestion) =>
  listOf(Placed).refine((pairs) => {
    const elements = pairs.map(([, element]) => element)
    const isAllowed = pairs.every(([zone, element]) => zone < task.dropZones.length && task.elements[element]?.dropZones.includes(zone))
    const isOnce = elements.every((element, index) => task.elements[element]?.multiple || elements.indexOf(element) === index)
    return isAllowed && isOnce && new Set(pairs.map(String)).size === pairs.length
  })

/** A response is `zone[.]element` of all that was placed. A wrong place takes a point away, where the author wants that. */
export const dragQuestion = reader<DragQuestion>({
  machineName: 'H5P.DragQuestion',
  kind: 'rescored',
  params: DragQuestion,
  max: (params) => (params.behaviour.singlePoint ? 1 : sumOf(params)),
  mark(params, response) {
    const { singlePoint, applyPenalties } = params.behaviour
    const placed = readResponse(placements(params), response)
    const right = placed.filter(([zone, element]) => zonesOf(params, element).includes(zone)).length
    const start = isBlankRight(params) ? 1 : 0
    const points = Math.max(0, start + right - (placed.length - right))
    const isFull = points === sumOf(params)
    const score = singlePoint ? Number(isFull) : applyPenalties ? points : start + right
    return { score, correct: singlePoint ? isFull : score >= sumOf(params), feedback: [] }
  },
})
