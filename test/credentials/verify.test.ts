import request from 'supertest'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCredentials } from '../../src/credentials/index.js'
import { retain } from '../../src/retention.js'
import { freshMongo } from '../support/mongo.js'
import { aCourse, aKit, aWorld, type IssuedJson, type World } from './world.js'

const EVIL = '<img src=x onerror=alert(1)>'
const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

let world: World
let id: string
let credential: IssuedJson

beforeAll(async () => {
  world = await aWorld({ mongo: await freshMongo() })
  id = await world.holds('ana', { name: 'Ana Ruiz', email: 'ana@uni.example' })
  credential = await world.json(id)
})
beforeEach(() => {
  vi.stubGlobal('fetch', () => {
    throw new Error('nothing is fetched while a credential is checked')
  })
  return () => vi.unstubAllGlobals()
})
afterEach(() => vi.unstubAllGlobals())

const look = (path: string, lang = 'en') => request(world.app).get(path).set('Accept', 'text/html').set('Accept-Language', lang)
/** The stored document as someone with the database in hand leaves it. */
const tamper = (which: string, change: (json: string) => string) =>
  world.kit.mongo.db.collection<{ _id: string; json: string }>('credentials').findOne({ _id: which }).then((found) =>
    world.kit.mongo.db.collection<{ _id: string }>('credentials').updateOne({ _id: which }, { $set: { json: change(found?.json ?? '') } }))

it('a credential whose holder was forgotten goes on verifying, says what it said, and can be revoked', async () => {
  const { kit, courses, ledger, run, credentials } = world
  const its = await world.holds('gone', { name: 'Gia Gone', email: 'gia@uni.example' })
  const listed = (...users: string[]) => users.map((user) => ({ user, platform: 'p', sub: user, role: 'participant' as const }))
  const after = (seconds: number) => ({ began: new Date(Date.now() + seconds * 1000), complete: true })
  await courses.takeRoster(run, listed('ana', 'gone'), after(0))
  await courses.takeRoster(run, listed('ana'), after(1))
  const later = new Date(Date.now() + 3 * 365 * 86_400_000)
  expect(await retain({ kit: { ...kit, now: () => later }, courses, ledger }, 24)).toMatchObject({ erased: 1 })
  expect([await courses.member(run, 'gone'), await ledger.events(run, 'gone')]).toEqual([undefined, []])

  const { status, text } = await look(`/verify/${its}`)
  expect(status).toBe(200)
  for (const words of ['data-state="valid"', 'Gia Gone', 'Designing for Active Learning']) expect(text).toContain(words)
  const given = await request(world.app).post('/verify').set('Content-Type', 'application/json').send(JSON.stringify(await world.json(its)))
  expect(given.body).toMatchObject({ state: 'valid' })

  await credentials.revoke(its, 'Issued by mistake', 'admin')
  expect((await look(`/verify/${its}`)).text).toContain('data-state="revoked"')
  expect(JSON.stringify([await ledger.events(run, 'gone'), await ledger.standing(run, 'gone')])).not.toContain('Gia')
})

