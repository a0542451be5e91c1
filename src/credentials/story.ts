import { z } from 'zod'
import type { Course, Room } from '../courses/index.js'
import type { LedgerEvent } from '../ledger/index.js'

/** From the strongest word to the weakest. */
export const RESULT_KINDS = ['verified', 'rescored', 'self-reported'] as const
export type ResultKind = (typeof RESULT_KINDS)[number]

const Completed = z.object({ room: z.string(), activity: z.string(), score: z.number(), max: z.number(), kind: z.enum(RESULT_KINDS) })
const RoomCompleted = z.object({ room: z.string() })
const Finished = z.object({ score: z.number(), max: z.number() })

export type Result = z.output<typeof Completed>
export interface RoomStory { room: string; results: Result[] }
/** What a learner did until the course was finished. What came later is no part of it, so it reads the same for ever. */
export interface FinishedStory { at: Date; score: number; max: number; rooms: RoomStory[] }

const dataOf = <T>(events: LedgerEvent[], type: string, schema: z.ZodType<T>): T[] =>
  events.filter((event) => event.type === type).map(({ data }) => schema.parse(data))

/** Read from the ledger's events in their order; undefined while the course isn't finished. */
export const storyOf = (events: LedgerEvent[]): FinishedStory | undefined => {
  const end = events.findIndex(({ type }) => type === 'finished')
  const finished = events[end]
  if (!finished) return undefined
  const before = events.slice(0, end)
  const results = dataOf(before, 'completed', Completed)
  const rooms = dataOf(before, 'room-completed', RoomCompleted).map(({ room }) => ({ room, results: results.filter((each) => each.room === room) }))
  return { at: finished.at, ...Finished.parse(finished.data), rooms }
}

/** The browser's word alone counts only where the author said that it may. */
export const counts = (room: Room | undefined, { kind, activity }: Result): boolean =>
  kind !== 'self-reported' || (room?.activities.find(({ id }) => id === activity)?.selfReported ?? false)

/** A room stands on what counts when its fixed activities do, and as many of its choices as it asks for. */
const stands = (room: Room | undefined, { results }: RoomStory): boolean => {
  const isChoice = ({ activity }: Result): boolean => room?.activities.find(({ id }) => id === activity)?.choice ?? false
  const fixed = results.filter((result) => !isChoice(result))
  const chosen = results.filter((result) => isChoice(result) && counts(room, result))
  return fixed.every((result) => counts(room, result)) && chosen.length >= Math.min(room?.choose ?? 0, results.filter(isChoice).length)
}

/** The rooms that rest on nobody's word but the browser's, against the author's will. */
export const unbackedRooms = (course: Course, { rooms }: FinishedStory): string[] =>
  rooms.filter((story) => !stands(course.rooms.find(({ id }) => id === story.room), story)).map(({ room }) => room)

/** The weakest word decides for the whole. */
export const weakest = (results: Result[]): ResultKind => RESULT_KINDS.findLast((kind) => results.some((result) => result.kind === kind)) ?? 'self-reported'
