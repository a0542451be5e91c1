import type { LedgerEvent } from '../ledger/index.js'

export interface CredentialState {
  /** By achievement; so far the course's own is `course`. */
  issued: Record<string, { credential: string; at: Date; revoked?: Date }>
}
declare module '../ledger/model.js' {
  interface Slices { credentials: CredentialState }
}
export type CredentialEvent = LedgerEvent<'issued', { achievement: string; credential: string }> | LedgerEvent<'revoked', { achievement: string; credential: string; reason: string }>
