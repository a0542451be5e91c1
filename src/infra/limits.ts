import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import { TooManyTries } from './refusal.js'

export interface RateLimits {
  /** Takes one of `points` in `seconds` for the key. @throws TooManyTries when none is left. */
  consume(name: string, key: string, allowance: { points: number; seconds: number }): Promise<void>
}

/** Limits counted in Redis where there are several nodes, else in memory. A Redis that is down counts in memory. */
export const makeLimits = (redis?: Redis): RateLimits => {
  const limiters = new Map<string, RateLimiterAbstract>()
  const limiterOf = (name: string, points: number, duration: number): RateLimiterAbstract => {
    const known = limiters.get(name)
    if (known) return known
    const options = { keyPrefix: `limit-${name}`, points, duration }
    const made = redis ? new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: new RateLimiterMemory(options) }) : new RateLimiterMemory(options)
    limiters.set(name, made)
    return made
  }
  return {
    async consume(name, key, { points, seconds }) {
      try {
        await limiterOf(name, points, seconds).consume(key)
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        const retryAfter = Math.max(1, Math.ceil(refused.msBeforeNext / 1000))
        throw new TooManyTries({ params: { seconds: retryAfter }, retryAfter, detail: { limit: name } })
      }
    },
  }
}
