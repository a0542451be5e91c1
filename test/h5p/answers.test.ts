import { beforeAll, describe, expect, it } from 'vitest'
import { aWorld, type World } from './world.js'

let world: World
beforeAll(async () => void (world = await aWorld()))
const json = { accept: 'application/json' }
const ITEM = '28ab69f7-2e73-4d5f-a70b-7b7b05580bd1'

describe('an answer', () => {
  it('is scored by the server, and what follows from it comes along', async () => {
    const { body } = await world.agent.post(`${world.open('check-the-basics', { user: 'one' })}/answers`).send({ item: ITEM, response: [1, 2], key: 'key-00001' }).expect(200)
    expect(body).toMatchObject({ verdict: { correct: true, score: 2, max: 2, tries: 1 }, outcome: { xp: 10 } })
  })
  it('cannot bring its own score', async () => {
    const { body } = await world.agent.post(`${world.open('check-the-basics', { user: 'two' })}/answers`).send({ item: ITEM, response: [0], key: 'key-00002', score: 2, correct: true, verdict: { correct: true } }).expect(200)
    expect((body as { verdict: object }).verdict).toMatchObject({ correct: false, score: 0 })
  })
  it('to a question of another content finds none', async () => {
    const answer = await world.agent.post(`${world.open('what-and-why')}/answers`).set(json).send({ item: ITEM, response: [1, 2], key: 'key-00003' }).expect(404)
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })
  it.each([
    ['no key', { item: ITEM, response: [1] }],
    ['a short key', { item: ITEM, response: [1], key: 'short' }],
    ['a key of other letters', { item: ITEM, response: [1], key: 'key with spaces' }],
    ['no item', { response: [1], key: 'key-00004' }],
    ['an item that is no text', { item: { $ne: '' }, response: [1], key: 'key-00004' }],
    ['a response of another shape', { item: ITEM, response: { $gt: 0 }, key: 'key-00004' }],
    ['no response', { item: ITEM, key: 'key-00004' }],
    ['a list', [1]],
  ])('with %s is refused in words', async (_what, body) => {
    const { body: problem } = await world.agent.post(`${world.open('check-the-basics')}/answers`).set(json).send(body).expect(400)
    expect(problem).toMatchObject({ type: '/problems/infra/bad-input', status: 400 })
  })
  it('of more than 256 kB, or of no JSON, isn’t read', async () => {
    const at = `${world.open('check-the-basics')}/answers`
    await world.agent.post(at).set(json).send({ item: ITEM, response: ['x'.repeat(300_000)], key: 'key-00005' }).expect(413)
    await world.agent.post(at).set(json).set('content-type', 'application/json').send('{"item":').expect(400)
    await world.agent.post(at).set(json).type('form').send({ item: ITEM, response: 1, key: 'key-00005' }).expect(400)
  })
  it('without a ticket of this run is refused', async () => {
    await world.agent.post('/play/r1/h5p/forged/answers').set(json).send({ item: ITEM, response: [1, 2], key: 'key-00006' }).expect(403)
    await world.agent.post('/play/r1/h5p/forged/completed').set(json).send({ key: 'key-00006' }).expect(403)
  })
})

describe('a result of the browser’s own', () => {
  it('is taken politely, counts for nothing, and is noted', async () => {
    const base = world.open('check-the-basics', { user: 'forger' })
    const before = world.door.answered.length
    await world.agent.post(`${base}/finished`).type('form').send({ contentId: 'check-the-basics', score: 99, maxScore: 99 }).expect(200)
    expect(world.door.answered.length).toBe(before)
    expect(world.warned.at(-1)).toContain('not counted')
    const { text } = await world.agent.get(`${base}/frame`).expect(200)
    expect(text).toContain('"postUserStatistics":false')
  })
})