describe('the page of a credential', () => {
  it('tells anyone, without an account, who has earned what, when, from whom and for what', async () => {
    const { status, text, headers } = await look(`/verify/${id}`)
    expect(status).toBe(200)
    for (const words of ['Valid', 'Ana Ruiz', 'Designing for Active Learning', 'May 12, 2026', 'University of the House', 'Explain what makes learning active.', 'The screening room', 'Scored by the server', 'Self-reported', '91.67%']) expect(text).toContain(words)
    expect(text).toContain('<strong>scored by the server</strong>')
    expect(text).not.toContain('ana@uni.example')
    expect(headers['x-robots-tag']).toContain('noindex')
    expect(headers['set-cookie']).toBeUndefined()
  })
  it('says that it was revoked, when and why', async () => {
    const mine = await world.holds('rita', { name: 'Rita' })
    await world.credentials.revoke(mine, `  Handed in by another ${EVIL} `, 'admin')
    const { status, text } = await look(`/verify/${mine}`)
    expect(status).toBe(200)
    expect(text).toContain('data-state="revoked"')
    expect(text).toMatch(/has taken this credential back on \w+ \d+, \d{4}/)
    expect(text).toContain('Handed in by another &lt;img src=x onerror=alert(1)&gt;')
    expect(text).not.toContain('data-state="valid"')
  })
  it('says that it was changed when the database was tampered with, and shows none of it', async () => {
    const mine = await world.holds('mallory', { name: 'Mallory' })
    await tamper(mine, (json) => json.replace('"91.67"', '"99.99"'))
    const { text } = await look(`/verify/${mine}`)
    expect(text).toContain('data-state="changed"')
    expect(text).not.toMatch(/Mallory|99\.99/)
  })
  it('says so too of a signed credential that was put at another’s address', async () => {
    const mine = await world.holds('nick', { name: 'Nick' })
    await tamper(mine, () => JSON.stringify(credential))
    const { text } = await look(`/verify/${mine}`)
    expect(text).toContain('data-state="changed"')
    expect(text).not.toContain('Ana Ruiz')
  })
  it('says plainly that there is no such credential', async () => {
    for (const path of ['/verify/AAAAAAAAAAAAAAAAAAAAAAAA', '/verify/short', '/verify/%3Cscript%3E']) {
      const { status, text } = await look(path)
      expect(status).toBe(404)
      expect(text).toContain('No credential has this address')
    }
  })
  it('shows names as text, whatever they are', async () => {
    const course = aCourse({
      id: 'evil@1', slug: 'evil', title: EVIL, outcomes: [{ id: 'o', text: EVIL }],
      rooms: aCourse().rooms.map((room) => ({ ...room, title: EVIL, subtitle: EVIL, activities: room.activities.map((activity) => ({ ...activity, title: EVIL })) })),
      finish: { ...aCourse().finish, credential: { name: EVIL, description: EVIL, criteria: `${EVIL} ![x](https://stranger.example/x.png) [go](javascript:alert(1))` } },
    })
    const there = await aWorld({ mongo: await freshMongo(), course })
    const mine = await there.holds('eve', { name: `Eve ${EVIL}</script>`, email: 'eve@uni.example' })
    for (const path of [`/verify/${mine}`, '/issuers/keyroom/achievements/evil/course']) {
      const { status, text } = await request(there.app).get(path).set('Accept', 'text/html')
      expect(status).toBe(200)
      expect(text).toContain('&lt;img src=x')
      expect(text).not.toMatch(/<img src=x|href="javascript|src="https:\/\/stranger|<\/script>&|Eve <img/)
    }
  })
  it('gives the learner links to take along, with nothing in them but the credential’s own', async () => {
    const { text } = await look(`/verify/${id}`)
    const link = /href="(https:\/\/www\.linkedin\.com[^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(Object.fromEntries(new URL(link).searchParams)).toEqual({
      startTask: 'CERTIFICATION_NAME', name: 'Designing for Active Learning', organizationName: 'University of the House', issueYear: '2026', issueMonth: '5', certUrl: credential.id, certId: id,
    })
  })
})

describe('the credential as data', () => {
  it('is given by Accept, by .json and as a download, to every site', async () => {
    for (const type of ['application/vc+ld+json', 'application/vc', 'application/ld+json', 'application/json']) {
      const { headers, text } = await request(world.app).get(`/verify/${id}`).set('Accept', type)
      expect(headers['content-type']).toContain(type)
      expect(headers['access-control-allow-origin']).toBe('*')
      expect(JSON.parse(text)).toEqual(credential)
    }
    const file = await request(world.app).get(`/verify/${id}.json?download`)
    expect(file.headers['content-disposition']).toBe(`attachment; filename=credential-${id}.json`)
    expect(file.headers['access-control-allow-origin']).toBe('*')
    expect(file.body).toEqual(credential)
  })
  it('is a problem document where there is none', async () => {
    const { status, body } = await request(world.app).get('/verify/AAAAAAAAAAAAAAAAAAAAAAAA.json').set('Accept', 'application/json')
    expect([status, (body as { type: string }).type]).toEqual([404, '/problems/credentials/not-found'])
  })
})

