import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LANGS } from '../../src/infra/index.js'
import { freshMongo } from '../support/mongo.js'
import { aNode, type Node } from './world.js'

let node: Node
beforeAll(async () => {
  node = await aNode(await freshMongo())
})
afterAll(() => node.close())

interface Visitor { run: string; user: string; get(path?: string, headers?: Record<string, string>): request.Test; save(form: Record<string, string>): request.Test }
const visitor = (run: string, user: string): Visitor => {
  const { authorization } = node.session(run, user)
  return {
    run, user,
    get: (path = '', headers = {}) => request(node.app).get(`/play/${run}/ladder${path}`).set({ authorization, accept: 'text/html', ...headers }),
    save: (form) => request(node.app).post(`/play/${run}/ladder/profile`).set({ authorization, accept: 'text/html' }).type('form').send({ key: `f${Math.random()}`, onLadder: 'on', ...form }),
  }
}
const players = async (count: number): Promise<{ run: string; of: (n: number) => Visitor }> => {
  const run = await node.run()
  for (let n = 1; n <= count; n++) {
    await node.join(run, `u${n}`)
    await node.award(run, `u${n}`, 1000 - n * 10)
  }
  return { run, of: (n) => visitor(run, `u${n}`) }
}
const table = (html: string): string[] => [...html.matchAll(/<th scope="row"><bdi>(.*?)<\/bdi>/g)].map(([, name = '']) => name.replace(/[\u2068\u2069]/g, ''))
const valueOf = (html: string): string | undefined => /id="alias"[^>]* value="([^"]*)"/.exec(html)?.[1]

describe('the ladder’s page', () => {
  it('shows twenty at a time, the viewer’s place, and the neighbours where that is on another page', async () => {
    const { of } = await players(45)
    const mine = await of(30).save({ alias: 'Middle Manager' }).then(() => of(30).get())
    expect(mine.status).toBe(200)
    expect(mine.text).toContain('Place 30 of 45')
    expect(table(mine.text)).toHaveLength(27)
    expect(table(mine.text)[23]).toBe('You (Middle Manager)')
    expect(mine.text).toContain('?from=21')
    const second = await of(30).get('?from=21')
    expect(table(second.text)).toHaveLength(20)
    expect(table(second.text)[9]).toBe('You (Middle Manager)')
    expect(table((await of(1).get('?from=41')).text)).toHaveLength(5 + 7)
  })

  it.each([['?from=-3'], ['?from=abc'], ['?from=1e99'], ['?from[]=1'], ['?from=99999']])('takes %s for some page', async (query) => {
    const { of } = await players(3)
    const answer = await of(1).get(query)
    expect([answer.status, table(answer.text).length]).toEqual([200, 3])
  })

  it('says nothing of who people are, in no language', async () => {
    const { run, of } = await players(3)
    for (const lang of LANGS) {
      const pages = await Promise.all([of(2).get(`?lang=${lang}`), of(2).get(`/card?lang=${lang}`)])
      for (const { text } of pages) {
        expect(text).not.toMatch(/\bu[13]\b/)
        expect(text).not.toMatch(/(game|alias|infra|play)\.[a-z]+\.[a-z]/i)
      }
    }
    const staff = node.session(run, 'prof', 'instructor')
    for (const headers of [{}, { authorization: 'Bearer forged' }]) expect((await request(node.app).get(`/play/${run}/ladder/card`).set(headers)).status).toBe(401)
    expect((await request(node.app).get(`/play/${run}/ladder`).set({ authorization: staff.authorization })).status).toBe(403)
    const elsewhere = node.session(await node.run(), 'u1')
    expect((await request(node.app).get(`/play/${run}/ladder`).set({ authorization: elsewhere.authorization })).status).toBe(401)
  })

  it('greets who is the first, and who isn’t on it yet', async () => {
    const { run, of } = await players(1)
    expect((await of(1).get()).text).toContain('You are the first one here')
    const empty = await node.run()
    expect((await visitor(empty, 'early').get()).text).toContain('Nobody is on the ladder yet')
    expect((await visitor(run, 'early').get()).status).toBe(200)
  })

  it('carries a live ticket of its own run alone, and no script or style inline', async () => {
    const { run, of } = await players(2)
    const { text } = await of(1).get()
    const { ticket } = JSON.parse(/id="live">(.*?)<\/script>/.exec(text)?.[1] ?? '{}') as { ticket: string }
    expect(node.kit.secrets.verify('live', ticket)).toMatchObject({ run, user: 'u1', role: 'participant' })
    expect(text).not.toMatch(/ style=| on\w+=|<script(?! type="application\/json"| type="module" src=)/)
  })
})

