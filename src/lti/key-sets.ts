import { createRemoteJWKSet, customFetch, errors, type JWK, type JWTHeaderParameters } from 'jose'
import { readWithin } from './read-within.js'
import { LaunchRefused } from './refusals.js'

const MOST_BYTES = 256 * 1024

/** A key set is small; what isn't, isn't read to its end. */
const fetchSmall = async (url: string, init: RequestInit): Promise<Response> => {
  const response = await fetch(url, init)
  if (!response.body) return response
  const read = await readWithin(response.body as unknown as AsyncIterable<Uint8Array>, MOST_BYTES, () => new Error('key set too large'))
  return new Response(new Uint8Array(read), { status: response.status, headers: { 'content-type': 'application/json' } })
}

/** What is public of a set: the ids of its keys. */
const kidsOf = (set: ReturnType<typeof createRemoteJWKSet>): string[] => (set.jwks()?.keys ?? []).map(({ kid }) => kid ?? '')

export type KeySets = (jwksUrl: string, header: JWTHeaderParameters) => Promise<JWK>

/**
 * Platforms' public keys: fetched within 5 s, kept 10 minutes, fetched again for a `kid` not seen, but once in 30 s at most.
 * `jku`, `x5u` and `jwk` in a token's header are never looked at.
 */
export const createKeySets = ({ cooldownMs = 30_000, timeoutMs = 5000 } = {}): KeySets => {
  const sets = new Map<string, ReturnType<typeof createRemoteJWKSet>>()
  const setOf = (url: string) => {
    const set = sets.get(url) ?? createRemoteJWKSet(new URL(url), { timeoutDuration: timeoutMs, cooldownDuration: cooldownMs, cacheMaxAge: 600_000, [customFetch]: fetchSmall as never })
    sets.set(url, set)
    return set
  }
  return async (url, { alg, kid }) => {
    const set = setOf(url)
    try {
      await set({ alg, kid })
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) throw new LaunchRefused('lti/unknown-key', { detail: { kids: kidsOf(set) }, cause })
      throw new LaunchRefused('lti/keys-unreachable', { retryAfter: 30, detail: { reason: String((cause as Error).message) }, cause })
    }
    const jwk = set.jwks()?.keys.find((key) => key.kid === kid && key.kty === 'RSA' && key.use !== 'enc')
    if (!jwk) throw new LaunchRefused('lti/unknown-key', { detail: { kids: kidsOf(set) } })
    return jwk
  }
}
