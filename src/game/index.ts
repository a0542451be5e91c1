/** Game: what playing earns: XP, levels, badges and a place on the ladder. */
export { BADGES } from './model.js'
export { gameSlice } from './slice.js'
export { award, earn, levelFloor, levelOf, levelView, type Cause, type LevelView } from './rules.js'
export { aliasOf, aliasText, type Alias } from './alias.js'
export type * from './model.js'
/** Game: what playing earns: XP, levels, badges and a place on the ladder. */
