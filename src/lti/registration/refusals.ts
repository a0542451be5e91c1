import { Refusal } from '../../infra/index.js'

/** Each way a registration can be refused, and the answer's status. The words are in locales/LANG/lti.json. */
const STATUS = {
  'lti/registration-no-link': 403,
  'lti/registration-unknown-link': 403,
  'lti/registration-used': 410,
  'lti/registration-expired': 410,
  'lti/registration-bad-address': 400,
  'lti/registration-unreachable': 502,
  'lti/registration-bad-configuration': 502,
  'lti/registration-wrong-issuer': 403,
  'lti/registration-other-issuer': 403,
  'lti/registration-rejected': 502,
} as const
export type RegistrationCode = keyof typeof STATUS

/** An LMS that couldn't be registered. */
export class RegistrationRefused extends Refusal {
  readonly status: number
  constructor(readonly code: RegistrationCode, options: ConstructorParameters<typeof Refusal>[0] = {}) {
    super(options)
    this.status = STATUS[code]
  }
}
