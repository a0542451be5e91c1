import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { coalesce, type Post } from '../../src/live/coalesce.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const aCoalescer = () => {
  const sent: [room: string, payload: object][] = []
  const world = { listening: true, made: 0, failed: [] as unknown[] }
  const posts = coalesce({
    everyMs: 250,
    heard: () => world.listening,
    send: ({ room }, payload) => void sent.push([room, payload]),
    failed: (error) => void world.failed.push(error),
  })
  const post = (n: number, room = 'a'): void => {
    const made: Post = { room, event: 'e', onThisNode: true, payload: () => (world.made++, { n }) }
    posts.post(made)
  }
  return { sent, world, posts, post, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) }
}

describe('messages to one audience', () => {
  it('are sent at once, then the newest of each quarter of a second', async () => {
    const { sent, post, pass } = aCoalescer()
    post(1)
    await pass(0)
    expect(sent).toEqual([['a', { n: 1 }]])
    for (let n = 2; n <= 1000; n++) post(n)
    await pass(249)
    expect(sent).toHaveLength(1)
    await pass(1)
    expect(sent).toEqual([['a', { n: 1 }], ['a', { n: 1000 }]])
    await pass(1000)
    expect(sent).toHaveLength(2)
    post(1001)
    await pass(0)
    expect(sent.at(-1)).toEqual(['a', { n: 1001 }])
  })

  it('don’t hold up those to another', async () => {
    const { sent, post, pass } = aCoalescer()
    post(1, 'a')
    post(2, 'b')
    await pass(0)
    expect(sent).toEqual([['a', { n: 1 }], ['b', { n: 2 }]])
  })

  it('aren’t even made where nobody listens', async () => {
    const { sent, world, post, pass } = aCoalescer()
    world.listening = false
    post(1)
    post(2)
    await pass(1000)
    expect([sent, world.made]).toEqual([[], 0])
    world.listening = true
    post(3)
    await pass(0)
    expect([sent, world.made]).toEqual([[['a', { n: 3 }]], 1])
  })

  it('that can’t be made are told of, and the next goes out', async () => {
    const { sent, world, posts, post, pass } = aCoalescer()
    posts.post({ room: 'a', event: 'e', onThisNode: true, payload: () => { throw new Error('no') } })
    post(2)
    await pass(250)
    expect([world.failed.length, sent]).toEqual([1, [['a', { n: 2 }]]])
  })

  it('end with the closing', async () => {
    const { sent, posts, post, pass } = aCoalescer()
    post(1)
    post(2)
    posts.close()
    await pass(1000)
    expect(sent).toEqual([['a', { n: 1 }]])
  })
})
