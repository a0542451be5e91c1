import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSeedCourse, type SeedRoom } from '../../src/demo/course-file.js'
import { launchAs, type Playing } from '../../src/demo/participant.js'
import { aWorld, type World } from '../support/keyroom.js'
import { DEMO_COURSE } from '../support/root.js'

let world: World
let seed: SeedRoom[]
let ada: Playing
let bea: Playing
let tutor: Playing
let author: Playing

beforeAll(async () => {
  world = await aWorld()
  seed = readSeedCourse(DEMO_COURSE)
  const at = { lms: world.lms.url, keyroom: world.url }
  ada = await launchAs('21', at)
  bea = await launchAs('32', at)
  tutor = await launchAs('12', at)
  author = await launchAs('11', at)
})
afterAll(() => world.close())

const ask = (who: Playing, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${world.url}${path}`, { redirect: 'manual', ...init, headers: { ...who.headers, accept: 'application/json', ...(init.headers as Record<string, string>) } })
const sendForm = (who: Playing, path: string, fields: Record<string, string>): Promise<Response> => ask(who, path, { method: 'POST', body: new URLSearchParams(fields) })
const sendJson = (path: string, body: unknown): Promise<Response> =>
  fetch(`${world.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(body) })
const ticketOf = async (who: Playing, room: string, activity: string): Promise<string> => {
  const { html } = await who.page(`rooms/${room}?activity=${activity}`)
  return new RegExp(`/play/${who.run}/h5p/([^/"']+)/frame`).exec(html)?.[1] ?? ''
}
const userOf = async (sub: string): Promise<string> => {
  const member = (await world.keyroom.rooms.courses.members(ada.run)).find((each) => each.sub === sub)
  return member?.user ?? ''
}
const eventsOf = async (sub: string): Promise<string[]> => (await world.keyroom.rooms.ledger.events(ada.run, await userOf(sub))).map(({ type }) => type)

describe('a participant', () => {
  it.each([
    ['GET', '/insights/RUN/'], ['GET', '/insights/RUN/participants.csv'], ['GET', '/insights/RUN/ladder'], ['GET', '/insights/RUN/participants/USER'],
    ['POST', '/insights/RUN/participants/USER/releases'], ['GET', '/studio/RUN/'], ['GET', '/studio/RUN/course.zip'],
  ])('gets nothing at %s %s', async (method, path) => {
    const where = path.replace('RUN', ada.run).replace('USER', await userOf('32'))
    const res = await ask(ada, where, { method, ...(method === 'POST' ? { body: new URLSearchParams({ room: 'theatre', reason: 'because' }) } : {}) })
    expect(res.status).toBe(403)
    expect(((await res.json()) as { type: string }).type).toBe('/problems/infra/not-allowed')
  })
  it('is no instructor by saying so in a session of their own making', async () => {
    const forged = `${Buffer.from(JSON.stringify({ sid: 'x', run: ada.run, user: 'x', role: 'instructor', exp: 9_999_999_999 })).toString('base64url')}.${Buffer.alloc(32).toString('base64url')}`
    const res = await ask({ ...ada, headers: { authorization: `Bearer ${forged}` } }, `/insights/${ada.run}/`)
    expect(res.status).toBe(401)
  })
})

it('an instructor is no author, and neither plays', async () => {
  expect((await ask(tutor, `/studio/${ada.run}/course.zip`)).status).toBe(403)
  expect((await ask(author, `/studio/${ada.run}/course.zip`)).status).toBe(200)
  expect((await ask(tutor, `/play/${ada.run}/`)).status).toBe(403)
})

it('a session of one run opens nothing of another', async () => {
  for (const path of ['/play/another/', '/play/another/rooms/screening-room', '/play/another/ladder']) expect((await ask(ada, path)).status).toBe(401)
  expect((await ask(tutor, '/insights/another/')).status).toBe(401)
})

