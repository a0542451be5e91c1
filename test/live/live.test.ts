import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { io, type Socket } from 'socket.io-client'
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeSecrets, makeSessions, type Role } from '../../src/infra/index.js'
import { createLive, liveAssets, type Live } from '../../src/live/index.js'
import { quiet } from '../support/ledger.js'
import { startRedis } from '../support/redis.js'

const secrets = makeSecrets('a secret for tests that is long enough')
const sessions = makeSessions(secrets)
const sessionOf = (run: string, user: string, role: Role = 'participant') => sessions.issue({ run, user, role })

/** A slow machine is no fault: what must become true has time to. */
const until = <T>(value: () => T) => expect.poll(value, { timeout: 20_000 })

interface Place { live: Live; server: Server; url: string }
const open: { places: Place[]; sockets: Socket[] } = { places: [], sockets: [] }
let clock = 0
const now = (): Date => new Date(Date.now() + clock)

const aPlace = async ({ port = 0, redisUrl }: { port?: number; redisUrl?: string } = {}): Promise<Place> => {
  const server = createServer(express().use('/assets', liveAssets))
  await new Promise<void>((ready) => server.listen(port, 'localhost', ready))
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  const live = await createLive({ config: { publicUrl: url, redisUrl }, secrets, log: quiet, now })
  live.attach(server)
  const place = { live, server, url }
  open.places.push(place)
  return place
}
const shut = async ({ live, server }: Place): Promise<void> => {
  await live.close()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
}
interface Ears { socket: Socket; heard: [event: string, payload: unknown][] }
const listen = (url: string, auth: object, options: object = {}): Ears => {
  const socket = io(url, { auth, transports: ['websocket'], forceNew: true, reconnection: false, ...options })
  open.sockets.push(socket)
  const heard: Ears['heard'] = []
  socket.onAny((event: string, payload: unknown) => void heard.push([event, payload]))
  return { socket, heard }
}
const outcome = ({ socket }: Ears): Promise<string> =>
  new Promise((resolve) => {
    socket.once('connect', () => resolve('in'))
    socket.once('connect_error', ({ message }) => resolve(message))
  })
const comeIn = async (url: string, ticket: string): Promise<Ears> => {
  const ears = listen(url, { ticket })
  expect(await outcome(ears)).toBe('in')
  return ears
}

let place: Place
beforeEach(async () => {
  clock = 0
  place = await aPlace()
})
afterEach(async () => {
  open.sockets.splice(0).forEach((socket) => socket.disconnect())
  await Promise.all(open.places.splice(0).map(shut))
})
const ticket = (run: string, user: string, role?: Role): string => place.live.ticketFor(sessionOf(run, user, role).session)
const say = (audience: Parameters<Live['publish']>[0], event: string): void => place.live.publish(audience, event, () => ({}))
/** When this has been heard, all that was sent before it has been heard too, or never will be. */
const flush = async (ears: Ears[], users: [run: string, user: string][]): Promise<void> => {
  for (const [run, user] of users) say({ run, to: 'user', user }, 'flush')
  for (const { heard } of ears) await until(() => heard.some(([event]) => event === 'flush')).toBe(true)
}
const events = ({ heard }: Ears): string[] => heard.map(([event]) => event).filter((event) => event !== 'flush').sort()

