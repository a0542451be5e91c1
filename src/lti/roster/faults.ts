import { isBusy, isUnanswered } from '../grade-faults.js'
import { ServiceFault } from '../services.js'
import type { TurnResult } from './turns.js'

const codeOf = (fault: ServiceFault): string => {
  if (fault.reason === 'unreadable') return 'lti/members-unreadable'
  if (fault.reason === 'foreign_page') return 'lti/members-elsewhere'
  if (isBusy(fault)) return 'lti/platform-busy'
  return fault.step === 'token' ? 'lti/token-refused' : 'lti/members-refused'
}

/** Why a list could not be read. @throws what is no platform's fault */
export const afterFault = (error: unknown): Extract<TurnResult, { state: 'failed' }> => {
  if (error instanceof ServiceFault) return { state: 'failed', problem: { code: codeOf(error), status: error.status }, afterSeconds: error.retryAfter }
  if (isUnanswered(error)) return { state: 'failed', problem: { code: 'lti/platform-unreachable' } }
  throw error
}
