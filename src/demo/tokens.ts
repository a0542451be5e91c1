import { randomBytes } from 'node:crypto'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { Place } from './place.js'
import { ServiceFault } from './service-fault.js'

const AGS = 'https://purl.imsglobal.org/spec/lti-ags/scope/'
export const SCOPES = {
  lineItem: `${AGS}lineitem`, lineItemRead: `${AGS}lineitem.readonly`, result: `${AGS}result.readonly`, score: `${AGS}score`,
  members: 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
} as const
const OFFERED: string[] = Object.values(SCOPES)
const TOKEN_SECONDS = 3600

export interface Tokens {
  /** Client credentials with a signed assertion. @see [Security Framework 1.0, 4.1](https://www.imsglobal.org/spec/security/v1p0/#using-json-web-tokens-with-oauth-2-0-client-credentials-grant) */
  grant(form: Record<string, unknown>): Promise<{ access_token: string; token_type: 'Bearer'; expires_in: number; scope: string }>
  /** @throws ServiceFault 401 for no, an unknown or an expired token; 403 where it lacks all of these scopes. */
  check(authorization: string | undefined, anyOf: string[]): void
}

export const makeTokens = (place: Place, now: () => Date): Tokens => {
  const keys = createRemoteJWKSet(new URL(place.tool.jwks), { cooldownDuration: 1000 })
  const issued = new Map<string, { scopes: string[]; until: number }>()
  const seen = new Map<string, number>()

  const verifyAssertion = async (assertion: string): Promise<void> => {
    const { payload } = await jwtVerify(assertion, keys, {
      algorithms: ['RS256'], issuer: place.clientId, subject: place.clientId, audience: [place.tokenUrl, place.issuer],
      requiredClaims: ['exp', 'iat', 'jti'], currentDate: now(), clockTolerance: 5,
    }).catch((error: unknown) => {
      throw new ServiceFault(400, 'invalid_client', `The assertion is refused: ${error instanceof Error ? error.message : 'unreadable'}`)
    })
    const jti = String(payload.jti)
    for (const [id, until] of seen) if (until < now().getTime()) seen.delete(id)
    if (seen.has(jti)) throw new ServiceFault(400, 'invalid_client', 'This assertion was used before')
    seen.set(jti, (payload.exp ?? 0) * 1000 + 10_000)
  }

  return {
    async grant(form) {
      if (form.grant_type !== 'client_credentials') throw new ServiceFault(400, 'unsupported_grant_type')
      if (form.client_assertion_type !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' || typeof form.client_assertion !== 'string') {
        throw new ServiceFault(400, 'invalid_request', 'A signed client_assertion is needed')
      }
      await verifyAssertion(form.client_assertion)
      const scopes = String(form.scope ?? '').split(' ').filter((scope) => OFFERED.includes(scope))
      if (scopes.length === 0) throw new ServiceFault(400, 'invalid_scope')
      const token = randomBytes(24).toString('base64url')
      issued.set(token, { scopes, until: now().getTime() + TOKEN_SECONDS * 1000 })
      return { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS, scope: scopes.join(' ') }
    },
    check(authorization, anyOf) {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1]
      const found = token ? issued.get(token) : undefined
      if (!found || found.until < now().getTime()) throw new ServiceFault(401, 'invalid_token')
      if (!anyOf.some((scope) => found.scopes.includes(scope))) throw new ServiceFault(403, 'insufficient_scope')
    },
  }
}
