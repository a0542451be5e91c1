import { isPreview, type Activity, type Room } from '../courses/index.js'
import { award, earn, gameSlice, type Cause } from '../game/index.js'
import type { Decision, EventDraft, LedgerEvent, OutboxDraft, Standing } from '../ledger/index.js'
import { gradesOf, roomsIn, type Played } from './grading.js'
import type { Review, VerdictKind } from './model.js'
import { courseScore, isRoomDone, roomBefore, roomsDone } from './progress.js'
import { LockResting, NothingToReview } from './refusals.js'
import { playSlice } from './slice.js'

/** Gathers events one by one, and shows the standing as it is after each: what follows from what is then plain to read. */
class Story {
  readonly events: EventDraft[] = []
  constructor(readonly course: Played, public standing: Standing, private readonly at: Date, private readonly actor?: string) {}
  tell(...drafts: EventDraft[]): void {
    for (const draft of drafts) {
      const { run, learner } = this.standing
      const event: LedgerEvent = { _id: '', key: '', n: 0, v: 0, run, learner, ...draft, at: this.at, actor: this.actor }
      this.standing = { ...this.standing, play: playSlice.evolve(this.standing.play, event), game: gameSlice.evolve(this.standing.game, event) }
      this.events.push(draft)
    }
  }
  pay(...causes: Cause[]): void {
    this.tell(...earn(this.standing.game, this.course.xp, causes))
  }
  /** The decision; the grade goes along wherever the score or the progress could have changed. */
  end({ graded }: { graded: boolean }): Decision {
    if (this.events.length === 0) return { events: [] }
    return { events: this.events, outbox: graded ? outboxOf(this.course, this.standing, this.events) : [] }
  }
}

const outboxOf = (course: Played, standing: Standing, events: EventDraft[]): OutboxDraft[] => {
  const { run, learner } = standing
  // What staff do as a learner would is nobody's business but theirs.
  if (isPreview(run)) return []
  const grades = gradesOf(course, standing, roomsIn(course, events))
  const isFinish = events.some(({ type }) => type === 'finished')
  return isFinish ? [...grades, { kind: 'credential', id: `credential:${run}:${learner}`, payload: { achievement: 'course' } }] : grades
}

/** Rooms without a lock stand open as soon as the room before them is done; the first one at once. */
const openDoors = (story: Story): void => {
  for (const room of story.course.rooms) {
    const before = roomBefore(story.course, room.id)
    const reached = !before || story.standing.play.rooms[before.id]?.completed !== undefined
    if (!room.lock && reached && !story.standing.play.rooms[room.id]?.opened) story.tell({ type: 'unlocked', data: { room: room.id, how: 'open' } })
  }
}

const finishRoom = (story: Story, room: Room): void => {
  const { play } = story.standing
  if (play.rooms[room.id]?.completed || !isRoomDone(room, play)) return
  const done = room.activities.flatMap(({ id }) => (play.activities[id]?.completed ? [play.activities[id]] : []))
  // The browser's word spoils nothing, and shows nothing: a room without one scored answer has had no first try.
  const firstTry = done.every((activity) => activity.firstTry) && done.some(({ kind }) => kind !== 'self-reported')
  const sum = (of: 'score' | 'max'): number => done.reduce((total, activity) => total + activity[of], 0)
  story.tell({ type: 'room-completed', data: { room: room.id, score: sum('score'), max: sum('max'), firstTry } })
  story.pay({ reason: 'room', ref: room.id })
  if (firstTry) story.tell(...award(story.standing.game, 'flawless-room', room.id))
  openDoors(story)
  finishCourse(story)
}

const finishCourse = (story: Story): void => {
  const { course, standing } = story
  if (standing.play.finished || roomsDone(course, standing.play) < course.rooms.length) return
  story.tell({ type: 'finished', data: { score: courseScore(course, standing.play), max: 100 } })
  story.pay({ reason: 'finish', ref: course.slug })
  story.tell(...award(story.standing.game, 'house-lit', course.slug))
}

const finishActivity = (story: Story, room: Room, activity: Activity, result: { score: number; max: number; kind: VerdictKind; firstTry: boolean }): void => {
  story.tell({ type: 'completed', data: { room: room.id, activity: activity.id, ...result } })
  const causes: Cause[] = [{ reason: 'activity', ref: activity.id }]
  if (result.firstTry && result.kind !== 'self-reported') causes.push({ reason: 'first-try', ref: activity.id })
  story.pay(...causes)
  finishRoom(story, room)
}

export const decideLaunch = (course: Played, standing: Standing, at: Date, resourceLink: string): Decision => {
  const story = new Story(course, standing, at)
  story.tell({ type: 'launched', data: { resourceLink } })
  openDoors(story)
  // The platform's column shows from the first day who has come; a score of 0 is a fact then.
  return story.end({ graded: !standing.play.launched })
}

export interface Answered {
  room: Room
  activity: Activity
  items: { id: string; max: number; kind: VerdictKind; isLock?: true }[]
  item: string
  response: unknown
  scored: { correct: boolean; score: number; max: number; kind: VerdictKind; pending?: true }
}
/** All that the content asks, to know when it's done. */
type Items = Answered['items']

/** Whose word the points are: self-reported is the weakest and decides for the whole; then rescored. What gives no points has no say. */
const weakest = (kinds: VerdictKind[]): VerdictKind =>
  kinds.includes('self-reported') ? 'self-reported' : kinds.includes('rescored') ? 'rescored' : 'verified'

