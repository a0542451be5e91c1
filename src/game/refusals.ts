import { Refusal } from '../infra/index.js'

/** Another in the run is called that already, or so nearly that one could be taken for the other. */
export class AliasTaken extends Refusal { readonly code = 'game/alias-taken'; readonly status = 409 }

export type AliasFault = 'short' | 'long' | 'letters'
/** A name that can't be shown. */
export class AliasRefused extends Refusal {
  readonly code = 'game/alias-refused'
  readonly status = 400
  constructor(readonly fault: AliasFault) {
    super({ detail: { fault } })
  }
}
