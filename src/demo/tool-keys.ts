import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose'
import type { Tool } from './model.js'

export type ToolKeySets = (tool: Pick<Tool, 'jwks'>) => ReturnType<typeof createRemoteJWKSet>
/** The tools' key sets, read when a key is first met. */
export const makeToolKeySets = (): ToolKeySets => {
  const sets = new Map<string, ReturnType<typeof createRemoteJWKSet>>()
  return ({ jwks }) => {
    const set = sets.get(jwks) ?? createRemoteJWKSet(new URL(jwks), { cooldownDuration: 1000 })
    sets.set(jwks, set)
    return set
  }
}

/** What a tool signed, for us and in time. @throws jose's errors */
export const verifySaid = async (token: string, tool: Tool, keySets: ToolKeySets, { audience, now, subject }: { audience: string | string[]; now: () => Date; subject?: string }): Promise<JWTPayload> =>
  (await jwtVerify(token, keySets(tool), {
    algorithms: ['RS256'], issuer: tool.clientId, audience, subject, requiredClaims: ['exp', 'iat'], currentDate: now(), clockTolerance: 5,
  })).payload
