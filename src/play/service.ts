import type { Course, Room, Run } from '../courses/index.js'
import type { Badge } from '../game/index.js'
import type { Clue } from '../h5p/index.js'
import type { Standing } from '../ledger/index.js'
import type { Arrivals } from './arrivals.js'

/** A participant in a course run. */
export interface Who { run: string; user: string }
/** What a content page may do: one learner, one activity of one room; signed, so that it needs no cookie. */
export interface Ticket extends Who { sid: string; room: string; activity: string; /** Opened by a code that the learner's computer showed. */ via?: 'phone' }
export interface Gain { xp: number; reason: 'activity' | 'first-try' | 'room' | 'finish'; ref: string }

/** What a step brought, for the page to tell. */
export interface Outcome {
  gains: Gain[]
  /** The totals after it. */
  xp: number
  level: number
  levelUp: boolean
  badges: Badge[]
  /** The activity is done, now or before. */
  completed: boolean
  roomCompleted: boolean
  finished: boolean
}
/** The server's word on one answer. Never the right answer, unless it was given. */
export interface Verdict { correct: boolean; score: number; max: number; feedback?: string; tries: number; pending?: true; clue?: Clue }
/** `levels`: the chosen level's index for each criterion. `tries`: which submission was looked at. */
export interface Judgement { levels: number[]; accepted?: boolean; comment?: string; tries: number }
export interface KeyTry {
  opened: boolean
  refusal?: 'wrong' | 'someone-elses' | 'too-soon'
  /** Seconds until the next key is looked at. */
  waitSeconds?: number
  /** The author's hint, after some wrong keys. */
  hint?: string
  /** The learner has earned this key and mistyped it slightly. */
  near?: boolean
  outcome?: Outcome
}

export interface Play {
  look(who: Who): Promise<{ run: Run; course: Course; standing: Standing }>
  launched(who: Who, resourceLink: string, key: string): Promise<void>
  /** Launches that a member's row has already: recorded behind their answers. */
  arrivals: Arrivals
  /** @throws RoomLocked before the room is opened; NotFound for a room the course doesn't have. */
  open(who: Who, room: string): Promise<{ run: Run; course: Course; standing: Standing; room: Room }>
  /** Good as long as the session it is of: `until`, in Unix seconds. */
  ticket(ticket: Ticket, until?: number): string
  /** @throws TicketRefused when forged or expired. */
  readTicket(token: string): Ticket & { exp: number }
  /** Scores the answer on the server and records what follows. `key`: the client's idempotency key. */
  answer(ticket: Ticket, answer: { item: string; response: unknown; key: string }): Promise<{ verdict: Verdict; outcome: Outcome }>
  /** The browser's word that a content without questions is done. @throws NothingToClaim where the server can score. */
  complete(ticket: Ticket, key: string): Promise<Outcome>
  tryKey(who: Who, room: string, text: string, key: string): Promise<KeyTry>
  /** The key that opens `room`, in clear, once this learner has earned it; else undefined. */
  earnedKey(who: Who, room: string): Promise<string | undefined>
  /** All keys this learner has earned, in clear, by the room each opens; of a scene that `look` gave. */
  earnedKeys(who: Who, scene: { run: Run; course: Course; standing: Standing }): Record<string, string>
  /** The passwords of shared doors of a run that was begun with new secrets, in clear, by room: for its staff. */
  ownKeys(run: Run, course: Course): Record<string, string>
  /** A person's judgement of what was sent: one level of each criterion, or `accepted` where there are none. @throws NothingToReview, BadInput */
  review(who: Who, sent: { activity: string; item: string }, judgement: Judgement, actor: string, key: string): Promise<void>
  /** Opens a room for one learner; the reason is kept with the event. */
  release(who: Who, room: string, reason: string, actor: string, key: string): Promise<void>
  changeProfile(who: Who, change: { alias?: string; onLadder?: boolean }, key: string): Promise<void>
  attendanceCode(who: Who, course: Course): string
}
