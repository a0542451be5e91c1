import { Refusal } from '../infra/index.js'

export class RoomLocked extends Refusal { readonly code = 'play/room-locked'; readonly status = 403 }
export class TicketRefused extends Refusal { readonly code = 'play/ticket-refused'; readonly status = 401 }
/** The browser says «done» of something the server scores itself, or whose author doesn't take its word. */
export class NothingToClaim extends Refusal { readonly code = 'play/nothing-to-claim'; readonly status = 409 }
/** A lock inside an activity that was tried too often just now. */
export class LockResting extends Refusal { readonly code = 'play/lock-resting'; readonly status = 429 }
/** A key tried at a door the learner doesn't stand before yet. */
export class DoorNotReached extends Refusal { readonly code = 'play/door-not-reached'; readonly status = 403 }
/** A judgement of what isn't there any more: the learner has sent something newer, or nothing. */
export class NothingToReview extends Refusal { readonly code = 'play/nothing-to-review'; readonly status = 409 }
/** A code for a phone that was never made, or is forgotten by now. */
export class CodeUnknown extends Refusal { readonly code = 'playing/code-unknown'; readonly status = 404 }
export class CodeExpired extends Refusal { readonly code = 'playing/code-expired'; readonly status = 410 }
export class CodeUsed extends Refusal { readonly code = 'playing/code-used'; readonly status = 410 }
/** Scanned where another participant of the run is signed in. */
export class CodeOfAnother extends Refusal { readonly code = 'playing/code-of-another'; readonly status = 403 }
