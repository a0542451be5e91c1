/** What kept a list of members from being read. */
export interface RosterProblem { code: string; status?: number; at: Date }
/** How a run's list of members stands. Collection `rosters`. */
export interface RosterState {
  /** When it was last read to its end. */
  syncedAt?: Date
  members?: number
  problem?: RosterProblem
}
export interface RosterRead { members: number; added: number; left: number }

/** Why it's read: somebody asks; staff or a participant came in; or it's time again. */
export type Reason = 'asked' | 'staff' | 'participant' | 'schedule'

export interface Roster {
  /** Reads the list now, and writes down what it says; where another node is at it, what that finds. Never throws for the platform's sake. */
  sync(run: string): Promise<RosterRead>
  state(run: string): Promise<RosterState | undefined>
  /** Someone came in: reads the list behind their answer, if it's time. */
  arrived(arrival: { run: string; role: string }): void
  /** Begins to read on arrivals, and by the clock. */
  start(options?: { everyMs?: number }): void
  close(): Promise<void>
}
