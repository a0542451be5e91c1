import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import request from 'supertest'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeSecrets, type Mongo } from '../../src/infra/index.js'
import { createLti } from '../../src/lti/index.js'
import { freshMongo } from '../support/mongo.js'
import { aPlatform, claim, goodClaims, type TestPlatform } from '../support/platform.js'
import { frontDoor, pageOf, PUBLIC_URL, register, registrationOf } from './front-door.js'
import { aWayIn, SECRET, type WayIn } from './world.js'

/** One test for each weak spot of ltijs that isn't a bad launch; those are in bad-launches.test.ts. */
let way: WayIn
let lms: TestPlatform
let door: ReturnType<typeof frontDoor>
let signals: number

beforeAll(async () => {
  signals = process.listenerCount('SIGINT')
  way = await aWayIn({ publicUrl: PUBLIC_URL, keyCooldownMs: 0, keyTimeoutMs: 300 })
  lms = await aPlatform()
  await register(way.lti, lms)
  door = frontDoor(way.app, lms)
})
afterAll(() => lms.close())
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const good = (nonce: string) => goodClaims(lms.issuer, nonce, PUBLIC_URL)
/** The clock alone; timers and the database go on. */
const at = (moment: number): void => void vi.useFakeTimers({ toFake: ['Date'], now: moment })

describe('the nonce', () => {
  it('is not from Math.random', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const [a, b] = [await door.login(), await door.login()]
    expect(a.nonce).not.toBe(b.nonce)
    expect(a.nonce).not.toContain('iiiiii')
  })
  it('is remembered for as long as it could be used: a token is not taken again after ltijs would have forgotten it', async () => {
    const begun = await door.login()
    const start = Date.now()
    const token = await lms.sign({ ...good(begun.nonce), exp: Math.floor(start / 1000) + 3000 })
    expect((await door.post(token, begun)).status).toBe(200)
    for (const [seconds, code] of [[11, 'lti/replayed'], [500, 'lti/replayed'], [601, 'lti/expired'], [1700, 'lti/expired']] as const) {
      at(start + seconds * 1000)
      expect(pageOf(await door.post(token, begun)).code).toBe(code)
    }
    const [ttl] = (await way.mongo.db.collection('lti_nonces').indexes()).flatMap(({ expireAfterSeconds }) => (expireAfterSeconds === undefined ? [] : [Number(expireAfterSeconds)]))
    expect(ttl).toBeGreaterThan(600)
  })
  it('is not good for a launch ten minutes after its login', async () => {
    const begun = await door.login()
    const later = Date.now() + 601_000
    at(later)
    expect(pageOf(await door.post(await lms.sign(good(begun.nonce)), begun)).code).toBe('lti/wrong-nonce')
  })
  it('that can’t be stored is our failure, not the token’s, and lets nobody in', async () => {
    const mongo = await freshMongo()
    const failing = (collection: object) => new Proxy(collection, {
      get: (it, name) => (name === 'insertOne' ? async () => Promise.reject(new Error('the database is away')) : (Reflect.get(it, name) as (...args: unknown[]) => unknown).bind(it)),
    })
    const db = new Proxy(mongo.db, { get: (it, name) => (name === 'collection' ? (of: string) => (of === 'lti_nonces' ? failing(it.collection(of)) : it.collection(of)) : (Reflect.get(it, name) as unknown)) })
    const broken: Mongo = { ...mongo, db }
    const ill = await aWayIn({ publicUrl: PUBLIC_URL, mongo: broken })
    await register(ill.lti, lms)
    const answer = await frontDoor(ill.app, lms).launch()
    expect([answer.status, answer.headers['set-cookie'], ill.arrivals]).toEqual([500, undefined, []])
    expect(answer.text).not.toContain('database is away')
  })
})

