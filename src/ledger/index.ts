/** Ledger: the append-only events, the standings folded from them, and the outbox; all three commit together. */
export type * from './model.js'
