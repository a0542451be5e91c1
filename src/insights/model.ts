import type { Alias } from '../game/index.js'
import type { Pages } from '../play/index.js'
import type { StuckReason } from './stuck.js'

export type Status = 'stuck' | 'playing' | 'not-started' | 'finished'

/** One room of one learner. */
export interface RoomCell { room: string; state: 'locked' | 'open' | 'done'; pages: Pages }

/** What became of a learner's grade on its way to the LMS. `retrying`: it was not taken yet, and goes again by itself. */
export type Grade =
  | { state: 'none' }
  | { state: 'waiting' }
  | { state: 'delivered' | 'cleared'; at?: Date }
  /** The LMS's was set by a teacher since: ours stays here. `off`: the column was switched off before it went. */
  | { state: 'overridden' | 'off' }
  | { state: 'retrying'; code: string; nextAt: Date }
  | { state: 'failed'; code: string; at: Date }

/** One participant as staff see them: the member, joined with the standing and the grade's row. */
export interface Participant {
  user: string
  /** The platform's own id of the person, so that an export can be joined with the LMS's. */
  sub: string
  name?: string
  email?: string
  alias: Alias
  onLadder: boolean
  rooms: RoomCell[]
  roomsDone: number
  pages: Pages
  /** The first room that isn't done, of who is under way. */
  at?: string
  score: number
  xp: number
  xpAt?: Date
  level: number
  answers: number
  wrongKeys: number
  launched?: Date
  lastSeen?: Date
  finished?: Date
  /** Since when the LMS's list has them no more. */
  left?: Date
  /** Known from the LMS's list alone. */
  neverCame: boolean
  status: Status
  stuck: StuckReason[]
  /** Of several columns, the one that most needs a look. */
  grade: Grade
  /** How many columns there are for this person, and in how many of them it stands so. */
  columns: { of: number; count: number }
}
