import type { LedgerEvent } from '../ledger/index.js'

/** Why XP came: a catalogue key `game.why.<reason>` and what it takes. */
export type XpReason = 'activity' | 'first-try' | 'room' | 'finish'
export const BADGES = ['first-key', 'flawless-room', 'house-lit'] as const
export type Badge = (typeof BADGES)[number]

export interface GameState {
  xp: number
  level: number
  /** When the present XP total was reached: who was there first stands higher. */
  xpAt?: Date
  badges: { badge: Badge; at: Date }[]
  /** The newest last; 200 at most, the ledger has all. */
  gains: { xp: number; reason: XpReason; ref: string; at: Date }[]
  /** `reason:ref` of all that was ever paid, so that nothing pays twice. */
  paid: string[]
  /** Absent: the name made for them. */
  alias?: string
  onLadder: boolean
}
declare module '../ledger/model.js' {
  interface Slices { game: GameState }
}
export type GameEvent =
  | LedgerEvent<'earned', { xp: number; reason: XpReason; /** room or activity id */ ref: string; level: number; levelUp: boolean }>
  | LedgerEvent<'badge-earned', { badge: Badge; ref: string }>
  | LedgerEvent<'profile-changed', { alias?: string; onLadder?: boolean }>