describe('a socket', () => {
  it('hears its run, and what is for its bearer alone; staff hear what is for staff', async () => {
    const [ana, ben, prof, mum] = await Promise.all([comeIn(place.url, ticket('r1', 'ana')), comeIn(place.url, ticket('r1', 'ben')), comeIn(place.url, ticket('r1', 'prof', 'instructor')), comeIn(place.url, ticket('r1', 'mum', 'mentor'))])
    say({ run: 'r1', to: 'everyone' }, 'all')
    say({ run: 'r1', to: 'staff' }, 'staff')
    say({ run: 'r1', to: 'user', user: 'ana' }, 'ana')
    await flush([ana, ben, prof, mum], [['r1', 'ana'], ['r1', 'ben'], ['r1', 'prof'], ['r1', 'mum']])
    expect([ana, ben, prof, mum].map(events)).toEqual([['all', 'ana'], ['all'], ['all', 'staff'], ['all']])
  })

  it('hears nothing of another course, whatever the ids look like', async () => {
    const [ana, odd] = await Promise.all([comeIn(place.url, ticket('r1', 'ana')), comeIn(place.url, ticket('r1","user', 'ana'))])
    say({ run: 'r2', to: 'everyone' }, 'other')
    say({ run: 'r2', to: 'user', user: 'ana' }, 'other')
    await flush([ana, odd], [['r1', 'ana'], ['r1","user', 'ana']])
    expect([events(ana), events(odd)]).toEqual([[], []])
  })

  it('is refused without a ticket, with a forged one, one of another purpose, one that has expired', async () => {
    const { session, token } = sessionOf('r1', 'ana')
    const good = place.live.ticketFor(session)
    const [body = '', mac = ''] = good.split('.')
    const promoted = Buffer.from(JSON.stringify({ ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object), run: 'r2', role: 'author' })).toString('base64url')
    const foreign = makeSecrets('another secret that is just as long').sign('live', { run: 'r1', user: 'ana', role: 'author' }, 60)
    const bad: unknown[] = [{}, { ticket: '' }, { ticket: `${promoted}.${mac}` }, { ticket: `${body}.` }, { ticket: foreign }, { ticket: token }, { ticket: { $ne: '' } }, { ticket: [good] }, { ticket: secrets.sign('live', { run: 'r1', user: 'ana', role: 'author' }, -1) }]
    for (const auth of bad) expect(await outcome(listen(place.url, auth as object))).toBe('live/no-ticket')
    clock = 13 * 3600_000
    expect(await outcome(listen(place.url, { ticket: good }))).toBe('live/no-ticket')
  })

  it('that names another run than its ticket’s is refused', async () => {
    expect(await outcome(listen(place.url, { ticket: ticket('r1', 'ana'), run: 'r1' }))).toBe('in')
    expect(await outcome(listen(place.url, { ticket: ticket('r1', 'ana'), run: 'r2' }))).toBe('live/no-ticket')
  })

  it('can join nothing: whoever says a word is shown out', async () => {
    const ana = await comeIn(place.url, ticket('r1', 'ana'))
    const left = new Promise((resolve) => ana.socket.once('disconnect', resolve))
    ana.socket.emit('join', JSON.stringify(['r2', 'everyone']))
    expect(await left).toBe('io server disconnect')
  })

  it('finds no other namespace', async () => {
    expect(await outcome(listen(`${place.url}/admin`, { ticket: ticket('r1', 'ana') }))).toBe('Invalid namespace')
  })

  it.each([['websocket'], ['polling']])('of a page on another site is refused (%s)', async (transport) => {
    const from = (origin: string) => outcome(listen(place.url, { ticket: ticket('r1', 'ana') }, { transports: [transport], extraHeaders: { origin } }))
    expect(await from(place.url)).toBe('in')
    for (const origin of ['https://evil.example', 'null', `${place.url}.evil.example`]) expect(await from(origin)).toMatch(/websocket error|xhr poll error/)
  })

  it('comes back by itself when the server does', async () => {
    const ana = listen(place.url, { ticket: ticket('r1', 'ana') }, { reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 50 })
    expect(await outcome(ana)).toBe('in')
    const port = Number(new URL(place.url).port)
    const gone = new Promise((resolve) => ana.socket.once('disconnect', resolve))
    await shut(place)
    await gone
    const back = outcome(ana)
    open.places = []
    place = await aPlace({ port })
    expect(['in', 'websocket error']).toContain(await back)
    await until(() => ana.socket.connected).toBe(true)
    await flush([ana], [['r1', 'ana']])
  })
})

it('nothing is made for an audience nobody is in, and closing twice is closing once', async () => {
  let made = 0
  const make = () => ({ n: ++made })
  await comeIn(place.url, ticket('r1', 'ana'))
  place.live.publish({ run: 'r1', to: 'staff' }, 'e', make)
  place.live.publish({ run: 'r2', to: 'everyone' }, 'e', make)
  expect([place.live.listeners({ run: 'r1', to: 'everyone' }), place.live.listeners({ run: 'r2', to: 'everyone' })]).toEqual([1, 0])
  await place.live.close()
  await place.live.close()
  place.live.publish({ run: 'r1', to: 'everyone' }, 'e', make)
  expect(made).toBe(0)
  expect((await request(place.url).get('/assets/vendor/socket.io.js')).status).toBe(200)
})

it('the client’s library is a module of ours, and Socket.IO serves none of its own', async () => {
  const ours = await request(place.url).get('/assets/vendor/socket.io.js')
  expect(ours.headers['content-type']).toMatch(/javascript/)
  expect(ours.text).toMatch(/export\s*\{/)
  expect((await request(place.url).get('/socket.io/socket.io.js')).status).not.toBe(200)
})

describe('two nodes with a Redis between them', () => {
  it('tell each other’s listeners, once each; what every node hears of by itself stays on its node', async () => {
    const redis = await startRedis()
    const [here, there] = await Promise.all([aPlace({ redisUrl: redis.url }), aPlace({ redisUrl: redis.url })])
    const [ana, ben] = await Promise.all([comeIn(here.url, ticket('r1', 'ana')), comeIn(there.url, ticket('r1', 'ben'))])
    const everyone = { run: 'r1', to: 'everyone' } as const
    await until(() => {
      here.live.publish(everyone, 'warm', () => ({}))
      return ben.heard.length
    }).toBeGreaterThan(0)
    ana.heard.length = ben.heard.length = 0
    here.live.publish(everyone, 'own', () => ({}), { onThisNode: true })
    here.live.publish(everyone, 'all', () => ({ n: 1 }))
    there.live.publish({ run: 'r1', to: 'user', user: 'ana' }, 'end', () => ({}))
    here.live.publish({ run: 'r1', to: 'user', user: 'ben' }, 'end', () => ({}))
    for (const { heard } of [ana, ben]) await until(() => heard.some(([event]) => event === 'end')).toBe(true)
    const told = ({ heard }: Ears) => heard.map(([event]) => event).filter((event) => event !== 'warm').sort()
    expect([told(ana), told(ben)]).toEqual([['all', 'end', 'own'], ['all', 'end']])
    await redis.stop()
    here.live.publish(everyone, 'alone', () => ({}))
    await until(() => ana.heard.some(([event]) => event === 'alone')).toBe(true)
  })

  it('go on each by itself where there is none, and close', async () => {
    const alone = await aPlace({ redisUrl: 'redis://127.0.0.1:1' })
    const ana = await comeIn(alone.url, ticket('r1', 'ana'))
    alone.live.publish({ run: 'r1', to: 'everyone' }, 'e', () => ({}))
    await until(() => ana.heard.length).toBe(1)
    await alone.live.close()
  })
})
