import type { Activity, Course, Room } from '../courses/index.js'
import type { PlayState } from './model.js'

export interface Pages { done: number; of: number }

const isDone = (state: PlayState, activity: Activity): boolean => state.activities[activity.id]?.completed !== undefined

/** «Progress 1/2»: all activities that are no choice, and as many of the choices as the author asks for. */
export const pagesOf = (room: Room, state: PlayState): Pages => {
  const fixed = room.activities.filter((activity) => !activity.choice)
  const chosen = room.activities.filter((activity) => activity.choice && isDone(state, activity)).length
  return {
    done: fixed.filter((activity) => isDone(state, activity)).length + Math.min(chosen, room.choose),
    of: fixed.length + room.choose,
  }
}
export const isRoomDone = (room: Room, state: PlayState): boolean => {
  const { done, of } = pagesOf(room, state)
  return done >= of
}

/** 0–1: points got of points to get; an activity nobody scores counts whole once done. */
const ratioOf = (state: PlayState, activity: Activity): number => {
  const mine = state.activities[activity.id]
  if (!mine) return 0
  if (mine.max > 0) return Math.min(1, mine.score / mine.max)
  return mine.completed ? 1 : 0
}

/** The points of one room, each needed page weighing 1; of the choices the best count. */
const roomPoints = (room: Room, state: PlayState): { points: number; of: number } => {
  const fixed = room.activities.filter((activity) => !activity.choice).map((activity) => ratioOf(state, activity))
  const choices = room.activities.filter((activity) => activity.choice).map((activity) => ratioOf(state, activity))
  const best = choices.sort((a, b) => b - a).slice(0, room.choose)
  return { points: [...fixed, ...best].reduce((sum, ratio) => sum + ratio, 0), of: fixed.length + room.choose }
}

/** One room's score, 0–100 with two decimals. */
export const roomScore = (room: Room, state: PlayState): number => {
  const { points, of } = roomPoints(room, state)
  return of === 0 ? 0 : Math.round((points / of) * 10_000) / 100
}

/** The course's score, 0–100 with two decimals: what the grade says. */
export const courseScore = (course: Course, state: PlayState): number => {
  const rooms = course.rooms.map((room) => roomPoints(room, state))
  const of = rooms.reduce((sum, room) => sum + room.of, 0)
  const points = rooms.reduce((sum, room) => sum + room.points, 0)
  return of === 0 ? 0 : Math.round((points / of) * 10_000) / 100
}

/** The room before this one in the course's order: where this one's key is found. */
export const roomBefore = (course: Course, room: string): Room | undefined => course.rooms[course.rooms.findIndex(({ id }) => id === room) - 1]
export const roomsDone = (course: Course, state: PlayState): number => course.rooms.filter(({ id }) => state.rooms[id]?.completed).length