describe('a credential that somebody brings along', () => {
  let from = 0
  /** Each from an address of its own, so that the limit of one is not the other’s. */
  const bring = async (text: string) => {
    const there = world.app
    there.set('trust proxy', 1)
    return request(there).post('/verify').set('X-Forwarded-For', `192.0.2.${++from}`).type('form').send({ credential: text })
  }
  const stateOf = async (document: unknown): Promise<string | undefined> => {
    const { text } = await bring(typeof document === 'string' ? document : JSON.stringify(document))
    return /<section class="verdict" data-state="([^"]+)"/.exec(text)?.[1]
  }
  it('is shown as its own page shows it, when it is ours and unchanged', async () => {
    const { status, text } = await bring(JSON.stringify(credential, null, 4))
    expect(status).toBe(200)
    expect(text).toContain('data-state="valid"')
    expect(text).toContain('Ana Ruiz')
  })
  it('counts with its proof alone, too, as other libraries write it', async () => {
    expect(await stateOf({ ...credential, proof: credential.proof[0] })).toBe('valid')
  })
  it('is revoked in the file, too', async () => {
    const mine = await world.holds('rob', { name: 'Rob' })
    const file = await world.json(mine)
    expect(await stateOf(file)).toBe('valid')
    await world.credentials.revoke(mine, 'Taken back', 'admin')
    expect(await stateOf(file)).toBe('revoked')
  })
  it('is called changed by a word changed, added or given another meaning', async () => {
    const { credentialSubject: subject } = credential
    const named = (name: string) => ({ ...credential, credentialSubject: { ...subject, identifier: subject.identifier?.map((each) => (each.identityType === 'name' ? { ...each, identityHash: name } : each)) } })
    expect(await stateOf(named('Ana Ruiz'))).toBe('valid')
    for (const document of [
      named('Mallory'),
      { ...credential, awardedDate: '2020-01-01T00:00:00Z' },
      { ...credential, note: 'with honours' },
      { ...credential, '@context': [...(credential['@context'] as string[]), { note: null, identityHash: 'https://example.com/x' }], note: 'with honours' },
      { ...credential, '@context': [...(credential['@context'] as string[]), 'https://stranger.example/context.json'] },
      { ...credential, credentialStatus: { ...credential.credentialStatus, statusListIndex: '1' } },
      { ...credential, proof: [] },
      { ...credential, proof: [...credential.proof, ...credential.proof] },
      { ...credential, proof: [{ ...credential.proof[0], verificationMethod: 'https://stranger.example/key' }] },
      { ...credential, evidence: 'none' },
    ]) expect(await stateOf(document)).toBe('changed')
  })
  it('is called another issuer’s when it is, though it has our name', async () => {
    const stranger = await aWorld({ mongo: await freshMongo(), publicUrl: 'https://stranger.example' })
    const theirs = await stranger.json(await stranger.holds('ana', { name: 'Ana Ruiz' }))
    expect(await stateOf(theirs)).toBe('another-issuer')
    expect(await stateOf({ ...theirs, issuer: credential.issuer })).toBe('changed')
    expect(await stateOf({ ...credential, issuer: { id: EVIL } })).toBe('another-issuer')
  })
  it('is no credential when it is none', async () => {
    for (const text of ['', ' ', 'hello', '{', '[]', 'null', '{"type":["VerifiableCredential"]}', '[['.repeat(9000), `{"__proto__":{"type":["VerifiableCredential"]}}`]) {
      expect(await stateOf(text), text.slice(0, 20)).toBe('not-a-credential')
    }
    const { encodedList: _, ...list } = (await request(world.app).get('/issuers/keyroom/status/0')).body as { encodedList?: string }
    expect(await stateOf(list)).toBe('changed')
  })
  it('is not read when it is larger than any of ours, or deeper', async () => {
    expect((await bring('x'.repeat(200_000))).status).toBe(413)
    let deep: object = {}
    for (let i = 0; i < 2000; i++) deep = { deep }
    expect(await stateOf({ ...credential, deep })).toBe('changed')
  })
  it('is answered as data to a program that sends it', async () => {
    const send = (body: object) => request(world.app).post('/verify').set('X-Forwarded-For', `198.51.100.${++from}`).set('Content-Type', 'application/vc+ld+json').send(JSON.stringify(body))
    expect((await send(credential)).body).toEqual({ state: 'valid', id: credential.id })
    expect((await send({ ...credential, name: 'x' })).body).toEqual({ state: 'changed' })
  })
  it('waits its turn when too many come from one place', async () => {
    const tries = []
    for (let i = 0; i < 25; i++) tries.push(await request(world.app).post('/verify').set('X-Forwarded-For', '203.0.113.9').type('form').send({ credential: '{}' }))
    expect(tries[0]?.status).toBe(200)
    expect(tries.at(-1)?.status).toBe(429)
    expect(Number(tries.at(-1)?.headers['retry-after'])).toBeGreaterThan(0)
  })
})

