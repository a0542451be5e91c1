/** Game: what playing earns: XP, levels, badges and a place on the ladder. */
export { BADGES } from './model.js'
export type * from './model.js'