describe('clocks', () => {
  it('ours more than ten seconds ahead of the platform’s still lets in', async () => {
    const iat = Math.floor(Date.now() / 1000) - 45
    expect((await door.launch((claims) => void Object.assign(claims, { iat, exp: iat + 60 }))).status).toBe(200)
  })
  it('the platform’s half a minute ahead of ours still lets in', async () => {
    const iat = Math.floor(Date.now() / 1000) + 30
    expect((await door.launch((claims) => void Object.assign(claims, { iat, exp: iat + 60 }))).status).toBe(200)
  })
  it('a person may take minutes to sign in at the LMS: the cookie lives as long as the login', async () => {
    expect((await door.login()).setCookie).toContain('Max-Age=600;')
    const begun = await door.login()
    at(Date.now() + 590_000)
    expect((await door.post(await lms.sign(good(begun.nonce)), begun)).status).toBe(200)
  })
})

describe('key sets', () => {
  const hostile: Server[] = []
  const serving = async (answer: Parameters<typeof createServer>[1]): Promise<string> => {
    const server = createServer(answer)
    hostile.push(server)
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
  }
  afterAll(() => hostile.forEach((server) => (server.closeAllConnections(), server.close())))
  const launchWith = async (jwksUrl: string) => {
    const clientId = randomBytes(6).toString('hex')
    await way.lti.registry.add({ ...registrationOf(lms), clientId, jwksUrl })
    return door.launch((claims) => void (claims.aud = clientId), { client_id: clientId })
  }
  it('that are sent too slowly are not waited for', async () => {
    const page = pageOf(await launchWith(await serving((_req, res) => void res.writeHead(200, { 'content-type': 'application/json' }).write('{"keys":['))))
    expect([page.status, page.code]).toEqual([503, 'lti/keys-unreachable'])
  })
  it('without an end are not read to it', async () => {
    let sent = 0
    const url = await serving((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json' })
      const more = (): void => {
        while (sent < 64 * 1024 * 1024 && !res.destroyed && res.write(' '.repeat(65536))) sent += 65536
        if (sent >= 64 * 1024 * 1024) res.end()
      }
      res.on('drain', more)
      more()
    })
    expect(pageOf(await launchWith(url)).code).toBe('lti/keys-unreachable')
    expect(sent).toBeLessThan(16 * 1024 * 1024)
  })
  it('elsewhere are not followed to', async () => {
    const page = pageOf(await launchWith(await serving((_req, res) => void res.writeHead(302, { location: `${lms.issuer}/keys` }).end())))
    expect(page.code).toBe('lti/keys-unreachable')
  })
  it.each(['nonsense', '{}', '{"keys":"x"}', '{"keys":[{"kty":"oct","k":"AAAA","kid":"k1"}]}', '{"keys":[{"kty":"RSA","kid":"k1","use":"enc","n":"AQAB","e":"AQAB"}]}'])('that are none let nobody in: %s', async (body) => {
    const answer = await launchWith(await serving((_req, res) => void res.end(body)))
    expect(pageOf(answer).code).toMatch(/lti\/(keys-unreachable|unknown-key|bad-signature)/)
    expect(answer.headers['set-cookie']).toBeUndefined()
  })
  it('are kept, and read anew for a key that the platform has added', async () => {
    await door.launch()
    const before = lms.keySetReads
    const moved = await aPlatform()
    let body = await (await fetch(`${lms.issuer}/keys`)).text()
    const url = await serving((_req, res) => void res.end(body))
    expect((await launchWith(url)).status).toBe(200)
    const theirs = JSON.parse(await (await fetch(`${moved.issuer}/keys`)).text()) as { keys: { kid: string }[] }
    body = JSON.stringify({ keys: [...(JSON.parse(body) as typeof theirs).keys, ...theirs.keys.map((key) => ({ ...key, kid: 'k2' }))] })
    const clientId = (await way.lti.registry.list()).find(({ jwksUrl }) => jwksUrl === url)?.clientId ?? ''
    const begun = await door.login({ client_id: clientId })
    const token = await moved.sign({ ...good(begun.nonce), aud: clientId }, { kid: 'k2' })
    expect((await door.post(token, begun)).status).toBe(200)
    expect(lms.keySetReads).toBe(before + 1) // this test's own look
    await moved.close()
  })
})