describe('where a learner left off', () => {
  const save = (base: string, content: string, data: unknown, where = 'state/0') => world.agent.post(`${base}/state/${content}/${where}`).set(json).type('form').send({ data: JSON.stringify(data), preload: '1', invalidate: '1' })
  const load = async (base: string, content: string, where = 'state/0'): Promise<unknown> => ((await world.agent.get(`${base}/state/${content}/${where}`).expect(200)).body as { data: unknown }).data

  it('is there on another device, and comes with the page', async () => {
    const laptop = world.open('book-of-strategies', { user: 'ana', ticket: 'laptop' })
    const phone = world.open('book-of-strategies', { user: 'ana', ticket: 'phone' })
    expect(await load(phone, 'book-of-strategies')).toBe(false)
    await save(laptop, 'book-of-strategies', { page: 3, note: '</script>' }).expect(200)
    expect(await load(phone, 'book-of-strategies')).toBe('{"page":3,"note":"</script>"}')
    const { text } = await world.agent.get(`${phone}/frame`).expect(200)
    const { contents } = JSON.parse(/id="h5p-integration">(.*?)<\/script>/s.exec(text)?.[1] ?? '') as { contents: Record<string, { contentUserData: Record<string, { state: string }> }> }
    expect(contents['cid-book-of-strategies']?.contentUserData['0']?.state).toBe('{"page":3,"note":"</script>"}')
  })
  it('is nobody else’s, and another run’s neither', async () => {
    await save(world.open('what-and-why', { user: 'ana' }), 'what-and-why', 'mine').expect(200)
    expect(await load(world.open('what-and-why', { user: 'ben' }), 'what-and-why')).toBe(false)
    expect(await load(world.open('what-and-why', { user: 'ana', run: 'r2' }), 'what-and-why')).toBe(false)
  })
  it('of another content is neither told nor written', async () => {
    const base = world.open('what-and-why', { user: 'ana' })
    for (const answer of [await world.agent.get(`${base}/state/book-of-strategies/state/0`).set(json), await save(base, 'book-of-strategies', 'forged')]) {
      expect(answer.status).toBe(403)
      expect(answer.body).toMatchObject({ type: '/problems/h5p/foreign-content', title: 'That belongs to another activity' })
    }
    expect(world.warned.at(-1)).toContain('another content')
  })
  it('loses nothing when forty saves come at once', async () => {
    const base = world.open('judge-the-evidence', { user: 'busy' })
    await Promise.all(Array.from({ length: 40 }, (_, index) => save(base, 'judge-the-evidence', { index }, `state/part-${index}`).expect(200)))
    for (let index = 0; index < 40; index += 1) expect(await load(base, 'judge-the-evidence', `state/part-${index}`)).toBe(JSON.stringify({ index }))
  })
  it('is one of those sent, when many of the same come at once', async () => {
    const base = world.open('judge-the-evidence', { user: 'racer' })
    await Promise.all(Array.from({ length: 40 }, (_, index) => save(base, 'judge-the-evidence', { index }).expect(200)))
    expect(await load(base, 'judge-the-evidence')).toMatch(/^\{"index":\d+\}$/)
  })
  it('is forgotten when the content says so', async () => {
    const base = world.open('what-and-why', { user: 'again' })
    expect((await world.agent.get(`${base}/frame`).expect(200)).text).toContain('"contentUserData":{"0":{"state":false}}')
    await save(base, 'what-and-why', { scene: 2 }).expect(200)
    await world.agent.post(`${base}/state/what-and-why/state/0`).type('form').send({ data: 0, preload: 0, invalidate: 0 }).expect(200)
    expect(await load(base, 'what-and-why')).toBe(false)
  })
  it('has a limit: of size, and of number', async () => {
    const base = world.open('what-and-why', { user: 'hoarder' })
    await save(base, 'what-and-why', 'x'.repeat(70_000)).expect(413)
    for (let index = 0; index < 50; index += 1) await save(base, 'what-and-why', { index }, `state/n${index}`).expect(200)
    expect((await save(base, 'what-and-why', 51, 'state/n51').expect(413)).body).toMatchObject({ type: '/problems/h5p/state-too-large' })
    await save(base, 'what-and-why', 'still', 'state/n49').expect(200)
  })
  it.each(['state/..%2f0', '$where/0', 'state/%00', `${'x'.repeat(41)}/0`])('has no name like %s', async (where) => {
    await save(world.open('what-and-why', { user: 'odd' }), 'what-and-why', 1, where).expect(400)
  })
})
