import type { Step } from './model.js'

/**
 * What the gate looks at, in its order, and the step each belongs to: what stands before the refusal went well. A refusal that isn't
 * here comes after all of these, from what answers a launch.
 */
const GATE: [code: string, step: Step][] = [
  ['lti/bad-login', 'login'], ['lti/platform-error', 'login'], ['lti/bad-answer', 'state'],
  ['lti/bad-token', 'key'], ['lti/wrong-algorithm', 'key'], ['lti/critical-header', 'key'], ['lti/no-key-id', 'key'],
  ['lti/no-state-cookie', 'storage'],
  ['lti/unknown-platform', 'login'], ['lti/wrong-audience', 'login'], ['lti/platform-pending', 'login'], ['lti/platform-disabled', 'login'],
  ['lti/keys-unreachable', 'key'], ['lti/unknown-key', 'key'], ['lti/bad-signature', 'key'],
  ['lti/no-times', 'claims'], ['lti/expired', 'claims'], ['lti/issued-in-future', 'claims'],
  ['lti/wrong-nonce', 'nonce'],
  ['lti/wrong-message-type', 'claims'], ['lti/wrong-version', 'claims'], ['lti/bad-claim', 'claims'], ['lti/unknown-deployment', 'claims'],
  ['lti/other-deployment', 'claims'], ['lti/foreign-target', 'claims'],
  ['lti/replayed', 'nonce'],
]
const AFTER_ALL: Step = 'claims'
const placeOf = (code: string): number => {
  const place = GATE.findIndex(([each]) => each === code)
  return place < 0 ? GATE.length : place
}

/** The step a refusal of this code fails at. */
export const stepOf = (code: string, kind: 'login' | 'launch'): Step => (kind === 'login' ? 'login' : (GATE[placeOf(code)]?.[1] ?? AFTER_ALL))

/** Whether all that belongs to a step was looked at before this refusal, so that it went well. */
export const wasPassed = (step: Step, code: string): boolean => GATE.every(([, each], place) => each !== step || place < placeOf(code))