describe('what ltijs stores, sends and opens', () => {
  it('no claim, token or state of a launch rests in the database, but what Keyroom needs', async () => {
    await door.launch((claims) => void Object.assign(claims, { [claim('lis')]: { person_sourcedid: 'SOURCED' }, email: 'ana@example.org' }), { target_link_uri: `${PUBLIC_URL}/lti/launch?item=QUERYITEM` })
    const names = (await way.mongo.db.listCollections().toArray()).map(({ name }) => name)
    const read = names.filter((name) => !/^lti_(nonces|tool_keys)$/.test(name)) // our own nonces, and keys at rest
    const stored = JSON.stringify(await Promise.all(read.map((name) => way.mongo.db.collection(name).find().toArray())))
    expect(stored).toContain('course-1')
    expect(stored).not.toMatch(/SECRETKEY|SOURCED|QUERYITEM|eyJ/)
    expect(names.filter((name) => /^(platform$|platformStatus|publickey|privatekey|accesstoken|idtoken|contexttoken|nonce$|state$)/i.test(name))).toEqual([])
  })
  it('the private key of this installation rests encrypted, and a changed one is not taken', async () => {
    const [doc] = await way.mongo.db.collection<{ sealed: string }>('lti_tool_keys').find().toArray()
    expect(JSON.stringify(doc)).not.toContain('PRIVATE KEY')
    const sealed = Buffer.from(doc?.sealed ?? '', 'base64url')
    const secrets = makeSecrets(SECRET)
    expect(secrets.decrypt('lti-key', sealed.toString('base64url'))).toContain('PRIVATE KEY')
    sealed[40] = (sealed[40] ?? 0) ^ 1
    expect(() => secrets.decrypt('lti-key', sealed.toString('base64url'))).toThrow()
  })
  it('cookies are signed with a key of their own, not with the one that encrypts', () => {
    const secrets = makeSecrets(SECRET)
    expect(secrets.key('lti-cookie').equals(secrets.key('seal:lti-key'))).toBe(false)
  })
  it('a ltik opens nothing, however well signed, wherever it stands', async () => {
    const key = new TextEncoder().encode(makeSecrets(SECRET).key('lti-cookie').toString('base64url'))
    const ltik = await new SignJWT({ platformUrl: lms.issuer, clientId: 'client-1', deploymentId: '1', platformCode: 'x', contextId: 'x', user: 'u1', s: 'x' }).setProtectedHeader({ alg: 'HS256' }).sign(key)
    const tries = [
      request(way.app).get(`/lti/launch?ltik=${ltik}`),
      request(way.app).get('/lti/launch').set('Authorization', `Bearer ${ltik}`),
      request(way.app).post(`/lti/launch?ltik=${ltik}`).type('form').send({ ltik }),
      request(way.app).post('/lti/launch').set('Authorization', `LTIK-AUTH-V1 Token=${ltik}`).type('form').send({ ltik }),
    ]
    for (const answer of await Promise.all(tries)) expect([answer.status, pageOf(answer).code, answer.headers['set-cookie']]).toEqual([400, 'lti/bad-answer', undefined])
  })
  it('a ltik beside a good launch changes nothing, and none is in what we answer', async () => {
    const begun = await door.login()
    const answer = await door.post(await lms.sign(good(begun.nonce)), begun, { ltik: 'x' }, { Authorization: 'Bearer x' })
    expect(answer.status).toBe(200)
    expect(answer.text + JSON.stringify(answer.headers)).not.toContain('ltik')
  })
  it('nobody without a link of ours registers a platform over the network, nor has us fetch an address', async () => {
    let asked = 0
    const before = await way.lti.registry.list()
    const trap = createServer((_req, res) => (asked++, res.end('{}'))).listen(0, '127.0.0.1')
    await new Promise((ready) => trap.once('listening', ready))
    const query = `openid_configuration=http://127.0.0.1:${(trap.address() as AddressInfo).port}/&registration_token=x`
    for (const place of ['register', 'keys/../register', '%72egister', 'Register', 'register/']) expect([403, 404], place).toContain((await request(way.app).get(`/lti/${place}?${query}`)).status)
    expect([403, 404]).toContain((await request(way.app).post(`/lti/register?${query}`)).status)
    expect(await way.lti.registry.list()).toEqual(before)
    expect(asked).toBe(0)
    trap.close()
  })
  it('no answer isolates our pages, or opens them to scripts of other sites', async () => {
    const answers = [await door.launch(), await door.knock(), await request(way.app).get('/lti/keys').set('Origin', 'https://evil.example'), await request(way.app).post('/lti/launch').type('form').send({})]
    for (const { headers } of answers) {
      for (const name of ['cross-origin-embedder-policy', 'cross-origin-opener-policy', 'cross-origin-resource-policy', 'access-control-allow-origin', 'access-control-allow-credentials']) expect(headers[name]).toBeUndefined()
    }
  })
  it('every cookie of a login and a launch is partitioned, secure and hidden from scripts', async () => {
    const begun = await door.login()
    const answer = await door.post(await lms.sign(good(begun.nonce)), begun)
    const cookies = [begun.setCookie, ...([answer.headers['set-cookie']].flat() as string[])]
    expect(cookies.length).toBeGreaterThan(1)
    for (const cookie of cookies) expect(cookie).toMatch(/HttpOnly; Secure; (SameSite=None; Partitioned|Partitioned; SameSite=None)/)
  })
  it('a deep-linking message is told in words, and not answered by ltijs', async () => {
    const page = pageOf(await door.launch((claims) => void (claims[claim('message_type')] = 'LtiDeepLinkingRequest')))
    expect([page.status, page.code]).toEqual([400, 'lti/bad-claim'])
  })
  it('the process’s signals are left to Keyroom', () => {
    expect(process.listenerCount('SIGINT')).toBe(signals)
  })
  it('registering a platform makes no key and stops nothing', async () => {
    const keys = await way.mongo.db.collection('lti_tool_keys').countDocuments()
    await way.lti.registry.add({ ...registrationOf(lms), issuer: 'https://another.example' })
    expect(await way.mongo.db.collection('lti_tool_keys').countDocuments()).toBe(keys)
  })
  it('two apps in one process keep apart: each lets in its own platforms alone', async () => {
    const second = await aWayIn({ publicUrl: PUBLIC_URL })
    const theirs = await aPlatform()
    await register(second.lti, theirs)
    expect((await frontDoor(second.app, theirs).launch()).status).toBe(200)
    expect((await frontDoor(way.app, theirs).knock()).status).toBe(403)
    const [mine, yours] = await Promise.all([door.launch(), frontDoor(second.app, theirs).launch()])
    expect([mine.status, yours.status]).toEqual([200, 200])
    await theirs.close()
  })
})

