import type { CredentialState } from '../../src/credentials/model.js'
import { gameSlice } from '../../src/game/index.js'
import { makeLog, type Mongo } from '../../src/infra/index.js'
import { createLedger, type Ledger, type LedgerEvent, type Slice } from '../../src/ledger/index.js'
import { playSlice } from '../../src/play/index.js'

const credentials: Slice<CredentialState> = { initial: () => ({ issued: {} }), evolve: (state, _event: LedgerEvent) => state }
export const quiet = makeLog('silent')
export const testSlices = { play: playSlice, game: gameSlice, credentials }

export const aLedger = (mongo: Mongo): Promise<Ledger> => createLedger({ mongo, slices: testSlices, log: quiet })
