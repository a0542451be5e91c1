import { beforeAll, describe, expect, it } from 'vitest'
import type { OutboxRow } from '../../src/ledger/index.js'
import { aWorld, COURSE, type Staff, type World } from './world.js'

let world: World
let tutor: Staff
let base: string
/** Names in the order of the page. */
const namesIn = (html: string): string[] => [...html.matchAll(/<a class="who[^>]*><bdi>([^<]*)<\/bdi>/g)].map(([, name = '']) => name)
const names = async (search = ''): Promise<string[]> => namesIn((await tutor.get(`${base}/${search}`)).text)
const rowOf = (html: string, user: string): string => new RegExp(`<tr role="row"[^>]*data-user="${user}">.*?</tr>`, 's').exec(html)?.[0] ?? ''
const total = (html: string, key: string): string => new RegExp(`data-total="${key}">.*?<dd[^>]*>([^<]*)`, 's').exec(html)?.[1] ?? ''
/** As the LMS's end would leave the row. */
const settle = (user: string, change: Partial<OutboxRow>) => world.mongo.db.collection('outbox').updateOne({ kind: 'grade', learner: user }, { $set: change })
const problem = (code: string) => ({ problem: { code, at: new Date('2026-03-02T09:00:00Z') } })
const people: Record<string, string> = {}

beforeAll(async () => {
  world = await aWorld()
  base = `/insights/${world.run}`
  tutor = world.as('instructor')
  const zoe = await world.learner('Zoë Núñez', { email: 'zoe@example.org' })
  await zoe.solves('film')
  await zoe.reads()
  await zoe.opens('library')
  const ben = await world.learner('ben Adler')
  await ben.answers('film', 'a', 'wrong', 5)
  const cleo = await world.learner('Cleo')
  world.clock.at = new Date(world.clock.at.getTime() + 1000) // of equals, who was there first stands higher
  await cleo.solves('film')
  await cleo.reads()
  await cleo.triesWrongKeys('library', 5)
  const done = await world.learner('Ada Done')
  for (const [id, room] of [['film', ''], ['book', 'library'], ['plan', 'stage']] as const) {
    if (room) await done.opens(room)
    await done.solves(id)
    if (!room) await done.reads()
  }
  const looked = await world.learner('Dora Door')
  const nameless = await world.learner(undefined)
  await nameless.answers('film', 'a', 'right')
  await world.courses.upsertMember({ run: world.run, user: 'u-absent', platform: 'p', sub: 's', name: 'Never Came', role: 'participant', lastLaunch: world.clock.at })
  await world.courses.upsertMember({ run: world.run, user: 'staff-instructor', platform: 'p', sub: 't', name: 'Tomás Tutor', role: 'instructor', lastLaunch: world.clock.at })
  Object.assign(people, { zoe: zoe.user, ben: ben.user, cleo: cleo.user, done: done.user, looked: looked.user, nameless: nameless.user })
  await settle(done.user, { state: 'delivered', deliveredAt: world.clock.at })
  await settle(ben.user, { state: 'failed', ...problem('lti/no-line-item') })
  await settle(cleo.user, { attempts: 2, nextAt: new Date(world.clock.at.getTime() + 600_000), ...problem('lti/platform-busy') })
})

describe('who is where', () => {
  it('lists every participant, those who never started too, and no staff', async () => {
    const shown = await names()
    expect(shown).toEqual(['Ada Done', 'ben Adler', 'Cleo', 'Dora Door', 'Never Came', 'Zoë Núñez', 'No name given'])
  })
  it('says for each how far they are in every room, their XP, tries and when they were last seen', async () => {
    const row = rowOf((await tutor.get(`${base}/`)).text, people.zoe ?? '')
    expect(row).toContain('1. The hall: done (2/2)')
    expect(row).toContain('2. The library: open, 0 of 1 pages done')
    expect(row).toContain('3. The stage: locked (0/1)')
    expect(row).toContain('2 of 4 pages')
    expect(row).toContain('2 answers')
    expect(row).toMatch(/<time datetime="2026-03-02T09:00:00.000Z" title="Mar 2, 2026, 9:00.AM UTC"/)
  })
  it('says in words why somebody is stuck', async () => {
    const { text } = await tutor.get(`${base}/`)
    expect(rowOf(text, people.ben ?? '')).toContain('5 tries at one question of “The film”')
    expect(rowOf(text, people.cleo ?? '')).toContain('5 wrong keys at the door of “The library”')
    expect(rowOf(text, people.zoe ?? '')).toContain('data-status="playing"')
  })
  it('counts on top', async () => {
    const { text } = await tutor.get(`${base}/`)
    expect(['people', 'started', 'finished', 'stuck', 'median'].map((key) => total(text, key))).toEqual(['7', '5', '1', '2', '50%'])
  })
  it.each([
    ['?sort=name&dir=desc', ['No name given', 'Zoë Núñez', 'Never Came', 'Dora Door', 'Cleo', 'ben Adler', 'Ada Done']],
    ['?sort=xp', ['Ada Done', 'Cleo', 'Zoë Núñez']],
    ['?sort=progress', ['Ada Done', 'Cleo', 'Zoë Núñez']],
    ['?sort=tries', ['Cleo', 'Ada Done', 'ben Adler']],
    ['?sort=status', ['ben Adler', 'Cleo', 'Zoë Núñez']],
    ['?sort=grade', ['ben Adler', 'Cleo']],
    ['?sort=seen&dir=asc', ['Never Came']],
  ])('is sorted by %s', async (search, first) => {
    expect((await names(search)).slice(0, first.length)).toEqual(first)
  })
  it('says to screen readers how it is sorted, and turns round at the second press', async () => {
    const { text } = await tutor.get(`${base}/?sort=xp`)
    expect(text.match(/aria-sort="\w+"/g)).toEqual(['aria-sort="descending"'])
    expect(text).toContain('id="sort-xp" href="?sort=xp&amp;dir=asc"')
  })
  it.each([
    ['?show=stuck', ['ben Adler', 'Cleo']],
    ['?show=not-started', ['Dora Door', 'Never Came']],
    ['?show=finished', ['Ada Done']],
    ['?show=grade-problem', ['ben Adler', 'Cleo']],
    ['?q=nunez', ['Zoë Núñez']],
    ['?q=zoe%40example', ['Zoë Núñez']],
    ['?q=zzz', []],
    ['?room=library', ['Cleo', 'Zoë Núñez']],
    ['?room=library&q=cleo', ['Cleo']],
  ])('shows with %s only who fits', async (search, expected) => expect(await names(search)).toEqual(expected))
  it('takes an address it does not know for the usual list', async () => {
    expect(await names('?show=nonsense&sort=__proto__&dir=up&page=-3&room=')).toHaveLength(7)
    expect(await names('?page=999')).toHaveLength(7)
  })
  it('finds by the alias, and keeps what was searched in the box as text', async () => {
    const alias = /class="alias[^>]*>([^<]+)</.exec(rowOf((await tutor.get(`${base}/`)).text, people.nameless ?? ''))?.[1] ?? ''
    expect(await names(`?q=${encodeURIComponent(alias)}`)).toContain('No name given')
    expect((await tutor.get(`${base}/?q=${encodeURIComponent('"><img src=x>')}`)).text).toContain('value="&quot;&gt;&lt;img src=x&gt;"')
  })
  it('comes as a part for a page that keeps itself fresh', async () => {
    const { text, headers } = await tutor.get(`${base}/part?show=stuck`)
    expect(text).not.toContain('<html')
    expect(namesIn(text)).toEqual(['ben Adler', 'Cleo'])
    expect(headers.get('cache-control')).toContain('no-store')
  })
  it('tells open pages when a learner does something', async () => {
    world.told.length = 0
    const late = await world.learner('Zz Late')
    await late.answers('film', 'a', 'right')
    expect(world.told).toContainEqual({ run: world.run, to: 'staff', event: 'insights' })
    await world.mongo.db.collection('members').deleteOne({ user: late.user })
  })
})

describe('the grade’s state', () => {
  it('is said in words, with what is in the way', async () => {
    const { text } = await tutor.get(`${base}/`)
    expect(rowOf(text, people.done ?? '')).toContain('In the gradebook')
    expect(rowOf(text, people.ben ?? '')).toContain('The LMS gives this link no column in its gradebook.')
    expect(rowOf(text, people.cleo ?? '')).toMatch(/Next try .*in 10 minutes/s)
    expect(rowOf(text, 'u-absent')).toContain('Nothing to send yet')
  })
  it.each(['platform-busy', 'platform-unreachable', 'score-refused', 'token-refused', 'lineitem-refused', 'no-member', 'unknown-platform'])('has words for lti/%s', async (code) => {
    await settle(people.zoe ?? '', { state: 'failed', ...problem(`lti/${code}`) })
    const row = rowOf((await tutor.get(`${base}/?show=grade-problem`)).text, people.zoe ?? '')
    expect(row).toContain('Not taken')
    expect(row).not.toContain(code)
  })
  it('shows a code of tomorrow as it is, and as text', async () => {
    await settle(people.zoe ?? '', { state: 'failed', ...problem('lti/<b>new') })
    expect(rowOf((await tutor.get(`${base}/`)).text, people.zoe ?? '')).toContain('Code lti/&lt;b&gt;new')
  })
  it('goes again when staff ask for it, and leads back to the list as it was', async () => {
    const { status, location } = await tutor.post(`${base}/participants/${people.zoe}/grade?from=list&show=grade-problem&sort=xp`)
    expect([status, location]).toEqual([303, `${base}/?show=grade-problem&sort=xp&said=sent`])
    expect((await world.ledger.outbox.rows({ learner: people.zoe }))[0]).toMatchObject({ state: 'waiting', attempts: 0 })
  })
  it('goes again for all who have a problem, and for nobody else', async () => {
    expect((await tutor.post(`${base}/grades`)).location).toBe(`${base}/?said=sent-all`)
    const rows = new Map((await world.ledger.outbox.rows({ run: world.run })).filter(({ kind }) => kind === 'grade').map((row) => [row.learner, row.state]))
    expect([people.ben, people.cleo, people.done].map((user) => rows.get(user ?? ''))).toEqual(['waiting', 'waiting', 'delivered'])
  })
})

describe('the ladder as staff see it', () => {
  it('has real names beside the aliases, and gives who is hidden no place', async () => {
    await world.play.changeProfile({ run: world.run, user: people.cleo ?? '' }, { alias: 'Night Owl', onLadder: false }, 'p1')
    const { text } = await tutor.get(`${base}/ladder`)
    expect(namesIn(text).slice(0, 3)).toEqual(['Ada Done', 'Zoë Núñez', 'Cleo'])
    const row = /<tr data-hidden>.*?<\/tr>/s.exec(text)?.[0] ?? ''
    expect(row).toContain('Night Owl')
    expect(row).toContain('No place')
    expect(text).toContain('1 person has chosen not to be shown.')
    expect(text).toMatch(/<td class="n num">2<\/td><th scope="row"><a[^>]*><bdi>Zoë/)
  })
})

describe('names', () => {
  it('with HTML in them are text', async () => {
    const evil = await world.learner('<script>alert(1)</script>')
    await world.play.changeProfile({ run: world.run, user: evil.user }, { alias: '<i>x</i>' }, 'p2').catch(() => undefined)
    for (const path of ['/', '/part', '/ladder', `/participants/${evil.user}`]) {
      const { text } = await tutor.get(`${base}${path}`)
      expect(text).toContain('&lt;script&gt;alert(1)')
      expect(text).not.toContain('<script>alert')
    }
  })
  it('of another run are never among them', async () => {
    const { _id: other } = await world.courses.ensureRun({ platform: 'p', deployment: '1', context: 'autumn', resourceLink: 'l2', slug: COURSE.slug })
    const stranger = await world.learner('Stranger Else', { run: other })
    for (const path of ['/', '/ladder', '/participants.csv']) expect((await tutor.get(`${base}${path}`)).text).not.toContain('Stranger')
    expect((await tutor.get(`${base}/participants/${stranger.user}`)).status).toBe(404)
    expect((await tutor.post(`${base}/participants/${stranger.user}/releases`, { room: 'library', reason: 'because' })).status).toBe(404)
    expect((await tutor.post(`${base}/participants/${stranger.user}/grade`)).status).toBe(404)
    expect((await tutor.get(`/insights/${other}/`)).status).toBe(401)
    expect((await world.ledger.standing(other, stranger.user)).play.rooms.library).toBeUndefined()
  })
})
