import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { makeLimits } from '../../src/infra/index.js'
import { startRedis } from '../support/redis.js'

const THREE = { points: 3, seconds: 60 }

it('one node counts in memory, each key for itself, and says when to come back', async () => {
  const limits = makeLimits()
  for (let i = 0; i < 3; i++) await limits.consume('door', 'a', THREE)
  await expect(limits.consume('door', 'a', THREE)).rejects.toMatchObject({ code: 'infra/too-many-tries', status: 429, retryAfter: expect.any(Number) as number })
  await limits.consume('door', 'b', THREE)
})

it('two nodes count together in Redis; when it is gone, each by itself, and nobody is refused for that', async () => {
  const redis = await startRedis()
  const clients = [0, 1].map(() => new Redis(redis.url, { enableOfflineQueue: false, maxRetriesPerRequest: 1 }))
  clients.forEach((client) => client.on('error', () => undefined))
  await Promise.all(clients.map((client) => client.ping().catch(() => new Promise((resolve) => client.once('ready', resolve)))))
  const [here, there] = clients.map((client) => makeLimits(client))
  if (!here || !there) throw new Error('no nodes')
  await here.consume('door', 'a', THREE)
  await there.consume('door', 'a', THREE)
  await here.consume('door', 'a', THREE)
  await expect(there.consume('door', 'a', THREE)).rejects.toMatchObject({ code: 'infra/too-many-tries' })
  await redis.stop()
  await there.consume('door', 'a', THREE)
  clients.forEach((client) => client.disconnect())
})