describe('a name on the ladder', () => {
  it('is the one chosen, for everyone', async () => {
    const { of } = await players(2)
    const saved = await of(1).save({ alias: '  Ｇrace   Hopper ' })
    expect([saved.status, saved.headers.location]).toEqual([303, `/play/${of(1).run}/ladder?saved=1#profile`])
    expect(table((await of(2).get()).text)[0]).toBe('Grace Hopper')
    expect(valueOf((await of(1).get('?saved=1')).text)).toBe('Grace Hopper')
  })

  it('that is another’s, or looks like it, is refused at its field, and the form stays as it was filled in', async () => {
    const { of } = await players(3)
    await of(1).save({ alias: 'Grace Hopper' })
    for (const alias of ['Grace Hopper', 'grace hopper', 'GRACEHOPPER', 'Ｇｒａｃｅ－Ｈｏｐｐｅｒ', 'Gra\u200Bce Hopper', 'Grаcе Hоpper', 'Grace H0pper']) {
      const answer = await of(2).save({ alias })
      expect([alias, answer.status]).toEqual([alias, 409])
      expect(valueOf(answer.text)).toBe(alias)
      expect(answer.text).toMatch(/aria-describedby="alias-fault alias-hint" aria-invalid="true"/)
      expect(answer.text).toContain('Choose another name.')
    }
    expect((await of(2).save({ alias: 'Grace Hopper' }).set('accept', 'application/json')).body).toMatchObject({ type: '/problems/game/alias-taken', title: 'That name is taken here' })
    expect((await of(1).save({ alias: 'GRACE HOPPER' })).status).toBe(303)
    await of(1).save({ alias: '' })
    expect((await of(2).save({ alias: 'Grace Hopper' })).status).toBe(303)
  })

  it('may be the same in another run', async () => {
    const [one, other] = [await players(1), await players(1)]
    expect((await one.of(1).save({ alias: 'Ada' })).status).toBe(303)
    expect((await other.of(1).save({ alias: 'Ada' })).status).toBe(303)
  })

  it('goes to one of two who want it at once', async () => {
    const { of } = await players(8)
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => of(n + 1).save({ alias: 'The One' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array.from({ length: 7 }, () => 409)])
    expect(table((await of(1).get()).text).filter((name) => name.includes('The One'))).toHaveLength(1)
  })

  it('isn’t one of those we make up, in any language', async () => {
    const { of } = await players(1)
    for (const alias of ['Quiet Heron 42', 'quiet heron', 'بلشون هادئ 42', '安静的苍鹭 42']) expect([alias, (await of(1).save({ alias })).status]).toEqual([alias, 409])
  })

  it.each([['a', 'A little longer'], ['a'.repeat(25), 'A little shorter'], ['!!!', 'letters and numbers'], ['Z\u0301\u0301\u0301\u0301algo', 'letters and numbers'], ['\u202E\u200B', '']])('%j is taken as it can be shown, or said no to kindly', async (alias, words) => {
    const { of } = await players(1)
    const answer = await of(1).save({ alias })
    expect([answer.status, words === '' || answer.text.includes(words)]).toEqual([words ? 400 : 303, true])
  })

  it('with script and marks in it is text and nothing else, for all who see it', async () => {
    const { of } = await players(2)
    const alias = '"><img src=x onerror=1>'
    expect((await of(1).save({ alias })).status).toBe(303)
    for (const { text } of await Promise.all([of(1).get(), of(2).get(), of(1).get('/card'), of(2).get('/card'), of(2).save({ alias: '</script><u>' })])) {
      expect(text).not.toMatch(/<img|<u>/)
    }
    expect((await of(2).get('/card')).text).toContain('&quot;&gt;&lt;img src=x onerror=1&gt;')
  })

  it('goes back to the one that was made up', async () => {
    const { of } = await players(2)
    const made = table((await of(2).get()).text)[0]
    await of(1).save({ alias: 'Ada' })
    expect((await of(1).get()).text).toContain(`Back to \u2068${made}\u2069`)
    await of(1).save({ alias: 'Ada', reset: '1' })
    expect(table((await of(2).get()).text)[0]).toBe(made)
    expect((await node.ledger.rebuild({ dryRun: true })).differed).toEqual([])
  })

  it('is recorded once for one form, and not at all where nothing changes', async () => {
    const { run, of } = await players(1)
    const changes = async () => (await node.ledger.events(run, 'u1')).filter(({ type }) => type === 'profile-changed').length
    await of(1).save({ alias: 'Ada', key: 'same' })
    await of(1).save({ alias: 'Ada', key: 'same' })
    await of(1).save({ alias: 'Ada' })
    expect(await changes()).toBe(1)
  })

  it('is not changed over and over', async () => {
    const { of } = await players(1)
    const statuses = []
    for (let n = 0; n < 11; n++) statuses.push((await of(1).save({ alias: `Ada the ${n}th` })).status)
    expect(statuses.slice(9)).toEqual([303, 429])
  })

  it('takes a form of this session alone', async () => {
    const { run } = await players(1)
    const { cookie } = node.session(run, 'u1')
    const answer = await request(node.app).post(`/play/${run}/ladder/profile`).set('cookie', `${cookie.name}=${cookie.value}`).type('form').send({ alias: 'Ada', key: 'k' })
    expect(answer.status).toBe(403)
  })
})

describe('who isn’t shown to others', () => {
  it('sees their own place, and nobody else does', async () => {
    const { of } = await players(3)
    await of(2).save({ alias: 'Ghost', onLadder: 'off' }).expect(400)
    const { authorization } = node.session(of(2).run, 'u2')
    await request(node.app).post(`/play/${of(2).run}/ladder/profile`).set({ authorization }).type('form').send({ alias: 'Ghost', key: 'k' }).expect(303)
    const own = await of(2).get()
    expect(own.text).toContain('Place 2 of 3')
    expect(own.text).not.toMatch(/name="onLadder"[^>]* checked/)
    expect((await of(2).get('/card')).text).toContain('only you see yourself here')
    for (const path of ['', '/card']) expect((await of(1).get(path)).text).not.toContain('Ghost')
    expect((await of(3).get()).text).toContain('Place 2 of 2')
  })
})

it('every word of the game is there in all three languages, and they are translations', () => {
  const { i18n } = node.kit
  const words = ['why.activity', 'why.first-try', 'why.room', 'why.finish', 'badges.first-key.how', 'badges.flawless-room.how', 'badges.house-lit.how', 'level.toGo', 'ladder.mine', 'problems.alias-taken.mend', 'problems.alias-refused.mend']
  for (const word of words) {
    const said = LANGS.map((lang) => i18n.t(lang, `game.${word}`, { title: 'T', xp: 1200, level: 3, rank: 1, total: 2 }))
    expect(new Set(said).size).toBe(3)
    expect(said.join()).not.toMatch(/game\.|[{}]/)
  }
})
