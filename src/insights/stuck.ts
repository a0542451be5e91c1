import type { Course, Room } from '../courses/index.js'
import type { PlayState } from '../play/index.js'

/** From when on someone counts as stuck. Low enough to help in time, high enough that trying twice isn't called trouble. */
export const STUCK = { wrongKeys: 5, tries: 4, quietHours: 72 } as const

export type StuckReason =
  | { why: 'door'; room: string; wrong: number }
  | { why: 'question'; room: string; activity: string; tries: number }
  | { why: 'quiet'; since: Date; hours: number }

/** Whether someone did anything but look in. */
export const hasStarted = ({ rooms, activities }: PlayState): boolean =>
  Object.keys(activities).length > 0 || Object.values(rooms).some(({ wrong, completed }) => wrong > 0 || completed !== undefined)

/** The newest step forward: coming in, a door opened, an activity or a room done. */
const lastStep = ({ launched, rooms, activities }: PlayState): Date | undefined => {
  const steps = [launched, ...Object.values(rooms).flatMap(({ opened, completed }) => [opened, completed]), ...Object.values(activities).map(({ completed }) => completed)]
  return steps.reduce((newest, step) => (step && (!newest || step > newest) ? step : newest), undefined)
}

const inRoom = (room: Room, play: PlayState): StuckReason[] => {
  const state = play.rooms[room.id]
  if (state?.completed) return []
  if (!state?.opened) return (state?.wrong ?? 0) >= STUCK.wrongKeys ? [{ why: 'door', room: room.id, wrong: state?.wrong ?? 0 }] : []
  return room.activities.flatMap(({ id }): StuckReason[] => {
    const mine = play.activities[id]
    if (!mine || mine.completed) return []
    const tries = Math.max(0, ...Object.values(mine.items).map((item) => (item.correct || item.pending || item.review ? 0 : item.tries)))
    return tries >= STUCK.tries ? [{ why: 'question', room: room.id, activity: id, tries }] : []
  })
}

/** All that keeps a learner from going on; nothing for who is done, or has not begun. */
export const stuckOn = (course: Course, play: PlayState, now: Date): StuckReason[] => {
  if (play.finished || !hasStarted(play)) return []
  const since = lastStep(play)
  const hours = since ? Math.floor((now.getTime() - since.getTime()) / 3_600_000) : 0
  return [...course.rooms.flatMap((room) => inRoom(room, play)), ...(since && hours >= STUCK.quietHours ? [{ why: 'quiet' as const, since, hours }] : [])]
}
