/**
 * A refusal we foresaw. Its code is public and permanent: pages, logs and tests key on it, never on the message.
 * The words for people are the catalogue's: `problems.<code>.title`, `problems.<code>.mend` (locales/LANG/*.json).
 */
export abstract class Refusal extends Error {
  abstract readonly code: `${string}/${string}`
  abstract readonly status: number
  /** Values the catalogue's sentences take; shown to the person, so nothing secret. */
  readonly params: Record<string, string | number>
  /** Seconds after which trying again makes sense; becomes `Retry-After`. */
  readonly retryAfter?: number
  /** A catalogue key whose sentence says the mend closer than the code's own. */
  readonly mend?: string
  /** For the log only. */
  readonly detail?: Record<string, unknown>
  constructor(options: { params?: Record<string, string | number>; retryAfter?: number; mend?: string; detail?: Record<string, unknown>; cause?: unknown } = {}) {
    super('', { cause: options.cause })
    this.params = options.params ?? {}
    this.retryAfter = options.retryAfter
    this.mend = options.mend
    this.detail = options.detail
    this.name = new.target.name
  }
  override get message(): string {
    return `${this.code}${this.detail ? ` ${JSON.stringify(this.detail)}` : ''}`
  }
}

/** One field of a form or body that doesn't fit: `message` is a catalogue key. */
export interface FieldFault { field: string; message: string; params?: Record<string, string | number> }

/** What came in doesn't fit; names each field and the mend. */
export class BadInput extends Refusal {
  readonly code = 'infra/bad-input'
  readonly status = 400
  constructor(readonly fields: FieldFault[], cause?: unknown) {
    super({ params: { field: fields[0]?.field ?? '' }, detail: { fields: fields.map((f) => f.field) }, cause })
  }
}
export class NotFound extends Refusal { readonly code = 'infra/not-found'; readonly status = 404 }
export class NotAllowed extends Refusal { readonly code = 'infra/not-allowed'; readonly status = 403 }
export class NoSession extends Refusal { readonly code = 'infra/no-session'; readonly status = 401 }
export class ForeignForm extends Refusal { readonly code = 'infra/foreign-form'; readonly status = 403 }
export class TooManyTries extends Refusal { readonly code = 'infra/too-many-tries'; readonly status = 429 }
