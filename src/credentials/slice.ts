import type { LedgerEvent, Slice } from '../ledger/index.js'
import type { CredentialEvent, CredentialState } from './model.js'

/** Which credentials a learner holds from this run. */
export const credentialSlice: Slice<CredentialState> = {
  initial: () => ({ issued: {} }),
  evolve(state, any: LedgerEvent) {
    const event = any as CredentialEvent
    switch (event.type) {
      case 'issued':
        return { issued: { ...state.issued, [event.data.achievement]: { credential: event.data.credential, at: event.at } } }
      case 'revoked': {
        const held = state.issued[event.data.achievement]
        return held ? { issued: { ...state.issued, [event.data.achievement]: { ...held, revoked: event.at } } } : state
      }
      default:
        return state
    }
  },
}
