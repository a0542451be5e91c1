import { isIPv4, isIPv6 } from 'node:net'
import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import { TooManyTries } from './refusal.js'

export interface RateLimits {
  /** Takes one of `points` in `seconds` for the key; an IPv6 address counts as its network. @throws TooManyTries when none is left. */
  consume(name: string, key: string, allowance: { points: number; seconds: number }): Promise<void>
}

/** Who has one IPv6 address has all of its /64, so that is what is counted; an IPv4 one is itself, also where it comes written as IPv6. */
export const networkOf = (address: string): string => {
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '')
  if (isIPv4(plain) || !isIPv6(plain)) return plain
  const [head = '', tail] = plain.toLowerCase().split('::')
  const groups = head.split(':').filter(Boolean)
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter(Boolean).length
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? '').split(':').filter(Boolean)]
  return `${all.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
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
        await limiterOf(name, points, seconds).consume(networkOf(key))
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        const retryAfter = Math.max(1, Math.ceil(refused.msBeforeNext / 1000))
        throw new TooManyTries({ params: { seconds: retryAfter }, retryAfter, detail: { limit: name } })
      }
    },
  }
}
