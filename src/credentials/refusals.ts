import { Refusal } from '../infra/index.js'

/** No credential has this address: mistyped, or never issued here. */
export class CredentialNotFound extends Refusal { readonly code = 'credentials/not-found'; readonly status = 404 }
/** The issuer has no such achievement. */
export class AchievementNotFound extends Refusal { readonly code = 'credentials/no-such-achievement'; readonly status = 404 }
/** No credential points to a list of this number. */
export class StatusListNotFound extends Refusal { readonly code = 'credentials/no-such-list'; readonly status = 404 }
/** A revocation is shown to everyone who asks, so it says why. */
export class ReasonMissing extends Refusal { readonly code = 'credentials/reason-missing'; readonly status = 422 }
