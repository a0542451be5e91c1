import { NotFound } from '../infra/index.js'
import type { Activity, Course, Room } from './model.js'

/** An activity and the room it is in. @throws NotFound for one the course doesn't have */
export const placeOf = (course: Course, id: string): { room: Room; activity: Activity } => {
  for (const room of course.rooms) {
    const activity = room.activities.find((each) => each.id === id)
    if (activity) return { room, activity }
  }
  throw new NotFound({ detail: { activity: id } })
}
