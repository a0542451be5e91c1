import { randomUUID } from 'node:crypto'
import { foldKey, isPreview, placeOf, type Activity, type Course, type Courses, type Room, type Run } from '../courses/index.js'
import type { Badge } from '../game/index.js'
import type { H5P } from '../h5p/index.js'
import { NotFound, type Kit } from '../infra/index.js'
import type { Decision, Ledger, LedgerEvent, Recorded, Standing } from '../ledger/index.js'
import { createArrivals } from './arrivals.js'
import { decideAnswer, decideKey, decideLaunch, decideRelease, decideReview, decideSelfReport, HINT_AFTER, secondsTo } from './decide.js'
import { playedIn, type Played } from './grading.js'
import { inTurn } from './in-turn.js'
import { doorIn, makeKeys } from './keys.js'
import { roomBefore } from './progress.js'
import { DoorNotReached, NothingToClaim, RoomLocked, TicketRefused } from './refusals.js'
import { reviewOf } from './review.js'
import type { Gain, KeyTry, Outcome, Play, Ticket, Who } from './service.js'

export interface PlayDeps {
  kit: Pick<Kit, 'secrets' | 'log' | 'now'>
  courses: Pick<Courses, 'course' | 'run' | 'members' | 'notedLaunches' | 'forgetLaunches'>
  ledger: Ledger
  h5p: Pick<H5P, 'items' | 'score' | 'task'>
}
/** A sitting's length, where no session says when it ends. */
const TICKET_SECONDS = 12 * 3600

/** What a recorded command brought: read from its events alone, so a repeated one says the same again. */
const outcomeOf = ({ events, standing }: Recorded, activity?: string): Outcome => {
  const of = <T>(type: string): T[] => events.filter((event: LedgerEvent) => event.type === type).map(({ data }) => data as T)
  const gains = of<Gain & { levelUp: boolean }>('earned')
  const { xp, level } = standing.game
  return {
    gains: gains.map(({ xp: points, reason, ref }) => ({ xp: points, reason, ref })),
    xp,
    level,
    levelUp: gains.some((gain) => gain.levelUp),
    badges: of<{ badge: Badge }>('badge-earned').map(({ badge }) => badge),
    completed: activity !== undefined && standing.play.activities[activity]?.completed !== undefined,
    roomCompleted: of('room-completed').length > 0,
    finished: of('finished').length > 0,
  }
}
const roomOf = (course: Course, id: string): Room => {
  const room = course.rooms.find((each) => each.id === id)
  if (!room) throw new NotFound({ detail: { room: id } })
  return room
}

const guardOpen = (standing: Standing, room: string): void => {
  if (!standing.play.rooms[room]?.opened) throw new RoomLocked({ detail: { room } })
}

/** Whether a learner has earned the key to a room: the room before is done. */
const hasEarned = (course: Course, standing: Standing, room: string): boolean => {
  const before = roomBefore(course, room)
  return before !== undefined && standing.play.rooms[before.id]?.completed !== undefined
}

const playedBy = async (courses: PlayDeps['courses'], id: string): Promise<Played> => {
  const run = await courses.run(id)
  return playedIn(await courses.course(run.course), run)
}

interface Led { course: Played; room: Room; activity: Activity }
/** Where a ticket leads; whether the room is open is for the caller to see to. */
const ledBy = (course: Played, ticket: Ticket): Led => {
  const room = roomOf(course, ticket.room)
  const activity = room.activities.find(({ id }) => id === ticket.activity)
  if (!activity) throw new NotFound({ detail: { activity: ticket.activity } })
  return { course, room, activity }
}

/** What is played in student view stays here: no grade, no credential. */
const keptHere = (run: string, { events, outbox }: Decision): Decision => (isPreview(run) ? { events } : { events, outbox })

