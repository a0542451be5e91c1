import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlay } from '../../src/play/index.js'
import { aLedger } from '../support/ledger.js'
import { aCourse, aPlayWorld, anActivity, aRoom, type PlayWorld } from './world.js'

let world: PlayWorld
beforeAll(async () => void (world = await aPlayWorld(aCourse([aRoom('hall', { activities: [anActivity('the-lock'), anActivity('second-lock'), anActivity('plain')] })]))))
afterAll(() => world.close())

const at = (user: string, activity = 'the-lock') => ({ run: world.run._id, user, sid: 's', room: 'hall', activity })
const tryIt = (user: string, response: string, { activity, key = randomUUID(), play = world.play }: { activity?: string; key?: string; play?: PlayWorld['play'] } = {}) => play.answer(at(user, activity), { item: '_', response, key })
const outcome = (tried: Promise<{ verdict: { correct: boolean } }>) => tried.then(({ verdict }) => verdict.correct, (refused: { code: string; retryAfter: number }) => `${refused.code} ${refused.retryAfter}`)
const wait = (seconds: number) => (world.clock.now = new Date(world.clock.now.getTime() + seconds * 1000))
const tries = async (user: string) => (await world.ledger.standing(world.run._id, user)).play.activities['the-lock']?.items._?.tries

describe('a lock inside an activity', () => {
  it('takes five wrong tries freely; then each makes the next wait twice as long, five minutes at most', async () => {
    await world.visitor('ana')
    for (let free = 0; free < 5; free++) expect(await outcome(tryIt('ana', 'wrong'))).toBe(false)
    for (const seconds of [10, 20, 40, 80, 160, 300, 300]) {
      expect(await outcome(tryIt('ana', 'wrong'))).toBe(`play/lock-resting ${seconds}`)
      wait(seconds - 1)
      expect(await outcome(tryIt('ana', 'right'))).toBe('play/lock-resting 1')
      wait(1)
      expect(await outcome(tryIt('ana', 'wrong'))).toBe(false)
    }
    wait(300)
    expect(await outcome(tryIt('ana', 'right'))).toBe(true)
  })
  it('tried at once from two windows and two nodes lets five through, and says of the right one among the rest not even that', async () => {
    await world.visitor('ben')
    const other = await aLedger(world.kit.mongo)
    const twin = createPlay({ kit: world.kit, courses: world.courses, ledger: other, h5p: { items: async () => [{ id: '_', max: 1, kind: 'verified', isLock: true }], score: async (_content, _item, response) => ({ correct: response === 'right', score: response === 'right' ? 1 : 0, max: 1, kind: 'verified' }), task: async () => undefined } })
    for (let first = 0; first < 5; first++) await tryIt('ben', 'wrong')
    const all = await Promise.all(Array.from({ length: 60 }, (_, i) => outcome(tryIt('ben', i > 30 ? 'right' : `${i}`, { play: i % 2 ? twin : world.play }))))
    expect(new Set(all)).toEqual(new Set(['play/lock-resting 10']))
    expect(await tries('ben')).toBe(5)
    await world.visitor('bo')
    const fresh = await Promise.all(Array.from({ length: 40 }, (_, i) => outcome(tryIt('bo', `${i}`, { play: i % 2 ? twin : world.play }))))
    expect(fresh.filter((said) => said === false)).toHaveLength(5)
    expect(await tries('bo')).toBe(5)
    await other.close()
  })
  it('slows nobody else, no other lock, and no question that isn’t one', async () => {
    await world.visitor('cy')
    await world.visitor('di')
    for (let first = 0; first < 6; first++) await outcome(tryIt('cy', 'wrong'))
    expect(await outcome(tryIt('cy', 'right', { activity: 'second-lock' }))).toBe(true)
    expect(await outcome(tryIt('di', 'right'))).toBe(true)
    for (let first = 0; first < 12; first++) expect(await outcome(tryIt('di', 'wrong', { activity: 'plain' }))).toBe(false)
  })
  it('says a try sent again what it said first, also while it rests', async () => {
    await world.visitor('ed')
    for (let first = 0; first < 5; first++) await tryIt('ed', 'wrong', { key: `ed-key-${first}` })
    expect(await outcome(tryIt('ed', 'right', { key: 'ed-key-4' }))).toBe(false)
  })
  it.each([['en', '10 seconds to go'], ['zh-CN', '还有 10 秒'], ['ar', '10 ثوانٍ']])('tells how long it rests, kindly, in %s', async (lang, words) => {
    await world.visitor(`fay-${lang}`)
    for (let first = 0; first < 5; first++) await tryIt(`fay-${lang}`, 'wrong')
    const address = `${world.url}/play/${world.run._id}/h5p/${world.play.ticket(at(`fay-${lang}`))}/answers`
    const refused = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json', 'accept-language': lang }, body: JSON.stringify({ item: '_', response: 'right', key: 'a-key-of-mine' }) })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10'])
    expect(await refused.json()).toMatchObject({ type: '/problems/play/lock-resting', title: expect.stringContaining(words) as string })
  })
  it('keeps its wait through a rebuild of the projections', async () => {
    expect((await world.ledger.rebuild({ dryRun: true })).differed).toEqual([])
  })
})
