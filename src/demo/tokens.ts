import { randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import type { Tool } from './model.js'
import type { Place } from './place.js'
import { ServiceFault } from './service-fault.js'
import { verifySaid, type ToolKeySets } from './tool-keys.js'
import type { Tools } from './tools.js'

const TOKEN_SECONDS = 3600

export interface Tokens {
  /** Client credentials with a signed assertion. @see [Security Framework 1.0, 4.1](https://www.imsglobal.org/spec/security/v1p0/#using-json-web-tokens-with-oauth-2-0-client-credentials-grant) */
  grant(form: Record<string, unknown>): Promise<{ access_token: string; token_type: 'Bearer'; expires_in: number; scope: string }>
  /** Whose token it is. @throws ServiceFault 401 for no, an unknown or an expired token; 403 where it lacks all of these scopes. */
  check(authorization: string | undefined, anyOf: string[]): Tool
}
export interface TokenDeps { place: Place; tools: Tools; keySets: ToolKeySets; now: () => Date }

const clientIn = (assertion: string): unknown => {
  try {
    return decodeJwt(assertion).iss
  } catch {
    return undefined
  }
}

export const makeTokens = ({ place, tools, keySets, now }: TokenDeps): Tokens => {
  const issued = new Map<string, { tool: Tool; scopes: string[]; until: number }>()
  const seen = new Map<string, number>()

  const verifyAssertion = async (assertion: string): Promise<Tool> => {
    const tool = tools.of(clientIn(assertion))
    if (tool?.state !== 'active') throw new ServiceFault(400, 'invalid_client', 'This client is not registered, or waits for the administrator')
    const payload = await verifySaid(assertion, tool, keySets, { audience: [place.tokenUrl, place.issuer], subject: tool.clientId, now }).catch((error: unknown) => {
      throw new ServiceFault(400, 'invalid_client', `The assertion is refused: ${error instanceof Error ? error.message : 'unreadable'}`)
    })
    const jti = typeof payload.jti === 'string' ? payload.jti : ''
    if (!jti) throw new ServiceFault(400, 'invalid_client', 'The assertion has no jti')
    for (const [id, until] of seen) if (until < now().getTime()) seen.delete(id)
    if (seen.has(jti)) throw new ServiceFault(400, 'invalid_client', 'This assertion was used before')
    seen.set(jti, (payload.exp ?? 0) * 1000 + 10_000)
    return tool
  }

  return {
    async grant(form) {
      if (form.grant_type !== 'client_credentials') throw new ServiceFault(400, 'unsupported_grant_type')
      if (form.client_assertion_type !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' || typeof form.client_assertion !== 'string') {
        throw new ServiceFault(400, 'invalid_request', 'A signed client_assertion is needed')
      }
      const tool = await verifyAssertion(form.client_assertion)
      const scopes = String(form.scope ?? '').split(' ').filter((scope) => tool.scopes.includes(scope))
      if (scopes.length === 0) throw new ServiceFault(400, 'invalid_scope')
      const token = randomBytes(24).toString('base64url')
      issued.set(token, { tool, scopes, until: now().getTime() + TOKEN_SECONDS * 1000 })
      return { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS, scope: scopes.join(' ') }
    },
    check(authorization, anyOf) {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1]
      const found = token ? issued.get(token) : undefined
      if (!found || found.until < now().getTime()) throw new ServiceFault(401, 'invalid_token')
      if (!anyOf.some((scope) => found.scopes.includes(scope))) throw new ServiceFault(403, 'insufficient_scope')
      return found.tool
    },
  }
}