describe('a locked room', () => {
  it('shows nothing of its inside at any address', async () => {
    const { html } = await ada.page('')
    const room = await ada.page('rooms/library')
    for (const secret of ['small book of strategies', 'book-of-strategies', 'Why a book after a film', 'jigsaw.org']) {
      expect(html).not.toContain(secret)
      expect(room.html).not.toContain(secret)
    }
    expect((await ada.page('rooms/library?activity=book-of-strategies')).html).not.toContain('/h5p/')
    expect((await ada.page('finish')).html).not.toMatch(/ALSE-[A-Z0-9]{4}/)
  })
  it('gives nothing through the ticket of another activity, a changed ticket, or H5P’s own addresses', async () => {
    const ticket = await ticketOf(ada, 'screening-room', 'what-and-why')
    expect(ticket).not.toBe('')
    const [body = '', mac = ''] = ticket.split('.')
    const said = JSON.parse(Buffer.from(body, 'base64url').toString()) as object
    const forged = `${Buffer.from(JSON.stringify({ ...said, room: 'library', activity: 'book-of-strategies' })).toString('base64url')}.${mac}`
    expect((await fetch(`${world.url}/play/${ada.run}/h5p/${forged}/frame`)).status).toBe(401)
    expect((await sendJson(`/play/${ada.run}/h5p/${forged}/answers`, { item: '_', response: true, key: 'forged-0001' })).status).toBe(401)
    const content = world.course.rooms[1]?.activities[0]?.content ?? ''
    for (const path of [`/h5p/content/${content}/content.json`, `/h5p/params/${content}`, `/h5p/download/${content}`, `/h5p/ajax?action=content-type-cache`, `/h5p/libraries/../content/${content}/content.json`, `/h5p/libraries/%2e%2e/content/${content}/content.json`]) {
      expect([400, 401, 404], path).toContain((await ask(ada, path)).status)
    }
    for (const path of ['content.json', 'h5p.json', '../../content.json', '..%2f..%2fcontent.json']) {
      expect([400, 403, 404], path).toContain((await fetch(`${world.url}/play/${ada.run}/h5p/${ticket}/content/${path}`)).status)
    }
  })
  it('takes no answer before it is open, even with a ticket signed for it', async () => {
    const sid = 'any'
    const ticket = world.keyroom.rooms.play.ticket({ run: ada.run, user: await userOf('21'), sid, room: 'library', activity: 'book-of-strategies' })
    expect((await fetch(`${world.url}/play/${ada.run}/h5p/${ticket}/frame`)).status).toBe(403)
    expect((await sendJson(`/play/${ada.run}/h5p/${ticket}/answers`, { item: 'x', response: [0], key: 'early-0001' })).status).toBe(403)
    expect(await eventsOf('21')).not.toContain('answered')
  })
  it('lets nobody skip a door: the key of the third room is not looked at before the second is open', async () => {
    const res = await sendForm(ada, `/play/${ada.run}/rooms/workshop/key`, { key: 'copper heron 58' })
    expect(res.status).toBe(403)
    expect(await eventsOf('21')).not.toContain('unlocked-workshop')
    const rooms = (await world.keyroom.rooms.ledger.standing(ada.run, await userOf('21'))).play.rooms
    expect(rooms.workshop?.opened).toBeUndefined()
  })
  it('makes guessing slower and slower, locks nobody out, and takes the right key after the wait', async () => {
    for (const guess of ['amber', 'tandem', '27']) await sendForm(bea, `/play/${bea.run}/rooms/library/key`, { key: guess })
    const standing = async () => (await world.keyroom.rooms.ledger.standing(bea.run, await userOf('32'))).play.rooms.library
    const waiting = await standing()
    expect(waiting?.wrong).toBe(3)
    expect(waiting?.waitUntil?.getTime()).toBeGreaterThan(Date.now())
    await sendForm(bea, `/play/${bea.run}/rooms/library/key`, { key: 'amber tandem 27' })
    expect((await standing())?.opened).toBeUndefined() // too soon: not even looked at
    await expect.poll(async () => {
      await sendForm(bea, `/play/${bea.run}/rooms/library/key`, { key: '“Ａｍｂｅｒ  Tandem – ２７”' })
      return (await standing())?.opened !== undefined
    }, { timeout: 20_000, interval: 500 }).toBe(true)
  })
})

