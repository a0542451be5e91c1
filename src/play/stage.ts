import type { Course, Room } from '../courses/index.js'
import type { Stage } from './house.js'
import type { PlayState } from './model.js'
import { roomBefore } from './progress.js'

export const stageOf = ({ id }: Room, { rooms }: PlayState): Stage => (rooms[id]?.completed ? 'done' : rooms[id]?.opened ? 'open' : 'locked')

/** Whether the learner stands before this room's door: only then has it an address. */
export const isReached = (course: Course, { id }: Room, { rooms }: PlayState): boolean => {
  if (rooms[id]?.opened) return true
  const before = roomBefore(course, id)
  return before === undefined || rooms[before.id]?.opened !== undefined
}

/** Whether the room's address shows the room, or its door. */
export const isAtDoor = (course: Course, room: Room, state: PlayState): boolean =>
  state.rooms[room.id]?.opened !== undefined || (room.lock !== undefined && isReached(course, room, state))

/** The first thing to do now. Everyone has one until the house is lit, unless a door waits for its room before. */
export type Next = { kind: 'finish' } | { kind: 'room'; room: Room } | { kind: 'door'; room: Room }
export const nextOf = (course: Course, state: PlayState): Next | undefined => {
  if (state.finished) return { kind: 'finish' }
  const open = course.rooms.find((room) => stageOf(room, state) === 'open')
  if (open) return { kind: 'room', room: open }
  const door = course.rooms.find((room) => stageOf(room, state) === 'locked' && isReached(course, room, state))
  return door && { kind: 'door', room: door }
}
