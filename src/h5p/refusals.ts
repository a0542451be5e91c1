import { Refusal } from '../infra/index.js'

/** A frame asks for the state of a content that isn't its own. */
export class ForeignContent extends Refusal { readonly code = 'h5p/foreign-content'; readonly status = 403 }
/** A content wants to keep more than a learner's state can be. */
export class StateTooLarge extends Refusal { readonly code = 'h5p/state-too-large'; readonly status = 413 }
