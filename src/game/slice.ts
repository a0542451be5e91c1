import type { LedgerEvent, Slice } from '../ledger/index.js'
import type { GameEvent, GameState } from './model.js'

const NEWEST_GAINS = 200

const afterEarned = (state: GameState, { data, at }: Extract<GameEvent, { type: 'earned' }>): GameState => ({
  ...state,
  xp: state.xp + data.xp,
  level: data.level,
  xpAt: at,
  paid: [...state.paid, `${data.reason}:${data.ref}`],
  gains: [...state.gains, { xp: data.xp, reason: data.reason, ref: data.ref, at }].slice(-NEWEST_GAINS),
})

/** XP, level, badges and how one shows on the ladder. */
export const gameSlice: Slice<GameState> = {
  initial: () => ({ xp: 0, level: 1, badges: [], gains: [], paid: [], onLadder: true }),
  evolve(state, any: LedgerEvent) {
    const event = any as GameEvent
    switch (event.type) {
      case 'earned':
        return afterEarned(state, event)
      case 'badge-earned':
        return { ...state, badges: [...state.badges, { badge: event.data.badge, at: event.at }] }
      case 'profile-changed':
        return { ...state, ...event.data }
      default:
        return state
    }
  },
}
