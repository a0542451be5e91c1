import { SignJWT } from 'jose'
import type { ToolKeys } from '../key.js'
import type { Platform } from '../registry.js'
import type { Asked } from './asked.js'

const LTI = 'https://purl.imsglobal.org/spec/lti/claim/'
const DL = 'https://purl.imsglobal.org/spec/lti-dl/claim/'
/** From our page to the LMS. */
const VALID_MS = 5 * 60_000

/** What an LMS is told: links, or why there are none. */
export interface Answer { items: object[]; message?: string; error?: { words: string; log: string } }

/**
 * The answer to a deep linking request, signed with our key. ltijs's own misspells the claim of an error.
 * @see [Deep Linking 2.0, 4.5](https://www.imsglobal.org/spec/lti-dl/v2p0#deep-linking-response-message)
 */
export const signedAnswer = async ({ items, message, error }: Answer, { asked, platform, keys, now }: { asked: Asked; platform: Pick<Platform, 'clientId' | 'issuer'>; keys: Pick<ToolKeys, 'signing'>; now: Date }): Promise<string> => {
  const { kid, privateKey } = await keys.signing()
  const { data } = asked.settings
  return new SignJWT({
    nonce: asked.once,
    [`${LTI}deployment_id`]: asked.deployment, [`${LTI}message_type`]: 'LtiDeepLinkingResponse', [`${LTI}version`]: '1.3.0',
    ...(data === undefined ? {} : { [`${DL}data`]: data }),
    [`${DL}content_items`]: items,
    ...(message ? { [`${DL}msg`]: message } : {}),
    ...(error ? { [`${DL}errormsg`]: error.words, [`${DL}errorlog`]: error.log } : {}),
  })
    .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
    .setIssuer(platform.clientId).setAudience(platform.issuer)
    .setIssuedAt(now).setExpirationTime(new Date(now.getTime() + VALID_MS))
    .sign(privateKey)
}