describe('a result', () => {
  it('is the server’s: a score, a verdict or a finish sent along changes nothing', async () => {
    const ticket = await ticketOf(ada, 'screening-room', 'check-the-basics')
    const question = seed[0]?.activities[1]?.questions[0]
    const forged = { item: question?.item, response: question?.wrong, key: 'forged-0002', score: 99, max: 1, correct: true, verdict: { correct: true }, completed: true }
    const res = await sendJson(`/play/${ada.run}/h5p/${ticket}/answers`, forged)
    const before = await eventsOf('21')
    expect(before).not.toContain('completed')
    if (res.ok) expect(((await res.json()) as { verdict: { correct: boolean } }).verdict.correct).toBe(false)
    const claim = await sendJson(`/play/${ada.run}/h5p/${ticket}/completed`, { key: 'claim-0001' })
    expect(claim.status).toBe(409)
    expect(await eventsOf('21')).not.toContain('completed')
  })
  it('counts once, however often and in whatever order it is sent', async () => {
    const ticket = await ticketOf(ada, 'screening-room', 'check-the-basics')
    const question = seed[0]?.activities[1]?.questions[1]
    const body = { item: question?.item, response: question?.right, key: 'twice-00001' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => sendJson(`/play/${ada.run}/h5p/${ticket}/answers`, body)))
    const said = await Promise.all(answers.map(async (res) => ({ status: res.status, body: await res.text() })))
    expect(new Set(said.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(said.map(({ body: text }) => text)).size).toBe(1)
    const answered = (await world.keyroom.rooms.ledger.events(ada.run, await userOf('21'))).filter(({ key }) => key.endsWith('twice-00001'))
    expect(answered).toHaveLength(1)
    // A late wrong answer after the right one takes nothing away.
    await sendJson(`/play/${ada.run}/h5p/${ticket}/answers`, { ...body, response: question?.wrong, key: 'late-000001' })
    const state = (await world.keyroom.rooms.ledger.standing(ada.run, await userOf('21'))).play.activities['check-the-basics']?.items[question?.item ?? '']
    expect(state).toMatchObject({ correct: true, tries: 1 })
  })
  it('can’t be guessed with one key: a key sent again with another answer gets the first verdict', async () => {
    const ticket = await ticketOf(bea, 'screening-room', 'check-the-basics')
    const question = seed[0]?.activities[1]?.questions[1]
    const say = async (response: unknown) => ((await (await sendJson(`/play/${bea.run}/h5p/${ticket}/answers`, { item: question?.item, response, key: 'oracle-0001' })).json()) as { verdict: { correct: boolean; tries: number } }).verdict
    expect(await say(question?.wrong)).toMatchObject({ correct: false, tries: 1 })
    expect(await say(question?.right)).toMatchObject({ correct: false, tries: 1 })
  })
  it.each([
    ['an item of another content', { item: '00000000-0000-4000-8000-000000000000', response: [0], key: 'odd-item-01' }, 404],
    ['an operator where an answer belongs', { item: '_', response: { $gt: '' }, key: 'operator-01' }, 404],
    ['an object where the item belongs', { item: { $ne: null }, response: [0], key: 'operator-02' }, 400],
    ['no key', { item: 'x', response: [0] }, 400],
    ['a prototype', JSON.parse('{"item":"__proto__","response":[0],"key":"proto-00001"}') as object, 404],
  ])('%s is refused', async (_what, body, status) => {
    const ticket = await ticketOf(ada, 'screening-room', 'check-the-basics')
    expect((await sendJson(`/play/${ada.run}/h5p/${ticket}/answers`, body)).status).toBe(status)
  })
})

it('a form from another site is refused: no token, another’s token', async () => {
  const cookie = `kr-${ada.run}=${ada.headers.authorization?.replace('Bearer ', '')}`
  const forms = [{}, { _csrf: 'x' }, { _csrf: world.keyroom.rooms.kit.sessions.csrfFor({ sid: 'other', run: ada.run, user: 'u', role: 'participant' }) }]
  for (const fields of forms) {
    const res = await fetch(`${world.url}/play/${ada.run}/rooms/library/key`, { method: 'POST', headers: { cookie, accept: 'application/json' }, body: new URLSearchParams({ key: 'x', ...fields } as Record<string, string>) })
    expect(res.status).toBe(403)
  }
})

