import type { Review, VerdictKind } from '../h5p/index.js'
import type { LedgerEvent } from '../ledger/index.js'

export type { Review, VerdictKind }

export interface ItemState {
  tries: number
  /** Best points so far. */
  score: number
  max: number
  correct: boolean
  firstTry: boolean
  /** The answer that got the best points, to show it again on return; of what a person judges, the newest. */
  response?: unknown
  /** Of a lock: no answer is looked at before this. */
  waitUntil?: Date
  /** Waits for a person's judgement since then. */
  pending?: Date
  /** The newest judgement. */
  review?: Review
}
export interface ActivityState {
  items: Record<string, ItemState>
  /** Best points so far. */
  score: number
  max: number
  completed?: Date
  kind?: VerdictKind
  /** Every item right at its first try. */
  firstTry?: boolean
}
export interface RoomState {
  opened?: Date
  how?: 'open' | 'key' | 'released'
  completed?: Date
  /** Wrong keys tried at this room's door. */
  wrong: number
  /** No key is looked at before this. */
  waitUntil?: Date
}
export interface PlayState {
  launched?: Date
  finished?: Date
  lastSeen?: Date
  rooms: Record<string, RoomState>
  activities: Record<string, ActivityState>
}
declare module '../ledger/model.js' {
  interface Slices { play: PlayState }
}

export type PlayEvent =
  | LedgerEvent<'launched', { resourceLink: string }>
  | LedgerEvent<'answered', { room: string; activity: string; item: string; score: number; max: number; correct: boolean; kind: VerdictKind; response: unknown; pending?: true; waitUntil?: string }>
  | LedgerEvent<'reviewed', { room: string; activity: string; item: string; kind: VerdictKind } & Review>
  | LedgerEvent<'completed', { room: string; activity: string; score: number; max: number; kind: VerdictKind; firstTry: boolean }>
  | LedgerEvent<'room-completed', { room: string; score: number; max: number; firstTry: boolean }>
  | LedgerEvent<'refused', { room: string; reason: 'wrong' | 'someone-elses'; waitUntil: string }>
  | LedgerEvent<'unlocked', { room: string; how: 'open' | 'key' | 'released'; reason?: string }>
  | LedgerEvent<'finished', { score: number; max: number }>
