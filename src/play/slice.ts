import type { LedgerEvent, Slice } from '../ledger/index.js'
import type { ActivityState, ItemState, PlayEvent, PlayState, RoomState } from './model.js'

const NEW_ROOM: RoomState = { wrong: 0 }
const NEW_ACTIVITY: ActivityState = { items: {}, score: 0, max: 0 }

const withRoom = (state: PlayState, id: string, change: Partial<RoomState>): PlayState => ({
  ...state,
  rooms: { ...state.rooms, [id]: { ...(state.rooms[id] ?? NEW_ROOM), ...change } },
})
const withActivity = (state: PlayState, id: string, change: Partial<ActivityState>): PlayState => ({
  ...state,
  activities: { ...state.activities, [id]: { ...(state.activities[id] ?? NEW_ACTIVITY), ...change } },
})

const afterAnswered = (state: PlayState, { data, at }: Extract<PlayEvent, { type: 'answered' }>): PlayState => {
  const activity = state.activities[data.activity] ?? NEW_ACTIVITY
  const before = activity.items[data.item]
  const item = {
    tries: (before?.tries ?? 0) + 1,
    score: Math.max(before?.score ?? 0, data.score),
    max: data.max,
    correct: data.correct || (before?.correct ?? false),
    firstTry: before ? before.firstTry : data.correct,
    response: data.pending || data.score >= (before?.score ?? 0) ? data.response : before?.response,
    ...(data.pending ? { pending: at } : {}),
    ...(before?.review ? { review: before.review } : {}),
    ...(data.waitUntil ? { waitUntil: new Date(data.waitUntil) } : {}),
  }
  return withItem(state, data, item)
}
/** A judgement counts as it is, also below an earlier one: staff may correct themselves. */
const afterReviewed = (state: PlayState, { data }: Extract<PlayEvent, { type: 'reviewed' }>): PlayState => {
  const { score, max, comment, criteria } = data
  const { pending: _over, ...before } = state.activities[data.activity]?.items[data.item] ?? { tries: 0, firstTry: true }
  const correct = score >= max
  return withItem(state, data, { ...before, score, max, correct, firstTry: before.tries <= 1 && correct, review: { score, max, criteria, ...(comment ? { comment } : {}) } })
}

const withItem = (state: PlayState, data: { activity: string; item: string }, item: ItemState): PlayState => {
  const activity = state.activities[data.activity] ?? NEW_ACTIVITY
  const items = { ...activity.items, [data.item]: item }
  return withActivity(state, data.activity, { items, score: Object.values(items).reduce((sum, { score }) => sum + score, 0) })
}

const evolved = (state: PlayState, event: PlayEvent): PlayState => {
  switch (event.type) {
    case 'launched':
      return { ...state, launched: state.launched ?? event.at }
    case 'answered':
      return afterAnswered(state, event)
    case 'reviewed':
      return afterReviewed(state, event)
    case 'completed': {
      const { activity, score, max, kind, firstTry } = event.data
      return withActivity(state, activity, { completed: event.at, score, max, kind, firstTry })
    }
    case 'room-completed':
      return withRoom(state, event.data.room, { completed: event.at })
    case 'refused': {
      const { room, waitUntil } = event.data
      return withRoom(state, room, { wrong: (state.rooms[room]?.wrong ?? 0) + 1, waitUntil: new Date(waitUntil) })
    }
    case 'unlocked':
      return withRoom(state, event.data.room, { opened: event.at, how: event.data.how })
    case 'finished':
      return { ...state, finished: event.at }
  }
}

const MINE: ReadonlySet<string> = new Set<PlayEvent['type']>(['launched', 'answered', 'reviewed', 'completed', 'room-completed', 'refused', 'unlocked', 'finished'])

/** Rooms, activities and items of one learner in one run. */
export const playSlice: Slice<PlayState> = {
  initial: () => ({ rooms: {}, activities: {} }),
  evolve(state, any: LedgerEvent) {
    if (!MINE.has(any.type)) return state
    const event = any as PlayEvent
    const next = evolved(state, event)
    // What staff do for a learner is no sign of the learner.
    return event.actor ? next : { ...next, lastSeen: event.at }
  },
}