export const createPlay = ({ kit, courses, ledger, h5p }: PlayDeps): Play => {
  const keys = makeKeys(kit.secrets)
  const atDoor = inTurn()
  const arrivals = createArrivals({ courses, log: kit.log, now: kit.now, record: (launch) => launched(launch, launch.resourceLink, launch.key, launch.at) })
  /** Nobody stands before a house they have launched into as if they hadn't: what their launch brings is there first. */
  const standingOf = async (who: Who): Promise<Standing> => {
    await arrivals.settled(who)
    const standing = await ledger.standing(who.run, who.user)
    return !standing.play.launched && (await arrivals.settle(who)) ? ledger.standing(who.run, who.user) : standing
  }
  const scene = async (who: Who): Promise<{ run: Run; course: Played; standing: Standing }> => {
    const [run, standing] = await Promise.all([courses.run(who.run), standingOf(who)])
    return { run, course: playedIn(await courses.course(run.course), run), standing }
  }
  const record = ({ run, user }: Who, key: string, decide: (standing: Standing, at: Date) => Decision, actor?: string, at = kit.now()): Promise<Recorded> =>
    ledger.record({ run, learner: user, key, at, actor, decide: (standing) => keptHere(run, decide(standing, at)) })
  const launched = async (who: Who, resourceLink: string, key: string, when?: Date): Promise<void> => {
    const course = await playedBy(courses, who.run)
    await record(who, `launch:${key}`, (standing, at) => decideLaunch(course, standing, at, resourceLink), undefined, when)
  }
  const open: Play['open'] = async (who, id) => {
    const found = await scene(who)
    const room = roomOf(found.course, id)
    guardOpen(found.standing, id)
    return { ...found, room }
  }
  const activityOf = async (ticket: Ticket): Promise<Led> => ledBy(await playedBy(courses, ticket.run), ticket)
  const matchOf = async (who: Who, door: Parameters<typeof keys.fits>[0], typed: string): Promise<'right' | 'wrong' | 'someone-elses'> => {
    if (keys.fits(door, who.user, typed)) return 'right'
    if (door.lock.kind === 'shared') return 'wrong'
    // Who never came in has no key to pass on.
    const others = (await courses.members(who.run)).flatMap(({ user, lastLaunch }) => (user !== who.user && lastLaunch ? [user] : []))
    return keys.ownerOf(door, others, typed) ? 'someone-elses' : 'wrong'
  }

  const tryKey: Play['tryKey'] = async (who, id, typed, key) => {
    const { run, course, standing } = await scene(who)
    const room = roomOf(course, id)
    const before = roomBefore(course, id)
    if (before && !standing.play.rooms[before.id]?.opened) throw new DoorNotReached({ detail: { room: id } })
    const state = standing.play.rooms[id]
    if (state?.opened) return { opened: true }
    if (!room.lock) throw new DoorNotReached({ detail: { room: id } })
    const wait = secondsTo(state?.waitUntil, kit.now())
    if (wait > 0) return { opened: false, refusal: 'too-soon', waitSeconds: wait }
    const door = doorIn(run, course, id, room.lock)
    const match = await matchOf(who, door, typed)
    // What was typed is part of the attempt: another key sent from a page gone back to is another try.
    const typedMark = kit.secrets.mac('attempt', foldKey(typed)).toString('base64url').slice(0, 16)
    const recorded = await record(who, `key:${id}:${key}:${typedMark}`, (now, at) => decideKey(course, now, at, room, match))
    return answerOfDoor(recorded, room, hasEarned(course, standing, id) && keys.isNear(door, who.user, typed), kit.now())
  }

  return {
    look: scene,
    open,
    launched: (who, resourceLink, key) => launched(who, resourceLink, key),
    arrivals,
    ticket({ run, user, sid, room, activity, via }, until = Infinity) {
      const left = Math.floor(until - kit.now().getTime() / 1000)
      return kit.secrets.sign('ticket', { run, user, sid, room, activity, ...(via ? { via } : {}) }, Math.min(TICKET_SECONDS, left), kit.now())
    },
    readTicket(token) {
      const ticket = kit.secrets.verify<Ticket>('ticket', token, kit.now())
      if (!ticket) throw new TicketRefused()
      return ticket
    },
    async answer(ticket, { item, response, key }) {
      const { course, room, activity } = await activityOf(ticket)
      const judged = Promise.all([h5p.items(activity.content), h5p.score(activity.content, item, response)])
      // Of a locked room not even that an answer doesn't fit is said.
      const [items, scored] = await judged.catch(async (refused: unknown) => {
        await open(ticket, room.id)
        throw refused
      })
      const answered = { room, activity, items, item, response, scored }
      const recorded = await record(ticket, `answer:${activity.id}:${key}`, (standing, at) => {
        guardOpen(standing, room.id) // here, where the standing is read anyway
        return decideAnswer(course, standing, at, answered)
      })
      const first = recorded.events.find(({ type }) => type === 'answered')?.data as { item: string; response: unknown } | undefined
      const spare = recorded.replayed ? 'sent again' : first ? undefined : 'after the right one'
      if (spare) kit.log.info({ run: ticket.run, learner: ticket.user, activity: activity.id, item, spare }, 'an answer changed nothing')
      const tries = recorded.standing.play.activities[activity.id]?.items[first?.item ?? item]?.tries ?? 0
      // A key sent again gets the first verdict, whatever comes with it: else answers could be tried out without a try being counted.
      const { correct, score, max, feedback, pending, clue } = recorded.replayed && first ? await h5p.score(activity.content, first.item, first.response) : scored
      return { verdict: { correct, score, max, feedback, tries, ...(pending ? { pending } : {}), ...(clue ? { clue } : {}) }, outcome: outcomeOf(recorded, activity.id) }
    },
    async complete(ticket) {
      const { course, room, activity } = await activityOf(ticket)
      await open(ticket, room.id)
      const items = await h5p.items(activity.content)
      if (items.length > 0 || !activity.selfReported) {
        kit.log.warn({ run: ticket.run, learner: ticket.user, activity: activity.id }, 'a claim of completion for what is scored here was refused')
        throw new NothingToClaim({ detail: { activity: activity.id } })
      }
      const recorded = await record(ticket, `claim:${activity.id}`, (standing, at) => decideSelfReport(course, standing, at, room, activity))
      return outcomeOf(recorded, activity.id)
    },
    // Guesses sent all at once: each sees the wait that the one before has caused, before any work is done for it.
    tryKey: (who, id, typed, key) => atDoor(`${who.run}:${who.user}:${id}`, () => tryKey(who, id, typed, key)),
    async earnedKey(who, id) {
      const { run, course, standing } = await scene(who)
      const room = roomOf(course, id)
      return room.lock && hasEarned(course, standing, id) ? keys.keyFor(doorIn(run, course, id, room.lock), who.user) : undefined
    },
    earnedKeys: ({ user }, { run, course, standing }) =>
      Object.fromEntries(course.rooms.flatMap(({ id, lock }) => (lock && hasEarned(course, standing, id) ? [[id, keys.keyFor(doorIn(run, course, id, lock), user)]] : []))),
    ownKeys: (run, course) =>
      Object.fromEntries(course.rooms.flatMap(({ id, lock }) => (run.keysFrom && lock?.kind === 'shared' && lock.sealedKey ? [[id, keys.keyFor(doorIn(run, course, id, lock), '')]] : []))),
    async review(who, { activity: id, item }, judgement, actor, key) {
      const { course } = await scene(who)
      const { room, activity } = placeOf(course, id)
      const task = await h5p.task(activity.content, item)
      if (!task) throw new NotFound({ detail: { activity: id, item } })
      const reviewed = { room, activity, item, tries: judgement.tries, items: await h5p.items(activity.content), review: reviewOf(task, judgement), kind: 'verified' as const }
      await record(who, `review:${key}`, (now, at) => decideReview(course, now, at, reviewed, actor), actor)
    },
    async release(who, id, reason, actor, key) {
      const { course } = await scene(who)
      await record(who, `release:${id}:${key}`, (standing, at) => decideRelease(course, standing, at, roomOf(course, id), reason, actor), actor)
    },
    async changeProfile(who, change, key = randomUUID()) {
      await record(who, `profile:${key}`, () => ({ events: [{ type: 'profile-changed', data: change }] }))
    },
    attendanceCode: ({ run, user }, course) => keys.attendanceCode(run, user, course.finish.attendancePrefix),
  }
}

const answerOfDoor = (recorded: Recorded, room: Room, near: boolean, now: Date): KeyTry => {
  const state = recorded.standing.play.rooms[room.id]
  if (state?.opened) return { opened: true, outcome: outcomeOf(recorded) }
  const refused = recorded.events.find(({ type }) => type === 'refused')
  const waitSeconds = secondsTo(state?.waitUntil, now)
  // Nothing recorded: another window's wrong key came first, and the wait it caused is running.
  if (!refused) return { opened: false, refusal: 'too-soon', waitSeconds }
  return {
    opened: false,
    refusal: (refused.data as { reason: 'wrong' | 'someone-elses' }).reason,
    waitSeconds,
    near,
    hint: (state?.wrong ?? 0) >= HINT_AFTER ? room.lock?.hint : undefined,
  }
}