describe('the keys of this installation', () => {
  const keysOf = async (app: WayIn['app']): Promise<Record<string, unknown>[]> => ((await request(app).get('/lti/keys')).body as { keys: Record<string, unknown>[] }).keys
  it('can be read and cached, without their private half', async () => {
    const { body, headers } = await request(way.app).get('/lti/keys')
    expect((body as { keys: object[] }).keys).toMatchObject([{ kty: 'RSA', alg: 'RS256', use: 'sig' }])
    expect(JSON.stringify(body)).not.toMatch(/"(d|p|q)"/)
    expect(headers['cache-control']).toContain('max-age')
  })
  it('rotate: the new one is published at once, signs a day later, and the old one stays a month', async () => {
    const day = 86_400_000
    let clock = Date.now()
    const turning = await aWayIn({ publicUrl: PUBLIC_URL, now: () => new Date(clock) })
    const first = (await turning.lti.publicKey()).kid
    const second = await turning.lti.rotateKey()
    expect((await keysOf(turning.app)).map(({ kid }) => kid)).toEqual([second, first])
    expect((await turning.lti.publicKey()).kid).toBe(first)
    clock += day + 1
    expect((await turning.lti.publicKey()).kid).toBe(second)
    expect(await keysOf(turning.app)).toHaveLength(2)
    clock += 30 * day
    expect((await keysOf(turning.app)).map(({ kid }) => kid)).toEqual([second])
  })
  it('are the same for two nodes that start at once on an empty database', async () => {
    const mongo = await freshMongo()
    const nodes = await Promise.all([1, 2, 3].map(() => createLti({ ...way.kit, mongo }, { courses: way.courses, ledger: {} as never, onLaunch: async () => undefined })))
    expect(new Set(await Promise.all(nodes.map(async (node) => (await node.publicKey()).kid))).size).toBe(1)
  })
})
