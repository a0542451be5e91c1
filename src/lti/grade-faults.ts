import type { Delivery } from '../ledger/index.js'
import { ServiceFault } from './services.js'

/** What became of a grade that could not be sent, or need not be. */
export const failed = (code: string, status?: number, text?: string): Delivery => ({ state: 'failed', problem: { code, ...(status ? { status } : {}), ...(text ? { text } : {}) } })

/** 4xx that another try may better; any other stays as it is until a person mends it. */
const PASSING = new Set([401, 408, 425])
/** Two days of tries: a 4xx that has not passed by then won't. */
const PATIENCE = 24
/** The platform knows us and won't, by what its administrator has set: no waiting helps. @see [RFC 6749, 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2) */
const SETTLED = new Set(['invalid_scope', 'unauthorized_client', 'unsupported_grant_type'])

/** An answer that never came: no connection, a broken one, or none in time. */
export const isUnanswered = (error: unknown): boolean => (error instanceof TypeError && error.cause !== undefined) || (error instanceof DOMException && error.name === 'TimeoutError')

/** It has to do with the platform's state, not with what we asked. */
export const isBusy = ({ status }: ServiceFault): boolean => status >= 500 || status === 429

/**
 * Any other refusal of a token may pass, and then all grades wait for the same: Moodle answers 404 while it can't read our key set,
 * others `invalid_client` until they have read it anew after our keys changed, or while a clock is wrong. So it is tried again, ever
 * more rarely, by one grade for all; what is refused for good is the administrator's to mend.
 */
const afterToken = ({ status, retryAfter, reason }: ServiceFault): Delivery => {
  if (SETTLED.has(reason ?? '')) return failed('lti/token-refused', status, reason)
  return { state: 'retry', problem: { code: 'lti/token-refused', status, ...(reason ? { text: reason } : {}) }, afterSeconds: retryAfter, holds: true }
}

/** What to do after a fault. @throws what is no platform's fault */
export const afterFault = (error: unknown, attempts: number): Delivery => {
  if (!(error instanceof ServiceFault)) {
    if (!isUnanswered(error)) throw error
    return { state: 'retry', problem: { code: 'lti/platform-unreachable' }, holds: true }
  }
  const { status, step, retryAfter } = error
  if (isBusy(error)) return { state: 'retry', problem: { code: 'lti/platform-busy', status }, afterSeconds: retryAfter, holds: true }
  if (step === 'token') return afterToken(error)
  if (!PASSING.has(status) || attempts + 1 >= PATIENCE) return failed(`lti/${step}-refused`, status)
  return { state: 'retry', problem: { code: `lti/${step}-refused`, status }, afterSeconds: retryAfter }
}
