import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { aPlayWorld, type PlayWorld } from './world.js'

let world: PlayWorld
beforeAll(async () => void (world = await aPlayWorld()))
afterAll(() => world.close())

const who = (user: string) => ({ run: world.run._id, user })
const eventsOf = async (user: string, type: string): Promise<object[]> => (await world.ledger.events(world.run._id, user)).filter((event) => event.type === type)
const at = (user: string, activity: string) => world.play.ticket({ ...who(user), sid: 's', room: 'hall', activity })
const send = (user: string, activity: string, response: string, key: string = randomUUID()): Promise<Response> =>
  fetch(`${world.url}/play/${world.run._id}/h5p/${at(user, activity)}/answers`, {
    method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify({ item: '_', response, key }),
  })

describe('keys tried all at once', () => {
  it('are three tries: the rest waits unseen, even where it is right', async () => {
    await world.visitor('ana')
    const tries = Array.from({ length: 60 }, (_, i) => world.play.tryKey(who('ana'), 'library', i < 50 ? `guess ${i}` : 'amber tandem 27', `guess-${i}`))
    const said = await Promise.all(tries)
    expect(said.filter(({ refusal }) => refusal === 'wrong')).toHaveLength(3)
    expect(said.filter(({ refusal }) => refusal === 'too-soon')).toHaveLength(57)
    expect(said.some(({ opened }) => opened)).toBe(false)
    expect(await eventsOf('ana', 'refused')).toHaveLength(3)
  })
  it('cost three looks through the run’s learners at a personal door, not one each', async () => {
    const bea = await world.visitor('bea')
    await bea.finishes('hall')
    await bea.enters('library')
    const members = vi.spyOn(world.courses, 'members')
    await Promise.all(Array.from({ length: 40 }, (_, i) => world.play.tryKey(who('bea'), 'attic', `GUES-${i}`, `attic-${i}`)))
    expect(members).toHaveBeenCalledTimes(3)
    members.mockRestore()
  })
  it('of one learner hold up nobody else', async () => {
    await world.visitor('cem')
    await world.visitor('dai')
    const said = await Promise.all([...Array.from({ length: 20 }, (_, i) => world.play.tryKey(who('cem'), 'library', 'no', `cem-${i}`)), world.play.tryKey(who('dai'), 'library', 'Amber Tandem 27', 'dai-1')])
    expect(said.at(-1)?.opened).toBe(true)
  })
})

describe('answers sent all at once', () => {
  it('are one first try: of fifty, whichever is decided first', async () => {
    await world.visitor('eli')
    await Promise.all(Array.from({ length: 50 }, (_, i) => world.play.answer({ ...who('eli'), sid: 's', room: 'hall', activity: 'hall-a' }, { item: '_', response: i % 2 ? 'right' : `wrong ${i}`, key: `eli-${i}` })))
    const item = (await world.ledger.standing(world.run._id, 'eli')).play.activities['hall-a']?.items._
    const judged = (await eventsOf('eli', 'answered')).map((event) => (event as { data: { correct: boolean } }).data.correct)
    expect(item).toMatchObject({ correct: true, firstTry: judged[0], tries: judged.length })
    expect(judged.indexOf(true)).toBe(judged.length - 1) // once right, nothing more counts
    const bonus = item?.firstTry ? ['activity', 'first-try'] : ['activity']
    expect((await eventsOf('eli', 'earned')).map((event) => (event as { data: { reason: string } }).data.reason)).toEqual(bonus)
  })
  it('under one key are one answer, though they differ', async () => {
    await world.visitor('fay')
    const said = await Promise.all(Array.from({ length: 20 }, (_, i) => world.play.answer({ ...who('fay'), sid: 's', room: 'hall', activity: 'hall-a' }, { item: '_', response: i === 0 ? 'wrong' : 'right', key: 'fay-0001' })))
    // Whichever came first is the one that counts, for all of them.
    expect(new Set(said.map(({ verdict }) => `${verdict.correct} ${verdict.tries}`)).size).toBe(1)
    expect(said[0]?.verdict.tries).toBe(1)
    expect(await eventsOf('fay', 'answered')).toHaveLength(1)
  })
  it('by a program are stopped before they fill the ledger, and a person’s go on', async () => {
    await world.visitor('gil')
    await world.visitor('hal')
    const statuses: number[] = []
    for (let round = 0; round < 7; round++) statuses.push(...(await Promise.all(Array.from({ length: 25 }, () => send('gil', 'hall-a', 'wrong')))).map(({ status }) => status))
    expect(statuses.filter((status) => status === 200)).toHaveLength(120)
    const refused = await send('gil', 'hall-b', 'right')
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
    expect(await eventsOf('gil', 'answered')).toHaveLength(120)
    expect((await send('hal', 'hall-a', 'right')).status).toBe(200)
  })
})