describe('a revocation', () => {
  it('needs a reason, and a credential', async () => {
    await expect(world.credentials.revoke(id, '  ', 'admin')).rejects.toMatchObject({ code: 'credentials/reason-missing' })
    await expect(world.credentials.revoke('nothing', 'why', 'admin')).rejects.toMatchObject({ code: 'credentials/not-found' })
    expect((await look(`/verify/${id}`)).text).toContain('data-state="valid"')
  })
  it('is one event, by whom and why; said again, it changes nothing', async () => {
    const mine = await world.holds('sue')
    await world.credentials.revoke(mine, 'First', 'admin')
    await world.credentials.revoke(mine, 'Second', 'someone')
    const revoked = (await world.ledger.events(world.run, 'sue')).filter(({ type }) => type === 'revoked')
    expect(revoked).toMatchObject([{ actor: 'admin', data: { achievement: 'course', credential: mine, reason: 'First' } }])
    expect(await world.credentials.of(world.run, 'sue')).toMatchObject([{ id: mine, revoked: { reason: 'First', actor: 'admin' } }])
    expect((await world.credentials.list({ revoked: true })).map((held) => held.id)).toContain(mine)
    expect((await world.credentials.list({ revoked: false })).map((held) => held.id)).not.toContain(mine)
  })
  it('on one node shows on the other', async () => {
    const mine = await world.holds('tom')
    expect((await look(`/verify/${mine}`)).text).toContain('data-state="valid"')
    const other = await createCredentials(aKit(world.kit.mongo), { ledger: world.ledger, courses: world.courses })
    await other.revoke(mine, 'Taken back', 'admin')
    expect((await look(`/verify/${mine}`)).text).toContain('data-state="revoked"')
  })
})

describe('what the issuer says of itself', () => {
  it('is a profile and a page', async () => {
    const { body } = await request(world.app).get('/issuers/keyroom').set('Accept', 'application/ld+json')
    expect(body).toMatchObject({ id: 'did:web:keyroom.example:issuers:keyroom', type: ['Profile'], name: 'University of the House' })
    expect((await look('/issuers/keyroom')).text).toContain('did:web:keyroom.example:issuers:keyroom')
  })
  it('is each achievement, as data and as a page whose parts have addresses', async () => {
    const address = new URL(credential.credentialSubject.achievement.id).pathname
    const { body } = await request(world.app).get(address).set('Accept', 'application/json')
    expect(body).toMatchObject(credential.credentialSubject.achievement)
    const { text } = await look(address)
    for (const anchor of ['explain', 'design', 'criteria']) expect(text).toContain(`id="${anchor}"`)
    for (const path of ['/issuers/keyroom/achievements/nothing/course', '/issuers/keyroom/achievements/active-learning/x', '/issuers/keyroom/achievements/active-learning@f/course', `${address}/image`]) {
      expect((await look(path)).status, path).toBe(404)
    }
  })
  it('is the picture of the achievement, of that very version, which can run nothing', async () => {
    const withPicture = { ...aCourse().finish, credential: { ...aCourse().finish.credential, image: 'pictures/badge.png' } }
    const there = await aWorld({ mongo: await freshMongo(), course: aCourse({ finish: withPicture }), pictures: new Map([['pictures/badge.png', PNG]]) })
    const mine = await there.json(await there.holds('ana'))
    const answer = await request(there.app).get(new URL(mine.credentialSubject.achievement.image?.id ?? '').pathname)
    expect([answer.status, answer.headers['content-type'], answer.headers['x-content-type-options']]).toEqual([200, 'image/png', 'nosniff'])
    expect(answer.headers['content-security-policy']).toContain('sandbox')
    expect(answer.body).toEqual(PNG)
  })
})

it('each language has its own words for all of it', async () => {
  const pages = await Promise.all(['en', 'zh-CN', 'ar'].map(async (lang) => (await look(`/verify/${id}`, lang)).text))
  expect(pages.map((text) => /<html lang="([^"]+)" dir="([^"]+)"/.exec(text)?.slice(1))).toEqual([['en', 'ltr'], ['zh-CN', 'ltr'], ['ar', 'rtl']])
  expect(pages[1]).toContain('兹证明')
  expect(pages[2]).toContain('تشهد هذه الوثيقة')
  for (const text of pages) expect(text).not.toMatch(/credentials\.[a-z]+\./)
})
