import { Refusal } from '../infra/index.js'

/** Each way a login or launch can be refused, and the answer's status. The words are in locales/LANG/lti.json. */
const STATUS = {
  'lti/bad-login': 400,
  'lti/unknown-platform': 403,
  'lti/unknown-deployment': 403,
  'lti/platform-pending': 403,
  'lti/platform-disabled': 403,
  'lti/foreign-target': 400,
  'lti/bad-answer': 400,
  'lti/platform-error': 400,
  'lti/no-state-cookie': 401,
  'lti/bad-token': 401,
  'lti/wrong-algorithm': 401,
  'lti/critical-header': 401,
  'lti/no-key-id': 401,
  'lti/unknown-key': 401,
  'lti/bad-signature': 401,
  'lti/keys-unreachable': 503,
  'lti/wrong-audience': 401,
  'lti/no-times': 401,
  'lti/expired': 401,
  'lti/issued-in-future': 401,
  'lti/wrong-nonce': 401,
  'lti/replayed': 401,
  'lti/other-deployment': 403,
  'lti/bad-claim': 400,
  'lti/wrong-version': 400,
  'lti/wrong-message-type': 400,
  'lti/guest': 403,
  'lti/not-set-up': 409,
  'lti/setup-expired': 410,
  'lti/choice-expired': 410,
  'lti/choice-made': 409,
  'lti/nothing-to-review': 404,
} as const
export type LtiCode = keyof typeof STATUS

/** A login or launch that isn't let in. */
export class LaunchRefused extends Refusal {
  readonly status: number
  /** The whole way back to the LMS, for the page of this refusal alone: it may hold a secret of the person's. */
  readonly returnTo?: string
  constructor(readonly code: LtiCode, { returnTo, ...options }: ConstructorParameters<typeof Refusal>[0] & { returnTo?: string } = {}) {
    super(options)
    this.status = STATUS[code]
    this.returnTo = returnTo
  }
}

/** An LMS that is known and isn't let in, not yet or no more. Its frame may show why. */
export class PlatformClosed extends LaunchRefused {
  constructor(state: 'pending' | 'disabled', readonly origins: string[], detail: Record<string, unknown>) {
    super(`lti/platform-${state}`, { detail })
  }
}

/** No cookie came with the launch, but its tab, or the platform, may hold the proof that the login left there. @see proof.ts */
export class ProofWanted extends LaunchRefused {
  constructor(readonly seal: string, readonly storage?: { platform: string; target: string }) {
    super('lti/no-state-cookie')
  }
}
