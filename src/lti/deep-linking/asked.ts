import type { Secrets } from '../../infra/index.js'
import { LaunchRefused } from '../refusals.js'
import type { Settings } from './settings.js'

/** A request to choose, as its page carries it, signed: it stands for the launch, so no cookie is needed and none could be stolen. */
export interface Asked {
  /** Also the answer's nonce: however often it is sent, an LMS takes it once. */
  once: string
  platform: string
  deployment: string
  context: string
  contextTitle?: string
  user: string
  isAuthor: boolean
  lang?: string
  zone?: string
  settings: Settings
}

/** As long as choosing may take. */
export const ASKED_SECONDS = 3600
const PURPOSE = 'deep-linking'

export const seal = (secrets: Secrets, asked: Asked, now: Date): string => secrets.sign(PURPOSE, asked, ASKED_SECONDS, now)
/** @throws LaunchRefused for what we didn't sign, or too long ago */
export const unseal = (secrets: Secrets, token: unknown, now: Date): Asked => {
  const asked = typeof token === 'string' && token.length <= 60_000 ? secrets.verify<Asked>(PURPOSE, token, now) : undefined
  if (!asked) throw new LaunchRefused('lti/choice-expired')
  const { exp: _exp, ...rest } = asked
  return rest
}