const finishIfDone = (story: Story, room: Room, activity: Activity, items: Items): void => {
  const mine = story.standing.play.activities[activity.id]
  const total = items.reduce((sum, each) => sum + each.max, 0)
  if (!mine || mine.completed || !items.every(({ id }) => mine.items[id]) || mine.score < activity.pass * total) return
  const firstTry = items.every(({ id }) => mine.items[id]?.firstTry)
  finishActivity(story, room, activity, { score: mine.score, max: total, kind: weakest(items.filter(({ max: points }) => points > 0).map((each) => each.kind)), firstTry })
}

/** How tries at one thing slow down: so many are free, then each wrong one doubles the seconds before the next. Nobody is ever locked out. */
interface Slowing { free: number; first: number; most: number }
/** A room's door: a minute at most. */
const DOOR: Slowing = { free: 3, first: 2, most: 60 }
/** A lock inside an activity may have two digits: five minutes at most, so that trying out all takes longer than an evening. */
const LOCK: Slowing = { free: 5, first: 10, most: 300 }

/** Seconds after so many wrong tries. */
export const waitAfter = (wrong: number, { free, first, most }: Slowing = DOOR): number => (wrong < free ? 0 : Math.min(most, first * 2 ** (wrong - free)))
/** Whole seconds until then; none once it is past. */
export const secondsTo = (until: Date | undefined, at: Date): number => Math.max(0, Math.ceil(((until?.getTime() ?? 0) - at.getTime()) / 1000))

/**
 * An answer: a try more; and, where it was the last thing missing, the activity, the room, the course. Once right, nothing more happens.
 * @throws LockResting for a lock's, while the wait that wrong ones caused is running
 */
export const decideAnswer = (course: Played, standing: Standing, at: Date, { room, activity, items, item, response, scored }: Answered): Decision => {
  const before = standing.play.activities[activity.id]?.items[item]
  if (before?.correct) return { events: [] }
  const story = new Story(course, standing, at)
  const { correct, score, max, kind, pending } = scored
  const isLock = items.some(({ id, isLock }) => isLock && id === item)
  const resting = isLock ? secondsTo(before?.waitUntil, at) : 0
  if (resting > 0) throw new LockResting({ params: { seconds: resting }, retryAfter: resting, detail: { activity: activity.id, item } })
  // Of a lock every try before the right one was wrong.
  const wait = isLock && !correct ? waitAfter((before?.tries ?? 0) + 1, LOCK) : 0
  const slowed = wait > 0 ? { waitUntil: new Date(at.getTime() + wait * 1000).toISOString() } : {}
  story.tell({ type: 'answered', data: { room: room.id, activity: activity.id, item, score, max, correct, kind, response, ...(pending ? { pending } : {}), ...slowed } })
  finishIfDone(story, room, activity, items)
  return story.end({ graded: true })
}

export interface Reviewed extends Pick<Answered, 'room' | 'activity' | 'items' | 'item'> {
  review: Review
  kind: VerdictKind
  /** The try that was read: what came since would be judged unread. */
  tries: number
}

/**
 * A person's judgement: what was sent gets its points; where they were the last thing missing, the activity is done.
 * @throws NothingToReview when nothing was sent, or something else since
 */
export const decideReview = (course: Played, standing: Standing, at: Date, { room, activity, items, item, review, kind, tries }: Reviewed, actor: string): Decision => {
  const sent = standing.play.activities[activity.id]?.items[item]
  if (sent?.tries !== tries || (!sent.pending && !sent.review)) throw new NothingToReview({ detail: { activity: activity.id, item } })
  const story = new Story(course, standing, at, actor)
  story.tell({ type: 'reviewed', data: { room: room.id, activity: activity.id, item, kind, ...review } })
  finishIfDone(story, room, activity, items)
  return story.end({ graded: true })
}

/** The browser's word that a content without questions is done. It pays as any activity, but never as a first try. */
export const decideSelfReport = (course: Played, standing: Standing, at: Date, room: Room, activity: Activity): Decision => {
  if (standing.play.activities[activity.id]?.completed) return { events: [] }
  const story = new Story(course, standing, at)
  finishActivity(story, room, activity, { score: 0, max: 0, kind: 'self-reported', firstTry: true })
  return story.end({ graded: true })
}

/** Wrong keys before the author's hint is shown. */
export const HINT_AFTER = 3

export const decideKey = (course: Played, standing: Standing, at: Date, room: Room, match: 'right' | 'wrong' | 'someone-elses'): Decision => {
  const mine = standing.play.rooms[room.id]
  if (mine?.opened || (mine?.waitUntil && mine.waitUntil > at)) return { events: [] }
  const story = new Story(course, standing, at)
  if (match === 'right') {
    story.tell({ type: 'unlocked', data: { room: room.id, how: 'key' } })
    story.tell(...award(story.standing.game, 'first-key', room.id))
  } else {
    const waitUntil = new Date(at.getTime() + waitAfter((mine?.wrong ?? 0) + 1) * 1000).toISOString()
    story.tell({ type: 'refused', data: { room: room.id, reason: match, waitUntil } })
  }
  return story.end({ graded: false })
}

export const decideRelease = (course: Played, standing: Standing, at: Date, room: Room, reason: string, actor: string): Decision => {
  if (standing.play.rooms[room.id]?.opened) return { events: [] }
  const story = new Story(course, standing, at, actor)
  story.tell({ type: 'unlocked', data: { room: room.id, how: 'released', reason } })
  return story.end({ graded: false })
}
