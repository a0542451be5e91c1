/** Ledger: the append-only events, the standings folded from them, and the outbox; all three commit together. */
export { createLedger, type LedgerDeps } from './ledger.js'
export { foldEvent, freshStanding, type SliceMap } from './fold.js'
export { backoffSeconds } from './outbox-lanes.js'
export type * from './model.js'
