/** Roster: who is in a run by the LMS's own list of members, which launches alone don't tell: who hasn't come yet, and who left. */
export { createRoster, type RosterDeps } from './roster.js'
export type { Roster, RosterProblem, RosterRead, RosterState } from './model.js'