it('a socket hears one run alone, and only with a ticket', async () => {
  const heard = (auth: object): Promise<string> =>
    new Promise((resolve) => {
      const socket = io(world.url, { auth, reconnection: false, transports: ['websocket'], extraHeaders: { origin: world.url } })
      socket.on('connect', () => (socket.close(), resolve('in')))
      socket.on('connect_error', () => (socket.close(), resolve('refused')))
    })
  const good = world.keyroom.rooms.live.ticketFor({ sid: 's', run: ada.run, user: await userOf('21'), role: 'participant' })
  const [body = '', mac = ''] = good.split('.')
  const other = `${Buffer.from(JSON.stringify({ ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object), run: 'another' })).toString('base64url')}.${mac}`
  expect(await heard({ ticket: good })).toBe('in')
  for (const auth of [{}, { ticket: 'x' }, { ticket: other }, { ticket: { $ne: '' } }, { ticket: ada.headers.authorization?.replace('Bearer ', '') }]) expect(await heard(auth)).toBe('refused')
})

describe('markup in a text field', () => {
  const MARKUP = `"><img src=x onerror=alert(1)><script>alert(1)</script>`
  const isText = (html: string): void => {
    expect(html).not.toContain('<img src=x')
    expect(html).not.toContain('<script>alert(1)')
  }
  it('stays text at the door', async () => {
    const res = await sendForm(ada, `/play/${ada.run}/rooms/library/key`, { key: MARKUP.slice(0, 60) })
    isText(await res.text())
    isText(await (await ask(ada, `/play/${ada.run}/rooms/library`, { headers: { accept: 'text/html' } })).text())
  })
  it('stays text in an alias, on every page that shows it', async () => {
    await sendForm(ada, `/play/${ada.run}/ladder/profile`, { alias: '<b>Ada</b>', onLadder: 'on' })
    for (const [who, path] of [[ada, `/play/${ada.run}/`], [bea, `/play/${ada.run}/ladder`], [tutor, `/insights/${ada.run}/`], [tutor, `/insights/${ada.run}/ladder`]] as const) {
      expect(await (await ask(who, path, { headers: { accept: 'text/html' } })).text()).not.toContain('<b>Ada</b>')
    }
  })
  it('stays text in the reason of a release, and in names from the platform', async () => {
    const user = await userOf('32')
    await world.keyroom.rooms.courses.upsertMember({ run: ada.run, user, platform: 'p', sub: '32', role: 'participant', lastLaunch: new Date(), name: MARKUP, email: 'a@b.c' })
    await sendForm(tutor, `/insights/${ada.run}/participants/${user}/releases`, { room: 'workshop', reason: MARKUP })
    for (const path of [`/insights/${ada.run}/`, `/insights/${ada.run}/participants/${user}`, `/insights/${ada.run}/ladder`]) {
      const html = await (await ask(tutor, path, { headers: { accept: 'text/html' } })).text()
      isText(html)
      expect(html).toContain('&lt;img')
      if (path.endsWith(user)) expect(html.match(/&lt;img/g)?.length).toBeGreaterThan(1) // the name, and the reason
    }
  })
  it('stays text in an answer that is shown again', async () => {
    const ticket = await ticketOf(ada, 'screening-room', 'check-the-basics')
    const html = await (await fetch(`${world.url}/play/${ada.run}/h5p/${ticket}/frame`)).text()
    isText(html)
  })
})

it('no answer, no key and no secret is in any page, frame or error before it is earned', async () => {
  const mai = await launchAs('30', { lms: world.lms.url, keyroom: world.url })
  const pages = ['', 'rooms/screening-room', 'rooms/library', 'ladder', 'finish', 'none'].map((path) => `/play/${mai.run}/${path}`)
  const texts = await Promise.all([...pages, '/verify/none', '/none'].map(async (path) => (await ask(mai, path, { headers: { accept: 'text/html' } })).text()))
  for (const activity of ['what-and-why', 'check-the-basics']) {
    const ticket = await ticketOf(mai, 'screening-room', activity)
    texts.push(await (await fetch(`${world.url}/play/${mai.run}/h5p/${ticket}/frame`)).text())
  }
  // Parameters are JSON in JSON there, so a key of theirs has its quotes escaped.
  const secrets = ['amber tandem', 'copper heron', '\\"correct\\"', 'a secret of the tests', 'Energy helps attention', 'Hands are busy', 'commits each student to a reason']
  expect(secrets.filter((secret) => texts.some((text) => text.includes(secret)))).toEqual([])
})
